"""Transcript, Interview and CycleMap as a trainee meets them, in the static host on a page opened from disk."""

from __future__ import annotations

import json
import random
import re

import pytest
from playwright.sync_api import expect

from casework import CycleMap, Interview, Sheet, Transcript
from casework.scoring.interview import score_path
from casework.scoring.sort import score_sort
from casework.scoring.transcript import agreement, score_codes
from casework.widgets.front_end import module_text
from tests.browser.conftest import keep_answers, ready
from tests.situations import situations
from tests.test_dialogue import BEST, CYCLE, INTERVIEW, TRANSCRIPT, bare, cycle, interview, transcript

HOSTILE = "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script> ' \" & </div>"
EXPERT = {name: turn["code"] for name, turn in TRANSCRIPT["turns"].items() if "code" in turn}
SLOTS = {name: card["slot"] for name, card in CYCLE["cards"].items()}


def turn(page, text):
    return page.get_by_label(text)


def say(page, *texts):
    for text in texts:
        page.locator(".cw-next").get_by_role("button", name=text).click()


def long_transcript():
    turns = {
        f"turn-{number}": {
            "speaker": "ines" if number % 2 else "tom",
            "text": f"Sentence number {number}.",
            "code": "soften" if number % 3 else "defend",
        }
        for number in range(1, 41)
    }
    return transcript(turns=turns)


# --- Transcript ---


def test_turns_are_coded_by_number_keys_and_announced(show):
    page = show(transcript())
    turn(page, "You never plan").focus()
    page.keyboard.press("1")
    expect(turn(page, "You never plan")).to_have_value("criticise")
    expect(page.get_by_role("status")).to_have_text("Turn 2: Criticise. 5 turns left.")
    page.keyboard.press("Tab")
    expect(turn(page, "I had worked")).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.press("0")
    expect(turn(page, "I had worked")).to_have_value("")
    page.keyboard.press("9")
    expect(turn(page, "I had worked")).to_have_value("")
    expect(page.get_by_text("1 of 6 turns coded")).to_be_visible()
    assert page.get_by_label("Who would like to begin?").count() == 0


def test_check_gives_agreement_and_kappa_and_names_each_turn(show):
    page = show(transcript())
    turn(page, "You never plan").select_option("criticise")
    turn(page, "I had worked").select_option("criticise")
    turn(page, "So the plan").select_option("reflect")
    turn(page, "Fine. Whatever").select_option("soften")
    page.get_by_role("button", name="Check").click()
    # alike 2 of 4; chance (1*2 + 1*1) / 16
    expect(page.get_by_role("status")).to_have_text(
        "50 % agreement, kappa 0.38. 2 turns not coded. Scored as in an exercise: 23 %."
    )
    expect(page.locator(".cw-mark", has_text="Agrees")).to_have_count(2)
    expect(page.locator(".cw-mark", has_text="Expert differs")).to_have_count(2)
    expect(page.get_by_text("Both are given back, neither is judged.")).to_be_visible()
    expect(page.get_by_text("The expert: Defend")).to_have_count(0)
    page.get_by_role("button", name="Show all reasons").click()
    expect(page.get_by_text("The expert: Defend")).to_be_visible()
    expect(page.get_by_text("He answers the charge")).to_be_visible()
    turn(page, "I had worked").select_option("defend")
    expect(page.get_by_text("Expert differs")).to_have_count(0)
    for name, code in EXPERT.items():
        turn(page, TRANSCRIPT["turns"][name]["text"]).select_option(code)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text(
        "Every turn as the expert coded it: 100 % agreement, kappa 1.00."
    )
    expect(page.get_by_text("A code names what a turn does")).to_be_visible()


