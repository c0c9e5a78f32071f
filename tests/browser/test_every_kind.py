"""What holds for every kind at once: the gallery in every state, without barriers, in print, in crowds and in two views."""

from __future__ import annotations

import itertools
import json
import random
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework import Choice, ContentError, Number, Order, Rate, Sheet, Sort
from casework.content import KINDS, load_activities
from casework.scoring.choice import score_many, score_one
from casework.scoring.number import score_number
from casework.scoring.order import score_order
from casework.scoring.rate import score_rate
from casework.scoring.sort import score_sort
from casework.widgets import ActivityWidget
from tests.browser.conftest import barriers, keep_answers
from tests.browser.test_dialogue import VIEWS, data_url, in_page

GALLERY = load_activities(Path(str(files("casework.data").joinpath("activities", "gallery.yaml"))))
RESPONSES = {
    "one-choice": ("begin", "wait"),
    "several-choices": (["childhood"], ["safe-to-talk", "whose-idea"]),
    "order-of-steps": (["feedback", "alone", "couple"], ["couple", "alone", "feedback"]),
    "cards-into-bins": ({"met": "alone"}, {"met": "together", "afraid": "alone"}),
    "a-number": (9, 3),
    "a-rating": (1, 4),
    "written": ("", "I see everyone alone."),
    "deliberate-practice": (
        {"tries": [{"text": "", "ratings": {"short": 2}}]},
        {"tries": [{"text": "What did you see?", "ratings": {"takes-seriously": 2, "short": 1}}]},
    ),
    "code-the-turns": ({"shrug": "soften"}, {"of-course": "criticise", "shrug": "withdraw", "wanted": "soften"}),
    "short-interview": (["tom-first"], ["both-hear"]),
    "draw-the-cycle": (
        {"rent": "tom-does"},
        {
            "asks-again": "lena-does",
            "lonely": "lena-feels",
            "not-wanted": "lena-fears",
            "goes-quiet": "tom-does",
            "ashamed": "tom-feels",
            "never-enough": "tom-fears",
            "rent": "none",
        },
    ),
    "a-questionnaire": ({"item-1": 3}, {f"item-{number}": 1 for number in range(1, 8)}),
}


def widgets(names=GALLERY, times=1):
    return [ActivityWidget(GALLERY[name], name=f"gallery/{name}-{turn}") for turn in range(times) for name in names]


def respond(page, which):
    """Give each activity of the gallery its wrong (0) or right (1) response and check whatever can be checked."""
    kept = {f"gallery/{name}-0": responses[which] for name, responses in RESPONSES.items()}
    keep_answers(page, kept)
    for button in page.get_by_role("button", name="Check", exact=False).all():
        if button.is_visible():
            button.click()


def test_the_gallery_shows_every_kind():
    assert {activity.kind for activity in GALLERY.values()} == {kind.kind for kind in KINDS.values()}
    assert set(RESPONSES) == set(GALLERY), "give each entry of the gallery a wrong and a right response in RESPONSES"
    for name, responses in RESPONSES.items():
        for response in responses:
            if not GALLERY[name].is_blank(response):
                GALLERY[name].check(response)


