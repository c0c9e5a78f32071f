"""Explorers in a page opened from disk: what is chosen changes the drawing and the table, by keyboard, and nobody is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from casework import explorer
from casework.book.explorers import host_files, write_library
from casework.explorers.front_end import library_name
from casework.explorers.views import VIEWS
from tests.browser.conftest import barriers


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    write_library(folder)
    return folder / library_name()


@pytest.fixture
def show(page, tmp_path, library):
    """Opens a page from disk that holds the named explorers, as the book holds them."""

    def show(*names, with_library=True):
        for file, text in host_files().items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
        mounts = "".join(explorer(name)._repr_mimebundle_()[0]["text/html"] for name in names)
        given = f'data-library="{library.as_uri()}"' if with_library else ""
        (tmp_path / "page.html").write_text(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title><meta name="viewport" content="width=device-width">'
            f'<link rel="stylesheet" href="explorers.css"><script defer {given} src="explorers.js"></script>'
            f"<main><h1>Page</h1>{mounts}</main></html>",
            encoding="utf-8",
        )
        page.goto((tmp_path / "page.html").as_uri())
        page.wait_for_selector("html[data-explorers=ready]")
        if with_library:
            expect(page.locator(".cw-chart[data-drawn]")).to_have_count(len(names))
        return page

    return show


def rows(page):
    return page.locator(".cw-twin tbody tr")


def marks(page):
    return page.locator(".cw-chart svg .mark-symbol path[aria-label], .cw-chart svg .mark-symbol path")


def test_a_filter_changes_the_drawing_and_the_table(show):
    page = show("forest")
    assert rows(page).count() == marks(page).count() == 7
    page.get_by_label("Compared with").select_option("midazolam")
    expect(rows(page)).to_have_count(2)
    expect(marks(page)).to_have_count(2)
    page.get_by_label("Condition").select_option("all")
    page.get_by_label("Compared with").select_option("all")
    expect(rows(page)).to_have_count(13)
    expect(marks(page)).to_have_count(13)
    expect(page.get_by_role("status")).to_contain_text("13 of 13 results on this axis")


def test_only_verified_rows_are_shown_until_more_is_asked_for(show):
    page = show("forest")
    page.get_by_label("Condition").select_option("all")
    page.get_by_label("What is measured").select_option("odds")
    page.locator(".cw-twin summary").click()
    expect(rows(page)).to_have_count(12)
    assert page.get_by_text("reported, not verified", exact=True).count() == 0
    page.get_by_label("Show also what is reported").check()
    expect(rows(page)).to_have_count(16)
    expect(rows(page).get_by_text("reported, not verified", exact=True)).to_have_count(4)
    expect(marks(page)).to_have_count(16)


def test_every_axis_draws_and_offers_only_the_groups_it_has(show):
    page = show("forest")
    axis = page.get_by_label("What is measured")
    for name in axis.locator("option").evaluate_all("all => all.map(one => one.value)"):
        axis.select_option(name)
        expect(marks(page)).to_have_count(rows(page).count())
        assert rows(page).count() > 0, name


def test_a_mark_opens_its_source_and_so_does_the_table(show, context):
    page = show("forest")
    page.evaluate(
        "window.addEventListener('click', event => { if (event.target.closest?.('a[href^=http]') || event.target.href)"
        " { window.opened = event.target.href; event.preventDefault(); } }, true)"
    )
    page.evaluate(
        "HTMLAnchorElement.prototype.dispatchEvent = function () { window.opened = this.href; window.rel = this.rel; return true; }"
    )
    marks(page).first.click()
    page.wait_for_function("window.opened")
    assert page.evaluate("[window.opened, window.rel]") == [
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC5116384",
        "noopener noreferrer",
    ]
    link = rows(page).first.get_by_role("link", include_hidden=True)
    assert link.get_attribute("href") == "https://pmc.ncbi.nlm.nih.gov/articles/PMC5116384"


def test_an_explorer_works_by_keyboard_alone(show):
    page = show("blinding")
    first = page.get_by_role("slider").nth(2)
    before = page.get_by_role("status").inner_text()
    first.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("status")).to_contain_text("when 100% guess right")
    assert page.get_by_role("status").inner_text() != before
    expect(first).to_have_attribute("aria-valuetext", "100%")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cw-twin")).to_have_attribute("open", "")
    expect(rows(page).last).to_contain_text("0.80")


def test_counts_become_people_out_of_a_hundred(show):
    page = show("absolute")
    full = "all => all.filter(one => getComputedStyle(one).fill !== getComputedStyle(all.at(-1)).fill).length"
    expect(marks(page)).to_have_count(200)
    assert marks(page).evaluate_all(full) == 33 + 7
    expect(page.locator(".cw-facts")).to_contain_text("4 (3 to 12)")
    page.get_by_label("Condition").select_option("depression")
    expect(page.locator(".cw-facts")).to_contain_text("not defined: the interval includes no effect and harm")


def test_the_course_draws_both_groups_or_their_difference(show):
    page = show("course")
    expect(page.locator(".cw-twin tbody tr")).to_have_count(6)
    page.get_by_label("Draw").select_option("difference")
    expect(page.locator(".cw-chart svg")).to_contain_text("ketamine minus comparison")
    page.get_by_label("Study").select_option("lii2023")
    expect(page.get_by_role("status")).to_contain_text("12 of 20 and 10 of 20 at 24 hours")


def test_without_the_library_the_table_stands_open(show):
    page = show("forest", with_library=False)
    expect(page.locator(".cw-waiting")).to_contain_text("the table holds the same")
    assert rows(page).first.is_visible()


def test_without_javascript_the_table_is_there(plain_page, show, tmp_path):
    show(*VIEWS)
    plain_page.goto((tmp_path / "page.html").as_uri())
    assert plain_page.get_by_role("table").count() == len(VIEWS)
    plain_page.set_viewport_size({"width": 390, "height": 800})
    assert plain_page.locator(".cw-explorer-plain").evaluate_all("all => all.every(one => one.scrollWidth <= 390)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_explorers_fit_a_phone_and_have_no_barrier_that_axe_can_find(show, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    show(*VIEWS)
    for summary in page.locator(".cw-twin summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert barriers(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_drawing_says_what_was_compared_and_cuts_no_word(show, width):
    page = show("forest")
    page.set_viewport_size({"width": width, "height": 900})
    chart = page.locator(".cw-chart")
    measures = page.get_by_label("What is measured")
    for axis in measures.locator("option").evaluate_all("all => all.map(({ value }) => value)"):
        measures.select_option(axis)
        drawn = chart.get_attribute("data-drawn")
        page.get_by_label("Condition").select_option("all")
        expect(chart).not_to_have_attribute("data-drawn", drawn)
        cut = chart.evaluate("""chart => {
            const [box, svg] = [chart.getBoundingClientRect(), chart.querySelector("svg").getBoundingClientRect()];
            const [left, right] = [Math.max(box.left, svg.left), Math.min(box.right, svg.right)];
            return [...chart.querySelectorAll("text")].filter((text) => {
                const place = text.getBoundingClientRect();
                return place.width && (place.left < left - 1 || place.right > right + 1 || text.textContent.includes("…"));
            }).map((text) => text.textContent);
        }""")
        assert cut == [], axis
        # the line of no effect does not run through words
        crossed = chart.evaluate("""chart => {
            const boxes = (all) => [...chart.querySelectorAll(all)].map((each) => each.getBoundingClientRect());
            return boxes("g.mark-text text").filter((text) => boxes("g.mark-rect path, g.mark-rule line").some((line) =>
                line.height > 12 && line.left > text.left + 1 && line.left < text.right - 1
                && line.top < text.bottom - 1 && line.bottom > text.top + 1)).length;
        }""")
        assert crossed == 0, axis
    measures.select_option("smd")
    page.get_by_label("Compared with").select_option("treatment")
    expect(chart.locator("text", has_text="against ECT")).to_have_count(2)
    expect(chart.locator("text", has_text="for ECT")).to_have_count(1)
