"""Scoring rules: the key earns 1, a blank 0, a wrong choice never helps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import Choice, ContentError, Sort, Write
from casework.keys import ItemKey
from casework.scoring import check_key, credit, judge, judge_item
from casework.scoring.choice import score_many, score_one
from casework.scoring.number import score_number
from casework.scoring.order import score_order
from casework.scoring.questionnaire import score_form
from casework.scoring.rate import score_rate
from casework.scoring.sort import score_sort

IDS = [f"option-{number}" for number in range(6)]
many_cases = st.tuples(
    st.lists(st.sampled_from(IDS), unique=True, min_size=1), st.lists(st.sampled_from(IDS), unique=True)
)


def key(**fields):
    return ItemKey(points=2.0, rationale="Because.", source=("a choice of this course",), canary="heron-0000", **fields)


ONE = Choice(id="one", prompt="?", options={"a": "A", "b": "B", "c": "C"}).activity
SOME = Choice(id="some", prompt="?", options={name: name for name in IDS}, many=True).activity
CARDS = Sort(
    id="cards",
    prompt="?",
    bins={"stop": "Stop", "hold": "Hold", "none": "No barrier"},
    cards={name: name for name in IDS},
).activity
TEXT = Write(id="text", prompt="?").activity
SORTED = dict.fromkeys(IDS[1:], "stop") | {IDS[0]: "hold"}


def test_one_option_earns_all_part_or_nothing():
    assert [score_one(option, "a", {"b": 0.5}) for option in "abc"] == [1, 0.5, 0]


@given(many_cases)
def test_many_the_key_earns_one_and_a_wrong_option_never_helps(case):
    right, chosen = case
    assert score_many(right, right, IDS) == 1
    assert score_many([], right, IDS) == 0
    for option in set(IDS) - set(right) - set(chosen):
        assert score_many([*chosen, option], right, IDS) <= score_many(chosen, right, IDS)
    if len(right) < len(IDS):
        assert score_many(IDS, right, IDS) == 0
    assert score_many(chosen, right, IDS) == score_many(chosen[::-1], right[::-1], IDS[::-1])


@given(st.dictionaries(st.sampled_from(IDS), st.sampled_from(["stop", "hold", "none"])))
def test_sort_an_unsafe_bin_costs_more_than_a_wrong_one(response):
    right = dict.fromkeys(IDS[:3], "stop") | dict.fromkeys(IDS[3:], "none")
    unsafe = {"stop": ("none",)}
    assert score_sort(right, right, {}, unsafe) == 1
    assert score_sort({}, right, {}, unsafe) == 0
    score = score_sort(response, right, {}, unsafe)
    assert 0 <= score <= 1
    for card in response:
        without = {name: put for name, put in response.items() if name != card}
        if response[card] != right[card]:
            assert score <= score_sort(without, right, {}, unsafe)
    dangerous = {**right, IDS[0]: "none"}
    clumsy = {**right, IDS[0]: "hold"}
    assert score_sort(dangerous, right, {}, unsafe) < score_sort(clumsy, right, {}, unsafe) < 1


def test_sort_weights_count():
    right = {"option-0": "stop", "option-1": "hold"}
    assert score_sort({"option-1": "hold"}, right, {"option-0": 3.0}, {}) == 0
    right |= {"option-2": "none", "option-3": "none"}
    assert score_sort({"option-0": "stop"}, right, {"option-0": 3.0}, {}) == 0, (
        "no more than one bin for all would earn"
    )
    assert score_sort({"option-0": "stop", "option-1": "hold"}, right, {"option-0": 3.0}, {}) == pytest.approx(1 / 3)


BINS = ("stop", "hold", "none")


@st.composite
def sortings(draw):
    """A key that uses two bins or more, weights, unsafe bins, and a response to it, whole or not."""
    right = draw(
        st.fixed_dictionaries({card: st.sampled_from(BINS) for card in IDS}).filter(
            lambda found: len(set(found.values())) > 1
        )
    )
    weights = draw(st.dictionaries(st.sampled_from(IDS), st.sampled_from([0.5, 1.0, 1.5, 3.0])))
    unsafe = {home: tuple(b for b in draw(st.lists(st.sampled_from(BINS), unique=True)) if b != home) for home in BINS}
    return right, weights, unsafe, draw(st.dictionaries(st.sampled_from(IDS), st.sampled_from(BINS)))


@given(sortings(), st.sampled_from(IDS), st.sampled_from(BINS))
def test_sort_the_key_earns_one_one_bin_for_all_nothing_and_a_wrong_bin_never_helps(case, card, bin_):
    right, weights, unsafe, response = case
    score = score_sort(response, right, weights, unsafe)
    assert 0 <= score <= 1
    assert score_sort(right, right, weights, unsafe) == pytest.approx(1)
    assert score_sort({}, right, weights, unsafe) == 0
    assert all(score_sort(dict.fromkeys(IDS, b), right, weights, unsafe) == 0 for b in BINS)
    put = score_sort({**response, card: bin_}, right, weights, unsafe)
    without = score_sort({name: b for name, b in response.items() if name != card}, right, weights, unsafe)
    assert put >= without if bin_ == right[card] else put <= without + 1e-12
    turned = dict(reversed(right.items()))
    assert score_sort(
        dict(reversed(response.items())), turned, dict(reversed(weights.items())), unsafe
    ) == pytest.approx(score)


@given(st.permutations(IDS), st.permutations(IDS), st.permutations(IDS), st.integers(0, len(IDS) - 2))
def test_order_the_key_earns_one_its_reverse_nothing_and_an_inversion_never_helps(right, response, names, at):
    score = score_order(response, right)
    assert 0 <= score <= 1
    assert score_order(right, right) == 1
    assert score_order(right[::-1], right) == 0
    exchanged = [*response[:at], response[at + 1], response[at], *response[at + 2 :]]
    if right.index(response[at]) < right.index(response[at + 1]):
        assert score_order(exchanged, right) <= score
    else:
        assert score_order(exchanged, right) >= score
    renamed = dict(zip(IDS, names, strict=True))
    assert score_order([renamed[step] for step in response], [renamed[step] for step in right]) == score


@given(st.integers(-50, 50), st.integers(0, 5), st.integers(0, 9), st.integers(-80, 80), st.integers(-80, 80))
def test_number_the_key_earns_one_and_going_further_away_never_helps(right, tolerance, near, one, other):
    assert score_number(right, right, tolerance, near) == 1
    assert score_number(right + one, right, tolerance, near) == score_number(right - one, right, tolerance, near)
    closer, further = sorted((one, other), key=abs)
    assert score_number(right + further, right, tolerance, near) <= score_number(right + closer, right, tolerance, near)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=3, unique=True), st.integers(1, 7))
def test_rate_a_point_of_the_key_earns_one_a_neighbour_half_and_the_rest_nothing(right, response):
    distance = min(abs(response - point) for point in right)
    assert score_rate(response, right) == {0: 1, 1: 0.5}.get(distance, 0)
    assert score_rate(response, right[::-1]) == score_rate(response, right)


@given(
    st.fixed_dictionaries({item: st.integers(0, 3) for item in IDS}),
    st.dictionaries(st.sampled_from(IDS), st.integers(0, 3)),
    st.sampled_from(IDS),
    st.integers(0, 3),
)
def test_form_the_key_earns_one_a_blank_nothing_and_a_wrong_code_never_helps(right, response, item, code):
    score = score_form(response, right)
    assert score_form(right, right) == 1
    assert score_form({}, right) == 0
    changed = score_form({**response, item: code}, right)
    assert changed >= score if code == right[item] else changed <= score
    assert score_form(dict(reversed(response.items())), dict(reversed(right.items()))) == score


@given(st.sampled_from("abc"), st.dictionaries(st.sampled_from("abc"), st.floats(0.01, 0.99)), st.sampled_from("abc"))
def test_one_option_earns_what_the_key_says_and_no_other_more_than_the_key(right, partial, response):
    assert score_one(right, right, partial) == 1
    assert score_one(response, right, partial) == (1 if response == right else partial.get(response, 0))


@pytest.mark.parametrize(
    ("activity", "response", "state", "points"),
    [
        (ONE, "a", "scored", 2),
        (ONE, "b", "scored", 1),
        (ONE, "c", "scored", 0),
        (ONE, None, "blank", 0),
        (ONE, "", "blank", 0),
        (ONE, "z", "ungraded", None),
        (ONE, ["a"], "ungraded", None),
        (ONE, 0, "ungraded", None),
        (ONE, False, "ungraded", None),
        (ONE, {"a": "a"}, "ungraded", None),
    ],
)
def test_a_verdict_is_scored_blank_or_not_gradable(activity, response, state, points):
    verdict = judge(activity, response, key(right="a", partial={"b": 0.5}))
    assert (verdict.state, verdict.points) == (state, points)
    assert bool(verdict.reason) == (state == "ungraded")


def test_a_written_answer_waits_for_a_supervisor():
    assert judge(TEXT, "my words", key()).state == "waiting"
    assert judge(TEXT, " \n", key()).state == "blank"


def test_an_item_missing_from_another_edition_is_never_taken_as_blank():
    sheet = {"edition": "aaaaaa", "answers": {"some": ["option-0"]}}
    verdict = judge_item(sheet, "bbbbbb", ONE, key(right="a"))
    assert (verdict.state, verdict.points) == ("ungraded", None)
    assert "edition aaaaaa" in verdict.reason
    assert judge_item(sheet, "bbbbbb", SOME, key(right=["option-0"])).points == 2
    assert judge_item(sheet, "aaaaaa", ONE, key(right="a")).state == "blank"


@pytest.mark.parametrize(
    ("activity", "fields", "said"),
    [
        (ONE, {"right": "z"}, "'z' is not an option"),
        (ONE, {"right": "a", "partial": {"a": 0.5}}, "other than the right one"),
        (ONE, {"right": "a", "partial": {"b": 1.0}}, "between 0 and 1"),
        (SOME, {"right": []}, "leaves something unanswered"),
        (CARDS, {"right": {"option-0": "stop"}}, "leaves something unanswered"),
        (CARDS, {"right": SORTED, "unsafe": {"stop": ("nowhere",)}}, "unknown nowhere"),
        (CARDS, {"right": SORTED, "weights": {"option-0": 0.0}}, "weight of 0"),
        (CARDS, {"right": dict.fromkeys(IDS, "stop")}, "anyone could guess"),
        (TEXT, {"right": "words"}, "marked by a supervisor"),
    ],
)
def test_a_key_that_cannot_judge_is_refused(activity, fields, said):
    with pytest.raises(ContentError, match=said):
        check_key(activity, key(**fields), "keys/x.yaml: one")


def test_credit_of_the_key_is_one_for_every_kind():
    for activity, right in ((ONE, "a"), (SOME, IDS[:2]), (CARDS, SORTED)):
        check_key(activity, key(right=right), "key")
        assert credit(activity, right, key(right=right)) == 1
