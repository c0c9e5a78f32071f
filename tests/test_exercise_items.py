"""Every item: its key earns all points, a blank none, a near miss some, and no cue gives the answer away."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.content.activity import Activity
from casework.content.choice import Choice
from casework.content.cyclemap import CycleMap
from casework.content.number import Number
from casework.content.order import Order
from casework.content.questionnaire import Questionnaire
from casework.content.rate import Rate
from casework.content.sort import Sort
from casework.content.transcript import Transcript
from casework.content.write import MAX_WRITTEN, Write
from casework.grading import exercise
from casework.keys import ItemKey, load_key
from casework.scoring import check_key, is_automatic, judge

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("exercises/*/*.ipynb"))


class Item(NamedTuple):
    exercise: str
    activity: Activity
    key: ItemKey

    def points(self, response: object) -> float | None:
        return judge(self.activity, response, self.key).points


def asked(notebook: Path) -> exercise.Exercise:
    """The exercise in the notebook, without its keys."""
    return exercise.exercise_of(exercise.read_notebook(notebook), notebook.stem, None, where=notebook.name)


EXERCISES = {notebook.stem: asked(notebook) for notebook in NOTEBOOKS}
BANK = [
    Item(name, item.activity, load_key(name, ROOT / "keys").items[item_id])
    for name, found in EXERCISES.items()
    for item_id, item in found.items.items()
]
SCORED = [item for item in BANK if is_automatic(item.activity)]
SINGLES = [item for item in SCORED if isinstance(item.activity, Choice) and not item.activity.many]
MANY = [item for item in SCORED if isinstance(item.activity, Choice) and item.activity.many]
SORTS = [item for item in SCORED if isinstance(item.activity, (Sort, CycleMap))]


def each(items: list[Item]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("item", items, ids=[f"{i.exercise}/{i.activity.id}" for i in items])


def rights(item: Item) -> list[int]:
    """The points of a scale that earn all."""
    return item.key.right if isinstance(item.key.right, list) else [item.key.right]


def one_changed(right: dict, places: dict) -> list[dict]:
    """The key with one entry changed, in every way."""
    return [{**right, name: other} for name, home in right.items() for other in places[name] if other != home]


def places(activity: Activity, right: dict) -> dict:
    """What each card, turn or item of a form may be given."""
    if isinstance(activity, Questionnaire):
        return {item.id: [option.code for option in activity.form.options_of(item)] for item in activity.form.items}
    return dict.fromkeys(right, activity.codes if isinstance(activity, Transcript) else activity.bins)


def near_misses(item: Item) -> list:
    """Nearly right responses made from the key: its partial options, one left out, one moved, two neighbours exchanged."""
    activity, right = item.activity, item.key.right
    if isinstance(activity, (Sort, CycleMap, Transcript, Questionnaire)):
        return one_changed(right, places(activity, right))
    if isinstance(activity, Order):
        return [[*right[:n], right[n + 1], right[n], *right[n + 2 :]] for n in range(len(right) - 1)]
    if isinstance(activity, Number):
        return [
            value
            for value in (right - item.key.near, right + item.key.near)
            if (activity.low is None or value >= activity.low) and (activity.high is None or value <= activity.high)
        ]
    if isinstance(activity, Rate):
        return [
            point
            for point in range(1, len(activity.scale) + 1)
            if point not in rights(item) and min(abs(point - other) for other in rights(item)) == 1
        ]
    assert isinstance(activity, Choice), f"say here what a near miss is for {activity.kind}"
    if activity.many:
        return [[option for option in right if option != left_out] for left_out in right if len(right) > 1]
    return list(item.key.partial)


def wrong_answers(item: Item) -> list:
    """Whole answers that are wrong."""
    activity, right = item.activity, item.key.right
    if isinstance(activity, Transcript):
        return [dict.fromkeys(right, code) for code in activity.codes]
    if isinstance(activity, Questionnaire):
        return [
            {name: next(code for code in places(activity, right)[name] if code != home) for name, home in right.items()}
        ]
    if isinstance(activity, (Sort, CycleMap)):
        return [dict.fromkeys(right, bin_) for bin_ in activity.bins]
    if isinstance(activity, Order):
        return [right[::-1]]
    if isinstance(activity, Number):
        far = 2 * max(item.key.near, item.key.tolerance, 1)
        return [
            value
            for value in (right - far, right + far)
            if (activity.low is None or value >= activity.low) and (activity.high is None or value <= activity.high)
        ]
    if isinstance(activity, Rate):
        return [
            point
            for point in range(1, len(activity.scale) + 1)
            if min(abs(point - other) for other in rights(item)) > 1
        ]
    if activity.many:
        return [[option] for option in activity.options if option not in right] + [list(activity.options)]
    return [option for option in activity.options if option != right and option not in item.key.partial]


def wrong_shapes(activity: Activity) -> list:
    if isinstance(activity, Choice):
        first = next(iter(activity.options))
        return [
            7,
            True,
            {first: True},
            [[first]],
            [None],
            [first, first],
            first if activity.many else [first],
            "no-such-option",
            ["no-such-option"],
        ]
    if isinstance(activity, (Sort, CycleMap, Transcript)):
        parts = activity.to_code if isinstance(activity, Transcript) else activity.cards
        card, bin_ = (
            next(iter(parts)),
            next(iter(activity.codes if isinstance(activity, Transcript) else activity.bins)),
        )
        return [
            7,
            True,
            card,
            [card],
            {card: 1},
            {card: [bin_]},
            {card: None},
            {"no-such-card": bin_},
            {card: "no-such-bin"},
        ]
    if isinstance(activity, Order):
        first, *rest = activity.steps
        return [7, True, first, rest, [first, first, *rest], [1, *rest], {first: 1}, ["no-such-step", *rest]]
    if isinstance(activity, Number):
        return [True, "7", [7], {"a": 7}, float("nan"), float("inf"), 1e300]
    if isinstance(activity, Rate):
        return [True, 0, len(activity.scale) + 1, 1.5, "1", [1], {"a": 1}]
    if isinstance(activity, Questionnaire):
        return [
            7,
            True,
            "text",
            {activity.form.items[0].id: "0"},
            {activity.form.items[0].id: 999},
            {"no-such-item": 0},
        ]
    assert isinstance(activity, Write), f"say here which shapes are wrong for {activity.kind}"
    return [7, True, ["text"], {"text": "text"}, "x" * (MAX_WRITTEN + 1)]


# -- items and keys agree -------------------------------------------------------------------------


def test_there_are_items_to_test():
    assert BANK


@pytest.mark.parametrize("name", EXERCISES)
def test_every_item_has_one_key_and_one_grade_cell_with_its_points(name):
    items, keys = EXERCISES[name].items, load_key(name, ROOT / "keys").items
    assert list(items) == list(keys)
    assert [item.points for item in items.values()] == [key.points for key in keys.values()]


@each(BANK)
def test_key_can_judge_its_item(item):
    check_key(item.activity, item.key, item.activity.id)


@each([item for item in BANK if item not in SCORED])
def test_written_item_has_a_rubric_and_a_model_answer(item):
    assert item.key.model
    assert 3 <= len(item.activity.rubric) <= 5
    for criterion in item.activity.rubric.values():
        assert len(set(criterion.levels)) == 4
        assert not [
            level
            for level in criterion.levels
            if re.search(r"\b(good|excellent|adequate|poor|appropriate)\b", level, re.IGNORECASE)
        ]


def test_canary_of_every_key_is_its_own():
    canaries = [item.key.canary for item in BANK]
    assert len(set(canaries)) == len(canaries)


def test_no_item_stands_in_two_exercises():
    ids = Counter(item.activity.id for item in BANK)
    assert [name for name, number in ids.items() if number > 1] == []


# -- what responses earn --------------------------------------------------------------------------


@each(SCORED)
def test_right_answer_earns_all_points(item):
    for right in rights(item) if isinstance(item.activity, Rate) else [item.key.right]:
        verdict = judge(item.activity, right, item.key)
        assert (verdict.state, verdict.points) == ("scored", item.key.points)


@each(BANK)
def test_blank_earns_nothing_and_is_called_blank(item):
    for blank in (
        [None, "", " \n"]
        if isinstance(item.activity, Write)
        else [None, ""]
        if isinstance(item.activity, (Number, Rate))
        else [None, "", [], {}]
    ):
        verdict = judge(item.activity, blank, item.key)
        assert (verdict.state, verdict.points) == ("blank", 0.0), blank


@each(SCORED)
def test_near_miss_earns_some_points_but_not_all(item):
    made = near_misses(item)
    assert made or item in SINGLES, "the key names no near miss"
    assert [response for response in made if not 0 < item.points(response) < item.key.points] == []


@each(SCORED)
def test_wrong_answer_earns_nothing(item):
    made = wrong_answers(item)
    assert made
    assert [(response, item.points(response)) for response in made if item.points(response) != 0] == []


@each(BANK)
def test_wrong_shape_or_unknown_id_is_ungraded_and_no_number(item):
    for response in wrong_shapes(item.activity):
        verdict = judge(item.activity, response, item.key)
        assert (verdict.state, verdict.points) == ("ungraded", None), response
        assert verdict.reason


@each(SINGLES)
def test_other_single_choice_earns_what_its_key_states(item):
    for option in item.activity.options:
        part = 1 if option == item.key.right else item.key.partial.get(option, 0)
        assert item.points(option) == pytest.approx(part * item.key.points, abs=0.005)


@each(MANY)
@settings(max_examples=30)
@given(data=st.data())
def test_adding_a_wrong_option_never_raises_the_score(item, data):
    options = list(item.activity.options)
    wrong = data.draw(st.sampled_from([option for option in options if option not in item.key.right]))
    chosen = data.draw(
        st.lists(st.sampled_from([option for option in options if option != wrong]), unique=True, min_size=1)
    )
    assert item.points([*chosen, wrong]) <= item.points(chosen)


@each(SORTS)
@settings(max_examples=30)
@given(data=st.data())
def test_putting_a_card_into_a_wrong_bin_never_raises_the_score(item, data):
    bins, right = list(item.activity.bins), item.key.right
    card = data.draw(st.sampled_from(list(right)))
    others = st.sampled_from([other for other in right if other != card])
    put = data.draw(st.dictionaries(others, st.sampled_from(bins), min_size=1))
    misplaced = data.draw(st.sampled_from([name for name in bins if name != right[card]]))
    before = item.points(put)
    assert item.points({**put, card: misplaced}) <= before <= item.points({**put, card: right[card]})


@each(SORTS)
def test_unsafe_bin_costs_more_than_any_other_wrong_bin(item):
    for card, home in item.key.right.items():
        cost = {b: item.points({**item.key.right, card: b}) for b in item.activity.bins if b != home}
        unsafe = [cost[b] for b in item.key.unsafe.get(home, ())]
        safer = [points for b, points in cost.items() if b not in item.key.unsafe.get(home, ())]
        assert not unsafe or not safer or max(unsafe) < min(safer)


# -- cues that give an answer away ----------------------------------------------------------------


def choosable(item: Item) -> dict[str, str]:
    activity = item.activity
    if isinstance(activity, (Sort, CycleMap)):
        return {name: card.text for name, card in activity.cards.items()}
    if isinstance(activity, Choice):
        return {name: option.text for name, option in activity.options.items()}
    if isinstance(activity, Order):
        return {name: step.text for name, step in activity.steps.items()}
    if isinstance(activity, Rate):
        return {f"point-{number}": point.text for number, point in enumerate(activity.scale)}
    return {}


def words(text: str) -> set[str]:
    """The words of a text that carry meaning, without their endings."""
    return {word[:6] for word in re.findall(r"[^\W\d_]{5,}", text.casefold())}


HEDGES = re.compile(r"\b(may|might|can|could|some|often|usually|perhaps|likely|tend|tends|about)\b", re.IGNORECASE)
FIRM = re.compile(r"\b(must|only|every|all|no|not|cannot|any|whole|at once|nothing)\b", re.IGNORECASE)

GUESSERS = {
    "the longest": lambda prompt, texts: [len(text) for text in texts],
    "the shortest": lambda prompt, texts: [-len(text) for text in texts],
    "the first": lambda prompt, texts: [-place for place, _ in enumerate(texts)],
    "the second": lambda prompt, texts: [place == 1 for place, _ in enumerate(texts)],
    "the third": lambda prompt, texts: [place == 2 for place, _ in enumerate(texts)],
    "the last": lambda prompt, texts: [place for place, _ in enumerate(texts)],
    "what repeats the question": lambda prompt, texts: [len(words(text) & words(prompt)) for text in texts],
    "what is most like the others": lambda prompt, texts: [
        sum(len(words(text) & words(other)) for other in texts) - len(words(text)) for text in texts
    ],
    "what is least like the others": lambda prompt, texts: [
        len(words(text)) - sum(len(words(text) & words(other)) for other in texts) for text in texts
    ],
    "what is hedged": lambda prompt, texts: [len(HEDGES.findall(text)) for text in texts],
    "what is not firm": lambda prompt, texts: [-len(FIRM.findall(text)) for text in texts],
    "what has most commas": lambda prompt, texts: [
        text.count(",") + text.count(";") + text.count(":") for text in texts
    ],
}
"""Ways to answer without knowledge: each gives every option a weight, and the heaviest is taken."""


def luck(items: list[Item], guess) -> float:
    """The share of right answers a guesser has; where several options weigh most, it draws among them."""
    hits = 0.0
    for item in items:
        texts = choosable(item)
        weights = dict(zip(texts, guess(item.activity.prompt, list(texts.values())), strict=True))
        top = [name for name, weight in weights.items() if weight == max(weights.values())]
        hits += (item.key.right in top) / len(top)
    return hits / len(items)


def beyond_chance(items: list[Item]) -> float:
    """More than a guesser without a cue would have, 2.5 standard errors above the mean of chance."""
    chance = [1 / len(item.activity.options) for item in items]
    return sum(chance) / len(items) + 2.5 * (sum(p * (1 - p) for p in chance) ** 0.5) / len(items)


@pytest.mark.parametrize("cue", GUESSERS)
def test_no_cue_finds_the_right_option_more_often_than_chance(cue):
    assert luck(SINGLES, GUESSERS[cue]) <= beyond_chance(SINGLES)


def test_the_check_of_cues_finds_one_that_is_there():
    long_key = [item for item in SINGLES if luck([item], GUESSERS["the longest"]) == 1]
    assert luck(long_key, GUESSERS["the longest"]) > beyond_chance(long_key)


@pytest.mark.parametrize("name", [name for name in EXERCISES if sum(item.exercise == name for item in SINGLES) >= 4])
def test_right_options_of_an_exercise_do_not_stand_at_one_place(name):
    at = Counter(list(item.activity.options).index(item.key.right) for item in SINGLES if item.exercise == name)
    assert max(at.values()) <= sum(at.values()) / 2


@each(SINGLES)
def test_right_option_does_not_stand_out_by_length(item):
    others = [len(text) for name, text in choosable(item).items() if name != item.key.right]
    assert min(others) / 1.25 <= len(choosable(item)[item.key.right]) <= max(others) * 1.25


@each([*SINGLES, *MANY])
def test_options_begin_and_end_alike(item):
    texts = choosable(item).values()
    assert len({text[0].isupper() if text[0].isalpha() else text[0] for text in texts}) == 1
    assert len({text[-1] in ".?!" or text[-2:] in (".”", "?”", "!”") for text in texts}) == 1


@each([*SINGLES, *MANY])
def test_the_question_does_not_end_in_an_article(item):
    assert not re.search(r"\b(a|an)\W*$", item.activity.prompt)


@each(MANY)
def test_right_options_of_many_are_not_the_longer_ones_and_not_in_one_block(item):
    texts, right = choosable(item), item.key.right
    mean = {
        side: sum(lengths) / len(lengths)
        for side in (True, False)
        if (lengths := [len(text) for name, text in texts.items() if (name in right) is side])
    }
    assert mean[True] <= 1.25 * mean[False]
    assert len(list(groupby(texts, key=lambda name: name in right))) > 2


@each(SORTS)
def test_cards_are_not_listed_bin_by_bin(item):
    homes = [item.key.right[card] for card in item.activity.cards]
    assert len(list(groupby(homes))) > len(set(homes))


@each([item for item in SCORED if isinstance(item.activity, Order)])
def test_steps_are_not_shown_nearly_in_their_order(item):
    assert item.points(list(item.activity.steps)) <= 0.6 * item.key.points


@each([item for item in SCORED if isinstance(item.activity, Transcript)])
def test_no_code_can_be_told_by_who_speaks(item):
    by_code = {}
    for turn, code in item.key.right.items():
        by_code.setdefault(item.activity.turns[turn].speaker, Counter())[code] += 1
    said = {speaker: dict(codes.most_common(1)) for speaker, codes in by_code.items()}
    guess = {turn: next(iter(said[item.activity.turns[turn].speaker])) for turn in item.key.right}
    assert item.points(guess) <= 0.5 * item.key.points


@each(SCORED)
def test_no_option_speaks_in_absolutes_or_of_other_options(item):
    telling = re.compile(r"\b(always|never|(all|none|both|neither) of the (above|other))", re.IGNORECASE)
    assert [text for text in choosable(item).values() if telling.search(text)] == []


@each(SCORED)
def test_no_two_options_read_alike(item):
    texts = [text.casefold() for text in choosable(item).values()]
    assert len(set(texts)) == len(texts)


@each(SCORED)
def test_no_id_says_what_is_right(item):
    telling = re.compile(r"\b(right|wrong|correct|best|distractor|unsafe|key)\b")
    assert [name for name in choosable(item) if telling.search(name)] == []


@each(BANK)
def test_an_item_with_people_says_that_they_are_invented(item):
    named = re.search(r"“|\b(he|she|they) (says?|writes?|asks?|tells?)\b", item.activity.prompt)
    assert not named or re.search(r"fictional|invented|Maya|Daniel", item.activity.prompt)
