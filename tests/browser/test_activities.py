"""Choice, Sort and Write as a trainee meets them, in the static host on a page opened from disk."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from casework import Choice, Number, Order, Rate, Rehearse, Sheet, Sort, Write, answers
from tests.browser import conftest
from tests.browser.conftest import keep_answers, ready

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> ' \" & </div>"


def first(**more):
    return Choice(
        id="who-first",
        prompt="A couple calls.\n\nWho is seen first?",
        takeaway="Together, then alone.",
        source="A choice of this course",
        options={
            "couple": {"text": "Both together", "right": True, "feedback": "Both accounts count."},
            "caller": {"text": "The caller", "feedback": "One story would lead."},
        },
        **more,
    )


def alone():
    return Choice(
        id="asked-alone",
        prompt="What is asked alone?",
        many=True,
        options={
            "fear": {"text": "Fear", "right": True, "feedback": "Alone or not at all."},
            "consent": {"text": "Whose wish it is", "right": True, "feedback": "Free only alone."},
            "story": {"text": "How they met", "feedback": "A joint story."},
        },
    )


def sessions():
    return Sort(
        id="which-session",
        prompt="Which session?",
        bins={"couple": "Couple session", "own": "Own session"},
        cards={
            "met": {"text": "How did you meet?", "bin": "couple", "feedback": "They tell it together."},
            "afraid": {"text": "Are you afraid?", "bin": "own", "feedback": "Asked alone."},
        },
    )


def words():
    return Write(
        id="own-words",
        prompt="Say it.",
        words=20,
        criteria=("names the exception",),
        model="Two kinds.",
        takeaway="Plain words.",
    )


def steps():
    return Order(
        id="in-order",
        prompt="In which order?",
        right=("first", "second", "third"),
        takeaway="In this order.",
        steps={
            "second": {"text": "See each alone", "feedback": "After the couple."},
            "first": {"text": "See the couple", "feedback": "Neither story leads."},
            "third": {"text": "Give feedback", "feedback": "When all is known."},
        },
    )


def hours():
    return Number(
        id="hours",
        prompt="How long?",
        unit="hours",
        low=0,
        high=24,
        right=2,
        tolerance=0.5,
        feedback="At least two.",
        too_low="Longer than that.",
        too_high="Not that long.",
    )


def scale():
    return Rate(
        id="alliance",
        prompt="How strong?",
        scale=(
            {"text": "weak", "feedback": "More than that."},
            {"text": "fair", "right": True, "feedback": "Both speak."},
            {"text": "strong", "feedback": "Not yet."},
            {"text": "very strong", "feedback": "Far from it."},
        ),
    )


def rehearsal():
    return Rehearse(
        id="rehearse",
        prompt="Answer Daniel.",
        criteria={"moves": "name both moves", "short": "stay short"},
        takeaway="Practise aloud.",
        lines=[
            {"who": "Daniel", "text": "There is no point.", "model": "You have tried so long."},
            {"who": "Daniel", "text": "You are on her side.", "model": "It feels as if I left you alone."},
        ],
    )


def graded(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    items = [
        sheet.ask(Choice(id="one", prompt="Who?", options={"a": "A", "b": "B"})),
        sheet.ask(Sort(id="two", prompt="Where?", bins={"x": "X", "y": "Y"}, cards={"k": "K", "m": "M"})),
        sheet.ask(Write(id="three", prompt="Write.")),
    ]
    return sheet, items


def test_a_wrong_option_is_named_with_its_reason_and_can_be_tried_again(show):
    page = show(first())
    page.get_by_label("The caller").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Not this", exact=False).first).to_be_visible()
    expect(page.get_by_text("One story would lead.")).to_be_visible()
    expect(page.get_by_text("Both accounts count.")).to_be_hidden()
    page.get_by_label("Both together").check()
    expect(page.get_by_text("One story would lead.")).to_be_hidden()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Right")
    for reason in ("Both accounts count.", "One story would lead.", "Together, then alone.", "A choice of this course"):
        expect(page.get_by_text(reason)).to_be_visible()


def test_checking_nothing_says_so(show):
    page = show(first())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Nothing to check yet: answer first.")


def test_many_options_are_counted_and_all_reasons_can_be_seen(show):
    page = show(alone())
    page.get_by_label("Fear").check()
    page.get_by_label("How they met").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 2 options that apply chosen, 1 chosen that does not apply")
    page.get_by_role("button", name="Show all reasons").click()
    expect(page.get_by_text("Free only alone.")).to_be_visible()
    expect(page.get_by_text("Belongs too")).to_be_visible()


def test_cards_are_sorted_by_keyboard_and_checked(show):
    page = show(sessions())
    page.keyboard.press("Tab")
    expect(page.get_by_label("Where to put: How did you meet?")).to_be_focused()
    page.keyboard.type("Own")
    expect(page.get_by_role("status")).to_contain_text("Moved to Own session. 1 card left.")
    expect(page.get_by_label("Where to put: How did you meet?")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-bin=own]")).to_contain_text("How did you meet?")
    expect(page.get_by_label("Where to put: Are you afraid?")).to_be_focused()
    page.get_by_label("Where to put: Are you afraid?").select_option("own")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("1 of 2 cards right, 1 to move. Scored as in an exercise: 0 %.")
    page.get_by_label("Where to put: How did you meet?").select_option("couple")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("every card is where it belongs")


def many_cards():
    return Sort(
        id="many",
        prompt="Which?",
        bins={"a": "First bin", "b": "Second bin", "c": "Third bin"},
        cards={
            f"card-{n}": {"text": f"Card number {n}, with some words to fill a line or two", "bin": "b"}
            for n in range(10)
        },
    )


def test_tab_leads_from_card_to_card_until_all_are_placed(show):
    page = show(many_cards(), first())
    page.keyboard.press("Tab")
    for number in range(10):
        expect(page.get_by_label(f"Where to put: Card number {number},")).to_be_focused()
        page.keyboard.press("S")
        page.keyboard.press("Tab")
    expect(page.locator("[data-bin=b] .cw-card")).to_have_count(10)


def test_a_card_that_the_keyboard_came_back_to_stays_under_it(show):
    """What was begun when a card's list was left may not move that card while it is worked on again."""
    page = show(many_cards(), first())
    one, other = (page.get_by_label(f"Where to put: Card number {number},") for number in (0, 1))
    for chosen in (one, other, one):
        chosen.focus()
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(1200)  # longer than a card waits for the click that left it
    expect(one).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-bin=b]")).to_contain_text("Card number 0,")


