"""Questionnaire: the page scores as Python does, says so in words, and shows no wording a licence forbids."""

from __future__ import annotations

import base64
import dataclasses
import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework import ContentError, Questionnaire, Sheet, load_instrument, practice
from casework.content import load_activities
from casework.instruments import score_answers
from casework.instruments.checks import NEUTRAL_ITEM, NEUTRAL_OPTION
from casework.keys import ItemKey
from casework.scoring import credit, judge
from casework.widgets.front_end import module_text
from tests.browser.conftest import kept, ready
from tests.test_instruments import ALL, MAY_SHOW, OPEN, SUMMED, answers_with, codes, full

ROOT = Path(__file__).parents[2]
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"
MAYA = (1, 1, 2, 2, 0, 2, 1, 0, 0)
RIGHT = {f"item-{number}": {"code": 1, "feedback": f"Reason {number}."} for number in range(1, 4)}


def phq9(**more):
    return Questionnaire(**{"id": "low-mood", "prompt": "Fill it in.", "instrument": "phq9", **more})


def case(**more):
    return phq9(
        id="of-maya", prompt="Score it.", case=MAYA, who="Maya (fictional)", takeaway="The general point.", **more
    )


def story(**more):
    return Questionnaire(id="as-told", prompt="Fill it in as she tells it.", instrument="auditc", right=RIGHT, **more)


@pytest.fixture(scope="module")
def run(browser):
    """Calls a function of a front-end module on the same content and each of many lists of further arguments, in one go."""
    page = browser.new_page()
    page.goto("about:blank")

    def run(stem, function, content, calls):
        source = "data:text/javascript;base64," + base64.b64encode(module_text(stem).encode()).decode()
        # as text, which is quicker than value by value; what JSON does not know is named and so equals nothing of Python's
        found = page.evaluate(
            """async ([source, name, content, calls]) => {
            const module = await import(source);
            const plain = (key, value) => value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
            return JSON.stringify(JSON.parse(calls).map((args) => module[name](content, ...args)), plain);
        }""",
            [source, function, content, json.dumps(calls)],
        )
        return json.loads(found)

    yield run
    page.close()


# -- one table of rules ---------------------------------------------------------------------------


def contexts(form):
    return [{}, *({name: value} for name, part in form.context.items() for value in part.values)]


