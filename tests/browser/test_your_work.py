"""*Your work*: what a browser keeps is told, goes into one file, comes back elsewhere, and is cleared when asked."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from casework import work
from tests.browser.conftest import kept, ready
from tests.browser.test_activities import first, graded, handed_in, type_id

NAME = "assessment-protocol"
EXERCISES = [{"name": NAME, "title": "Assessment protocol", "items": ["one", "two", "three"], "page": "page.html"}]
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


@pytest.fixture
def course(show, tmp_path):
    """An exercise with a practice activity on one page, and *Your work* on another; gives the browser's page."""
    (tmp_path / "sheet").mkdir()
    sheet, items = graded(tmp_path / "sheet")
    page = show(first(), *items, sheet=sheet)
    data = json.dumps(EXERCISES).replace('"', "&quot;")
    (tmp_path / "work.html").write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Your work</title>"
        "<link rel=stylesheet href=casework.css><script defer src=casework.js></script>"
        f'<main><h1>Your work</h1><div class=cw-work-mount data-exercises="{data}"><p>Not run.</p></div></main></html>'
    )
    page.folder = tmp_path
    return page


def to_work(page):
    page.goto((page.folder / "work.html").as_uri())
    ready(page)


def to_exercise(page):
    page.goto((page.folder / "page.html").as_uri())
    ready(page)


def press(page, name):
    page.get_by_role("button", name=name).click()


def answer(page, trainee="T1", option="A", words="Written here."):
    """What a trainee does first: an id, a practice activity, two questions."""
    if trainee:
        type_id(page, trainee)
    page.get_by_label("Both together").check()
    page.get_by_label(option, exact=True).check()
    page.get_by_label("Your answer").fill(words)
    page.get_by_label("Your answer").blur()


def downloaded(page, button="Download all my work"):
    """The file that a press gives, and what it holds."""
    with page.expect_download() as event:
        press(page, button)
    file = page.folder / event.value.suggested_filename
    event.value.save_as(file)
    return file, json.loads(file.read_text())


def bring(page, content):
    """Choose a file with this content."""
    buffer = (content if isinstance(content, str) else json.dumps(content)).encode()
    page.locator("input[type=file]").set_input_files(
        [{"name": "w.json", "mimeType": "application/json", "buffer": buffer}]
    )


def all_kept(page):
    return page.evaluate("Object.keys(localStorage).sort()")


def test_all_work_goes_into_one_file_is_cleared_and_comes_back(course):
    page = course
    answer(page)
    to_work(page)
    parts, status = page.locator(".cw-work-parts"), page.get_by_role("status")
    expect(parts).to_contain_text("Assessment protocol: T1's · 2 of 3 questions have an answer · saved ")
    expect(parts).to_contain_text("Practice: 1 activity tried")
    file, held = downloaded(page)
    assert (file.name, held["format"], held["trainee"]) == ("T1-all-work.json", "casework-work/1", "T1")
    assert sorted(held["kept"]) == [NAME, "practice", "reader"]
    expect(status).to_have_text("Look in your downloads for T1-all-work.json.")
    expect(page.get_by_text("No file came? Copy this text into a file named T1-all-work.json")).to_be_visible()
    (sheet,) = work.current_sheets(file.read_bytes()).values()
    assert json.loads(sheet)["answers"] == {"one": "a", "three": "Written here."}

    press(page, "Clear this computer")
    asked = page.get_by_role("group", name="Clear this computer")
    expect(asked).to_contain_text("Assessment protocol: T1's · 2 of 3")
    expect(asked.get_by_role("button").first).to_be_focused()
    with page.expect_download():
        press(page, "Download all my work first")
    expect(asked).to_be_visible()
    press(page, "Keep everything")
    expect(parts).to_contain_text("T1's")
    press(page, "Clear this computer")
    press(page, "Clear this computer now")
    expect(parts).to_have_text("Nothing of this course is kept in this browser.")
    assert all_kept(page) == []
    to_exercise(page)
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()

    to_work(page)
    page.locator("input[type=file]").set_input_files(file)
    expect(status).to_have_text("Your work from the file is here.")
    expect(page.get_by_label("Your id")).to_have_value("T1")
    to_exercise(page)
    expect(page.get_by_label("A", exact=True)).to_be_checked()
    expect(page.get_by_label("Both together")).to_be_checked()
    expect(page.get_by_label("Your answer")).to_have_value("Written here.")
    expect(page.get_by_label("Your id")).to_have_value("T1")


def test_the_id_is_entered_once(course):
    page = course
    to_work(page)
    type_id(page, "no/id")
    expect(page.get_by_role("status")).to_contain_text("An id has letters")
    type_id(page, "T7")
    to_exercise(page)
    expect(page.get_by_label("Your id")).to_have_value("T7")
    answer(page, trainee="")
    assert kept(page, NAME)["trainee"] == "T7"
    assert handed_in(page, page.folder / "a.json")["trainee"] == "T7"