def test_a_list_that_is_tapped_does_not_take_the_reader_away_from_the_cards(show, page):
    page.set_viewport_size({"width": 390, "height": 700})
    page = show(many_cards())
    page.get_by_label("Where to put: Card number 1,").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    for number in (1, 2, 3):
        choice = page.get_by_label(f"Where to put: Card number {number},")
        choice.dispatch_event("pointerdown")
        choice.select_option("c")
        assert abs(page.evaluate("scrollY") - before) < 5
        expect(page.get_by_label(f"Where to put: Card number {number + 1},")).to_be_focused()
    expect(page.locator("[data-bin=c] .cw-card")).to_have_count(3)


def test_a_corrected_number_is_judged_at_the_first_tap(show):
    page = show(Number(id="n", prompt="How many?", right=21, unit="of 100"))
    field, check = page.get_by_label("Your answer"), page.get_by_role("button", name="Check")
    field.fill("47")
    check.click()
    expect(page.get_by_role("status")).to_contain_text("Too high")
    field.fill("")
    field.press_sequentially("21")
    check.click()
    expect(page.get_by_role("status")).to_contain_text("Right")


def test_a_number_that_is_refused_leaves_no_earlier_one_behind(show):
    page = show(Number(id="n", prompt="How many?", low=0, high=80))
    field = page.get_by_label("Your answer")
    for text, said in (("abc", "That is not a number."), ("99", "99 is outside"), ("1,000", "without a comma")):
        field.fill("54")
        field.blur()
        assert kept(page, "practice")["answers"] == {"n": 54}
        field.fill(text)
        field.blur()
        expect(page.get_by_role("status")).to_contain_text(said)
        expect(field).to_have_value(text)
        assert kept(page, "practice")["answers"] == {"n": None}