def some_answers(form):
    """Every worked example, every total, each item left out, what a skip rule leaves out, and many at random with gaps."""
    chance = random.Random(form.id)
    items = [item.id for item in form.items]
    yield from ({}, full(form))
    for vector in form.vectors:
        given = vector.responses
        yield given if isinstance(given, dict) else dict(zip(items, given, strict=True))
    if form.id in SUMMED and form.scoring.total.rule == "sum":
        low, high = form.scoring.total.range
        for total in range(low, high + 1):
            answers = answers_with(form, total)
            yield answers
            for name in items[:: max(1, len(items) // 3)]:
                yield {key: code for key, code in answers.items() if key != name}
    for skip in form.scoring.skips:
        for _ in range(40):
            low = {
                name: codes(form, next(i for i in form.items if i.id == name))[0]
                for limit in skip.when
                for name in limit.of
            }
            rest = {item.id: chance.choice(codes(form, item)) for item in form.items if item.id not in skip.left_out}
            kept = {name: chance.choice((0, 0, 1)) for name in skip.left_out if chance.random() < 0.3}
            yield {**rest, **low, **kept}
    for _ in range(300):
        gaps = chance.choice((0, 0, 0.1, 0.5))
        yield {item.id: chance.choice(codes(form, item)) for item in form.items if chance.random() >= gaps}


@pytest.mark.parametrize("name", OPEN)
def test_the_page_scores_as_python_does(run, name):
    form = load_instrument(name)
    shown = Questionnaire(id="any", prompt="Any.", instrument=name).content["form"]
    cases = [(answers, context) for answers in some_answers(form) for context in contexts(form)]
    assert len(cases) >= 300
    found = run("instrument", "score", shown, cases)
    for (answers, context), got in zip(cases, found, strict=True):
        score = score_answers(form, answers, context)
        expected = {
            "total": score.total,
            "between": score.between and list(score.between),
            "band": score.band,
            "flags": list(score.flags),
            "missing": list(score.missing),
            "skipped": list(score.skipped),
            "undecided": list(score.undecided),
            "subscales": score.subscales,
            "steps": score.steps,
            "points": score.points,
            "why": score.why,
        }
        assert {**got, "why": " ".join(got["why"])} == expected, (answers, context)


def test_share_of_items_is_the_same_rule_on_both_sides(run):
    activity = story().activity
    key = ItemKey(
        points=3,
        rationale="r",
        source=("s",),
        canary="c",
        right={item: answer["code"] for item, answer in RIGHT.items()},
    )
    cases = [{}, {"item-1": 1}, {"item-1": 1, "item-2": 0}, {"item-1": 1, "item-2": 1, "item-3": 1}, {"item-3": 4}]
    found = run("questionnaire", "credit", activity.as_data(), [[response] for response in cases])
    assert found == pytest.approx([0, 1 / 3, 1 / 3, 1, 0])
    dry = Questionnaire(
        id="dry", prompt="As told.", instrument="auditc", right={name: {"code": 0} for name in RIGHT}
    ).activity
    key_of_dry = dataclasses.replace(key, right=dict.fromkeys(RIGHT, 0))
    for response, share in (({"item-1": 0}, 1), ({"item-1": 0, "item-3": 1}, 1 / 3), ({"item-2": 0}, 1 / 3)):
        assert run("questionnaire", "credit", dry.as_data(), [[response]]) == pytest.approx([share])
        assert credit(dry, response, key_of_dry) == pytest.approx(share)
    assert found[1:] == pytest.approx([credit(activity, response, key) for response in cases[1:]])
    assert judge(activity, None, key).points == 0
    assert judge(activity, {"item-1": 1, "item-2": 1, "item-3": 1}, key).points == 3
    assert judge(activity, {"item-1": 9}, key).state == "ungraded"


def test_complete_means_the_same_on_both_sides(run):
    activity = phq9().activity
    cases = [None, {}, {"item-1": 0}, {f"item-{number}": 0 for number in range(1, 10)}]
    assert (
        run("questionnaire", "isComplete", activity.as_data(), [[each] for each in cases])
        == [activity.is_complete(each) for each in cases]
        == [False, False, False, True]
    )


@pytest.mark.parametrize(
    ("name", "response", "complete"),
    [
        ("auditc", {"item-1": 0}, True),
        ("auditc", {"item-1": 1}, False),
        ("auditc", {"item-1": 0, "item-3": 1}, False),
        ("cssrs-screener", {"q1": 0, "q2": 0, "q6-lifetime": 0}, True),
        ("cssrs-screener", {"q1": 0, "q2": 1, "q6-lifetime": 0}, False),
    ],
)
def test_a_form_filled_in_by_its_own_skip_rule_is_complete_on_both_sides(run, name, response, complete):
    activity = Questionnaire(id="any", prompt="Any.", instrument=name).activity
    assert run("questionnaire", "isComplete", activity.as_data(), [[response]]) == [complete]
    assert activity.is_complete(response) is complete


# -- what an author may write ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"instrument": "phq"}, "'phq' is not an instrument"),
        ({"case": MAYA}, "who says whose answers"),
        ({"case": MAYA[:8], "who": "Maya (fictional)"}, "found 8 answers, expected 9"),
        ({"case": (*MAYA[:8], 4), "who": "Maya (fictional)"}, "item-9: found 4; allowed are 0, 1, 2, 3"),
        ({"case": MAYA, "who": "Maya (fictional)", "right": {"item-1": {"code": 1}}}, "case or right, not both"),
        ({"right": {"item-1": {"code": 1}}}, "found 1 answers, expected 9"),
        ({"context": {"sex": "female"}}, "sex is not used"),
        ({"instrument": "ecr-s", "case": (1,) * 12, "who": "Maya (fictional)"}, "scoring key"),
    ],
)
def test_a_form_that_cannot_be_shown_is_refused_with_the_reason(fields, said):
    with pytest.raises(ContentError, match=re.escape(said)):
        phq9(**fields)


