"""What a mark stands for opens where it is read; what is folded opens by its address; words lead to their pages."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import barriers, nothing_kept, ready, serving

PAGE = "book/evidence/depression"
STATE = re.compile(r'data-casework="([^"]*)"')


@pytest.fixture
def touched(touch, site, served):
    """Opens a page on a screen that is touched; its troubles fail the test."""
    with nothing_kept(touch):

        def touched(width, place, name=PAGE):
            page = touch.new_page()
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{served}/{name}.html" if place == "server" else (site / f"{name}.html").as_uri())
            if page.locator(".cw-mount").count():
                ready(page)
            return page

        yield touched


def panel_of(page):
    return page.get_by_role("dialog")


def bring(mark):
    """The mark in the middle of the screen, where one reads."""
    mark.evaluate("mark => mark.scrollIntoView({ block: 'center' })")
    return mark.evaluate("mark => mark.getClientRects()[0].top")


def stands(mark):
    return mark.evaluate("mark => mark.getClientRects()[0].top")


def is_seen_whole(page, panel, width):
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def lies_under(panel, mark):
    """Whether what stands before the panel, down to the mark itself, ends above it."""
    return panel.evaluate(
        """(panel, mark) => {
            const before = document.createRange();
            before.setStart(panel.parentElement, 0);
            before.setEndBefore(panel);
            const top = panel.getBoundingClientRect().top;
            return [...before.getClientRects(), ...mark.getClientRects()].every(({ bottom }) => bottom <= top + 1);
        }""",
        mark.element_handle(),
    )


@pytest.mark.parametrize(("width", "place"), [(320, "disk"), (390, "disk"), (390, "server"), (768, "server")])
def test_a_tap_on_a_claim_opens_it_under_its_sentence_and_a_second_tap_closes_it(touched, width, place):
    page = touched(width, place)
    for mark in (
        page.locator(".cw-claim a").nth(0),
        page.locator(".cw-claim a").nth(5),
        page.locator("td a[href='#claim-c-17']").first,
    ):
        before = bring(mark)
        mark.tap()
        panel = panel_of(page)
        expect(panel).to_be_focused()
        is_seen_whole(page, panel, width)
        if not mark.evaluate("mark => Boolean(mark.closest('td'))"):
            assert lies_under(panel, mark)
        expect(panel.get_by_role("link", name="Numbers, limitation and date of review")).to_be_visible()
        expect(mark).to_have_attribute("aria-expanded", "true")
        mark.tap()
        expect(panel).to_be_hidden()
        expect(mark).to_have_attribute("aria-expanded", "false")
        assert abs(stands(mark) - before) <= 2


@pytest.mark.parametrize("place", ["disk", "server"])
def test_enter_opens_a_claim_beside_the_text_and_escape_gives_the_focus_back(page, site, served, place):
    page.goto(f"{served}/{PAGE}.html" if place == "server" else (site / f"{PAGE}.html").as_uri())
    mark = page.locator(".cw-claim a").nth(2)
    before = bring(mark)
    text = page.locator("article section p").first.bounding_box()
    for leave in ("Escape", "button", "again"):
        mark.press("Enter")
        panel = panel_of(page)
        expect(panel).to_be_focused()
        expect(panel).to_have_accessible_name("Low certainty")
        assert panel.bounding_box()["x"] >= text["x"] + text["width"]
        is_seen_whole(page, panel, 1280)
        assert abs(stands(mark) - before) <= 2
        if leave == "button":
            page.keyboard.press("Tab")
            expect(panel.get_by_role("button", name="Close")).to_be_focused()
            page.keyboard.press("Enter")
        elif leave == "again":
            mark.press("Enter")
        else:
            page.keyboard.press(leave)
        expect(panel).to_be_hidden()
        expect(mark).to_be_focused()
        assert abs(stands(mark) - before) <= 2


def test_a_claim_that_is_open_is_one_dialog_with_its_sentence_sources_and_way_to_the_entry(page, site):
    page.goto((site / f"{PAGE}.html").as_uri())
    page.locator(".cw-claim a").first.press("Enter")
    said = panel_of(page).aria_snapshot()
    assert said.count("Very low certainty") == 1
    assert said.count("In pooled trials there was a large advantage over placebo at day 1") == 1
    assert "Kishimoto" in said
    assert page.locator("[id]").evaluate_all("all => all.length === new Set(all.map(({ id }) => id)).size")
    assert barriers(page, "label-content-name-mismatch") == []


def test_a_source_and_a_word_of_the_field_open_in_the_same_way(touched):
    page = touched(390, "disk")
    source = page.locator("article a.footnote-reference").nth(3)
    before = bring(source)
    source.tap()
    expect(panel_of(page)).to_contain_text("Jelovac")
    expect(panel_of(page)).to_have_accessible_name("Source 4")
    panel_of(page).get_by_role("button", name="Close").tap()
    assert abs(stands(source) - before) <= 2
    word = page.locator("a.cw-term").first
    bring(word)
    word.tap()
    expect(panel_of(page)).to_contain_text("A score below a set line")
    panel_of(page).get_by_role("link", name="In the glossary").tap()
    page.wait_for_url("**/glossary.html#term-Remission")


def test_one_open_panel_makes_way_for_the_next_without_moving_the_text(touched):
    page = touched(390, "disk")
    page.locator(".cw-claim a").nth(3).tap()
    second = page.locator(".cw-claim a").nth(5)
    before = bring(second)
    second.tap()
    expect(panel_of(page)).to_have_count(1)
    second.tap()
    assert abs(stands(second) - before) <= 2


def test_the_way_to_the_full_entry_opens_what_is_folded_around_it(touched):
    page = touched(390, "disk")
    page.locator(".cw-claim a").first.tap()
    panel_of(page).get_by_role("link", name="Numbers, limitation").tap()
    entry = page.locator("#claim-c-04")
    expect(entry).to_be_in_viewport()
    expect(entry.get_by_text("9 randomised trials")).to_be_visible()
    expect(panel_of(page)).to_be_hidden()


def test_under_the_strictest_policy_a_claim_opens_in_place(page, site):
    with serving(site, Content_Security_Policy="script-src 'self'") as address:
        page.goto(f"{address}/{PAGE}.html")
        page.locator(".cw-claim a").first.press("Enter")
        expect(panel_of(page)).to_be_focused()
        page.wait_for_selector("html[data-casework=ready]")


def test_without_scripts_the_mark_leads_to_the_entry(plain_page, site):
    plain_page.goto((site / f"{PAGE}.html").as_uri())
    plain_page.locator(".cw-claim a").first.click()
    expect(plain_page.locator("#claim-c-04")).to_be_in_viewport()


def test_what_is_open_in_place_is_not_printed(page, site):
    page.goto((site / f"{PAGE}.html").as_uri())
    page.locator(".cw-claim a").first.press("Enter")
    page.emulate_media(media="print")
    expect(panel_of(page)).to_be_hidden()
    expect(page.locator("#claim-c-04").get_by_text("9 randomised trials")).to_be_visible()


def test_all_claims_are_folded_by_part_open_by_a_word_a_button_and_an_address(page, site, touched):
    phone = touched(390, "disk", "book/appendix/claims")
    assert phone.evaluate("document.documentElement.scrollHeight") < 800 * 12
    phone.get_by_label("Show claims containing").fill("naltrexone blunted")
    expect(phone.locator(".cw-claim-found")).to_have_text(re.compile(r"^1 of \d+ claims$"))
    expect(phone.locator("#claim-b-15")).to_be_visible()
    expect(phone.locator("#claim-c-04")).to_be_hidden()
    expect(phone.locator("details.cw-fold[open] > summary:visible")).to_have_text(re.compile(r"^1 of \d+ claims$"))
    phone.get_by_label("Show claims containing").fill("")
    expect(phone.locator("#claim-b-15")).to_be_hidden()
    expect(phone.locator("details.cw-fold > summary").first).to_have_text(re.compile(r"^\d+ claims$"))
    phone.get_by_role("button", name="Open all parts").tap()
    expect(phone.locator("#claim-b-15")).to_be_visible()
    expect(phone.locator("#claim-c-04")).to_be_visible()
    phone.get_by_role("button", name="Fold all parts").tap()
    expect(phone.locator("#claim-c-04")).to_be_hidden()
    page.goto((site / "book/appendix/claims.html").as_uri() + "#claim-c-04")
    expect(page.locator("#claim-c-04")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("name", "anchor"),
    [
        ("book/exercises/assessment-protocol/assessment-protocol", "hand-in"),
        ("book/assessment/what-stops", "key-points"),
        (PAGE, "claim-c-18"),
    ],
)
@pytest.mark.parametrize("place", ["disk", "server"])
def test_an_address_leads_to_its_part_although_activities_come_late(page, site, served, name, anchor, place):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((f"{served}/{name}.html" if place == "server" else (site / f"{name}.html").as_uri()) + f"#{anchor}")
    ready(page)
    page.wait_for_function(
        """id => {
            const top = document.getElementById(id).getBoundingClientRect().top;
            return top > 0 && top < 160;
        }""",
        arg=anchor,
    )


def test_a_reader_who_has_moved_on_is_not_taken_back(page, site):
    page.goto((site / "book/assessment/what-stops.html").as_uri() + "#key-points")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -3000)
    ready(page)
    page.evaluate("document.querySelector('article').style.paddingTop = '400px'")
    page.wait_for_timeout(300)
    assert page.locator("#key-points").bounding_box()["y"] > 800


def test_every_page_that_an_activity_names_is_a_link_that_leads_there(site):
    named = 0
    for file in [*(site / "book").rglob("*.html"), *(site / "notebooks").glob("*.html")]:
        for state in map(json.loads, map(unescape, STATE.findall(file.read_text(encoding="utf-8")))):
            leads = state.get("leads", {})
            for title in titles(state.get("content")):
                assert (file.parent / leads[title][0]).resolve().is_file(), f"{file}: {title}"
                named += 1
            for address, *_ in leads.values():
                assert not address or (file.parent / address.partition("#")[0]).exists(), f"{file}: {address}"
    assert named > 100


def titles(content):
    for node in (content or {}).get("nodes", {}).values():
        for choice in node.get("choices", {}).values():
            if choice.get("page"):
                yield choice["page"]


def test_the_sources_of_an_activity_are_called_by_name_and_lead_to_their_entry(page, site):
    page.goto((site / "book/evidence/see-for-yourself.html").as_uri())
    ready(page)
    source = page.locator(".cw-source", has_text="muthukumaraswamy").or_(
        page.locator(".cw-source", has_text="Muthukumaraswamy")
    )
    assert "Muthukumaraswamy" in source.first.text_content()
    assert "muthukumaraswamy2021" not in source.first.text_content()
    assert source.first.locator("a[href='#claim-c-14b']").count() == 1


def test_an_open_question_in_the_panel_is_a_link_to_it(touched):
    page = touched(390, "disk", "book/exercises/measures/measures")
    page.locator(".cw-progress a").nth(2).tap()
    target = page.evaluate("decodeURIComponent(location.hash)")
    expect(page.locator(f"[id='{target[1:]}']")).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("within", ["p", "td"])
def test_tab_goes_on_past_a_claim_and_escape_comes_back_to_it(page, site, width, within):
    """Past the links of the panel comes what follows the sentence; in a table, the next link of the table."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / f"{PAGE}.html").as_uri())
    ready(page)
    mark = page.locator("article td .cw-claim a" if within == "td" else "article section > p .cw-claim a").first
    mark.press("Enter")
    panel = panel_of(page)
    for _ in range(panel.locator("a, button").count() + 1):
        expect(panel).to_be_visible()
        page.keyboard.press("Tab")
    where = page.evaluate("""() => {
        const [mark, at] = [document.querySelector("[aria-expanded=true]"), document.activeElement];
        const marks = [...document.querySelectorAll("article a.cw-opens")];
        const panel = at.closest(".cw-inplace") !== null;
        return [panel, marks.indexOf(at) - marks.indexOf(mark), at.closest("table") === mark.closest("table")];
    }""")
    inside, further, same_table = where
    assert not inside
    assert further == 1 or (within == "p" and further > 0)
    assert same_table
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(mark).to_be_focused()