def test_cards_are_sorted_by_dragging(show):
    page = show(sessions())
    page.locator(".cw-card", has_text="Are you afraid?").locator(".cw-card-text").drag_to(
        page.locator("[data-bin=own]")
    )
    expect(page.locator("[data-bin=own]")).to_contain_text("Are you afraid?")


def test_a_card_is_dragged_by_finger_on_its_grip(browser, tmp_path, show, context):
    page = show(sessions())
    card, target = page.locator(".cw-card", has_text="Are you afraid?"), page.locator("[data-bin=own]")
    grip, box = card.locator(".cw-grip").bounding_box(), target.bounding_box()
    start = {"x": grip["x"] + grip["width"] / 2, "y": grip["y"] + grip["height"] / 2}
    stop = {"x": box["x"] + 20, "y": box["y"] + 20}
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    for step in range(1, 11):
        point = {axis: start[axis] + (stop[axis] - start[axis]) * step / 10 for axis in "xy"}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(target).to_contain_text("Are you afraid?")


def test_writing_comes_before_criteria_and_criteria_before_a_model(show):
    page = show(words())
    page.get_by_role("button", name="Compare with criteria").click()
    expect(page.get_by_role("status")).to_contain_text("Write first")
    page.get_by_label("Your answer").fill("what I say")
    expect(page.get_by_text("3 words, about 20 asked")).to_be_visible()
    expect(page.get_by_text("names the exception")).to_be_hidden()
    page.get_by_role("button", name="Compare with criteria").click()
    expect(page.get_by_text("names the exception")).to_be_visible()
    expect(page.get_by_text("Two kinds.")).to_be_hidden()
    page.get_by_role("button", name="Show one way to write it").click()
    expect(page.get_by_text("Two kinds.")).to_be_visible()


def test_steps_are_ordered_by_keyboard_and_each_gives_its_reason(show):
    page = show(steps())
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Nothing to check yet: answer first.")
    page.get_by_role("button", name="Move down: See each alone").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Now 2 of 3.")
    expect(page.get_by_role("button", name="Move down: See each alone")).to_be_focused()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Right: this is the order.")
    expect(page.get_by_text("Neither story leads.")).to_be_visible()
    expect(page.get_by_text("In this order.")).to_be_visible()


def test_steps_are_ordered_by_dragging_and_wrong_places_are_named(show):
    page = show(steps())
    page.locator(".cw-step", has_text="Give feedback").locator(".cw-step-text").drag_to(
        page.locator(".cw-step", has_text="See each alone"), target_position={"x": 60, "y": 3}
    )
    expect(page.locator(".cw-step").first).to_contain_text("Give feedback")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 3 steps in place")
    page.get_by_role("button", name="Show all reasons").click()
    expect(page.get_by_text("Belongs at 3")).to_be_visible()


def test_an_order_that_is_right_as_shown_can_be_kept(show):
    page = show(steps())
    page.get_by_role("button", name="Keep this order").click()
    expect(page.get_by_role("button", name="Keep this order")).to_be_hidden()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("1 of 3 steps in place")


def test_a_number_is_judged_by_range_and_tolerance(show):
    page = show(hours())
    field = page.get_by_label("Your answer in hours")
    for text, said in (("x", "not a number"), ("30", "30 is outside 0 to 24 hours")):
        field.fill(text)
        field.press("Tab")
        expect(page.get_by_role("status")).to_contain_text(said)
    field.fill("2,000")
    field.press("Tab")
    expect(page.get_by_role("status")).to_contain_text("without a comma")
    field.fill("1")
    field.press("Enter")
    expect(page.get_by_text("Longer than that.")).to_be_visible()
    field.fill("2,5")
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Right.")
    expect(page.get_by_text("At least two.")).to_be_visible()


def test_a_number_that_was_typed_is_kept_when_the_page_is_left(show):
    page = show(hours())
    page.get_by_label("Your answer in hours").fill("7")
    page.reload()
    ready(page)
    expect(page.get_by_label("Your answer in hours")).to_have_value("7")