def test_graded_work_holds_neither_a_case_nor_a_key(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    for widget in (case(), story()):
        with pytest.raises(ContentError, match="graded work holds no key"):
            sheet.ask(widget)
    assert not {"case", "right", "takeaway"} & set(sheet.ask(phq9()).content)


# -- wording --------------------------------------------------------------------------------------


class Mounts(HTMLParser):
    """The states of the activities in a page."""

    def __init__(self, html):
        super().__init__()
        self.states = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        state = dict(attrs).get("data-casework")
        if state:
            self.states.append(json.loads(state))


def assert_only_free_wording(content):
    shown = content["form"]
    if content["instrument"] in MAY_SHOW:
        assert shown["licence"]["attribution"]
        return
    for item in shown.get("items", ()):
        assert NEUTRAL_ITEM.fullmatch(item["text"])
        assert all(NEUTRAL_OPTION.fullmatch(option["text"]) for option in item.get("options", shown.get("options")))


@pytest.mark.parametrize("name", ALL)
def test_no_form_shows_wording_that_its_licence_forbids(name):
    widget = Questionnaire(id="any", prompt="Any.", instrument=name)
    assert_only_free_wording(widget.content)
    if name not in MAY_SHOW and name in OPEN:
        entries = dict(widget.activity.outline())[widget.content["form"]["title"]]
        assert all(NEUTRAL_ITEM.match(entry) for entry in entries)


def test_the_measures_page_shows_no_wording_that_a_licence_forbids():
    built = [path for path in (ROOT / "_build" / "html").rglob("measures.html")]
    states = [state for path in built for state in Mounts(path.read_text(encoding="utf-8")).states]
    contents = [state["content"] for state in states if state["kind"] == "questionnaire"]
    activities = load_activities(ROOT / "src" / "casework" / "data" / "activities" / "measures.yaml")
    contents += [activity.as_data() for activity in activities.values() if activity.kind == "questionnaire"]
    assert {content["instrument"] for content in contents} >= {
        "csi16",
        "csi4",
        "phq9",
        "gad7",
        "pcl5",
        "auditc",
        "dast10",
        "mdq",
        "hark",
        "cssrs-screener",
    }
    for content in contents:
        assert_only_free_wording(content)


def test_every_activity_of_the_measures_page_and_lab_loads_and_is_shown():
    page = (ROOT / "book" / "assessment" / "measures.md").read_text(encoding="utf-8")
    lab = (ROOT / "notebooks" / "measures.ipynb").read_text(encoding="utf-8")
    for name in load_activities(ROOT / "src" / "casework" / "data" / "activities" / "measures.yaml"):
        assert f"measures/{name}" in page + lab, name


# -- in the page ----------------------------------------------------------------------------------


def test_total_band_and_cut_off_are_said_in_words(show):
    page = show(phq9())
    result = page.locator(".cw-result")
    expect(result).to_have_attribute("aria-live", "polite")
    expect(result).to_contain_text("0 of 9 items answered.")
    for number in range(1, 10):
        page.get_by_role("group", name=f"{number}. ").get_by_label(
            "Several days (1)" if number < 9 else "Not at all (0)"
        ).check()
    expect(result).to_contain_text("PHQ-9: 8 of 27, mild")
    for said in (
        "Here higher is worse.",
        "Cut-off not reached: At or above 10.",
        "No flag is raised.",
        "Bands. minimal from 0, mild from 5",
        "It is not a diagnosis.",
    ):
        expect(result).to_contain_text(said)
    page.get_by_role("group", name="9. ").get_by_label("Nearly every day (3)").check()
    expect(result).to_contain_text("PHQ-9: 11 of 27, moderate")
    expect(result).to_contain_text("Cut-off reached. At or above 10: assess for depression.")
    expect(result.locator("p").first).to_have_text(
        "⚑ Flag. Item 9 is above 0: do the C-SSRS screener the same day, whatever the total."
    )


def test_a_missing_answer_leaves_no_total_and_a_flag_acts_all_the_same(show):
    page = show(phq9())
    page.get_by_role("group", name="9. ").get_by_label("Several days (1)").check()
    result = page.locator(".cw-result")
    for said in (
        "the same day",
        "No total: 8 of 9 items not answered.",
        "needs a complete form",
        "Still open: At or above 10.",
    ):
        expect(result).to_contain_text(said)
    expect(result).not_to_contain_text("of 27")


def test_an_unanswered_item_9_is_open_and_not_clear(show):
    page = show(case())
    page.get_by_role("button", name="Score these answers").click()
    page.get_by_role("group", name="9. ").locator("input:checked").press("Delete")
    result = page.locator(".cw-result")
    expect(result).to_contain_text("No total: item 9 not answered.")
    expect(result).to_contain_text("Still open: At or above 10; Item 9 is above 0.")
    expect(result).not_to_contain_text("No flag is raised")


def test_a_case_is_filled_in_scored_on_a_button_and_can_be_changed_back(show):
    page = show(case())
    group = page.get_by_role("group", name="3. ")
    expect(group.get_by_label("More than half the days (2)")).to_be_checked()
    result = page.locator(".cw-result")
    expect(result).to_be_hidden()
    page.get_by_role("button", name="Score these answers").click()
    expect(result).to_be_focused()
    expect(result).to_contain_text("PHQ-9: 9 of 27, mild")
    expect(page.get_by_text("The general point.")).to_be_visible()
    group.get_by_label("Nearly every day (3)").check()
    expect(result).to_contain_text("Changed: item 3. This is no longer what Maya (fictional) answered.")
    expect(result).to_contain_text("PHQ-9: 10 of 27, moderate")
    page.get_by_role("button", name="Back to the answers of Maya").click()
    expect(result).to_contain_text("PHQ-9: 9 of 27, mild")
    expect(result).not_to_contain_text("Changed")


def test_codes_are_typed_one_item_after_another(show):
    page = show(phq9())
    page.keyboard.press("Tab")
    for key in "112202100":
        page.keyboard.press(key)
    expect(page.locator(".cw-result")).to_contain_text("PHQ-9: 9 of 27, mild")
    expect(page.get_by_role("group", name="9. ").get_by_label("Not at all (0)")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".cw-result")).to_contain_text("item 9 not answered")
    page.get_by_role("button", name="Clear the answers").click()
    expect(page.locator(".cw-result")).to_contain_text("0 of 9 items answered.")


