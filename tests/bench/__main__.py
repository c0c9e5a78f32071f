"""`make bench`: what the README claims of speed and weight, measured beside the stock tools in one run."""

from tests.bench import grading, pages

print(grading.report(grading.measure(3)), flush=True)
pages.main()