def test_everything_of_one_person_is_set_aside_for_another_and_comes_back_with_the_id(course):
    page = course
    answer(page)
    to_work(page)
    press(page, "Begin anew for someone else")
    expect(page.get_by_text("Everything of T1 is set aside, and that id brings it back.")).to_be_visible()
    press(page, "Set it aside, and begin anew")
    expect(page.get_by_role("status")).to_contain_text("The answers of T1 are set aside; they come back with that id.")
    expect(page.locator(".cw-work-parts")).to_contain_text("Practice: set aside, of T1")
    to_exercise(page)
    expect(page.get_by_label("Your id")).to_have_value("")
    expect(page.get_by_label("Both together")).not_to_be_checked()
    answer(page, "T2", "B", "Another's.")
    press(page, "Begin anew for someone else")
    press(page, "Set T2's aside, and begin anew")  # from an exercise: practice goes too
    expect(page.get_by_label("Both together")).not_to_be_checked()
    to_work(page)
    type_id(page, "T1")
    expect(page.get_by_role("status")).to_contain_text("What T1 left here is back.")
    type_id(page, "T2")
    whose = page.get_by_role("group", name="Whose work is this?")
    expect(whose).to_contain_text("Here is work of T1. Whose is it?")
    press(page, "Leave everything as it was")
    expect(page.get_by_label("Your id")).to_have_value("T1")
    to_exercise(page)
    expect(page.get_by_label("Both together")).to_be_checked()
    expect(page.get_by_label("Your answer")).to_have_value("Written here.")
    to_work(page)
    type_id(page, "T2")
    press(page, "It is T1's. Set it aside; I am T2")
    to_exercise(page)
    expect(page.get_by_label("Your answer")).to_have_value("Another's.")
    assert handed_in(page, page.folder / "a.json")["trainee"] == "T2"


def test_answers_without_an_id_ask_whose_they_are(course):
    page = course
    answer(page, trainee="")
    to_work(page)
    expect(page.locator(".cw-work-parts")).to_contain_text("no id yet · 2 of 3")
    type_id(page, "T3")
    press(page, "They are mine: put T3 on them")
    expect(page.locator(".cw-work-parts")).to_contain_text("T3's · 2 of 3")


def test_what_has_no_id_is_set_aside_and_listed_and_no_id_brings_it_back(course):
    page = course
    answer(page, trainee="")
    to_work(page)
    press(page, "Begin anew for someone else")
    expect(page.get_by_text("What is here has no id, so that no id brings it back: download it first.")).to_be_visible()
    press(page, "Set it aside, and begin anew")
    expect(page.get_by_role("status")).to_have_text("What had no id is set aside, and listed above.")
    expect(page.locator(".cw-work-parts")).to_contain_text("Assessment protocol: set aside, without an id")
    to_exercise(page)
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Your answer")).to_have_value("")


def test_work_of_another_is_set_aside_and_not_mixed(course):
    page = course
    answer(page)
    to_work(page)
    _, held = downloaded(page)
    press(page, "Begin anew for someone else")
    press(page, "Set it aside, and begin anew")
    to_exercise(page)
    answer(page, "T2", "B", "Another's.")
    to_work(page)
    bring(page, held)
    whose = page.get_by_role("group", name="Whose work is this?")
    expect(whose).to_contain_text("The file holds work of T1, and here is work of T2.")
    expect(whose.get_by_role("button", name="put it together")).to_have_count(0)
    press(page, "Set aside what is here, and bring the file back")
    expect(page.get_by_role("status")).to_contain_text("The answers of T2 are set aside")
    assert kept(page, NAME)["answers"] == {"one": "a", "three": "Written here."}
    assert kept(page, f"{NAME}@T2")["answers"] == {"one": "b", "three": "Another's."}
    expect(page.get_by_label("Your id")).to_have_value("T1")


def test_of_two_answers_the_later_one_counts_and_the_other_is_set_aside(course):
    page = course
    answer(page)
    to_work(page)
    _, held = downloaded(page)
    older, newer = json.loads(json.dumps(held)), json.loads(json.dumps(held))
    older["kept"][NAME] |= {"saved": "2020-01-01T00:00:00Z", "answers": {"one": "b", "two": {"k": "x"}}}
    newer["kept"][NAME] |= {"saved": "2099-01-01T00:00:00Z", "answers": {"one": "b", "three": ""}, "edition": "000000"}
    bring(page, older)
    expect(page.get_by_role("status")).to_have_text("Your work from the file is here.")
    assert kept(page, NAME)["answers"] == {"one": "a", "three": "Written here.", "two": {"k": "x"}}
    assert kept(page, f"{NAME}@T1") is None
    expect(page.locator(".cw-work-parts")).to_contain_text("3 of 3")
    bring(page, newer)
    expect(page.locator(".cw-work-parts")).to_contain_text("an older copy, of T1")
    assert kept(page, NAME)["answers"] == {"one": "b", "three": "Written here.", "two": {"k": "x"}}
    assert kept(page, f"{NAME}@T1+")["answers"]["one"] == "a"
    press(page, "Begin anew for someone else")
    press(page, "Set it aside, and begin anew")
    type_id(page, "T1")
    expect(page.get_by_role("status")).to_contain_text("What T1 left here is back.")
    assert kept(page, NAME)["answers"]["one"] == "b", "the id brings back the newest, and not an older copy"
    to_exercise(page)
    expect(page.get_by_role("group", name="Answered in an earlier edition")).to_contain_text("Question 1 was")