def test_kappa_that_is_not_defined_is_called_so(show):
    page = show(transcript())
    turn(page, "When you go quiet").select_option("soften")
    turn(page, "I did not know").select_option("soften")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("100 % agreement, kappa not defined.")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_code_book_stays_in_sight_and_in_reach(show, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page = show(long_transcript())
    turn(page, "Sentence number 30.").scroll_into_view_if_needed()
    book = page.get_by_text("Code book")
    expect(book).to_be_in_viewport()
    if width < 700:
        book.click()
    expect(page.get_by_text("shows a need or a hurt")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- Interview ---


def test_a_session_unfolds_with_its_account(show):
    page = show(interview())
    say(page, "Ask each of them")
    expect(page.get_by_role("log")).to_contain_text("We have not really talked since spring.")
    expect(page.get_by_role("log")).to_contain_text("After a quarrel the house is quiet")
    expect(page.get_by_role("status")).to_have_text(
        "Ines: growing, +1. Tom: growing, +1. Learnt: Days of silence after quarrels."
    )
    expect(page.get_by_text("What do you say or do next?")).to_be_focused()
    expect(page.get_by_text("Two chairs, two accounts")).to_have_count(0)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="What do you each hope for?")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("That we laugh again.")
    say(page, "Stay with that")
    expect(page.get_by_role("button", name="What do you each hope for?")).to_contain_text("taken before")
    say(page, "See each of them alone", "Ask about fear, and")
    expect(page.get_by_text("Safety: 2 of 2 points")).to_be_visible()
    expect(page.get_by_text("Tom doubts the plan (told alone by Tom)")).to_be_visible()
    say(page, "What is said alone stays")
    expect(page.get_by_text("Debrief", exact=True)).to_be_focused()
    expect(page.get_by_text("A sound ending")).to_be_visible()
    expect(page.get_by_text("100 % of what the best path earns")).to_be_visible()
    expect(page.get_by_role("img", name="Map of your path: 6 steps and the end")).to_be_visible()
    expect(page.locator(".cw-path > li")).to_have_count(6)
    expect(page.get_by_text("Two chairs, two accounts")).to_be_visible()
    expect(page.get_by_text("To read: Private words")).to_be_visible()
    expect(page.get_by_text("let private words stay private")).to_be_visible()


def test_the_debrief_names_what_was_missed_and_passed_on(show):
    page = show(interview())
    say(page, "Tom, why", "See each of them alone", "Ask about fear only", "Tom has his doubts")
    debrief = page.locator(".cw-debrief")
    expect(debrief).to_contain_text("Safety points missed")
    expect(debrief).to_contain_text("Thoughts of ending life, asked alone")
    expect(debrief).to_contain_text("Told alone, and passed on by you")
    for word in ("Not here", "Strong", "In part", "Unsafe"):
        expect(debrief.locator(".cw-mark", has_text=word)).to_be_visible()
    expect(page.get_by_text("An ending that did harm")).to_be_visible()
    debrief.get_by_text("1 other way").last.click()
    expect(debrief.get_by_text("The rule was agreed, and it holds for both.")).to_be_visible()


def test_one_step_is_undone_and_a_path_comes_back_after_starting_over(show):
    page = show(interview())
    say(page, "Ask each of them", "See each of them alone")
    page.get_by_role("button", name="Undo one step").click()
    expect(page.get_by_role("button", name="Go straight to the plan")).to_be_visible()
    expect(page.get_by_role("log")).not_to_contain_text("I doubt this plan")
    expect(page.get_by_role("button", name="Undo one step")).to_be_focused()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("button", name="Ask each of them")).to_be_visible()
    page.get_by_role("button", name="Bring my path back").click()
    expect(page.get_by_role("button", name="Go straight to the plan")).to_be_visible()
    page.get_by_role("button", name="Undo one step").click()
    expect(page.get_by_text("What do you say or do next?")).to_be_focused()