def test_a_point_on_a_scale_is_compared_with_the_experts(show):
    page = show(scale())
    page.get_by_label("3 strong").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Close: one point away.")
    page.get_by_label("2 fair").check()
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("Right, as the experts rated it.")
    expect(page.get_by_text("Both speak.")).to_be_visible()


def test_deliberate_practice_rates_then_models_then_goes_on_and_keeps_both_attempts(show):
    page = show(rehearsal())
    expect(page.get_by_text("There is no point.")).to_be_visible()
    expect(page.get_by_text("name both moves").first).to_be_hidden()
    page.get_by_label("Your answer to Daniel").first.fill("I hear you.")
    page.get_by_role("button", name="I have answered").click()
    expect(page.get_by_text("name both moves").first).to_be_visible()
    expect(page.get_by_text("You have tried so long.")).to_be_hidden()
    page.get_by_label("name both moves").first.select_option("1")
    page.get_by_label("stay short").first.select_option("2")
    expect(page.get_by_text("You have tried so long.")).to_be_visible()
    page.get_by_role("button", name="Try a harder one").click()
    page.get_by_label("Your answer to Daniel").last.fill("I left you alone there.")
    page.get_by_label("Your answer to Daniel").last.blur()
    page.wait_for_function("Object.values(localStorage).some((text) => text.includes('alone there'))")
    page.reload()
    ready(page)
    expect(page.get_by_label("Your answer to Daniel").first).to_have_value("I hear you.")
    expect(page.get_by_label("Your answer to Daniel").last).to_have_value("I left you alone there.")
    expect(page.get_by_label("name both moves").first).to_have_value("1")
    response = kept(page, "practice")["answers"]["rehearse"]
    widget = rehearsal()
    widget.response = response
    assert response["tries"][0]["ratings"] == {"moves": 1, "short": 2}
    assert response["tries"][1] == {"text": "I left you alone there.", "ratings": {}}


BEFORE = {"line": {"text": "I hear you.", "ratings": [1, None]}, "harder": {"text": "I left you.", "ratings": []}}


def test_deliberate_practice_that_an_older_version_kept_is_shown_and_goes_on(show):
    page = show(rehearsal())
    keep_answers(page, {"rehearse": BEFORE})
    expect(page.get_by_label("Your answer to Daniel").first).to_have_value("I hear you.")
    expect(page.get_by_label("Your answer to Daniel").last).to_have_value("I left you.")
    expect(page.get_by_label("name both moves").first).to_have_value("1")
    page.get_by_label("stay short").first.select_option("2")
    page.wait_for_function("Object.values(localStorage).some((text) => text.includes('tries'))")
    response = kept(page, "practice")["answers"]["rehearse"]
    assert response == {
        "tries": [
            {"text": "I hear you.", "ratings": {"moves": 1, "short": 2}},
            {"text": "I left you.", "ratings": {}},
        ]
    }
    assert rehearsal().activity.upgraded(BEFORE)["tries"][1] == response["tries"][1]