SHEET = {"format": "casework-answers/1", "assignment": NAME, "edition": "", "trainee": "T1"}
SHEET |= {"saved": "2026-01-01T00:00:00Z", "answers": {"one": "b"}}
FILE = {"format": "casework-work/1", "course": "", "saved": "2026-01-01T00:00:00Z", "trainee": "T1", "kept": {}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{half", "or it is damaged"),
        ("[]", "or it is damaged"),
        ("null", "or it is damaged"),
        (SHEET, "open that exercise, and press Resume from a file there"),
        ({**FILE, "kept": 7}, "or it is damaged"),
        ({**FILE, "course": "another"}, "belongs to another course"),
        ({**FILE, "kept": {NAME: {**SHEET, "answers": []}}}, "A part of that file is damaged"),
        ({**FILE, "kept": {NAME: {**SHEET, "trainee": HOSTILE}}}, "A part of that file is damaged"),
        ({**FILE, "kept": {NAME: {**SHEET, "assignment": "other"}}}, "A part of that file is damaged"),
        ({**FILE, "kept": {NAME: {**SHEET, "editions": {"one": HOSTILE}}}}, "A part of that file is damaged"),
        ({**FILE, "kept": {"reader": {"trainee": "../x"}}}, "A part of that file is damaged"),
        (" " * 10_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_brought_back_changes_nothing(course, content, said):
    page = course
    answer(page)
    before = kept(page, NAME)
    to_work(page)
    bring(page, content)
    expect(page.get_by_role("status")).to_contain_text(said)
    expect(page.get_by_role("status")).to_contain_text("nothing was changed" if content != SHEET else "that exercise")
    assert kept(page, NAME) == before


def test_nothing_of_a_file_acts_as_markup(course):
    page = course
    to_work(page)
    strange = {HOSTILE: "x", "__proto__": {"one": 1}}
    parts = {
        "other": {**SHEET, "assignment": "other", "answers": {HOSTILE: HOSTILE}},
        f"other@{HOSTILE}": {**SHEET, "assignment": "other", "answers": {"x": HOSTILE}},
        "practice": {**SHEET, "assignment": "practice", "trainee": "", "answers": strange},
        "reader": {"pages": strange, "last": HOSTILE},
        HOSTILE: {"a": 1},
        "later": {"of": "another version"},
    }
    bring(page, {**FILE, "kept": parts})
    expect(page.get_by_role("status")).to_contain_text("1 part that this edition does not know was left out.")
    expect(page.locator(".cw-work-parts")).to_contain_text(f"set aside, of {HOSTILE}")
    assert page.title() == "Your work"
    assert page.locator("main img, main script").count() == 0
    assert page.evaluate("({}).one") is None


def test_a_browser_that_keeps_nothing_is_named_and_one_that_does_is_asked_to_stay_once(course, context):
    page = course
    page.add_init_script(
        "if (globalThis.StorageManager) { StorageManager.prototype.persisted = async () => false; "
        "StorageManager.prototype.persist = async () => "
        "{ sessionStorage.asked = Number(sessionStorage.asked ?? 0) + 1; return false; }; }"
    )
    to_exercise(page)
    assert page.evaluate("sessionStorage.asked") is None
    answer(page)
    to_exercise(page)
    page.get_by_label("B", exact=True).check()
    assert page.evaluate("sessionStorage.asked") == "1"
    to_work(page)
    expect(page.get_by_text("This browser has not promised to keep it")).to_be_visible()
    denied = context.new_page()
    denied.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    denied.goto(page.url)
    expect(denied.get_by_text("This browser does not keep what you do here")).to_be_in_viewport()
    newer = {**SHEET, "saved": "2099-01-01T00:00:00Z"}
    bring(denied, {**FILE, "kept": {NAME: newer}})
    expect(denied.locator(".cw-status")).to_have_text("This browser has no room for all of it: keep the file.")
    agreeing = context.new_page()
    agreeing.add_init_script("if (globalThis.StorageManager) StorageManager.prototype.persisted = async () => true")
    agreeing.goto(page.url)
    expect(agreeing.get_by_text("This browser has agreed to keep it until you clear it yourself.")).to_be_visible()


def test_the_page_fits_a_phone_and_reads_without_scripts(course, plain_page):
    page = course
    answer(page)
    page.set_viewport_size({"width": 320, "height": 700})
    to_work(page)
    press(page, "Clear this computer")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in page.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44, button.inner_text()
    plain_page.goto(page.url)
    expect(plain_page.get_by_text("Not run.")).to_be_visible()


def test_the_list_names_all_exercises_of_the_book(site):
    html = (site / "book" / "your-work.html").read_text(encoding="utf-8")
    names = re.findall(r"&quot;name&quot;: &quot;([a-z-]+)&quot;", html) or re.findall(r'"name": "([a-z-]+)"', html)
    folder = site / "book" / "exercises"
    assert sorted(names) == sorted(path.name for path in folder.iterdir() if path.is_dir())
