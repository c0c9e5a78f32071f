"""The built book: live, complete in itself, readable on a phone, and silent towards the rest of the world."""

from __future__ import annotations

import pytest
import yaml
from playwright.sync_api import Error, expect

from tests.browser.conftest import ROOT, barriers, ready, serving

# Pages of each sort, which are looked at wide as well, with the menus beside the text; in dark these too.
SORTS = [
    "book/intro",
    "book/assessment/what-stops",
    "book/evidence/see-for-yourself",
    "book/vignettes/walls-too-high-sessions",
    "book/exercises/measures/measures",
    "notebooks/measures",
    "book/appendix/claims",
]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose answer another colour scheme can change."""


def pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [toc["root"]]

    def walk(entry):
        if isinstance(entry, dict):
            found.extend([entry["file"]] if "file" in entry else [])
            entry = list(entry.values())
        for child in entry if isinstance(entry, list) else []:
            walk(child)

    walk(toc.get("parts", []) + toc.get("chapters", []))
    return found


PAGES = pages()


def stands(page, address):
    """Open a page; what is wrong with its activities."""
    page.goto(address)
    if page.locator(".cw-mount").count():
        try:
            ready(page)
        except Error as late:
            yield f"activities do not get ready: {late.message.splitlines()[0]}"
        if dead := page.locator(".cw-mount:not(.cw-live)").count():
            yield f"{dead} activities are not live"


def seen(page, scheme, width, *rules):
    """What is wrong with the open page in this colour scheme and at this width."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900 if width == 1280 else 800})
    page.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
    if (found := page.evaluate("document.documentElement.scrollWidth")) > width:
        yield f"is {found} pixels wide"
    for rule, places in barriers(page, *rules):
        yield f"breaks {rule} at {places}"


# one page of each sort at every change; all the others, which take minutes, in `make test-all`
@pytest.mark.parametrize(
    "name", [name if name in SORTS else pytest.param(name, marks=pytest.mark.slow) for name in PAGES]
)
def test_a_page_is_live_fits_has_no_barrier_that_axe_can_find_and_asks_nothing_of_another_host(
    page, site, served, name
):
    # the `context` fixture fails the test on any request to another host and on any error in the console
    found = [f"from disk: {fault}" for fault in stands(page, (site / f"{name}.html").as_uri())]
    found += [f"from the server: {fault}" for fault in stands(page, f"{served}/{name}.html")]
    # one page, looked at again and again: at 390 pixels the menus, which are the same on all pages, are not in the way
    views = [("light", 390), ("dark", 390, *COLOURS), ("dark", 640, "target-size")]  # 640 are 1280 at 200 %
    if name in SORTS:
        views += [("light", 1280), ("dark", 1280, *COLOURS)]
    found += [f"{view[0]}, {view[1]} pixels: {fault}" for view in views for fault in seen(page, *view)]
    assert not found, "\n".join(found)


def test_pages_of_each_sort_have_no_barrier_when_all_that_folds_is_open(page, served):
    found = []
    for name in SORTS:
        found += stands(page, f"{served}/{name}.html")
        folded = page.locator("article details:not([open]) > summary:visible")
        for _ in range(min(12, folded.count())):
            if folded.count():  # one that opens may close another
                folded.first.press("Enter")
        found += [f"{name}: {fault}" for fault in seen(page, "light", 390)]
    assert not found, "\n".join(found)


POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


@pytest.mark.parametrize("name", ["book/assessment/what-stops", "book/exercises/measures/measures"])
def test_under_the_strictest_policy_of_a_site_every_activity_is_live_and_nothing_is_refused(page, site, name):
    with serving(site, Content_Security_Policy=POLICY) as address:
        page.goto(f"{address}/{name}.html")
        ready(page)
        assert page.locator(".cw-mount:not(.cw-live)").count() == 0
        page.get_by_role("radio").first.check()
        page.reload()
        ready(page)
        expect(page.get_by_role("radio").first).to_be_checked()
        page.goto(f"{address}/book/your-work.html")
        expect(page.locator(".cw-work")).to_contain_text("saved")  # lists what was just answered