@pytest.mark.parametrize(
    "kept",
    [
        ["ask-both", "keep-private", "see-alone"],
        ["ask-both", "gone"],
        ["ask-both", 7],
        ["ask-both", ["x"]],
        ["ask-both", "constructor"],
    ],
)
def test_a_kept_path_is_cut_where_it_no_longer_fits(show, kept):
    page = show(interview())
    keep_answers(page, {"first-session": kept})
    expect(page.get_by_role("button", name="See each of them alone")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("kept up to here")
    say(page, "See each of them alone")
    expect(page.get_by_role("log")).to_contain_text("I doubt this plan")


@pytest.mark.parametrize("kept", [7, "text", {"a": "b"}, [], [None]])
def test_a_kept_answer_of_another_shape_shows_an_open_activity(show, kept):
    page = show(transcript(), interview(), cycle())
    keep_answers(page, {"first-session": kept, "sunday-talk": kept, "their-cycle": kept})
    expect(page.get_by_text("0 of 6 turns coded")).to_be_visible()
    expect(page.get_by_role("button", name="Ask each of them")).to_be_visible()
    expect(page.locator("[data-bin='']")).to_contain_text("The rent went up")


# --- CycleMap ---


def test_a_cycle_is_built_by_keyboard_and_checked(show):
    page = show(cycle())
    page.get_by_label("Where to put: Asks, then").focus()
    page.keyboard.type("What Ines does")
    expect(page.get_by_label("Where to put: Asks, then")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-bin=ines-does]")).to_contain_text("Asks, then asks again")
    for name, slot in SLOTS.items():
        page.get_by_label(f"Where to put: {CYCLE['cards'][name]['text']}").select_option(
            "none" if name == "lonely" else slot
        )
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("6 of 7 cards right, 1 to move. Scored as in an exercise: 83 %.")
    expect(page.get_by_text("What her asking comes to mean.")).to_be_visible()
    page.get_by_role("button", name="Show all reasons").click()
    expect(page.get_by_text("Belongs in: What Ines feels beneath")).to_be_visible()
    page.get_by_label("Where to put: Lonely").select_option("ines-feels")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_contain_text("every card is where it belongs")


def test_a_card_is_dragged_into_its_slot(show):
    page = show(cycle())
    page.locator(".cw-card", has_text="The rent").locator(".cw-card-text").drag_to(page.locator("[data-bin=none]"))
    expect(page.locator("[data-bin=none]")).to_contain_text("The rent went up")


def test_a_map_prints_whole_on_one_page_without_controls(show, page):
    page = show(cycle())
    for name, slot in SLOTS.items():
        page.get_by_label(f"Where to put: {CYCLE['cards'][name]['text']}").select_option(slot)
    page.emulate_media(media="print")
    for control in (
        page.locator("select").first,
        page.get_by_role("button", name="Check"),
        page.get_by_role("button", name="Print this page"),
        page.get_by_text("Cards to place"),
    ):
        expect(control).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_slots_stand_round_a_loop(show, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page = show(cycle())
    boxes = [
        page.locator(f"[data-bin={slot}]").bounding_box()
        for slot in ("ines-does", "tom-fears", "tom-feels", "tom-does", "ines-fears", "ines-feels")
    ]
    if width > 700:
        left, right = boxes[0]["x"], boxes[1]["x"]
        assert [box["x"] for box in boxes] == [left, right, right, right, left, left]
        assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"] == boxes[5]["y"] < boxes[3]["y"] == boxes[4]["y"]
    else:
        assert boxes == sorted(boxes, key=lambda box: box["y"])


# --- all three ---


def answer_all(page):
    turn(page, "You never plan").first.select_option("defend")
    say(page, "Ask each of them")
    page.get_by_label("Where to put: The rent went up").first.select_option("none")


def test_responses_survive_a_reload_in_practice_and_in_an_exercise(show, tmp_path):
    sheet = Sheet("couple-work", edition="abc123", folder=tmp_path)
    page = show(*[sheet.ask(bare(kind)) for kind in ("transcript", "interview", "cyclemap")], sheet=sheet)
    answer_all(page)
    page.reload()
    ready(page)
    expect(turn(page, "You never plan")).to_have_value("defend")
    expect(page.get_by_role("log")).to_contain_text("After a quarrel")
    expect(page.locator("[data-bin=none]")).to_contain_text("The rent went up")
    say(page, "Go straight to the plan")
    expect(page.get_by_text("1 of 3 answered; open: 1, 3.")).to_be_visible()


def test_an_exercise_shows_no_judgement_and_no_alliance(show, tmp_path):
    sheet = Sheet("couple-work", edition="abc123", folder=tmp_path)
    items = [sheet.ask(bare(kind)) for kind in ("transcript", "interview", "cyclemap")]
    page = show(*items, sheet=sheet)
    assert not {"feedback", "takeaway", "reason", "quality", "alliance", "best", "outcome"} & set(
        json.dumps([item.content for item in items]).split('"')
    )
    say(page, "Ask each of them", "See each of them alone", "Ask about fear only", "What is said alone")
    assert page.get_by_role("button", name="Check").count() == 0
    text = page.locator(".cw-interview").inner_text()
    for word in ("Alliance", "Strong", "In part", "missed", "Missed", "best path", "sound"):
        assert word not in text
    expect(page.get_by_text("Your path", exact=True)).to_be_visible()
    expect(page.locator(".cw-aside").last).to_contain_text("Fear at home, asked alone")
    expect(page.locator(".cw-aside").last).not_to_contain_text("Thoughts of ending life")


def test_checking_nothing_says_so(show):
    page = show(transcript(), cycle())
    for number in range(2):
        page.get_by_role("button", name="Check").nth(number).click()
        expect(page.get_by_role("status").nth(number)).to_have_text("Nothing to check yet: answer first.")


def test_the_same_kind_twice_keeps_two_answers(show):
    page = show(
        transcript(), transcript(id="again"), interview(), interview(id="once-more"), cycle(), cycle(id="second")
    )
    places = page.locator(".cw-mount")
    places.nth(0).get_by_label("You never plan").select_option("defend")
    expect(places.nth(1).get_by_label("You never plan")).to_have_value("")
    places.nth(2).get_by_role("button", name="Ask each of them").click()
    expect(places.nth(3).get_by_role("button", name="Ask each of them")).to_be_visible()
    places.nth(4).get_by_label("Where to put: The rent").select_option("none")
    expect(places.nth(5).locator("[data-bin=none]")).not_to_contain_text("The rent")
    assert page.locator(".cw [id]").count() == 0


VIEWS = """async ([source, state, response]) => {
  const { default: kind } = await import(source);
  const listeners = new Set();
  const model = { get: (name) => state[name], save_changes() {}, on: (event, f) => listeners.add(f), off: (event, f) => listeners.delete(f),
    set(name, value) { state[name] = value; [...listeners].forEach((f) => f()); } };
  const views = [0, 1].map(() => document.body.appendChild(document.createElement("div")));
  const ends = views.map((el) => kind.render({ model, el }));
  model.set("response", response);
  const shown = views.map((el) => el.textContent + [...el.querySelectorAll("select")].map((s) => s.value));
  ends.forEach((end) => end());
  return [shown[0] === shown[1], shown[0], listeners.size];
}"""


@pytest.mark.parametrize(
    ("widget", "response", "seen"),
    [
        (transcript(), {"never": "defend"}, "1 of 6 turns coded"),
        (interview(), BEST, "Both will come again."),
        (cycle(), {"rent": "none"}, "Not part of this cycle 1"),
    ],
)
def test_two_views_of_one_model_agree_and_leave_no_listener(page, widget, response, seen):
    state = {"kind": widget.kind, "mode": "practice", "content": widget.content, "response": None}
    same, shown, left = page.evaluate(VIEWS, [data_url(widget.kind), state, response])
    assert same
    assert seen in shown
    assert left == 0


def hostile_texts(data):
    """`data` with every text a reader sees made hostile; ids, and what names an id, stay."""
    ids = {
        "id",
        "speaker",
        "code",
        "slot",
        "who",
        "next",
        "start",
        "private_to",
        "outcome",
        "learns",
        "covers",
        "tells",
    }
    if isinstance(data, dict):
        return {name: value if name in ids else hostile_texts(value) for name, value in data.items()}
    if isinstance(data, list):
        return [hostile_texts(value) for value in data]
    return HOSTILE if isinstance(data, str) else data


def test_hostile_text_stays_text_everywhere(show):
    page = show(
        Transcript(**hostile_texts(TRANSCRIPT)), CycleMap(**hostile_texts(CYCLE)), Interview(**hostile_texts(INTERVIEW))
    )
    page.locator(".cw-transcript select").first.select_option("soften")
    page.locator(".cw-cyclemap select").first.select_option("none")
    for button in page.get_by_role("button", name="Check").all():
        button.click()
    page.get_by_role("button", name="Show all reasons").first.click()
    page.get_by_role("button", name="Show all reasons").click()
    while page.locator(".cw-next button").count():
        page.locator(".cw-next button").last.click()
    assert page.title() == "Page"
    assert page.locator("main img, main script").count() == 0


def test_without_javascript_everything_can_be_read(plain_page, show):
    page = show(transcript(), interview(), cycle())
    plain_page.goto(page.url)
    for text in (
        "Ines: You never plan anything. I do all of it.",
        "Soften: shows a need or a hurt without blame",
        "The rent went up",
        "What Tom fears it means",
        "Tom: Honestly? I doubt this plan. Please do not tell her.",
    ):
        expect(plain_page.get_by_text(text, exact=True)).to_be_visible()
    expect(plain_page.get_by_text("You may: “What do you each hope for?” (go to ")).to_be_visible()


@pytest.mark.parametrize("width", [390, 640])
def test_the_page_fits_a_phone_and_a_large_zoom(show, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page = show(transcript(), interview(), cycle())
    answer_all(page)
    say(page, "Go straight to the plan")
    for button in page.get_by_role("button", name="Check").all():
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- the same rules in the page and in Python ---


def data_url(kind: str) -> str:
    import base64

    return "data:text/javascript;base64," + base64.b64encode(module_text(kind).encode()).decode()


def in_page(page, kind: str, content: dict, responses: list) -> list:
    """What the page's rule gives for each of `responses`."""
    return page.evaluate(
        """async ([source, content, responses]) => {
        const { credit } = await import(source);
        return responses.map((response) => credit(content, response));
    }""",
        [data_url(kind), content, responses],
    )


def test_the_page_and_python_give_a_coding_the_same_credit(page):
    chance = random.Random(7)
    widget = transcript()
    responses = [{}, EXPERT, dict.fromkeys(EXPERT, "soften")] + [
        {name: chance.choice(list(TRANSCRIPT["codes"])) for name in EXPERT if chance.random() < 0.8} for _ in range(200)
    ]
    assert in_page(page, "transcript", widget.content, responses) == [
        score_codes(response, EXPERT) for response in responses
    ]


def test_the_page_and_python_agree_on_kappa(page):
    chance = random.Random(11)
    tables = [[["a", "a"]], [["a", "b"]], [["a", "b"], ["b", "a"]], [["a", "a"], ["b", "b"]]] + [
        [[chance.choice("abc"), chance.choice("abc")] for _ in range(chance.randint(1, 40))] for _ in range(200)
    ]
    found = page.evaluate(
        """async ([source, tables]) => {
        const { agreement } = await import(source);
        return tables.map(agreement).map(({ alike, kappa }) => [alike, kappa]);
    }""",
        [data_url("transcript"), tables],
    )
    assert found == [list(agreement([tuple(pair) for pair in table])) for table in tables]


def test_the_page_and_python_give_a_path_the_same_credit(page):
    activity = interview().activity
    paths = [list(path) for path in situations(activity).values()] + [BEST, BEST[:3] + BEST[1:], BEST[:-1]]
    expected = [score_path(activity, path, activity.quality) for path in paths]
    assert in_page(page, "interview", activity.as_data(), paths) == expected
    assert max(expected) == 1


def test_the_page_and_python_walk_alike(page):
    activity = interview().activity
    paths = [list(path) for path in situations(activity).values()]
    found = page.evaluate(
        """async ([source, content, paths]) => {
        const { walk } = await import(source);
        return paths.map((path) => walk(content, path)).map(({ node, alliance, learnt, covered, told }) => [node, alliance, learnt, covered, told]);
    }""",
        [data_url("interview"), activity.as_data(), paths],
    )
    walked = [activity.walk(path) for path in paths]
    assert found == [[s.node, s.alliance, list(s.learnt), list(s.covered), list(s.told)] for s in walked]


def test_the_page_and_python_give_a_cycle_the_same_credit(page):
    chance = random.Random(3)
    widget = cycle()
    slots = list(widget.activity.bins)
    responses = [{}, SLOTS] + [
        {name: chance.choice(slots) for name in SLOTS if chance.random() < 0.8} for _ in range(100)
    ]
    assert in_page(page, "cyclemap", widget.content, responses) == [
        score_sort(response, SLOTS, {}, {}) for response in responses
    ]


def test_an_open_code_book_hides_no_turn_that_has_the_focus(show, page):
    page.set_viewport_size({"width": 390, "height": 800})
    page = show(long_transcript())
    page.get_by_text("Code book").click()
    turn(page, "Sentence number 20.").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    focused = turn(page, "Sentence number 8.")
    expect(focused).to_be_focused()
    book = page.locator(".cw-book").bounding_box()
    assert focused.bounding_box()["y"] >= book["y"] + book["height"]
