"""`make bench`: what the README claims of speed and weight, measured beside the stock tools in one run."""

from tests.bench import grading, pages

grading.main()
pages.main()