def test_under_the_strictest_policy_explorers_draw_when_they_are_near(page, site):
    page.set_viewport_size({"width": 390, "height": 600})
    with serving(site, Content_Security_Policy=POLICY) as address:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/book/evidence/see-for-yourself.html")
        ready(page)
        assert not any("vega" in url for url in asked), "the drawing is asked for before it is near"
        page.locator(".cw-explorer").first.scroll_into_view_if_needed()
        expect(page.locator(".cw-explorer-forest .cw-chart[data-drawn] svg").first).to_be_visible()
        page.get_by_label("Compared with").first.select_option("midazolam")
        expect(page.locator(".cw-explorer-forest .cw-twin tbody tr")).to_have_count(2)


def test_a_page_asks_for_one_sheet_one_script_and_no_index_of_the_search(page, served):
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(served).split("?")[0]))
    page.goto(f"{served}/book/assessment/at-a-glance.html")
    ready(page)
    assert [url for url in asked if url.endswith(".css")] == ["/_static/site.css"]
    plain = [url for url in asked if url.endswith(".js") and "/casework-" not in url]
    assert sorted(plain) == ["/_static/casework.js", "/_static/site.js", "/_static/start.js"]
    # on a slow line each round of six files is a wait of its own
    modules = [url.rpartition("/")[2] for url in asked if "/casework-" in url]
    assert sorted(modules) == ["choice.js", "host.js", "sort.js", "write.js"]
    assert not any(url.endswith((".woff2", ".ttf")) and "awesome" in url for url in asked)
    assert page.locator("head meta[name=description]").get_attribute("content")


def test_a_page_of_the_book_holds_no_widget_manager_and_no_cdn(site):
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert "vnd.jupyter.widget-state" not in text, file
        for host in ("cdn.jsdelivr", "unpkg.com", "cdnjs", "googleapis"):
            assert host not in text, file


def test_what_lies_on_the_desk_fits_two_sheets_of_paper(page, site):
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 within its margins, at 96 pixels an inch
    page.emulate_media(media="print")
    sheets = {}
    for name in PAGES:
        file = site / f"{name}.html"
        if 'id="at-the-desk' not in file.read_text(encoding="utf-8"):
            continue
        page.goto(file.as_uri())
        for height in page.evaluate(
            "[...document.querySelectorAll('section[id^=at-the-desk]')].map((part) => part.getBoundingClientRect().height)"
        ):
            sheets[name] = height / 1032
    assert len(sheets) == 6
    assert {name: share for name, share in sheets.items() if not 0.8 < share < 1.9} == {}


@pytest.mark.parametrize("name", [name for name in PAGES if "/evidence/" in name])
def test_a_summary_card_prints_alone_on_less_than_half_a_sheet(page, site, name):
    page.set_viewport_size({"width": 703, "height": 1032})
    page.goto((site / f"{name}.html").as_uri())
    page.evaluate("() => { window.print = () => { window.asked = (window.asked || 0) + 1; }; }")
    page.get_by_role("button", name="Print this card").click()
    assert page.evaluate("window.asked") == 1
    page.emulate_media(media="print")
    card = page.locator(".one-card")
    expect(card).to_be_visible()
    expect(page.get_by_role("heading").first).to_be_hidden()
    expect(page.get_by_role("button", name="Print this card")).to_be_hidden()
    assert card.bounding_box()["height"] < 516
    assert page.evaluate("document.documentElement.scrollHeight") <= 1032, "nothing else takes a second sheet"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_role("heading").first).to_be_visible()


def test_every_couple_is_labelled_fictional(site):
    for file in [*(site / "book" / "vignettes").glob("*.html"), *(site / "book" / "exercises").rglob("*.html")]:
        assert "fictional" in file.read_text(encoding="utf-8"), file