def test_only_what_changed_in_the_result_is_put_in_anew(show):
    page = show(phq9())
    page.get_by_role("group", name="9. ").get_by_label("Several days (1)").check()
    page.evaluate("document.querySelector('.cw-flag').kept = true")
    page.get_by_role("group", name="1. ").get_by_label("Several days (1)").check()
    expect(page.locator(".cw-result")).to_contain_text("7 of 9 items not answered")
    assert page.evaluate("document.querySelector('.cw-flag').kept")


def test_never_leaves_out_the_rest_and_the_page_says_by_which_rule(show):
    page = show(Questionnaire(id="drinking", prompt="Fill it in.", instrument="auditc", context={"sex": "male"}))
    page.get_by_role("group", name="1. ").get_by_label("Never (0)").check()
    result = page.locator(".cw-result")
    for said in (
        "AUDIT-C: 0 of 12, below the cut-off",
        "Item 2, item 3 were left out by the form's own rule and count 0.",
        "Cut-off not reached",
    ):
        expect(result).to_contain_text(said)
    expect(result).not_to_contain_text("not answered")
    page.get_by_role("group", name="3. ").get_by_label("Monthly (2)").check()
    expect(result).to_contain_text("No total: item 2 not answered.")
    expect(result).to_contain_text("the total is at least 2 and at most 6.")


def test_what_no_open_answer_can_change_is_said_on_the_page(show):
    page = show(phq9())
    for number in (1, 2, 3, 4, 5, 7, 8, 9):
        page.get_by_role("group", name=f"{number}. ").get_by_label("Nearly every day (3)").check()
    result = page.locator(".cw-result")
    for said in (
        "PHQ-9: severe",
        "No total: item 6 not answered.",
        "Whatever is answered there, the total is at least 24 and at most 27.",
        "Cut-off reached.",
        "Flag.",
    ):
        expect(result).to_contain_text(said)
    expect(result).not_to_contain_text("Still open")


