"""Where one stands, and where one goes on: the first minutes of a reader, and the marks that stand after a reload."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from casework import answers
from casework.book.place import minutes, spoken
from tests.browser.conftest import ROOT, ready

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(browser):
    context = browser.new_context(**PHONE, accept_downloads=True, service_workers="block")
    yield context.new_page()
    context.close()


def inventory(site):
    text = (site / "_static" / "course.js").read_text(encoding="utf-8")
    return json.loads(text.partition("=")[2].strip().rstrip(";"))


def test_a_readers_first_minutes_on_a_phone(phone, site, tmp_path):
    """Open, menu, first chapter, answer, leave, come back, continue, hand in: all by touch."""
    page = phone
    page.goto((site / "index.html").as_uri())
    page.wait_for_url("**/book/intro.html")
    ready(page)
    expect(page.get_by_role("link", name="Start the course")).to_be_visible()

    page.get_by_role("button", name="Chapters").tap()
    menu = page.get_by_role("dialog")
    menu.get_by_role("link", name="What ketamine is").tap()
    page.wait_for_url("**/what-ketamine-is.html")
    ready(page)
    asked = len(next(one for one in inventory(site)["pages"] if one["page"].endswith("what-ketamine-is"))["asks"])
    head = page.locator(".cw-place")
    expect(head).to_contain_text(f"{asked} activities on this page")
    head.get_by_role("link", name="Go to the first").tap()
    activity = page.locator(".cw-mount").first
    expect(activity.locator("fieldset").first).to_be_in_viewport()
    answer_first(activity)
    expect(head).to_contain_text(f"1 of {asked} tried")

    page.goto("about:blank")
    page.goto((site / "book" / "intro.html").as_uri())
    ready(page)
    page.get_by_role("link", name="Continue at: What ketamine is").tap()
    page.wait_for_url("**/what-ketamine-is.html#**")
    ready(page)
    expect(activity.locator("fieldset").first).to_be_in_viewport()
    expect(head).to_contain_text(f"1 of {asked} tried")

    page.goto((site / "book" / "exercises" / "test-form-a" / "test-form-a.html").as_uri())
    ready(page)
    page.get_by_label("Your id").first.fill("T017")
    radio = page.locator(".cw-mount input[type=radio]").first
    radio.tap()
    page.get_by_role("button", name="Download my answers").first.scroll_into_view_if_needed()
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").first.tap()
    event.value.save_as(tmp_path / "answers.json")
    handed_in = answers.read(tmp_path / "answers.json")
    assert handed_in["trainee"] == "T017"
    assert len(handed_in["answers"]) == 1
    page.get_by_role("button", name="Chapters").tap()
    expect(page.get_by_role("dialog").get_by_role("link", name="Test, form A 1 of 16")).to_have_count(1)


def answer_first(activity):
    """Give the activity an answer as a finger would, whatever its kind."""
    if (choices := activity.locator("input[type=radio], input[type=checkbox]")).count():
        choices.first.tap()
    elif (lists := activity.locator("select")).count():
        lists.first.select_option(index=1)
    else:
        activity.locator("textarea, input").first.fill("3")
        activity.locator("textarea, input").first.blur()


def marks(page):
    """What stands on the page beside the answers: marks, reasons, what was said of the check."""
    return page.locator(".cw-mark, .cw-reason, .cw-status, .cw-lesson").evaluate_all(
        "all => all.map((part) => [part.className, part.textContent, part.checkVisibility()])"
    )


def test_marks_and_reasons_stand_again_after_a_reload(site, page):
    page.goto((site / "book" / "appendix" / "gallery.html").as_uri())
    ready(page)
    checked = 0
    for activity in page.locator(".cw-mount").all():
        check = activity.get_by_role("button", name="Check", exact=True)
        radio = activity.get_by_role("radio").first
        if check.count() and radio.count():
            radio.check()
            check.press("Enter")
            checked += 1
    assert checked >= 2
    before = marks(page)
    assert any(shown for _, text, shown in before if text)
    page.reload()
    ready(page)
    assert marks(page) == before
    page.get_by_role("button", name="Show all reasons").locator("visible=true").first.press("Enter")
    before = marks(page)
    page.reload()
    ready(page)
    assert marks(page) == before


def test_a_changed_answer_takes_the_marks_away_also_after_a_reload(site, page):
    page.goto((site / "book" / "assessment" / "at-a-glance.html").as_uri())
    ready(page)
    activity = page.locator(".cw-choice").filter(has=page.get_by_role("radio")).first
    activity.get_by_role("radio").first.check()
    activity.get_by_role("button", name="Check").press("Enter")
    expect(activity.locator(".cw-status")).not_to_be_empty()
    page.reload()
    ready(page)
    expect(activity.locator(".cw-status")).not_to_be_empty()
    activity.get_by_role("radio").nth(1).check()
    expect(activity.locator(".cw-status")).to_be_empty()
    page.reload()
    ready(page)
    expect(activity.locator(".cw-status")).to_be_empty()
    expect(activity.get_by_role("radio").nth(1)).to_be_checked()


def test_the_order_is_one(site):
    """The start page's button and the Next buttons lead through the pages in the order of the contents."""
    pages = [one["page"] for one in inventory(site)["pages"]]
    start = (site / "book" / "intro.html").read_text(encoding="utf-8")
    assert re.search(r'class="cw-go" href="([^"]+)"', start)[1] == "handing-in.html" == pages[0].split("/")[1] + ".html"
    for page, following in zip(["book/intro", *pages], pages, strict=False):
        html = (site / f"{page}.html").read_text(encoding="utf-8")
        (found,) = re.findall(r'class="right-next"\s+href="([^"]+)"', html)
        assert (site / page).parent.joinpath(found).resolve() == (site / f"{following}.html").resolve(), page
    assert "This is the last page on the way through the course." in (site / f"{pages[-1]}.html").read_text("utf-8")


