"""Choice, Sort and Write as a trainee meets them, in the static host on a page opened from disk."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from casework import Choice, Number, Order, Rate, Sheet, Sort, Write
from tests.browser.conftest import ready

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> ' \" & </div>"


def first(**more):
    return Choice(id="who-first", prompt="A couple calls.\n\nWho is seen first?", takeaway="Together, then alone.",
                  source="A choice of this course", options={
                      "couple": {"text": "Both together", "right": True, "feedback": "Both accounts count."},
                      "caller": {"text": "The caller", "feedback": "One story would lead."}}, **more)


def alone():
    return Choice(id="asked-alone", prompt="What is asked alone?", many=True, options={
        "fear": {"text": "Fear", "right": True, "feedback": "Alone or not at all."},
        "consent": {"text": "Whose wish it is", "right": True, "feedback": "Free only alone."},
        "story": {"text": "How they met", "feedback": "A joint story."}})


def sessions():
    return Sort(id="which-session", prompt="Which session?", bins={"couple": "Couple session", "own": "Own session"}, cards={
        "met": {"text": "How did you meet?", "bin": "couple", "feedback": "They tell it together."},
        "afraid": {"text": "Are you afraid?", "bin": "own", "feedback": "Asked alone."}})


def words():
    return Write(id="own-words", prompt="Say it.", words=20, criteria=("names the exception",), model="Two kinds.",
                 takeaway="Plain words.")


def steps():
    return Order(id="in-order", prompt="In which order?", right=("first", "second", "third"), takeaway="In this order.",
                 steps={"second": {"text": "See each alone", "feedback": "After the couple."},
                        "first": {"text": "See the couple", "feedback": "Neither story leads."},
                        "third": {"text": "Give feedback", "feedback": "When all is known."}})


def hours():
    return Number(id="hours", prompt="How long?", unit="hours", low=0, high=24, right=2, tolerance=0.5,
                  feedback="At least two.", too_low="Longer than that.", too_high="Not that long.")


def scale():
    return Rate(id="alliance", prompt="How strong?", scale=(
        {"text": "weak", "feedback": "More than that."}, {"text": "fair", "right": True, "feedback": "Both speak."},
        {"text": "strong", "feedback": "Not yet."}, {"text": "very strong", "feedback": "Far from it."}))


def rehearsal():
    return Write(id="rehearse", prompt="Answer Daniel.", criteria=("name both moves", "stay short"), takeaway="Practise aloud.",
                 line={"who": "Daniel", "text": "There is no point.", "model": "You have tried so long."},
                 harder={"who": "Daniel", "text": "You are on her side.", "model": "It feels as if I left you alone."})


def graded(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    items = [sheet.ask(Choice(id="one", prompt="Who?", options={"a": "A", "b": "B"})),
             sheet.ask(Sort(id="two", prompt="Where?", bins={"x": "X", "y": "Y"}, cards={"k": "K", "m": "M"})),
             sheet.ask(Write(id="three", prompt="Write."))]
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
    expect(page.get_by_role("status")).to_have_text("Nothing to check yet.")


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
    expect(page.get_by_role("status")).to_have_text("1 of 2 cards right, 1 to move.")
    page.get_by_label("Where to put: How did you meet?").select_option("couple")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("every card is where it belongs")


def many_cards():
    return Sort(id="many", prompt="Which?", bins={"a": "First bin", "b": "Second bin", "c": "Third bin"},
                cards={f"card-{n}": {"text": f"Card number {n}, with some words to fill a line or two", "bin": "b"} for n in range(10)})


def test_tab_leads_from_card_to_card_until_all_are_placed(show):
    page = show(many_cards(), first())
    page.keyboard.press("Tab")
    for number in range(10):
        expect(page.get_by_label(f"Where to put: Card number {number},")).to_be_focused()
        page.keyboard.press("S")
        page.keyboard.press("Tab")
    expect(page.locator("[data-bin=b] .cw-card")).to_have_count(10)


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
    page.locator(".cw-card", has_text="Are you afraid?").locator(".cw-card-text").drag_to(page.locator("[data-bin=own]"))
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
    expect(page.get_by_role("status")).to_have_text("Nothing to check yet.")
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
        page.locator(".cw-step", has_text="See each alone"), target_position={"x": 60, "y": 3})
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
    page.wait_for_function("(localStorage.getItem('casework:practice') || '').includes('alone there')")
    page.reload()
    ready(page)
    expect(page.get_by_label("Your answer to Daniel").first).to_have_value("I hear you.")
    expect(page.get_by_label("Your answer to Daniel").last).to_have_value("I left you alone there.")
    expect(page.get_by_label("name both moves").first).to_have_value("1")
    response = page.evaluate("JSON.parse(localStorage.getItem('casework:practice')).answers.rehearse")
    widget = rehearsal()
    widget.response = response
    assert response["line"]["ratings"] == [1, 2]


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
    from casework import answers

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
    assert page.evaluate("localStorage.getItem('casework:assessment-protocol')") is None or kept(page)["trainee"] == ""
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


@pytest.mark.parametrize(("text", "said"), [
    ("not json", "not an answers file"), ("[]", "not an answers file"), ("null", "not an answers file"),
    ('{"format": "casework-answers/1", "assignment": "other", "answers": {}}', "another exercise (other)"),
])
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
    sheet = {"format": "casework-answers/1", "assignment": "assessment-protocol", "edition": edition, "trainee": trainee,
             "saved": "2026-01-01T00:00:00Z", "answers": answers}
    page.locator("input[type=file]").set_input_files([{"name": "a.json", "mimeType": "application/json",
                                                       "buffer": json.dumps(sheet).encode()}])
    expect(page.locator(".cw-panel .cw-status")).not_to_be_empty()
    return kept(page)["answers"]


def kept(page, name="assessment-protocol"):
    return page.evaluate("name => JSON.parse(localStorage.getItem(`casework:${name}`))", name)


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
    expect(page.locator(".cw-panel .cw-status")).to_contain_text("What was here before is in your downloads.")
    expect(page.get_by_label("Your answer")).to_have_value("")


def test_answers_kept_from_another_edition_are_named_as_such(show, tmp_path):
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    page.evaluate("""localStorage.setItem("casework:assessment-protocol", JSON.stringify({
        format: "casework-answers/1", assignment: "assessment-protocol", edition: "000000", trainee: "T1",
        saved: "2026-01-01T00:00:00Z", answers: {one: "a", three: {}}}))""")
    page.reload()
    ready(page)
    expect(page.locator(".cw-panel .cw-status")).to_contain_text("another edition")
    page.reload()
    ready(page)
    assert kept(page)["answers"] == {"one": "a", "three": {}}, "looking at a page changes nothing"


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


@pytest.mark.parametrize("answer", ["toString", {"toString": "x"}, {"line": {"text": 5}}, {"line": {"ratings": 5}}, [None]])
def test_a_kept_answer_that_cannot_be_drawn_leaves_every_activity_live(show, answer):
    page = show(first(), rehearsal(), sessions())
    page.evaluate("""answer => localStorage.setItem("casework:practice", JSON.stringify({format: "casework-answers/1",
        assignment: "practice", answers: {"who-first": answer, rehearse: answer, "which-session": answer}}))""", answer)
    page.reload()
    ready(page)
    expect(page.locator(".cw-live")).to_have_count(3)
    page.get_by_label("Both together").check()
    assert kept(page, "practice")["answers"] == {"who-first": "couple", "rehearse": answer, "which-session": answer}


def test_two_exercises_on_one_page_keep_their_own_answers(show, tmp_path):
    sheet, items = graded(tmp_path)
    other = Sheet("formulation", edition="def456", folder=tmp_path)
    page = show(*items, other.panel, other.ask(Choice(id="who", prompt="Who?", options={"n": "Nora", "p": "Paul"})), sheet=sheet)
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
    page.evaluate("""localStorage.setItem("casework:assessment-protocol", JSON.stringify({
        format: "casework-answers/1", assignment: "assessment-protocol", edition: "000000", trainee: "T1",
        saved: "2026-01-01T00:00:00Z", answers: {one: "gone", two: {k: "gone", z: "x"}, three: 7, old: 1}}))""")
    page.reload()
    ready(page)
    expect(page.get_by_text("0 of 3 answered; open: 1, 2, 3.")).to_be_visible()
    page.get_by_label("A", exact=True).check()
    kept = page.evaluate("JSON.parse(localStorage.getItem('casework:assessment-protocol'))")
    assert kept["answers"]["old"] == 1
    assert kept["answers"]["one"] == "a"


def test_hostile_text_stays_text_everywhere(show):
    page = show(
        Choice(id="c", prompt=HOSTILE, takeaway=HOSTILE, source=HOSTILE,
               options={"a": {"text": HOSTILE, "right": True, "feedback": HOSTILE}, "b": "B"}),
        Sort(id="s", prompt=HOSTILE, bins={"x": HOSTILE, "y": "Y"},
             cards={"k": {"text": HOSTILE, "bin": "x", "feedback": HOSTILE}}),
        Write(id="w", prompt=HOSTILE, criteria=(HOSTILE,), model=HOSTILE))
    page.locator("input[type=radio]").first.check()
    page.locator("select").select_option("x")
    page.get_by_label("Your answer").fill(HOSTILE)
    for button in page.get_by_role("button", name="Check").all():
        button.click()
    page.get_by_role("button", name="Compare with criteria").click()
    page.get_by_role("button", name="Show one way to write it").click()
    assert page.title() == "Page"
    assert page.locator("main img, main script").count() == 0


def test_without_javascript_the_prompt_and_the_options_are_there(browser, show, tmp_path):
    page = show(first(), sessions(), words())
    plain = browser.new_context(java_script_enabled=False)
    view = plain.new_page()
    view.goto(page.url)
    for text in ("Who is seen first?", "Both together", "The caller", "How did you meet?", "Own session", "Say it."):
        expect(view.get_by_text(text, exact=True)).to_be_visible()
    plain.close()


def test_a_browser_that_keeps_nothing_says_so_and_still_gives_the_file(show, tmp_path, page):
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    sheet, items = graded(tmp_path)
    page = show(*items, sheet=sheet)
    page.get_by_label("A", exact=True).check()
    expect(page.get_by_role("status").first).to_contain_text("download them before you leave")
    page.get_by_label("Your id").fill("T017")
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").click()
    event.value.save_as(tmp_path / "mine.json")
    assert '"one": "a"' in (tmp_path / "mine.json").read_text()


def test_the_page_fits_a_phone_without_sideways_scrolling(show, page):
    page.set_viewport_size({"width": 390, "height": 800})
    page = show(first(), alone(), sessions(), words())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_rubric_is_read_before_writing_and_what_is_unscored_is_kept_but_not_counted(show, tmp_path):
    from casework import Rate

    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    levels = ["Says nothing of it.", "Names it.", "Names it and says for whom.", "Names it, for whom and why."]
    items = [sheet.ask(Write(id="letter", prompt="Write.", words=50, rubric={
                 name: {"text": f"Criterion <{name}>", "levels": levels} for name in ("a", "b", "c")})),
             sheet.ask(Rate(id="sure-letter", prompt="How sure are you?", scale=["Guessing", "Fairly", "Sure"]), scored=False)]
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
