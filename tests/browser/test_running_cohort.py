"""A browser that has been answering for weeks: the pages of this tree show all that an earlier version kept in it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from casework import answers
from tests.browser.conftest import keep_as_before, kept, ready
from tests.test_exercise_items import EXERCISES
from tests.test_running_cohort import EDITIONS, KEPT, NOW, gone, new_items, practised, rehearsed

STORES = json.loads((KEPT / "browser.json").read_text(encoding="utf-8"))
PRACTICE = STORES["casework:practice"]["answers"]
LAB = json.loads((KEPT / "practice.json").read_text(encoding="utf-8"))["answers"]
CHAPTERS = {
    "book/appendix/gallery": ["gallery"],
    "book/vignettes/twelve-lines": ["twelve-lines"],
    "book/vignettes/walls-too-high-sessions": [
        "couple-session-maya-and-daniel",
        "alone-with-maya",
        "alone-with-daniel",
    ],
    "book/assessment/measures": ["measures"],
    "book/vignettes/fine-on-paper": ["fine-on-paper"],
}
TOLD = {
    "assessment-protocol": "13 of 16 answered; open: 10, 14, 15.",
    "test-form-a": "4 of 16 answered; open: 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16. 13 questions that are not scored are open.",
}
UNRATED, RATINGS = "Rate yourself …", ["Not yet", "Partly", "Yes"]


def visit(page, address, stores=None):
    """Open a page, in a browser that kept `stores` where they are given, and name each place by its activity."""
    page.goto(address.as_uri())
    ready(page)
    if stores:
        keep_as_before(page, {key.removeprefix("casework:"): sheet for key, sheet in stores.items()})
    page.evaluate(
        "document.querySelectorAll('.cw-mount').forEach("
        "(place) => { place.dataset.name = JSON.parse(place.dataset.casework).name ?? ''; })"
    )


# -- what a person sees of an answer, by kind ---------------------------------------------------------


def see_choice(place, activity, answer):
    chosen = answer if activity.many else [answer]
    for name, option in activity.options.items():
        box = place.get_by_role("checkbox" if activity.many else "radio", name=option.text, exact=True)
        expect(box).to_be_checked(checked=name in chosen)


def see_order(place, activity, answer):
    expect(place.locator("ol > li")).to_contain_text([activity.steps[step].text for step in answer])


def see_cards(place, activity, answer):
    for name, card in activity.cards.items():
        home = answer.get(name, "")
        expect(place.locator(f'[data-bin="{home}"]')).to_contain_text(card.text)
        expect(place.get_by_label(f"Where to put: {card.text}", exact=True)).to_have_value(home)


def see_number(place, activity, answer):
    expect(place.get_by_role("textbox")).to_have_value(f"{answer:g}" if answer is not None else "")


def see_rating(place, activity, answer):
    expect(place.get_by_role("radio").nth(answer - 1)).to_be_checked()


def see_text(place, activity, answer):
    expect(place.get_by_label("Your answer")).to_have_value(answer)


def see_codes(place, activity, answer):
    for number, turn in enumerate(activity.to_code):
        expect(place.get_by_role("combobox").nth(number)).to_have_value(answer.get(turn, ""))


def see_form(place, activity, answer):
    expect(place.locator("input:checked")).to_have_count(len(answer))
    for item, code in answer.items():
        box = place.locator(f'input[name="{item}"][value="{code}"]')
        expect(box).to_be_checked()
        expect(box).to_be_visible()


def see_session(place, activity, answer):
    talk, end = place.get_by_role("log"), activity.nodes[activity.steps[answer[-1]].next].end
    for step in answer:
        expect(talk).to_contain_text(activity.steps[step].text)
    if end:
        expect(talk).to_contain_text(end.title)
    else:
        expect(place.get_by_text("What do you say or do next?")).to_be_visible()
    expect(place.get_by_text("did not fit this interview")).to_have_count(0)


def see_rehearsal(place, answer):
    """The words stand in their fields, and what was rated shows its rating; what comes after them is open."""
    texts = rehearsed(answer)
    fields = place.locator("textarea:visible").evaluate_all("all => all.map((field) => field.value)")
    assert fields[: len(texts)] == texts
    assert not any(fields[len(texts) :])
    if not all(texts):
        return  # what was rated and then emptied counts as open
    begun = [part["ratings"] for part in answer.values() if set(part["ratings"]) - {None}]
    ratings = [UNRATED if rating is None else RATINGS[rating] for part in begun for rating in part]
    shown = place.locator("select:visible").evaluate_all("all => all.map((list) => list.selectedOptions[0].text)")
    assert shown[: len(ratings)] == ratings
    assert set(shown[len(ratings) :]) <= {UNRATED}


SEE = {
    "choice": see_choice,
    "order": see_order,
    "sort": see_cards,
    "cyclemap": see_cards,
    "number": see_number,
    "rate": see_rating,
    "write": see_text,
    "transcript": see_codes,
    "questionnaire": see_form,
    "interview": see_session,
}


def see(page, name, activity, answer):
    """Fail unless the page shows `answer` where it shows the activity `name`."""
    place = page.locator(f'[data-name="{name}"]')
    expect(place).to_have_count(1)
    if rehearsed(answer):
        see_rehearsal(place, answer)
    else:
        SEE[activity.kind](place, activity, answer)


# -- the book -----------------------------------------------------------------------------------------


def test_the_kept_browser_holds_every_kind():
    assert {practised(name).kind for name in PRACTICE if name.startswith("gallery/")} >= set(SEE)
    assert set(PRACTICE) == {name for name in PRACTICE for pages in CHAPTERS.values() if name.split("/")[0] in pages}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_every_answer_again_and_keeps_it(chapter, page, site, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    visit(page, site / f"{chapter}.html", STORES)
    here = {name: answer for name, answer in PRACTICE.items() if name.split("/")[0] in CHAPTERS[chapter]}
    for _ in range(2):
        for name, answer in here.items():
            see(page, name, practised(name).activity, answer)
        after = kept(page, "practice")["answers"]
        assert list(after) == list(PRACTICE)
        assert None not in after.values()
        visit(page, site / f"{chapter}.html")


@pytest.mark.parametrize("name", ["twelve-lines/how-it-will-end", "twelve-lines/a-quiet-man"])
def test_a_rehearsal_goes_on_where_it_stopped(name, page, site):
    chapter = site / "book" / "vignettes" / "twelve-lines.html"
    visit(page, chapter, STORES)
    (text,) = rehearsed(PRACTICE[name])
    place = page.locator(f'[data-name="{name}"]')
    place.locator("select:visible").first.select_option("Yes")
    place.locator("textarea:visible").first.fill(f"{text} And more.")
    visit(page, chapter)  # what was just typed is saved when the page is left
    ratings = [2, *PRACTICE[name]["line"]["ratings"][1:]]
    see_rehearsal(place, {"line": {"text": f"{text} And more.", "ratings": ratings}})
    others = [other for other in PRACTICE if other.startswith("twelve-lines/") and other != name]
    for other in others:
        see_rehearsal(page.locator(f'[data-name="{other}"]'), PRACTICE[other])


@pytest.mark.parametrize("name", TOLD)
def test_an_exercise_shows_every_answer_and_hands_in_the_same(name, page, site, tmp_path):
    sheet, exercise = STORES[f"casework:{name}"], EXERCISES[name]
    visit(page, site / "book" / "exercises" / name / f"{name}.html", STORES)
    expect(page.get_by_label("Your id").first).to_have_value(sheet["trainee"])
    expect(page.get_by_text(TOLD[name], exact=True).first).to_be_visible()
    expect(page.get_by_role("group", name="Answered in an earlier edition")).to_have_count(0)
    asked = {**{item: found.activity for item, found in exercise.items.items()}, **exercise.unscored}
    for item, answer in sheet["answers"].items():
        see(page, item, asked[item], answer)
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").first.click()
    event.value.save_as(tmp_path / "answers.json")
    assert answers.read(tmp_path / "answers.json") == sheet


@pytest.mark.parametrize("name", EDITIONS)
def test_a_page_resumes_from_a_file_of_the_lab(name, page, site):
    file = KEPT / "sheets" / name / "of-the-lab.json"
    visit(page, site / "book" / "exercises" / name / f"{name}.html")
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_text("Your answers from the file are back.").first).to_be_visible()
    old = page.get_by_role("group", name="Answered in an earlier edition")
    expect(old.first).to_be_visible(visible=NOW[name] != EDITIONS[name])  # beside each of the two panels
    exercise = EXERCISES[name]
    asked = {**{item: found.activity for item, found in exercise.items.items()}, **exercise.unscored}
    for item, answer in answers.read(file)["answers"].items():
        if item not in gone(name):
            see(page, item, asked[item], answer)
    answered = len(exercise.items) - len(new_items(name))
    expect(page.get_by_text(f"{answered} of {len(exercise.items)} answered", exact=False).first).to_be_visible()


# -- a lab --------------------------------------------------------------------------------------------


def test_what_a_lab_kept_is_shown_by_its_widgets(show, tmp_path, monkeypatch):
    (work := tmp_path / "work").mkdir()
    monkeypatch.chdir(work)
    (work / "practice.json").write_bytes((KEPT / "practice.json").read_bytes())
    widgets = {name: practised(name) for name in LAB}
    page = show(*widgets.values())
    restored = {name: widget.response for name, widget in widgets.items()}
    visit(page, tmp_path / "page.html", {"casework:practice": {**STORES["casework:practice"], "answers": restored}})
    for name, widget in widgets.items():
        see(page, name, widget.activity, LAB[name])
