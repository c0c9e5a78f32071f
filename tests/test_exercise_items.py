"""Every item: its key earns all points, a blank none, a near miss some, and no cue gives the answer away."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.content import MAX_WRITTEN, Activity, Choice, Sort, Write
from casework.grading import exercise
from casework.keys import ItemKey, load_key
from casework.scoring import RULES, check_key, judge

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(ROOT.glob("exercises/*/*.ipynb"))


class Item(NamedTuple):
    exercise: str
    activity: Activity
    key: ItemKey

    def points(self, response: object) -> float | None:
        return judge(self.activity, response, self.key).points


def asked(notebook: Path) -> dict[str, exercise.Item]:
    """The items of the notebook in the order they are asked, without their keys."""
    return exercise.exercise_of(exercise.read_notebook(notebook), notebook.stem, None, where=notebook.name).items


def bank() -> list[Item]:
    return [Item(notebook.stem, item.activity, load_key(notebook.stem, ROOT / "keys").items[name])
            for notebook in NOTEBOOKS for name, item in asked(notebook).items()]


BANK = bank()
SCORED = [item for item in BANK if item.activity.kind in RULES]
SINGLES = [item for item in SCORED if isinstance(item.activity, Choice) and not item.activity.many]
MANY = [item for item in SCORED if isinstance(item.activity, Choice) and item.activity.many]
SORTS = [item for item in SCORED if isinstance(item.activity, Sort)]


def each(items: list[Item]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("item", items, ids=[f"{i.exercise}/{i.activity.id}" for i in items])


def near_misses(item: Item) -> list:
    """Nearly right responses made from the key: its partial options, one option left out, one card moved."""
    activity, right = item.activity, item.key.right
    if isinstance(activity, Sort):
        return [{**right, card: other}
                for card, home in right.items() for other in activity.bins if other != home]
    if activity.many:
        return [[option for option in right if option != left_out] for left_out in right]
    return list(item.key.partial)


def wrong_shapes(activity: Activity) -> list:
    if isinstance(activity, Sort):
        card, bin_ = next(iter(activity.cards)), next(iter(activity.bins))
        return [7, True, card, [card], {card: 1}, {card: [bin_]}, {card: None}, {"no-such-card": bin_},
                {card: "no-such-bin"}]
    if isinstance(activity, Choice):
        first = next(iter(activity.options))
        return [7, True, {first: True}, [[first]], [None], [first, first], first if activity.many else [first],
                "no-such-option", ["no-such-option"]]
    assert isinstance(activity, Write), f"say here which shapes are wrong for {activity.kind}"
    return [7, True, ["text"], {"text": "text"}, "x" * (MAX_WRITTEN + 1)]


# -- items and keys agree -------------------------------------------------------------------------


def test_there_are_items_to_test():
    assert BANK


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_item_has_one_key_and_one_grade_cell_with_its_points(notebook):
    items, keys = asked(notebook), load_key(notebook.stem, ROOT / "keys").items
    assert list(items) == list(keys)
    assert [item.points for item in items.values()] == [key.points for key in keys.values()]


@each(BANK)
def test_key_can_judge_its_item(item):
    check_key(item.activity, item.key, item.activity.id)


@each([item for item in BANK if item not in SCORED])
def test_written_item_has_a_model_answer_for_the_supervisor(item):
    assert item.key.model


def test_canary_of_every_key_is_its_own():
    canaries = [item.key.canary for item in BANK]
    assert len(set(canaries)) == len(canaries)


# -- what responses earn --------------------------------------------------------------------------


@each(SCORED)
def test_right_answer_earns_all_points(item):
    verdict = judge(item.activity, item.key.right, item.key)
    assert (verdict.state, verdict.points) == ("scored", item.key.points)


@each(BANK)
def test_blank_earns_nothing_and_is_called_blank(item):
    for blank in [None, "", " \n"] if isinstance(item.activity, Write) else [None, "", [], {}]:
        verdict = judge(item.activity, blank, item.key)
        assert (verdict.state, verdict.points) == ("blank", 0.0), blank


@each(SCORED)
def test_near_miss_earns_some_points_but_not_all(item):
    made = near_misses(item)
    assert made, "the key names no near miss: give one under partial"
    assert [response for response in made if not 0 < item.points(response) < item.key.points] == []


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
@given(data=st.data())
def test_adding_a_wrong_option_never_raises_the_score(item, data):
    options = list(item.activity.options)
    wrong = data.draw(st.sampled_from([option for option in options if option not in item.key.right]))
    chosen = data.draw(st.lists(st.sampled_from([option for option in options if option != wrong]),
                                unique=True, min_size=1))
    assert item.points([*chosen, wrong]) <= item.points(chosen)


@each(SORTS)
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


@each(MANY)
def test_ticking_everything_earns_nothing(item):
    assert item.points(list(item.activity.options)) == 0


@each(SORTS)
def test_one_bin_for_every_card_earns_less_than_half(item):
    for bin_ in item.activity.bins:
        assert item.points(dict.fromkeys(item.activity.cards, bin_)) < item.key.points / 2


# -- cues that give an answer away ----------------------------------------------------------------


def choosable(item: Item) -> dict[str, str]:
    parts = item.activity.cards if isinstance(item.activity, Sort) else item.activity.options
    return {name: part.text for name, part in parts.items()}


def test_right_option_is_the_longest_in_at_most_half_of_the_single_choices():
    longest = [item.activity.id for item in SINGLES
               if len(choosable(item)[item.key.right]) == max(map(len, choosable(item).values()))]
    assert len(longest) <= len(SINGLES) / 2, longest


def test_right_option_is_not_always_at_the_same_place():
    places = [list(item.activity.options).index(item.key.right) for item in SINGLES]
    assert len(places) < 2 or len(set(places)) > 1


@each(SINGLES)
def test_right_option_does_not_stand_out_by_length(item):
    others = [len(text) for name, text in choosable(item).items() if name != item.key.right]
    assert min(others) / 1.25 <= len(choosable(item)[item.key.right]) <= max(others) * 1.25


@each(MANY)
def test_right_options_of_many_are_not_the_longer_ones_and_not_in_one_block(item):
    texts, right = choosable(item), item.key.right
    mean = {side: sum(lengths) / len(lengths) for side in (True, False)
            if (lengths := [len(text) for name, text in texts.items() if (name in right) is side])}
    assert mean[True] <= 1.25 * mean[False]
    assert len(list(groupby(texts, key=lambda name: name in right))) > 2


@each(SORTS)
def test_cards_are_not_listed_bin_by_bin(item):
    homes = [item.key.right[card] for card in item.activity.cards]
    assert len(list(groupby(homes))) > len(set(homes))


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
    telling = re.compile(r"right|wrong|correct|best|distractor|unsafe")
    assert [name for name in choosable(item) if telling.search(name)] == []