def test_auditc_waits_for_sex_and_then_follows_it(show):
    page = show(Questionnaire(id="drinking", prompt="Fill it in.", instrument="auditc"))
    page.get_by_label("2 to 4 times a month (2)").check()
    page.get_by_label("1 or 2 (0)").check()
    page.get_by_label("Less than monthly (1)").check()
    result = page.locator(".cw-result")
    expect(result).to_contain_text("AUDIT-C: 3 of 12")
    expect(result).to_contain_text("The band is open, because sex was not given.")
    page.get_by_label("Sex").select_option("female")
    expect(result).to_contain_text("AUDIT-C: 3 of 12, at or above the cut-off")
    page.get_by_label("Sex").select_option("male")
    expect(result).to_contain_text("AUDIT-C: 3 of 12, below the cut-off")


def test_the_couples_scale_says_that_higher_is_better(show):
    page = show(
        Questionnaire(
            id="content",
            prompt="Score it.",
            instrument="csi16",
            who="Daniel (fictional)",
            case=(3, 2, 3, 3, 2, 2, 3, 2, 2, 3, 3, 3, 2, 2, 3, 3),
        )
    )
    expect(page.get_by_role("group", name="Item 3 (see the published form)")).to_be_visible()
    page.get_by_role("button", name="Score these answers").click()
    for said in (
        "CSI-16: 41 of 81, notable dissatisfaction",
        "Here higher is better.",
        "Below 51.5: notable dissatisfaction",
    ):
        expect(page.locator(".cw-result")).to_contain_text(said)
    expect(page.get_by_text("Licence: The authors state that the CSI scales are freely available")).to_be_visible()


def test_a_spoken_screen_is_a_record_and_never_a_form_to_send(show):
    page = show(Questionnaire(id="spoken", prompt="Record it.", instrument="cssrs-screener"))
    expect(page.get_by_text("A record for the clinician who asks.")).to_be_visible()
    expect(page.get_by_text("asked aloud, alone with the person, and is never sent home.")).to_be_visible()
    page.get_by_role("group", name="Item 4 ").get_by_label("Yes (1)").check()
    result = page.locator(".cw-result")
    for said in ("C-SSRS screener: high", "Do not leave the person alone", "There is no sum"):
        expect(result).to_contain_text(said)
    page.get_by_role("group", name="Item 4 ").get_by_label("No (0)").check()
    page.get_by_role("group", name="Item 3 ").get_by_label("Yes (1)").check()
    expect(result).not_to_contain_text("C-SSRS screener: high")
    expect(result).to_contain_text("The band is open: 5 of 7 items not answered.")


@pytest.mark.parametrize("name", sorted(set(ALL) - set(OPEN)))
def test_what_is_not_established_is_never_a_live_form(show, name):
    page = show(Questionnaire(id="closed", prompt="Is this a form?", instrument=name))
    expect(page.get_by_text("Not a form to fill in.")).to_be_visible()
    expect(page.get_by_text("It is never shown here as a form.")).to_be_visible()
    assert page.locator("main input, main button").count() == 0
    assert "options" not in Questionnaire(id="closed", prompt="P.", instrument=name).content["form"]


def test_a_story_is_checked_item_by_item_with_reasons(show):
    page = show(story())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Nothing to check yet: answer first.")
    page.get_by_label("Monthly or less (1)").check()
    page.get_by_label("1 or 2 (0)").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 3 items right.")
    expect(page.get_by_text("Reason 2.")).to_be_visible()
    expect(page.get_by_text("Reason 3.")).to_be_hidden()
    page.get_by_role("button", name="Show all reasons").click()
    expect(page.get_by_text("The answer is 1").first).to_be_visible()
    page.get_by_label("3 or 4 (1)").check()
    page.get_by_label("Less than monthly (1)").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("every item is as the story says")


def test_a_folded_form_opens_on_a_button_and_stays_open_once_used(show):
    page = show(phq9(folded=True))
    first = page.get_by_role("group", name="1. ")
    expect(first).to_be_hidden()
    page.get_by_role("button", name="Open the form (9 items)").click()
    first.get_by_label("Not at all (0)").check()
    page.reload()
    ready(page)
    expect(first.get_by_label("Not at all (0)")).to_be_checked()
    page.get_by_role("button", name="Shut the form").click()
    expect(first).to_be_hidden()
    page.emulate_media(media="print")
    expect(first).to_be_visible()