@pytest.mark.parametrize("name", GALLERY)
def test_a_kind_keeps_what_every_kind_promises(page, tmp_path, name):
    activity, responses = GALLERY[name], [None, *RESPONSES[name]]
    if name != "a-questionnaire":  # the one entry that is right however it is answered
        with pytest.raises(ContentError, match="graded work holds no key"):
            Sheet("gallery", folder=tmp_path).ask(ActivityWidget(activity))
    assert activity.outline(), "a page without JavaScript shows what can be chosen"
    assert all(activity.describe(responses[-1])), "feedback says the answer in words"
    complete = [activity.is_complete(response) for response in responses]
    assert (complete[0], complete[-1]) == (False, True)
    source = data_url(activity.kind)
    assert complete == page.evaluate(
        """async ([source, content, responses]) => {
            const { default: kind } = await import(source);
            return responses.map((response) => kind.isComplete(content, response));
        }""",
        [source, activity.as_data(), responses],
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 390), ("dark", 1280)])
def test_no_kind_in_any_state_has_a_barrier_that_axe_can_find(show, page, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page = show(*widgets(), head="<style>:root{color-scheme:light dark}</style>" if scheme == "dark" else "")
    assert barriers(page) == []
    for which in (0, 1):
        respond(page, which)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in page.get_by_role("button", name="Show all reasons").all():
            if button.is_visible():
                button.click()
        assert barriers(page) == []


def test_every_kind_can_be_reached_and_left_by_keyboard_alone(show):
    page = show(*widgets())
    seen, last = set(), None
    for _ in range(400):
        page.keyboard.press("Tab")
        place = page.evaluate("""() => {
            const mount = document.activeElement.closest('.cw-mount');
            return mount ? JSON.parse(mount.dataset.casework).name : null;
        }""")
        if place is None and last is not None:
            break
        seen.add(place)
        last = place
    assert {name.split("/")[1][:-2] for name in seen if name} == set(GALLERY)


def test_a_focused_control_is_seen_in_every_kind(show):
    page = show(*widgets())
    page.keyboard.press("Tab")
    for _ in range(60):
        page.keyboard.press("Tab")
        style = page.evaluate("""() => { const s = getComputedStyle(document.activeElement);
            return document.activeElement.closest('.cw') ? [s.outlineStyle, parseFloat(s.outlineWidth)] : null; }""")
        if style:
            assert style[0] != "none"
            assert style[1] >= 2


def test_a_print_shows_prompts_options_and_responses_and_no_buttons(show, page):
    page = show(*widgets())
    respond(page, 1)
    page.emulate_media(media="print")
    for text in (
        "What do you do?",
        "Begin with her side, to save time.",
        "I see everyone alone.",
        "What did you see?",
        "Goes quiet",
    ):
        expect(page.get_by_text(text).first).to_be_visible()
    for button in page.get_by_role("button").all():
        assert not button.is_visible(), button.inner_text()


def test_forced_colours_and_reduced_motion_leave_everything_readable(show, page):
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page = show(*widgets())
    respond(page, 1)
    assert page.get_by_text("Right", exact=False).count() > 3
    moving = page.evaluate(
        "[...document.querySelectorAll('.cw, .cw *')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) "
        "> 0 || parseFloat(getComputedStyle(e).animationDuration) > 0).map((e) => e.className)"
    )
    assert moving == []


def test_a_hundred_activities_on_a_page_all_live_and_keep_their_own_answers(show):
    names = list(itertools.islice(itertools.cycle([name for name in GALLERY if name != "a-questionnaire"]), 10))
    page = show(*widgets(names[:10], times=10))
    assert page.locator("form.cw").count() >= 100
    page.get_by_label("Begin with her side").nth(3).check()
    assert page.get_by_label("Begin with her side").nth(3).is_checked()
    assert not page.get_by_label("Begin with her side").nth(4).is_checked()


@pytest.mark.parametrize("name", list(GALLERY))
def test_two_views_of_one_model_agree_and_leave_no_listener(page, name):
    activity = GALLERY[name]
    state = {"kind": activity.kind, "mode": "practice", "content": activity.as_data(), "response": None}
    same, _, left = page.evaluate(VIEWS, [data_url(activity.kind), json.loads(json.dumps(state)), RESPONSES[name][1]])
    assert same
    assert left == 0


# --- the same rules in the page and in Python ---

IDS = [f"step-{number}" for number in range(5)]
chance = random.Random(11)


def test_the_page_and_python_give_one_option_the_same_credit(page):
    widget = Choice(id="c", prompt="?", options={name: {"text": name, "right": name == "step-2"} for name in IDS})
    responses = [*IDS, None, "gone"]
    assert in_page(page, "choice", widget.content, responses) == [
        0 if response not in IDS else score_one(response, "step-2", {}) for response in responses
    ]


def test_the_page_and_python_give_several_options_the_same_credit(page):
    right = IDS[:2]
    widget = Choice(
        id="c", prompt="?", many=True, options={name: {"text": name, "right": name in right} for name in IDS}
    )
    responses = [list(some) for size in range(6) for some in itertools.combinations(IDS, size)]
    assert in_page(page, "choice", widget.content, responses) == pytest.approx(
        [score_many(r, right, IDS) for r in responses]
    )


def test_the_page_and_python_give_an_order_the_same_credit(page):
    right = ["step-3", "step-0", "step-4", "step-1", "step-2"]
    widget = Order(id="o", prompt="?", steps={name: name for name in IDS}, right=tuple(right))
    responses = [list(order) for order in itertools.permutations(IDS)]
    assert in_page(page, "order", widget.content, responses) == pytest.approx(
        [score_order(r, right) for r in responses]
    )


def test_the_page_and_python_give_sorted_cards_the_same_credit(page):
    right = {name: chance.choice("xyz") for name in IDS}
    widget = Sort(
        id="s",
        prompt="?",
        bins={"x": "X", "y": "Y", "z": "Z"},
        cards={name: {"text": name, "bin": right[name]} for name in IDS},
    )
    responses = [{name: chance.choice("xyz") for name in IDS if chance.random() < 0.8} for _ in range(200)]
    assert in_page(page, "sort", widget.content, responses) == pytest.approx(
        [score_sort(r, right, {}, {}) for r in responses]
    )


def test_the_page_and_python_give_a_number_the_same_credit(page):
    widget = Number(id="n", prompt="?", low=-5, high=50, right=0.3, tolerance=0.1)
    responses = [-5, 0, 0.1999, 0.2, 0.3, 0.4, 0.41, 50]
    assert in_page(page, "number", widget.content, responses) == [score_number(r, 0.3, 0.1, 0) for r in responses]


def test_the_page_and_python_give_a_rating_the_same_credit(page):
    widget = Rate(id="r", prompt="?", scale=tuple({"text": str(n), "right": n in (2, 3)} for n in range(1, 8)))
    responses = list(range(1, 8))
    assert in_page(page, "rate", widget.content, responses) == [score_rate(r, [2, 3]) for r in responses]


def test_the_credit_a_reader_is_shown_is_that_of_an_exercise(show):
    right = IDS[:2]
    options = {name: {"text": name, "right": name in right} for name in IDS}
    page = show(Choice(id="c", prompt="Which?", many=True, options=options))
    for chosen in ([IDS[0]], [IDS[0], IDS[3]], [IDS[4]]):
        for name in IDS:
            page.get_by_label(name).set_checked(name in chosen)
        page.get_by_role("button", name="Check").click()
        share = score_many(chosen, right, IDS)
        expect(page.get_by_role("status")).to_contain_text(f"Scored as in an exercise: {100 * share:.0f} %.")
