"""Instruments: right totals, bands and flags; refusals in words; and no wording that a licence forbids."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import ContentError, ResponseError, load_instrument
from casework.instruments import Instrument, compare_partners, instrument_ids, measure_change, score_answers
from casework.instruments.checks import NEUTRAL_ITEM, NEUTRAL_OPTION, check
from casework.instruments.library import read_instrument
from casework.instruments.rules import NUMBERS
from casework.records import build

ALL = instrument_ids()
SCORED = [name for name in ALL if load_instrument(name).scoring]
OPEN = [name for name in SCORED if "scoring" not in load_instrument(name).unestablished]
SUMMED = [name for name in OPEN if load_instrument(name).scoring.total]
MAY_SHOW = {"phq9", "gad7", "pcl5", "auditc"}
VECTORS = [(name, vector) for name in SCORED for vector in load_instrument(name).vectors]

# The measures of the course's fictional couples: who, instrument, the answers in item order, what they come to.
MEASURES = """
Maya | csi16 | 2222212222322233 | total=34, below-cut-off=yes
Maya | phq9 | 112202100 | total=9, band=mild, item-9-above-zero=no
Maya | gad7 | 2221121 | total=11, band=moderate
Maya | auditc sex=female | 101 | total=2, at-or-above-cut-off=no
Maya | hark | 0000 | total=0, band=negative
Maya | cssrs-screener | 0000000 | band=no item endorsed
Maya | mdq | 010001100000001 | total=3, band=negative
Maya | ecr-s | 662566325625 | anxiety=5.67, avoidance=2.33
Maya | a-rsq | 534352534453435253 | total=19.33
Daniel | csi16 | 3233223223332233 | total=41, below-cut-off=yes
Daniel | phq9 | 101201100 | total=6, band=mild, item-9-above-zero=no
Daniel | gad7 | 1111010 | total=5, band=mild
Daniel | auditc sex=male | 210 | total=3, at-or-above-cut-off=no
Daniel | hark | 0000 | total=0, band=negative
Daniel | cssrs-screener | 0000000 | band=no item endorsed
Daniel | mdq | 000000000000000 | total=0, band=negative
Daniel | ecr-s | 335223663352 | anxiety=2.5, avoidance=5.33
Daniel | a-rsq | 243525243425252435 | total=5.67
Rosa | csi16 | 0111101100121111 | total=13, below-cut-off=yes
Rosa | phq9 | 222212111 | total=14, band=moderate, item-9-above-zero=yes
Rosa | gad7 | 2232122 | total=14, band=moderate
Rosa | auditc sex=female | 100 | total=1, at-or-above-cut-off=no
Rosa | hark | 1000 | total=1, band=positive
Rosa | cssrs-screener | 1000000 | band=low
Rosa | pcl5 | 32233221323222102222 | total=41, B=13, C=4, D=15, E=9, provisional-pattern=yes, at-or-above-33=yes
Tomás | csi16 | 2223222322332233 | total=38, below-cut-off=yes
Tomás | phq9 | 111102100 | total=7, band=mild, item-9-above-zero=no
Tomás | gad7 | 1211111 | total=8, band=mild
Tomás | auditc sex=male | 211 | total=4, at-or-above-cut-off=yes
Tomás | hark | 0000 | total=0, band=negative
Tomás | cssrs-screener | 0000000 | band=no item endorsed
Andre | csi16 | 2232222322232232 | total=36, below-cut-off=yes
Andre | phq9 | 223212210 | total=15, band=moderately severe, item-9-above-zero=no
Andre | gad7 | 2222131 | total=13, band=moderate
Andre | auditc sex=male | 100 | total=1, at-or-above-cut-off=no
Andre | dast10 | 0010000000 | total=0, band=no problems reported
Andre | hark | 0000 | total=0, band=negative
Andre | cssrs-screener | 0000000 | band=no item endorsed
Andre | pcl5 | 33233331333233213333 | total=53, B=14, C=6, D=18, E=15, provisional-pattern=yes, at-or-above-33=yes
Keisha | csi16 | 2222222222332232 | total=35, below-cut-off=yes
Keisha | phq9 | 112211100 | total=9, band=mild, item-9-above-zero=no
Keisha | gad7 | 2211111 | total=9, band=mild
Keisha | auditc sex=female | 100 | total=1, at-or-above-cut-off=no
Keisha | hark | 0001 | total=1, band=positive
Keisha | cssrs-screener | 0000000 | band=no item endorsed
Keisha | pcl5 | 11021210122121102111 | total=23, B=5, C=3, D=9, E=6, provisional-pattern=no, at-or-above-33=no
Leah | csi16 | 1111111211322223 | total=25, below-cut-off=yes
Leah | phq9 | 222212210 | total=14, band=moderate, item-9-above-zero=no
Leah | gad7 | 3322223 | total=17, band=severe
Leah | auditc sex=female | 000 | total=0, at-or-above-cut-off=no
Leah | hark | 1100 | total=2, band=positive
Leah | ehits | 14231 | total=11, at-or-above-7=yes
Leah | cssrs-screener | 0000000 | band=no item endorsed
Marcus | csi16 | 4444444344344444 | total=62, below-cut-off=no
Marcus | phq9 | 001000000 | total=1, band=minimal, item-9-above-zero=no
Marcus | gad7 | 0001010 | total=2, band=minimal
Marcus | auditc sex=male | 200 | total=2, at-or-above-cut-off=no
Marcus | hark | 0000 | total=0, band=negative
Marcus | cssrs-screener | 0000000 | band=no item endorsed
Walter | csi16 | 2332322323333333 | total=43, below-cut-off=yes
Walter | phq9 | 112211000 | total=8, band=mild, item-9-above-zero=no
Walter | gad7 | 1111010 | total=5, band=mild
Walter | auditc sex=male | 100 | total=1, at-or-above-cut-off=no
Walter | hark | 0000 | total=0, band=negative
Walter | cssrs-screener | 0000000 | band=no item endorsed
Grace | csi16 | 2222322222332332 | total=37, below-cut-off=yes
Grace | phq9 | 121111000 | total=7, band=mild, item-9-above-zero=no
Grace | gad7 | 1111110 | total=6, band=mild
Grace | auditc sex=female | 100 | total=1, at-or-above-cut-off=no
Grace | hark | 0000 | total=0, band=negative
Grace | cssrs-screener | 0000000 | band=no item endorsed
Jonah | csi16 | 3333333323343343 | total=49, below-cut-off=yes
Jonah | phq9 | 010101100 | total=4, band=minimal, item-9-above-zero=no
Jonah | gad7 | 1010100 | total=3, band=minimal
Jonah | auditc sex=male | 100 | total=1, at-or-above-cut-off=no
Jonah | dast10 | 0010000000 | total=0, band=no problems reported
Jonah | hark | 0000 | total=0, band=negative
Jonah | cssrs-screener | 0000000 | band=no item endorsed
Jonah | mdq | 000001100000000 | total=2, band=negative
Priya | csi16 | 3233323222433333 | total=44, below-cut-off=yes
Priya | phq9 | 111101000 | total=5, band=mild, item-9-above-zero=no
Priya | gad7 | 2121011 | total=8, band=mild
Priya | auditc sex=female | 100 | total=1, at-or-above-cut-off=no
Priya | hark | 0000 | total=0, band=negative
Priya | cssrs-screener | 0000000 | band=no item endorsed
Reto | csi16 | 2222222322332232 | total=36, below-cut-off=yes
Reto | phq9 | 212212100 | total=11, band=moderate, item-9-above-zero=no
Reto | gad7 | 1222120 | total=10, band=moderate
Reto | auditc sex=male | 433 | total=10, at-or-above-cut-off=yes
Reto | dast10 | 0010000000 | total=0, band=no problems reported
Reto | hark | 0000 | total=0, band=negative
Reto | cssrs-screener | 0000000 | band=no item endorsed
Bridget | csi16 | 1111111111221121 | total=19, below-cut-off=yes
Bridget | phq9 | 222212100 | total=12, band=moderate, item-9-above-zero=no
Bridget | gad7 | 2322122 | total=14, band=moderate
Bridget | auditc sex=female | 100 | total=1, at-or-above-cut-off=no
Bridget | hark | 0000 | total=0, band=negative
Bridget | cssrs-screener | 0000000 | band=no item endorsed
Elise | csi16 | 6555545455555455 | total=78, below-cut-off=no
Elise | phq9 | 001000220 | total=5, band=mild, item-9-above-zero=no
Elise | gad7 | 0011330 | total=8, band=mild
Elise | auditc sex=female | 311 | total=5, at-or-above-cut-off=yes
Elise | hark | 0000 | total=0, band=negative
Elise | cssrs-screener | 0000000 | band=no item endorsed
Elise | mdq | 111111111101013 | total=11, band=positive
Noor | csi16 | 2222222222332233 | total=36, below-cut-off=yes
Noor | phq9 | 122211100 | total=10, band=moderate, item-9-above-zero=no
Noor | gad7 | 2232122 | total=14, band=moderate
Noor | auditc sex=female | 000 | total=0, at-or-above-cut-off=no
Noor | hark | 0000 | total=0, band=negative
Noor | cssrs-screener | 0000000 | band=no item endorsed
Hiro | csi16 | 2222222222332233 | total=36, below-cut-off=yes
Hiro | phq9 | 111101000 | total=5, band=mild, item-9-above-zero=no
Hiro | gad7 | 1111010 | total=5, band=mild
Hiro | auditc sex=male | 210 | total=3, at-or-above-cut-off=no
Hiro | hark | 0000 | total=0, band=negative
Hiro | cssrs-screener | 0000000 | band=no item endorsed
Ben | csi16 | 2223222222332233 | total=37, below-cut-off=yes
Ben | phq9 | 112112100 | total=9, band=mild, item-9-above-zero=no
Ben | gad7 | 2322113 | total=14, band=moderate
Ben | auditc sex=male | 100 | total=1, at-or-above-cut-off=no
Ben | hark | 0000 | total=0, band=negative
Ben | cssrs-screener | 0000000 | band=no item endorsed
Anneke | csi16 | 2222212222322232 | total=33, below-cut-off=yes
Anneke | phq9 | 112112100 | total=9, band=mild, item-9-above-zero=no
Anneke | gad7 | 2221111 | total=10, band=moderate
Anneke | auditc sex=female | 200 | total=2, at-or-above-cut-off=no
Anneke | hark | 0000 | total=0, band=negative
Anneke | cssrs-screener | 0000000 | band=no item endorsed
Paul | csi16 | 2222222212232222 | total=32, below-cut-off=yes
Paul | phq9 | 111102100 | total=7, band=mild, item-9-above-zero=no
Paul | gad7 | 1222111 | total=10, band=moderate
Paul | auditc sex=male | 210 | total=3, at-or-above-cut-off=no
Paul | hark | 0000 | total=0, band=negative
Paul | cssrs-screener | 0000000 | band=no item endorsed
Sofia | csi16 | 1111101111221112 | total=18, below-cut-off=yes
Sofia | phq9 | 333323212 | total=22, band=severe, item-9-above-zero=yes
Sofia | gad7 | 2322122 | total=14, band=moderate
Sofia | auditc sex=female | 211 | total=4, at-or-above-cut-off=yes
Sofia | hark | 0000 | total=0, band=negative
Sofia | cssrs-screener | 1111000 | band=high
Luca | csi16 | 2222222222332232 | total=35, below-cut-off=yes
Luca | phq9 | 111201100 | total=7, band=mild, item-9-above-zero=no
Luca | gad7 | 1222111 | total=10, band=moderate
Luca | auditc sex=male | 210 | total=3, at-or-above-cut-off=no
Luca | hark | 0000 | total=0, band=negative
Luca | cssrs-screener | 0000000 | band=no item endorsed
Amara | csi16 | 2232322222332333 | total=39, below-cut-off=yes
Amara | phq9 | 111211000 | total=7, band=mild, item-9-above-zero=no
Amara | gad7 | 2121011 | total=8, band=mild
Amara | auditc sex=female | 000 | total=0, at-or-above-cut-off=no
Amara | hark | 0000 | total=0, band=negative
Amara | cssrs-screener | 0000000 | band=no item endorsed
Chidi | csi16 | 3233222323333333 | total=43, below-cut-off=yes
Chidi | phq9 | 111101000 | total=5, band=mild, item-9-above-zero=no
Chidi | gad7 | 1111010 | total=5, band=mild
Chidi | auditc sex=male | 110 | total=2, at-or-above-cut-off=no
Chidi | hark | 0000 | total=0, band=negative
Chidi | cssrs-screener | 0000000 | band=no item endorsed
Fatima | csi16 | 4343433333444344 | total=56, below-cut-off=no
Fatima | phq9 | 011100000 | total=3, band=minimal, item-9-above-zero=no
Fatima | gad7 | 1110010 | total=4, band=minimal
Fatima | auditc sex=female | 000 | total=0, at-or-above-cut-off=no
Fatima | hark | 0000 | total=0, band=negative
Fatima | cssrs-screener | 0000000 | band=no item endorsed
Omar | csi16 | 4444443334444344 | total=60, below-cut-off=no
Omar | phq9 | 001100000 | total=2, band=minimal, item-9-above-zero=no
Omar | gad7 | 1101010 | total=4, band=minimal
Omar | auditc sex=male | 000 | total=0, at-or-above-cut-off=no
Omar | hark | 0000 | total=0, band=negative
Omar | cssrs-screener | 0000000 | band=no item endorsed
"""


def codes(form, item):
    return [option.code for option in form.options_of(item)]


def answers_with(form, points):
    """Answers whose points, after reversal, add up to `points`."""
    lowest = {item.id: min(codes(form, item)) for item in form.items}
    counted = [item for item in form.items if item.id in form.scoring.total.of]
    left = points - sum(lowest[item.id] for item in counted)
    answers = {}
    for item in form.items:
        low, high = min(codes(form, item)), max(codes(form, item))
        step = min(left, high - low) if item in counted else 0
        left -= step
        answers[item.id] = high - step if item.id in form.scoring.reverse else low + step
    assert left == 0, "no such total"
    return answers


def full(form):
    return {item.id: codes(form, item)[0] for item in form.items}


def answered(form):
    return st.fixed_dictionaries({item.id: st.sampled_from(codes(form, item)) for item in form.items})


# -- worked examples ------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "vector"), VECTORS, ids=[f"{name}: {v.label}" for name, v in VECTORS])
def test_worked_example_comes_out(name, vector):
    score = score_answers(load_instrument(name), vector.responses, vector.context, provisional=name not in OPEN)
    for key, expected in vector.expect.items():
        found = getattr(score, key)
        if key == "flags":
            assert {flag: flag in found for flag in expected} == expected
        elif key == "points":
            assert list(found.values()) == expected
        else:
            assert (list(found) if isinstance(found, tuple) else found) == expected, key


@pytest.mark.parametrize("name", SCORED)
def test_every_scored_instrument_has_worked_examples(name):
    assert len(load_instrument(name).vectors) >= 5, "give five worked examples or more"


@pytest.mark.parametrize("row", MEASURES.split("\n")[1:-1])
def test_measure_of_a_fictional_couple(row):
    _, instrument, digits, expected = (part.strip() for part in row.split("|"))
    name, _, sex = instrument.partition(" sex=")
    form = load_instrument(name)
    score = score_answers(
        form, [int(digit) for digit in digits], {"sex": sex} if sex else {}, provisional=name not in OPEN
    )
    for fact in expected.split(", "):
        key, value = fact.split("=")
        if key == "total":
            assert score.total == float(value)
        elif key == "band":
            assert score.band == value
        elif key in score.subscales:
            assert score.subscales[key] == float(value)
        else:
            assert form.flag(key)
            assert (key in score.flags) == (value == "yes"), key


# -- edges ----------------------------------------------------------------------------------------

EDGES = {
    "phq9": [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately severe"),
        (19, "moderately severe"),
        (20, "severe"),
        (27, "severe"),
    ],
    "gad7": [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "severe"),
        (21, "severe"),
    ],
    "dast10": [
        (0, "no problems reported"),
        (1, "low"),
        (2, "low"),
        (3, "moderate"),
        (5, "moderate"),
        (6, "substantial"),
        (8, "substantial"),
        (9, "severe"),
        (10, "severe"),
    ],
    "csi4": [
        (0, "notable dissatisfaction"),
        (13, "notable dissatisfaction"),
        (14, "no notable dissatisfaction"),
        (21, "no notable dissatisfaction"),
    ],
    "csi16": [
        (0, "notable dissatisfaction"),
        (51, "notable dissatisfaction"),
        (52, "no notable dissatisfaction"),
        (81, "no notable dissatisfaction"),
    ],
    "csi32": [
        (0, "notable dissatisfaction"),
        (104, "notable dissatisfaction"),
        (105, "at or above the cut-off"),
        (161, "at or above the cut-off"),
    ],
    "hark": [(0, "negative"), (1, "positive"), (4, "positive")],
    "pcl5": [(0, None), (80, None)],
    "hits": [(4, None), (20, None)],
}


@pytest.mark.parametrize(("name", "total", "band"), [(n, t, b) for n, edges in EDGES.items() for t, b in edges])
def test_band_at_its_edges(name, total, band):
    form = load_instrument(name)
    score = score_answers(form, answers_with(form, total))
    assert (score.total, score.band, score.why) == (total, band, "")


@pytest.mark.parametrize(
    ("name", "flag", "reached", "not_reached"),
    [
        ("phq9", "at-or-above-10", 10, 9),
        ("gad7", "at-or-above-10", 10, 9),
        ("pcl5", "at-or-above-31", 31, 30),
        ("pcl5", "at-or-above-33", 33, 32),
        ("dast10", "at-or-above-3", 3, 2),
        ("dast10", "at-or-above-4", 4, 3),
        ("csi4", "below-cut-off", 13, 14),
        ("csi16", "below-cut-off", 51, 52),
        ("csi32", "below-cut-off", 104, 105),
        ("hits", "at-or-above-6", 6, 5),
        ("hits", "above-10", 11, 10),
        ("ehits", "at-or-above-7", 7, 6),
        ("hark", "any-yes", 1, 0),
    ],
)
def test_cut_off_one_below_and_one_above(name, flag, reached, not_reached):
    form = load_instrument(name)
    assert flag in score_answers(form, answers_with(form, reached)).flags
    assert flag not in score_answers(form, answers_with(form, not_reached)).flags


@pytest.mark.parametrize(("sex", "cut"), [("female", 3), ("male", 4), ("other", 3)])
def test_auditc_cut_off_follows_sex(sex, cut):
    form = load_instrument("auditc")
    at, below = (score_answers(form, answers_with(form, total), {"sex": sex}) for total in (cut, cut - 1))
    assert at.band == "at or above the cut-off"
    assert at.flags[0] == "at-or-above-cut-off"
    assert below.band == "below the cut-off"
    assert "at-or-above-cut-off" not in below.flags


def test_auditc_without_sex_gives_a_total_and_says_what_the_cut_off_needs():
    score = score_answers(load_instrument("auditc"), [1, 1, 1])
    assert (score.total, score.band, score.flags, score.undecided) == (3, None, (), ("at-or-above-cut-off",))
    assert "sex was not given" in score.why


def test_reverse_items_run_the_other_way():
    assert score_answers(load_instrument("dast10"), [0] * 10).points["item-3"] == 1
    assert score_answers(load_instrument("a-rsq"), [6, 6] * 9).total == 6.0


def test_pcl5_pattern_needs_every_cluster():
    form = load_instrument("pcl5")
    just_enough = {"item-1": 2, "item-6": 2, "item-8": 2, "item-9": 2, "item-15": 2, "item-16": 2}
    answers = full(form) | just_enough
    assert score_answers(form, answers).flags == ("provisional-pattern",)
    for item in just_enough:
        assert "provisional-pattern" not in score_answers(form, answers | {item: 1}).flags


@pytest.mark.parametrize(
    ("endorsed", "band", "flags"),
    [
        ((), "no item endorsed", ()),
        (("q1",), "low", ()),
        (("q2",), "low", ()),
        (("q3",), "moderate", ("no-medicine-session",)),
        (("q6-lifetime",), "moderate", ("no-medicine-session",)),
        (("q4",), "high", ("emergency-pathway", "no-medicine-session")),
        (("q5",), "high", ("emergency-pathway", "no-medicine-session")),
        (("q6-lifetime", "q6-past-3-months"), "high", ("emergency-pathway", "no-medicine-session")),
        (("q6-past-3-months",), "high", ("emergency-pathway", "no-medicine-session", "answers-disagree")),
    ],
)
def test_cssrs_triage_follows_the_highest_level(endorsed, band, flags):
    form = load_instrument("cssrs-screener")
    score = score_answers(form, {**full(form), **dict.fromkeys(endorsed, 1)})
    assert (score.band, score.flags, score.total) == (band, flags, None)
    assert "no sum" in score.why


def test_mdq_is_positive_only_on_all_three_conditions():
    form = load_instrument("mdq")

    def band(yes, same_period, problem):
        return score_answers(form, [1] * yes + [0] * (13 - yes) + [same_period, problem]).band

    assert band(7, 1, 2) == band(13, 1, 3) == "positive"
    assert band(6, 1, 3) == band(7, 0, 3) == band(7, 1, 1) == "negative"


# -- missing answers ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUMMED)
def test_all_missing_gives_nothing_and_says_why(name):
    form = load_instrument(name)
    for responses in ({}, [None] * len(form.items)):
        score = score_answers(form, responses)
        assert (score.total, score.band, score.flags) == (None, None, ())
        assert score.missing == tuple(item.id for item in form.items)
        assert "item" in score.why or "not answered" in score.why


@pytest.mark.parametrize("name", SUMMED)
def test_one_missing_answer_leaves_no_total(name):
    form = load_instrument(name)
    left_out = {item for skip in form.scoring.skips for item in skip.left_out}
    for item in form.items:
        if item.id in left_out:  # after the lowest answers the form's own rule speaks: tested below
            continue
        score = score_answers(form, {key: code for key, code in full(form).items() if key != item.id})
        assert score.missing == (item.id,)
        if name != "mdq" or item.id.startswith("item-"):
            assert score.total is None
            assert item.id in score.why


def test_item_9_acts_although_other_answers_are_missing():
    score = score_answers(load_instrument("phq9"), {"item-9": 1})
    assert (score.total, score.flags, score.undecided) == (None, ("item-9-above-zero",), ("at-or-above-10",))


def test_item_9_unanswered_is_undecided_and_not_clear():
    score = score_answers(load_instrument("phq9"), [3] * 8 + [None])
    assert "item-9-above-zero" in score.undecided
    assert "item-9" in score.why


def completions(form, answers):
    """Every way to fill in what is left out."""
    gaps = [item for item in form.items if answers.get(item.id) is None]
    for found in itertools.product(*(codes(form, item) for item in gaps)):
        yield answers | dict(zip((item.id for item in gaps), found, strict=True))


@pytest.mark.parametrize("name", OPEN)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_said_of_an_unfinished_form_is_what_holds_however_it_is_finished(name, data):
    form = load_instrument(name)
    answers = data.draw(answered(form))
    gaps = data.draw(st.sets(st.sampled_from([item.id for item in form.items]), min_size=1, max_size=3))
    answers = {key: code for key, code in answers.items() if key not in gaps}
    context = {key: data.draw(st.sampled_from([*part.values, None])) for key, part in form.context.items()}
    context = {key: value for key, value in context.items() if value is not None}
    open_score = score_answers(form, answers, context)
    filled = {key: code for key, code in open_score.points.items() if key in open_score.skipped}
    values = [[context.get(key)] if key in context else list(part.values) for key, part in form.context.items()]
    contexts = [dict(zip(form.context, each, strict=True)) for each in itertools.product(*values)]
    finished = list(completions(form, answers | filled))
    closed = [score_answers(form, each, given) for each in finished for given in contexts]
    for flag in form.cutoffs | form.flags:
        found = {flag in score.flags for score in closed}
        assert (flag in open_score.flags, flag in open_score.undecided) == (found == {True}, len(found) == 2), flag
    bands = {score.band for score in closed}
    assert open_score.band == (bands.pop() if len(bands) == 1 else None)
    if form.scoring.total:
        totals = [score.total for score in closed]
        low, high = min(totals), max(totals)
        assert (open_score.total, open_score.between) == ((low, None) if low == high else (None, (low, high)))


def test_what_no_sex_can_change_needs_none():
    form = load_instrument("auditc")
    assert score_answers(form, [0, None, None]).band == "below the cut-off"
    assert score_answers(form, [4, 3, 3]).band == "at or above the cut-off"


def test_a_positive_that_no_missing_answer_can_undo_is_said_and_the_total_stays_open():
    score = score_answers(load_instrument("phq9"), [3] * 7 + [None, 3])
    assert (score.total, score.between, score.band) == (None, (24, 27), "severe")
    assert score.flags == ("at-or-above-10", "item-9-above-zero")
    assert score.undecided == ()
    assert "item-8 not answered" in score.why
    assert "at least 24 and at most 27" in score.why


@pytest.mark.parametrize(("answers", "between", "flag"), [([3] * 13, (39, 54), None), ([2] * 13, (26, 41), True)])
def test_on_a_scale_where_low_is_the_finding_the_highest_total_decides(answers, between, flag):
    score = score_answers(load_instrument("csi16"), answers + [None] * 3)
    assert score.between == between
    assert ("below-cut-off" in score.flags, "below-cut-off" in score.undecided) == (bool(flag), flag is None)


# -- what a form's own rule leaves out ------------------------------------------------------------


def test_never_on_the_auditc_leaves_out_the_other_two_and_they_count_nothing():
    for answers in ([0, None, None], [0, 0, None], [0, None, 0]):
        score = score_answers(load_instrument("auditc"), answers, {"sex": "female"})
        assert (score.total, score.band, score.missing, score.undecided) == (0, "below the cut-off", (), ())
        assert "left out by the form's own rule" in score.why
    assert score.skipped == ("item-2",)
    assert "item-2 was left out by the form's own rule and counts 0." in score.why


def test_the_order_of_the_cssrs_screener_leaves_out_what_it_does_not_ask():
    form = load_instrument("cssrs-screener")
    short = score_answers(form, {"q1": 0, "q2": 0, "q6-lifetime": 0, "q6-past-3-months": 0})
    assert (short.band, short.missing, short.skipped, short.undecided) == (
        "no item endorsed",
        (),
        ("q3", "q4", "q5"),
        (),
    )
    assert "q3, q4, q5 were left out by the form's own rule and count 0." in short.why
    assert score_answers(form, {"q1": 1, "q2": 0, "q6-lifetime": 0}).band == "low"
    recent = score_answers(form, {"q1": 0, "q2": 0, "q6-lifetime": 1, "q6-past-3-months": 1})
    assert (recent.band, recent.missing) == ("high", ())


@pytest.mark.parametrize(
    ("name", "answers", "missing"),
    [
        ("auditc", {"item-1": 1}, ("item-2", "item-3")),
        ("auditc", {"item-2": 0, "item-3": 0}, ("item-1",)),
        ("auditc", {"item-1": 0, "item-3": 1}, ("item-2",)),
        ("cssrs-screener", {"q1": 0, "q2": 1, "q6-lifetime": 0}, ("q3", "q4", "q5")),
        ("cssrs-screener", {"q1": 0, "q6-lifetime": 0}, ("q2", "q3", "q4", "q5")),
        ("cssrs-screener", {"q1": 0, "q2": 0, "q4": 1, "q6-lifetime": 0}, ("q3", "q5")),
        ("cssrs-screener", {"q1": 0, "q2": 0, "q6-lifetime": 1}, ("q6-past-3-months",)),
        ("cssrs-screener", {"q1": 0, "q2": 0}, ("q6-lifetime", "q6-past-3-months")),
    ],
)
def test_nothing_is_filled_in_where_the_rule_does_not_speak_or_an_answer_contradicts_it(name, answers, missing):
    score = score_answers(load_instrument(name), answers)
    assert score.missing == missing
    assert all(code is None for item, code in score.points.items() if item in missing)


@pytest.mark.parametrize("name", SCORED)
def test_a_skip_has_a_source_and_only_two_forms_state_one(name):
    skips = load_instrument(name).scoring.skips
    assert bool(skips) == (name in {"auditc", "cssrs-screener"}), "read the form's source, then name it here"
    assert all(skip.source and skip.text for skip in skips)


def test_cssrs_with_an_open_higher_question_is_never_called_lower():
    form = load_instrument("cssrs-screener")
    answers = full(form) | {"q2": 1, "q3": 1}
    del answers["q4"]
    score = score_answers(form, answers)
    assert (score.band, score.flags) == (None, ("no-medicine-session",))
    assert "q4 not answered" in score.why
    assert score_answers(form, answers | {"q5": 1}).band == "high"


def test_hark_one_yes_is_positive_although_others_are_missing():
    score = score_answers(load_instrument("hark"), [None, 1, None, None])
    assert (score.total, score.band, score.flags) == (None, "positive", ("any-yes",))


def test_mdq_without_the_last_question_is_open_only_if_it_decides():
    form = load_instrument("mdq")
    assert score_answers(form, [1] * 7 + [0] * 6 + [1, None]).band is None
    assert score_answers(form, [0] * 13 + [0, None]).band == "negative"


# -- refusals -------------------------------------------------------------------------------------


class Whole:
    """A whole number of another library."""

    def __index__(self):
        return 2


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("value", ["1", "", True, False, 0.5, 1.0, math.nan, math.inf, [1], {}, b"1", 1j])
def test_value_that_is_not_a_whole_number_is_refused(name, value):
    form = load_instrument(name)
    last = form.items[-1]
    with pytest.raises(ResponseError) as error:
        score_answers(form, full(form) | {last.id: value})
    said = str(error.value)
    assert form.short_title in said
    assert last.id in said
    assert repr(value) in said
    assert "not a whole number" in said
    assert ", ".join(map(str, codes(form, last))) in said


@pytest.mark.parametrize("name", OPEN)
def test_code_out_of_range_is_refused_for_every_item(name):
    form = load_instrument(name)
    for item in form.items:
        for value in (min(codes(form, item)) - 1, max(codes(form, item)) + 1, 10**30):
            with pytest.raises(ResponseError, match=re.escape(f"{item.id}: found {value}; allowed are ")):
                score_answers(form, full(form) | {item.id: value})


@pytest.mark.parametrize("name", ALL)
def test_wrong_length_unknown_item_and_wrong_shape_are_refused(name):
    form = load_instrument(name)
    for wrong in ([0] * (len(form.items) + 1), [0] * (len(form.items) - 1)):
        if len(wrong) != len(form.items):
            with pytest.raises(ResponseError, match=f"found {len(wrong)} answers, expected {len(form.items)}"):
                score_answers(form, wrong)
    for unknown in ("item-99", 1, None):
        with pytest.raises(ResponseError, match=f"{unknown!r} is not an item of this instrument; allowed"):
            score_answers(form, {unknown: 0})
    for shape in ("0123", None, 7, {1, 2}, b"01", iter([0])):
        with pytest.raises(ResponseError, match="expected a list of codes"):
            score_answers(form, shape)


def test_context_that_is_unknown_or_not_used_is_refused():
    with pytest.raises(ResponseError, match="sex: found 'x'; allowed are female, male, other"):
        score_answers(load_instrument("auditc"), [0, 0, 0], {"sex": "x"})
    with pytest.raises(ResponseError, match="age is not used"):
        score_answers(load_instrument("phq9"), [0] * 9, {"age": "40"})


def test_whole_numbers_of_any_library_are_read():
    assert score_answers(load_instrument("phq9"), [Whole()] * 9).total == 18


def test_a_response_error_is_a_value_error():
    assert issubclass(ResponseError, ValueError)


# -- properties -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SUMMED)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_total_and_subscales_stay_in_range(name, data):
    form = load_instrument(name)
    score = score_answers(form, data.draw(answered(form)))
    low, high = form.scoring.total.range
    assert low <= score.total <= high
    assert type(score.total) is (float if form.scoring.total.rule == "mean" else int)
    for part in form.scoring.subscales:
        assert part.range[0] <= score.subscales[part.name] <= part.range[1]
    assert not score.missing
    assert set(score.undecided) <= {"at-or-above-cut-off"}


@pytest.mark.parametrize("name", SUMMED)
def test_the_range_is_reached_at_both_ends(name):
    form = load_instrument(name)

    def extreme(top):
        return {
            item.id: (max if top != (item.id in form.scoring.reverse) else min)(codes(form, item))
            for item in form.items
        }

    assert tuple(score_answers(form, extreme(top)).total for top in (False, True)) == form.scoring.total.range


@pytest.mark.parametrize("name", SUMMED)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_higher_code_never_lowers_a_total_and_a_reversed_one_never_raises_it(name, data):
    form = load_instrument(name)
    answers = data.draw(answered(form))
    item = data.draw(st.sampled_from(form.items))
    higher = data.draw(st.sampled_from([code for code in codes(form, item) if code >= answers[item.id]]))
    before, after = score_answers(form, answers).total, score_answers(form, answers | {item.id: higher}).total
    assert after <= before if item.id in form.scoring.reverse else after >= before


@pytest.mark.parametrize("name", OPEN)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_order_of_a_mapping_does_not_matter_and_a_list_says_the_same(name, data):
    form = load_instrument(name)
    answers = data.draw(answered(form))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    assert score_answers(form, answers) == score_answers(form, shuffled)
    assert score_answers(form, answers) == score_answers(form, [answers[item.id] for item in form.items])


@given(
    name=st.sampled_from(ALL),
    responses=st.recursive(
        st.none() | st.booleans() | st.integers(-2, 8) | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    ),
)
def test_nothing_but_a_response_error_comes_of_nonsense(name, responses):
    with contextlib.suppress(ResponseError):
        assert score_answers(load_instrument(name), responses).instrument == name


# -- change and couples ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in SUMMED if name not in ("pcl5", "gad7", "phq9")])
def test_reliable_change_is_not_invented(name):
    form = load_instrument(name)
    low, high = form.scoring.total.range
    for change in (measure_change(form, low, high), measure_change(form, high, low), measure_change(form, low, low)):
        assert change.verdict == "not established"
        assert change.rulings == ()
        assert change.why


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (53, 35, "reliable improvement"),
        (53, 36, "not established"),
        (53, 38, "not established"),
        (53, 39, "no reliable change"),
        (53, 53, "no reliable change"),
        (20, 34, "no reliable change"),
        (20, 35, "not established"),
        (20, 37, "not established"),
        (20, 38, "reliable worsening"),
    ],
)
def test_pcl5_change_follows_the_thresholds_of_its_source(before, after, verdict):
    change = measure_change(load_instrument("pcl5"), before, after)
    assert (change.verdict, change.points) == (verdict, after - before)
    assert "marx2022" in change.why
    assert "male veterans" in change.why
    assert len(change.marks) == 2


@pytest.mark.parametrize(
    ("before", "after", "index", "england", "together"),
    [
        (15, 9, "reliable improvement", "reliable improvement", "reliable improvement"),
        (15, 10, "no reliable change", "reliable improvement", "the rules disagree"),
        (14, 10, "no reliable change", "reliable improvement", "the rules disagree"),
        (14, 11, "no reliable change", "no reliable change", "no reliable change"),
        (14, 14, "no reliable change", "no reliable change", "no reliable change"),
        (10, 15, "no reliable change", None, "no reliable change"),
        (9, 15, "reliable worsening", None, "reliable worsening"),
    ],
)
def test_on_the_gad7_each_published_rule_gives_its_verdict_and_a_conflict_is_said(
    before, after, index, england, together
):
    change = measure_change(load_instrument("gad7"), before, after)
    assert [(ruling.source, ruling.verdict) for ruling in change.rulings] == [
        ("bischoff2020", index),
        ("nct05134103", england),
    ]
    assert change.verdict == together
    assert (together == "the rules disagree") == ("The rules disagree." in change.lines[0])
    assert [ruling.text for ruling in change.rulings] == list(change.lines[1:3])


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (14, 8, "reliable improvement"),
        (14, 9, "no reliable change"),
        (8, 14, "not established"),
        (8, 9, "not established"),
        (8, 8, "no reliable change"),
    ],
)
def test_the_rule_on_the_phq9_speaks_of_a_fall_and_of_nothing_else(before, after, verdict):
    change = measure_change(load_instrument("phq9"), before, after)
    assert change.verdict == verdict
    assert ("says nothing of a rise" in change.why) == (after > before)
    assert "one country's services" in change.why


def test_an_important_difference_is_named_apart_from_reliable_change():
    change = measure_change(load_instrument("gad7"), 14, 10)
    assert "reaches 4 points" in change.marks[0]
    assert "toussaint2020" in change.marks[0]
    assert "another question" in change.marks[0]
    assert "toussaint2020" not in change.why
    assert "does not reach 4 points" in measure_change(load_instrument("gad7"), 10, 13).marks[0]


def test_change_reads_scores_answers_and_totals():
    form = load_instrument("phq9")
    answers = [1, 1, 2, 2, 0, 2, 1, 0, 0]
    assert measure_change(form, score_answers(form, answers), [0] * 9) == measure_change(form, answers, 0)
    assert measure_change(form, answers, [None] * 9).points is None
    for name in ("cssrs-screener", "ecr-s", "ace"):
        assert measure_change(load_instrument(name), {}, {}).verdict == "not established"


def test_change_refuses_another_instrument_and_a_total_out_of_range():
    form = load_instrument("phq9")
    with pytest.raises(ResponseError, match="found a score of gad7"):
        measure_change(form, score_answers(load_instrument("gad7"), [0] * 7), 3)
    with pytest.raises(ResponseError, match="found the total 28; allowed are 0 to 27"):
        measure_change(form, 28, 3)
    with pytest.raises(ResponseError, match="has none here"):
        measure_change(load_instrument("cssrs-screener"), 1, 0)


LEAH, MARCUS = "1111111211322223", "4444444344344444"


def csi16(digits):
    return score_answers(load_instrument("csi16"), [int(digit) for digit in digits])


def test_partners_stand_side_by_side_and_crossing_the_line_asks_again_alone():
    couple = compare_partners(load_instrument("csi16"), csi16(LEAH), csi16(MARCUS), names=("Leah", "Marcus"))
    assert [score.total for score in couple.scores] == [25, 62]
    assert couple.points == 37
    assert couple.crosses_line is True
    assert couple.lines[:2] == ("Leah: 25, notable dissatisfaction.", "Marcus: 62, no notable dissatisfaction.")
    assert "Marcus has the higher score, which means more satisfaction" in couple.lines[2]
    assert "the better one here" in couple.lines[2]
    assert "Ask each again, alone." in couple.lines[3]
    assert "proves nothing" in couple.lines[3]
    assert "Rule of this course" in couple.why


def test_partners_are_never_averaged():
    couple = compare_partners(load_instrument("csi16"), csi16(LEAH), csi16(MARCUS))
    assert "43.5" not in repr(couple)
    assert not {"total", "mean", "average"} & {f.name for f in dataclasses.fields(couple)}


@pytest.mark.parametrize(
    ("lower", "higher", "crosses"), [(49, 56, True), (14, 45, False), (51, 52, True), (60, 81, False)]
)
def test_crossing_the_line_is_no_size(lower, higher, crosses):
    form = load_instrument("csi16")
    couple = compare_partners(form, answers_with(form, lower), answers_with(form, higher))
    assert (couple.points, couple.crosses_line) == (higher - lower, crosses)
    assert any("cross the line" in line for line in couple.lines) == crosses
    assert "49 and 56 cross it" in couple.why
    assert "by chance" in couple.why


def test_where_a_form_has_no_line_nothing_is_crossed():
    couple = compare_partners(load_instrument("phq9"), [0] * 9, [3] * 9)
    assert (couple.points, couple.crosses_line) == (27, None)
    assert "No rule" in couple.why
    assert "Partner B has the higher score, which means more severe" in couple.lines[2]
    assert "the worse one here" in couple.lines[2]


def test_a_missing_answer_leaves_the_line_open_only_where_it_could_decide():
    form = load_instrument("csi16")
    couple = compare_partners(form, [None] * 16, [3] * 16)
    assert (couple.points, couple.crosses_line) == (None, None)
    assert "no result" in couple.lines[0]
    assert compare_partners(form, [1] * 15 + [None], [5] * 16).crosses_line is True


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (52, 33, "PCL-5, 52 and then 33: 19 points lower. Reliable improvement."),
        (33, 52, "PCL-5, 33 and then 52: 19 points higher. Reliable worsening."),
        (52, 36, "PCL-5, 52 and then 36: 16 points lower. Reliable change: not established."),
        (52, 51, "PCL-5, 52 and then 51: 1 point lower. No reliable change."),
        (52, 52, "PCL-5, 52 and then 52: no change. No reliable change."),
        ({}, 52, "PCL-5. Reliable change: not established."),
    ],
)
def test_a_change_is_told_in_sentences(before, after, said):
    change = measure_change(load_instrument("pcl5"), before, after)
    assert change.lines[0] == said
    assert " ".join(change.lines[1 : -len(change.marks) or None]) == change.why
    assert f"<strong>{said}</strong>" in change._repr_html_()


@pytest.mark.parametrize("name", ["hark", "cssrs-screener", "hits", "ehits"])
def test_answers_on_safety_are_never_set_beside_the_partners(name):
    form = load_instrument(name)
    couple = compare_partners(form, full(form), full(form))
    assert (couple.scores, couple.lines, couple.points) == ((), (), None)
    assert "own record" in couple.why


# -- licence and what is not established ----------------------------------------------------------


def test_only_the_free_instruments_show_their_wording():
    shown = {name for name in ALL if load_instrument(name).licence.text_allowed}
    assert shown == MAY_SHOW, "read the licence of one that shows its wording, then name it in MAY_SHOW"


@pytest.mark.parametrize("name", sorted(set(ALL) - MAY_SHOW))
def test_no_wording_where_the_licence_forbids_it(name):
    form = load_instrument(name)
    texts = [item.text for item in form.items]
    assert all(NEUTRAL_ITEM.fullmatch(text) for text in texts)
    assert len(set(texts)) == len(texts)
    assert all(NEUTRAL_OPTION.fullmatch(option.text) for item in form.items for option in form.options_of(item))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["items"][1].update(text="Being afraid of a partner"),
        lambda data: data["items"][1].update(text="Item 2 (see the published form): being afraid"),
        lambda data: data["options"][1].update(text="Yes, in the last year"),
        lambda data: data["items"][1].update(options=[{"code": 0, "text": "0"}, {"code": 1, "text": "Often"}]),
    ],
)
def test_wording_that_the_licence_forbids_is_refused(change):
    data = hark_data()
    change(data)
    with pytest.raises(ContentError, match="the licence does not allow the wording"):
        check(build(Instrument, data, "hark.yaml"))


def test_wording_is_shown_only_with_its_attribution():
    data = load_instrument("phq9").as_data()
    del data["licence"]["attribution"]
    with pytest.raises(ContentError, match="attribution is missing"):
        check(build(Instrument, data, "phq9.yaml"))


@pytest.mark.parametrize("name", sorted(set(SCORED) - set(OPEN)))
def test_what_is_not_established_is_neither_scored_nor_shown(name):
    form = load_instrument(name)
    score = score_answers(form, full(form))
    assert (score.total, score.band, score.flags, score.subscales) == (None, None, (), {})
    assert score.why.startswith("Not scored: ")
    assert "scoring" not in form.as_data()
    assert "not for a person" in score_answers(form, full(form), provisional=True).why


def test_codes_that_are_not_established_are_not_shown():
    form = load_instrument("cadss")
    assert "options" not in form.as_data()
    with pytest.raises(ResponseError, match=r"item-1: found 0\.5, which is not a whole number; allowed are whole"):
        score_answers(form, [0.5] * 23)


@pytest.mark.parametrize("name", sorted(set(ALL) - set(SCORED)))
def test_an_instrument_described_only_for_reference_gives_no_score(name):
    score = score_answers(load_instrument(name), [])
    assert (score.total, score.band, score.missing) == (None, None, ())
    assert score.why


# -- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_file_is_complete(name):
    form = load_instrument(name)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", form.reviewed)
    assert form.means
    assert form.means_not
    assert not [source for source in form.sources if not re.fullmatch(r"[a-z]+[a-z0-9_]*", source)]
    for flag in (*form.cutoffs.values(), *form.flags.values()):
        assert flag.when
        assert flag.source
    if form.scoring and form.scoring.total:
        assert len(form.scoring.total.range) == 2


@pytest.mark.parametrize("name", ALL)
def test_data_for_the_page_is_plain_json_without_worked_examples(name):
    data = load_instrument(name).as_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert "vectors" not in data
    assert data["licence"]["text_allowed"] in (True, False)


@pytest.mark.parametrize("name", OPEN)
def test_data_for_the_page_is_enough_to_score(name):
    form = load_instrument(name)
    again = build(Instrument, form.as_data(), name)
    assert score_answers(again, full(form)) == score_answers(form, full(form))
    parts = [*again.scoring.steps, *again.scoring.subscales, *([again.scoring.total] if again.scoring.total else [])]
    assert {part.rule for part in parts} <= set(NUMBERS)


def test_loading_is_cached_and_underscores_are_hyphens():
    assert load_instrument("phq9") is load_instrument("phq9")
    assert load_instrument("cssrs_screener").id == "cssrs-screener"
    with pytest.raises(ContentError, match="'phq' is not an instrument of this course; expected one of a-rsq, ace"):
        load_instrument("phq")


NEW = """
title: "A made-up scale"
short_title: "Made-up"
reviewed: "2026-11-22"
sources: []
construct: "Nothing."
form: "Two items."
use: {who: "Nobody.", when: "Never.", seen_by: "Nobody.", source: "Made up"}
direction: "worse"
higher_means: "more of nothing"
licence: {text: "Ours.", text_allowed: true, source: "Made up", attribution: "Ours."}
reliability: "None."
options: [{code: 0, text: "No"}, {code: 1, text: "Yes"}]
items: [{id: first, text: "First?"}, {id: second, text: "Second?"}]
scoring:
  text: "Add."
  source: "Made up"
  missing: {rule: "complete", text: "Complete it.", source: "Made up"}
  total: {rule: "sum", of: [first, second], range: [0, 2]}
