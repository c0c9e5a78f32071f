"""`make bench`: what the README claims of speed and weight, measured, beside the stock tools in one run."""

from tests.bench import build, grading, lighthouse, pages

print(build.report(build.measure(3)), flush=True)
print(grading.report(grading.measure(3)), flush=True)
pages.main()
lighthouse.main()