def test_responses_survive_a_reload(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(first(), alone(), words(), *items, sheet=sheet)
    page.get_by_label("The caller").check()
    page.get_by_label("Fear").check()
    page.get_by_label("B", exact=True).check()
    page.get_by_label("Where to put: K").select_option("y")
    page.get_by_label("Your answer").last.fill("my words")
    page.reload()
    ready(page)
    expect(page.get_by_label("The caller")).to_be_checked()
    expect(page.get_by_label("Fear")).to_be_checked()
    expect(page.get_by_label("B", exact=True)).to_be_checked()
    expect(page.locator("[data-bin=y]")).to_contain_text("K")
    expect(page.get_by_label("Your answer").last).to_have_value("my words")


def test_a_graded_page_holds_no_check_and_no_key(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    assert page.get_by_role("button", name="Check").count() == 0
    assert not {"right", "feedback", "takeaway"} & set(json.dumps([item.content for item in items]).split('"'))


def test_download_gives_a_sheet_that_the_course_reads_and_resume_takes_it_back(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    page.get_by_label("A", exact=True).check()
    page.get_by_role("button", name="Download my answers").click()
    expect(page.get_by_role("status").first).to_contain_text("Enter your id first")
    page.get_by_label("Your id").fill("../T017")
    page.get_by_role("button", name="Download my answers").click()
    expect(page.get_by_role("status").first).to_contain_text("An id has letters")
    page.get_by_label("Your id").fill("a..b")
    page.get_by_label("Your id").blur()
    assert (kept(page) or {"trainee": ""})["trainee"] == ""
    expect(page.get_by_role("status").first).to_contain_text("An id has letters")
    page.get_by_label("Your id").fill("T017")
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").click()
    assert event.value.suggested_filename == "T017-assessment-protocol-answers.json"
    file = tmp_path / "mine.json"
    event.value.save_as(file)
    handed_in = answers.read(file)
    assert (handed_in["trainee"], handed_in["edition"], handed_in["answers"]) == ("T017", "abc123", {"one": "a"})

    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label("A", exact=True)).to_be_checked()
    expect(page.get_by_label("Your id")).to_have_value("T017")
    expect(page.get_by_text("1 of 3 answered; open: 2, 3.")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "not an answers file"),
        ("[]", "not an answers file"),
        ("null", "not an answers file"),
        ('{"format": "casework-answers/1", "assignment": "other", "answers": {}}', "another exercise (other)"),
    ],
)
def test_a_file_that_cannot_be_resumed_changes_nothing(show, tmp_path, text, said):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    page.get_by_label("A", exact=True).check()
    (tmp_path / "file.json").write_text(text)
    page.locator("input[type=file]").set_input_files(tmp_path / "file.json")
    expect(page.get_by_role("status").first).to_contain_text(said)
    expect(page.get_by_label("A", exact=True)).to_be_checked()


def resumed(page, trainee, answers, edition="abc123"):
    """Resume from a file and return what the browser then keeps."""
    sheet = {
        "format": "casework-answers/1",
        "assignment": "assessment-protocol",
        "edition": edition,
        "trainee": trainee,
        "saved": "2026-01-01T00:00:00Z",
        "answers": answers,
    }
    page.locator("input[type=file]").set_input_files(
        [{"name": "a.json", "mimeType": "application/json", "buffer": json.dumps(sheet).encode()}]
    )
    expect(page.locator(".cw-panel .cw-status")).not_to_be_empty()
    return kept(page)["answers"]


def kept(page, name="assessment-protocol"):
    return conftest.kept(page, name)