flags:
  both: {when: [{of: [total], at_least: 2}], text: "Both.", source: "Made up"}
change_rule: {why: "Made up."}
couple_rule: {text: "Made up.", source: "Made up"}
means: ["Nothing."]
means_not: ["Anything."]
"""


def made_up(tmp_path, text=NEW):
    (tmp_path / "made-up.yaml").write_text(text, encoding="utf-8")
    return read_instrument(tmp_path / "made-up.yaml")


def test_a_new_instrument_is_one_file_and_nothing_else(tmp_path):
    form = made_up(tmp_path)
    assert score_answers(form, {"first": 1, "second": 1}).flags == ("both",)
    assert score_answers(form, [1, 1]).total == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reviewed: "2026-11-22"', 'reviewed: "2026-11-22"\nnote: "x"', "unknown key 'note'"),
        ('reviewed: "2026-11-22"\n', "", "reviewed is missing"),
        ("id: second", "id: first", "an id is given twice"),
        ("of: [first, second]", "of: [first, third]", "'third' is no item or earlier part"),
        ("of: [total]", "of: [sum]", "'sum' is no item or earlier part"),
        ('rule: "sum"', 'rule: "average"', "found 'average', expected one of sum, mean, product, count"),
        ('rule: "sum"', 'rule: "count"', "at_least belongs to the rule count"),
        ('rule: "complete"', 'rule: "prorate"', "found 'prorate', expected one of complete"),
        ("at_least: 2", "at_least: 2, below: 3", "exactly one of at_least, below and at_least_by"),
        ("at_least: 2", "at_least_by: {sex: {male: 1}}", "found 'sex', expected one of"),
        ('direction: "worse"', 'direction: "up"', "found 'up', expected one of worse, better, neither"),
        ("{code: 1,", "{code: 0,", "found codes [0, 0]"),
        ("change_rule: {", 'bands: {rule: "ranges", source: "x", levels: ["one"]}\nchange_rule: {', "ranges needs low"),
        (
            "change_rule: {",
            'bands: {rule: "none", source: "x", levels: ["one"]}\nchange_rule: {',
            "the rule none has no levels",
        ),
        ("change_rule: {", 'not_scored: "x"\nchange_rule: {', "expected items and scoring, or not_scored"),
        ("change_rule: {", 'unestablished: {licence: "x"}\nchange_rule: {', "found licence, expected scoring"),
        (
            "couple_rule: {",
            'couple_rule: {crossing: {differs: "far", text: "x", source: "x"}, ',
            "found 'far', expected one of both",
        ),
        (
            "  total: {",
            '  skips: [{when: [{of: [first], below: 1}], left_out: [third], counts_as: 0, text: "x", source: "x"}]\n'
            "  total: {",
            "skips: left_out: 'third' is no item",
        ),
        (
            "  total: {",
            '  skips: [{when: [{of: [first], below: 1}], left_out: [second], counts_as: 2, text: "x", source: "x"}]\n'
            "  total: {",
            "found counts_as 2, expected one of [0, 1]",
        ),
        (
            'why: "Made up."',
            'why: "x", reliable: [{name: "a rule", points: 3, speaks_of: [up], text: "x", source: "x"}]',
            "found 'up', expected one of improvement, worsening",
        ),
    ],
)
def test_a_file_with_a_mistake_is_refused_in_words(tmp_path, old, new, said):
    assert NEW.count(old) >= 1
    with pytest.raises(ContentError, match=re.escape(said)) as error:
        made_up(tmp_path, NEW.replace(old, new, 1))
    assert "made-up.yaml" in str(error.value)


def hark_data():
    return json.loads(json.dumps(load_instrument("hark").as_data()))