def test_a_folded_form_opens_when_answers_come_from_another_window(show):
    page = show(phq9(folded=True))
    form = page.locator("form.cw-questionnaire")
    expect(form.locator("input").first).to_be_hidden()
    other = page.context.new_page()  # the same page once more
    other.goto(page.url)
    ready(other)
    other.get_by_role("button", name="Open the form").click()
    other.locator("input[name=item-1][value='2']").check()
    expect(form.locator("input[name=item-1][value='2']")).to_be_checked()
    expect(form.locator("input").first).to_be_visible()
    page.get_by_role("button", name="Shut the form").click()
    expect(form.locator("input").first).to_be_hidden()


def test_a_folded_form_with_answers_is_opened_before_it_is_scored(show):
    page = show(case(folded=True))
    score = page.get_by_role("button", name="Score these answers")
    expect(score).to_be_hidden()
    page.get_by_role("button", name="Open the form (9 items)").press("Enter")
    expect(page.get_by_text("PHQ-9: 9 of 27")).to_be_hidden()
    score.press("Enter")
    expect(page.get_by_text("PHQ-9: 9 of 27")).to_be_visible()
    expect(score).to_be_hidden()


def test_answers_stay_in_this_browser_and_the_form_says_so(show):
    page = show(phq9())
    expect(page.get_by_text("Not for real clients. What you choose stays in this browser")).to_be_visible()
    page.get_by_role("group", name="2. ").get_by_label("Nearly every day (3)").check()
    assert kept(page, "practice")["answers"]["low-mood"] == {"item-2": 3}


def test_in_graded_work_the_form_is_an_item_of_the_sheet(show, tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    item = sheet.ask(Questionnaire(id="as-told", prompt="Fill it in.", instrument="auditc"))
    page = show(item, sheet=sheet)
    expect(page.get_by_text("0 of 1 answered; open: 1.")).to_be_visible()
    for label in ("Never (0)", "1 or 2 (0)"):
        page.get_by_label(label).first.check()
    page.get_by_role("group", name="3. ").get_by_label("Never (0)").check()
    expect(page.get_by_text("0 of 1 answered; open: 1.")).to_be_hidden()
    assert page.get_by_role("button", name="Check").count() == 0
    item.response = {"item-1": 0, "item-2": 0, "item-3": 0}
    assert item.activity.describe(item.response)[0].endswith("→ Never (0)")


def test_hostile_text_stays_text(show):
    page = show(phq9(prompt=HOSTILE, case=MAYA, who=HOSTILE, takeaway=HOSTILE))
    page.get_by_role("button", name="Score these answers").click()
    page.get_by_role("group", name="9. ").get_by_label("Several days (1)").check()
    assert page.title() == "Page"
    assert page.locator("main img").count() == 0


def test_without_javascript_items_answers_and_licence_are_there(plain_page, show):
    page = show(phq9())
    plain_page.goto(page.url)
    for text in ("Fill it in.", "Feeling down, depressed, or hopeless", "Several days (1)"):
        expect(plain_page.get_by_text(text, exact=True)).to_be_visible()
    expect(plain_page.get_by_text("Robert L. Spitzer")).to_be_visible()


@pytest.mark.parametrize("name", ["phq9", "csi16", "auditc", "pcl5", "cssrs-screener"])
def test_a_form_fits_a_phone_without_sideways_scrolling(show, page, name):
    page.set_viewport_size({"width": 390, "height": 800})
    show(Questionnaire(id="any", prompt="Fill it in.", instrument=name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_cases_of_the_lab_come_to_what_the_lab_says():
    expected = {"csi16-of-maya": 34, "csi16-of-daniel": 41, "phq9-of-maya": 9, "gad7-of-maya": 11}
    for name, total in expected.items():
        widget = practice(f"measures/{name}")
        assert score_answers(widget.activity.form, list(widget.activity.case), widget.activity.context).total == total