def test_what_a_file_takes_the_place_of_goes_to_the_downloads_and_not_to_another_trainee(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    page.get_by_label("Your id").fill("T1")
    page.get_by_label("A", exact=True).check()
    page.get_by_label("Your answer").fill("T1's words")
    page.get_by_label("Your answer").blur()
    with page.expect_download() as event:
        assert resumed(page, "T2", {"one": "b"}) == {"one": "b"}
    event.value.save_as(tmp_path / "before.json")
    before = json.loads((tmp_path / "before.json").read_text())
    assert (before["trainee"], before["answers"]) == ("T1", {"one": "a", "three": "T1's words"})
    expect(page.locator(".cw-panel .cw-status")).to_contain_text(
        "Look in your downloads for T1-assessment-protocol-answers-before-resume.json: it holds what was here before."
    )
    expect(page.get_by_label("The file as text")).to_have_value(re.compile("T1's words"))
    expect(page.get_by_label("Your answer")).to_have_value("")


def type_id(page, trainee):
    """Put an id into the field as a person does, and go on."""
    page.get_by_label("Your id").fill(trainee)
    page.keyboard.press("Tab")


def handed_in(page, path):
    """The file that *Download my answers* gives."""
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").click()
    event.value.save_as(path)
    return json.loads(path.read_text())


def test_two_people_on_one_computer_each_hand_in_their_own_answers(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    whose, status = page.get_by_role("group", name="Whose answers are these?"), page.locator(".cw-panel .cw-status")
    type_id(page, "ANA01")
    page.get_by_label("A", exact=True).check()
    page.get_by_label("Your answer").fill("Ana's words")
    type_id(page, "BEN02")
    expect(whose).to_contain_text("Here is work of ANA01: 2 answers. Whose is it?")
    expect(whose.get_by_role("button").first).to_be_focused()
    page.get_by_role("button", name="Download my answers").click()
    expect(whose).to_be_visible()
    assert kept(page)["trainee"] == "ANA01"
    whose.get_by_role("button", name="It is ANA01's").click()
    expect(whose).to_be_hidden()
    expect(status).to_contain_text("The answers of ANA01 are set aside")
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()
    expect(page.get_by_label("Your answer")).to_have_value("")
    page.get_by_label("B", exact=True).check()
    ben = handed_in(page, tmp_path / "ben.json")
    assert (ben["trainee"], ben["answers"]) == ("BEN02", {"one": "b"})
    type_id(page, "ANA01")
    whose.get_by_role("button", name="It is BEN02's").click()
    expect(page.get_by_label("Your answer")).to_have_value("Ana's words")
    page.reload()
    ready(page)
    ana = handed_in(page, tmp_path / "ana.json")
    assert (ana["trainee"], ana["answers"]) == ("ANA01", {"one": "a", "three": "Ana's words"})


def test_a_mistyped_id_is_put_right_and_a_change_of_mind_changes_nothing(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    whose = page.get_by_role("group", name="Whose answers are these?")
    type_id(page, "T71")
    page.get_by_label("A", exact=True).check()
    type_id(page, "T17")
    whose.get_by_role("button", name="Leave everything as it was").click()
    expect(page.get_by_label("Your id")).to_have_value("T71")
    type_id(page, "T17")
    whose.get_by_role("button", name="It is mine").click()
    expect(whose).to_be_hidden()
    sent = handed_in(page, tmp_path / "mine.json")
    assert (sent["trainee"], sent["answers"]) == ("T17", {"one": "a"})


def test_one_button_begins_anew_for_someone_else(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    button = page.get_by_role("button", name="Begin anew for someone else")
    expect(button).to_be_hidden()
    type_id(page, "ANA01")
    page.get_by_label("A", exact=True).check()
    button.click()
    page.get_by_role("button", name="Set ANA01's aside, and begin anew").click()
    expect(page.get_by_label("Your id")).to_have_value("")
    expect(page.get_by_label("A", exact=True)).not_to_be_checked()
    expect(button).to_be_hidden()
    type_id(page, "ANA01")
    expect(page.get_by_label("A", exact=True)).to_be_checked()


def in_edition(tmp_path, edition):
    """The exercise in an edition of its own, as it is released."""
    sheet, items = graded(tmp_path)
    sheet.panel.edition = edition
    return {"sheet": sheet}, items


def test_answers_of_an_earlier_edition_are_named_until_somebody_looked_at_each(show, tmp_path):
    where, items = in_edition(tmp_path, "000000")
    page = show(*items, **where)
    old = page.get_by_role("group", name="Answered in an earlier edition")
    expect(old).to_be_hidden()
    type_id(page, "T017")
    page.get_by_label("A", exact=True).check()
    page.get_by_label("Where to put: K").select_option("x")
    page.get_by_label("Your answer").fill("My words.")
    page.get_by_label("Your answer").blur()
    where, items = in_edition(tmp_path, "abc123")
    page = show(*items, **where)  # the exercise has changed meanwhile
    expect(old).to_contain_text(
        "Questions 1, 2 and 3 were answered in an earlier edition of this exercise: look at each."
    )
    page.get_by_label("B", exact=True).check()
    expect(old).to_contain_text("Questions 2 and 3 were answered in an earlier edition")
    page.reload()
    ready(page)
    expect(old).to_contain_text("Questions 2 and 3 were")
    sent = handed_in(page, tmp_path / "a.json")
    assert (sent["edition"], sent["editions"]) == ("abc123", {"two": "000000", "three": "000000"})
    assert answers.read(tmp_path / "a.json") == sent
    old.get_by_text("One by one").click()
    old.get_by_role("button", name="I have looked at question 2; my answer stands").press("Enter")
    expect(old).to_contain_text("Question 3 was answered in an earlier edition of this exercise: look at it.")
    expect(old.get_by_role("button")).to_be_focused()
    page.locator("input[type=file]").set_input_files(tmp_path / "a.json")
    expect(page.locator(".cw-panel .cw-status")).to_contain_text("Your answers from the file are back.")
    expect(old).to_contain_text("Question 3 was")  # what was looked at stays looked at
    old.get_by_role("button", name="I have looked at it; my answer stands").press("Enter")
    expect(old).to_be_hidden()
    expect(page.get_by_role("button", name="Download my answers")).to_be_focused()
    assert "editions" not in handed_in(page, tmp_path / "b.json")
    assert kept(page)["answers"]["three"] == "My words."


def test_a_corrected_id_takes_the_complaint_away(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    field, status = page.get_by_label("Your id"), page.locator(".cw-panel .cw-status")
    field.fill("no/id")
    field.blur()
    expect(status).to_contain_text("An id has letters")
    field.fill("T1")
    field.blur()
    expect(status).to_be_empty()


@pytest.mark.parametrize(
    "answer", ["toString", {"toString": "x"}, {"line": {"text": 5}}, {"line": {"ratings": 5}}, [None]]
)
def test_a_kept_answer_that_cannot_be_drawn_leaves_every_activity_live(show, answer):
    page = show(first(), rehearsal(), sessions())
    keep_answers(page, {"who-first": answer, "rehearse": answer, "which-session": answer})
    expect(page.locator(".cw-live")).to_have_count(3)
    page.get_by_label("Both together").check()
    assert kept(page, "practice")["answers"] == {"who-first": "couple", "rehearse": answer, "which-session": answer}


def test_enter_in_a_number_of_an_exercise_judges_nothing(show, tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    item = sheet.ask(Number(id="share", prompt="How many?", low=0, high=100))
    page = show(item, sheet=sheet)
    field = page.get_by_label("Your answer")
    field.fill("40")
    field.press("Enter")
    expect(page.locator("form.cw-number").get_by_role("status")).to_be_empty()
    expect(page.locator(".cw-mark")).to_have_count(0)
    assert kept(page, "assessment-protocol")["answers"] == {"share": 40}


def test_two_exercises_on_one_page_keep_their_own_answers(show, tmp_path):
    sheet, items = graded(tmp_path)
    other = Sheet("formulation", edition="def456", folder=tmp_path)
    page = show(
        *items, other.panel, other.ask(Choice(id="who", prompt="Who?", options={"n": "Nora", "p": "Paul"})), sheet=sheet
    )
    page.get_by_label("A", exact=True).check()
    page.get_by_label("Nora").check()
    assert kept(page)["answers"] == {"one": "a"}
    assert (kept(page, "formulation")["answers"], kept(page, "formulation")["edition"]) == ({"who": "n"}, "def456")


def test_two_tabs_keep_each_others_answers(show, context, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    other = context.new_page()
    other.goto(page.url)
    ready(other)
    page.get_by_label("A", exact=True).check()
    expect(other.get_by_label("A", exact=True)).to_be_checked()
    other.get_by_label("Your answer").fill("from the other tab")
    other.get_by_label("Your answer").blur()
    expect(page.get_by_label("Your answer")).to_have_value("from the other tab")


def test_an_answer_that_no_longer_fits_is_shown_as_open(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    before = {"one": "gone", "two": {"k": "gone", "z": "x"}, "three": 7, "old": 1}
    keep_answers(page, before, "assessment-protocol", "000000", "T1")
    expect(page.get_by_text("0 of 3 answered; open: 1, 2, 3.")).to_be_visible()
    page.get_by_label("A", exact=True).check()
    assert kept(page)["answers"]["old"] == 1
    assert kept(page)["answers"]["one"] == "a"


def test_hostile_text_stays_text_everywhere(show):
    page = show(
        Choice(
            id="c",
            prompt=HOSTILE,
            takeaway=HOSTILE,
            source=HOSTILE,
            options={"a": {"text": HOSTILE, "right": True, "feedback": HOSTILE}, "b": "B"},
        ),
        Sort(
            id="s",
            prompt=HOSTILE,
            bins={"x": HOSTILE, "y": "Y"},
            cards={"k": {"text": HOSTILE, "bin": "x", "feedback": HOSTILE}},
        ),
        Write(id="w", prompt=HOSTILE, criteria=(HOSTILE,), model=HOSTILE),
    )
    page.locator("input[type=radio]").first.check()
    page.locator("select").select_option("x")
    page.get_by_label("Your answer").fill(HOSTILE)
    for button in page.get_by_role("button", name="Check").all():
        button.click()
    page.get_by_role("button", name="Compare with criteria").click()
    page.get_by_role("button", name="Show one way to write it").click()
    assert page.title() == "Page"
    assert page.locator("main img, main script").count() == 0


def test_without_javascript_the_prompt_and_the_options_are_there(plain_page, show):
    page = show(first(), sessions(), words())
    plain_page.goto(page.url)
    for text in ("Who is seen first?", "Both together", "The caller", "How did you meet?", "Own session", "Say it."):
        expect(plain_page.get_by_text(text, exact=True)).to_be_visible()


def test_a_browser_that_keeps_nothing_says_so_and_still_gives_the_file(show, tmp_path, page):
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    warning = page.get_by_text("This browser does not keep what you do here")
    expect(warning).to_be_in_viewport()  # as the page opens, before anything is lost
    page.get_by_label("A", exact=True).check()
    type_id(page, "T017")
    assert handed_in(page, tmp_path / "mine.json")["answers"] == {"one": "a"}
    expect(warning).to_have_count(1)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_in_a_frame_that_refuses_downloads_the_answers_can_be_copied(show, tmp_path, page):
    sheet, items = graded(tmp_path)
    show(*items, sheet=sheet)
    (tmp_path / "frame.html").write_text(
        "<!doctype html><title>An LMS</title><iframe title=Course src=page.html width=900 height=900 "
        'sandbox="allow-scripts allow-same-origin allow-forms"></iframe>'
    )
    page.goto((tmp_path / "frame.html").as_uri())
    inside = page.frame_locator("iframe")
    inside.get_by_label("A", exact=True).check()
    inside.get_by_label("Your id").fill("T017")
    inside.get_by_role("button", name="Download my answers").click()
    expect(inside.get_by_text("Look in your downloads for T017-assessment-protocol-answers.json")).to_be_visible()
    text = inside.get_by_label("The file as text")
    expect(text).to_be_visible()
    sent = answers.parse(text.input_value().encode())
    assert (sent["trainee"], sent["answers"]) == ("T017", {"one": "a"})


def test_the_page_fits_a_phone_without_sideways_scrolling(show, page):
    page.set_viewport_size({"width": 390, "height": 800})
    page = show(first(), alone(), sessions(), words())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_rubric_is_read_before_writing_and_what_is_unscored_is_kept_but_not_counted(show, tmp_path):
    from casework import Rate

    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    levels = ["Says nothing of it.", "Names it.", "Names it and says for whom.", "Names it, for whom and why."]
    items = [
        sheet.ask(
            Write(
                id="letter",
                prompt="Write.",
                words=50,
                rubric={name: {"text": f"Criterion <{name}>", "levels": levels} for name in ("a", "b", "c")},
            )
        ),
        sheet.ask(
            Rate(id="sure-letter", prompt="How sure are you?", scale=["Guessing", "Fairly", "Sure"]), scored=False
        ),
    ]
    page = show(*items, sheet=sheet)
    expect(page.get_by_text("Criterion <b>")).to_be_visible()
    expect(page.get_by_text("Names it, for whom and why.").first).to_be_visible()
    expect(page.get_by_text("0 of 1 answered; open: 1.")).to_be_visible()
    expect(page.get_by_text("Not scored", exact=True)).to_have_count(1)
    expect(page.get_by_text("1 question that is not scored is open.")).to_be_visible()
    page.get_by_label("Fairly").check()
    page.get_by_label("Your answer").fill("Dear both")
    page.get_by_label("Your answer").blur()
    expect(page.get_by_text("1 of 1 answered.")).to_be_visible()
    assert kept(page)["answers"] == {"letter": "Dear both", "sure-letter": 2}
    assert sheet.panel.items == ["letter"]