def test_the_hours_of_the_start_page_are_those_of_the_pages(site):
    pages = inventory(site)["pages"]
    for one in pages:
        path = ROOT / f"{one['page']}.md"
        if path.is_file():
            head = re.sub(r"\{uncited\}`(\d+)`", r"\1", path.read_text(encoding="utf-8")[:1500])
            assert (one["read"], one["practise"]) == minutes(head), one["page"]
            assert one["read"], one["page"]
        else:
            assert one["practise"], one["page"]
    start = (site / "book" / "intro.html").read_text(encoding="utf-8")
    assert f"{spoken(sum(one['read'] for one in pages))} of reading" in start
    assert f"{spoken(sum(one['practise'] for one in pages if one['exercise']))} of graded work" in start


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("About 11 minutes to read and 30 to practise.", (11, 30)),
        ("About 4 minutes to read.", (4, 0)),
        ("About 8 minutes to read and 25 to try.", (8, 25)),
        ("Practice has no marks. About 30 minutes.", (0, 30)),
        ("Allow about 55 minutes, and have a calculator.", (0, 55)),
        ("A page to come back to.", (0, 0)),
    ],
)
def test_minutes_are_read_as_a_page_says_them(text, found):
    assert minutes(text) == found


DENIED = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, {
        configurable: true, get() { throw new DOMException("denied", "SecurityError"); },
    });"""


def test_where_storage_is_denied_the_page_says_so_and_all_of_it_works(browser, served):
    """As with all site data blocked: the menu opens, a claim opens in place, an activity answers, nothing is claimed."""
    context = browser.new_context(**PHONE, service_workers="block")
    context.add_init_script(DENIED)
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(error))
    page.goto(f"{served}/book/evidence/depression.html")
    ready(page)
    expect(page.get_by_text("This browser does not keep what you do here")).to_be_visible()
    page.locator(".cw-claim a").first.tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    activity = page.locator(".cw-mount").first
    answer_first(activity)
    expect(page.locator("article section > .cw-place")).to_contain_text("1 of")
    page.get_by_role("button", name="Chapters").tap()
    expect(page.get_by_role("dialog").get_by_role("link", name="The couple session")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{served}/search.html?q=strangulation")
    expect(page.locator("#search-results li a").first).to_be_visible(timeout=20_000)
    context.close()
    assert not troubles


HOSTILE = {
    "reader": '{"at": {"mechanisms-and-limits": "x"}, "pages": 7, "last": [], "open": {"mechanisms-and-limits": 3}}',
    "practice": '{"format": "casework-answers/1", "assignment": "practice", "edition": "", "trainee": "", '
    '"saved": "2026-01-01T00:00:00Z", "answers": {}, "checked": null}',
    "mechanisms-and-limits": "[1]",
}


@pytest.mark.parametrize("name", ["exercises/mechanisms-and-limits/mechanisms-and-limits", "assessment/at-a-glance"])
def test_damaged_records_of_places_and_marks_harm_no_page(page, site, name):
    address = (site / "book" / f"{name}.html").as_uri()
    page.goto(address)
    ready(page)
    prefix = page.evaluate(
        "Object.keys(localStorage).find((key) => key.endsWith(' reader')).slice(0, -'reader'.length)"
    )
    for record, text in HOSTILE.items():
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [prefix + record, text])
    page.goto("about:blank")
    page.goto(address)
    ready(page)
    expect(page.locator(".cw-mount:not(.cw-live)")).to_have_count(0)
    page.locator(".cw-mount").get_by_role("radio").first.check()
    expect(page.locator(".bd-links .cw-tick", has_text="1 of").first).to_have_count(1)


def test_only_what_was_right_or_is_complete_is_called_done_and_nothing_solved(page, site):
    """A wrong choice is tried; a written answer, which nothing can check, is done and not solved."""
    page.goto((site / "book" / "assessment" / "at-a-glance.html").as_uri())
    ready(page)
    head = page.locator("article section > .cw-place")
    choice = page.locator(".cw-choice").filter(has=page.get_by_role("radio")).first
    for radio in choice.get_by_role("radio").all():
        radio.check()
        choice.get_by_role("button", name="Check", exact=True).press("Enter")
        if "Right" in (choice.locator(".cw-status").text_content() or ""):
            break
        expect(head).to_contain_text("1 of")
        expect(head).not_to_contain_text("done")
    expect(head).to_contain_text("1 done")
    page.locator(".cw-write textarea").first.fill("I would say it again.")
    page.locator(".cw-write textarea").first.blur()
    expect(head).to_contain_text(re.compile(r"2 of \d+ tried, 2 done"))
    expect(page.locator("body")).not_to_contain_text("solved")


def continue_on(page, site):
    """The start page as a reader finds it, and where its button leads."""
    page.goto((site / "book" / "intro.html").as_uri())
    ready(page)
    return page.locator(".cw-go")


def test_the_start_page_leads_on_to_the_last_page_with_work_and_never_to_what_is_only_looked_up(page, site):
    expect(continue_on(page, site)).to_have_text("Start the course")
    for looked_up in ("book/your-work", "book/appendix/glossary", "search"):
        page.goto((site / f"{looked_up}.html").as_uri())
        if looked_up != "search":
            ready(page)
        expect(continue_on(page, site)).to_have_text("Start the course")
    page.goto((site / "book" / "treatment" / "stopping.html").as_uri())
    ready(page)
    for looked_up in ("book/your-work", "book/handing-in", "book/appendix/glossary", "search"):
        page.goto((site / f"{looked_up}.html").as_uri())
        if looked_up != "search":
            ready(page)
        page.mouse.wheel(0, 100_000)
        expect(continue_on(page, site)).to_have_text("Continue at: Stopping and ending")


@pytest.mark.parametrize("name", ["book/assessment/at-a-glance", "book/exercises/measures/measures"])
def test_the_start_page_leads_back_to_the_activity_that_was_used_last(page, site, name):
    page.goto((site / f"{name}.html").as_uri())
    ready(page)
    page.locator(".cw-mount").get_by_role("radio").last.check()
    activity = page.locator(".cw-mount").filter(has=page.locator("input:checked"))
    expect(activity).to_have_count(1)
    place = activity.get_attribute("id")
    continue_on(page, site).click()
    page.wait_for_url(f"**/{name}.html#**")
    ready(page)
    expect(page.locator(f"[id='{place}'] input:checked")).to_be_in_viewport()


def test_the_map_counts_as_many_exercises_as_there_are(site):
    """The test stands among the exercises in the menu, and is not one of the eight."""
    start = (site / "book" / "intro.html").read_text(encoding="utf-8")
    assert sum(int(number) for number in re.findall(r"(\d+) exercises?\b(?!,? and)", start)) == 8
    assert "There are eight" in start
    assert re.findall(r"(\d+) tests?\b", start) == ["1"]
