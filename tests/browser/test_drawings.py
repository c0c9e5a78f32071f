"""The figures of the built book, on the screens of a small phone, a phone, a tablet and a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

SITE = ROOT / "_build" / "html" / "book"
SHOWN = re.compile(r"^```\{drawing\} (\S+)$", re.MULTILINE)
PAGES = {
    name: path for path in (ROOT / "book").rglob("*.md") for name in SHOWN.findall(path.read_text(encoding="utf-8"))
}
READ = """figure => {
  const seen = [...figure.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width);
  const box = seen[0].getBoundingClientRect();
  const words = [...seen[0].querySelectorAll("text")];
  const scale = box.width / seen[0].viewBox.baseVal.width;
  return {
    layouts: seen.length,
    smallest: Math.min(...words.map((word) => parseFloat(getComputedStyle(word).fontSize) * scale)),
    cut: words.filter((word) => {
      const { left, right } = word.getBoundingClientRect();
      return left < box.left - 4 || right > box.right + 4;
    }).map((word) => word.textContent),
  };
}"""


def opened(page, path):
    page.goto((SITE / path.relative_to(ROOT / "book").with_suffix(".html")).as_uri())
    return page


@pytest.mark.parametrize("name", PAGES)
def test_the_words_of_a_figure_are_large_enough_and_whole(page, name):
    opened(page, PAGES[name])
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        figure = page.locator(f".cw-drawing-{name}").evaluate(READ)
        assert figure["layouts"] == 1
        assert figure["smallest"] >= 12
        assert figure["cut"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_figure_is_one_image_with_a_name(page):
    opened(page, PAGES["roles"])
    image = page.get_by_role("img", name="Who decides what")
    assert image.count() == 1
    image.scroll_into_view_if_needed()
    assert image.is_visible()


def test_each_stop_of_the_map_leads_to_its_part(page):
    opened(page, ROOT / "book" / "intro.md")
    page.set_viewport_size({"width": 390, "height": 800})
    for number in range(4):
        opened(page, ROOT / "book" / "intro.md")
        page.locator(".cw-map-part").nth(number).click(position={"x": 30, "y": 30})  # on the picture
        page.wait_for_url(re.compile(r"/(evidence|assessment|vignettes|treatment)/"))
        expect(page.locator("article h1")).to_be_visible()
