"""What results come to: by aim and against the pass mark, over a cohort, and from one form of the test to the other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.blueprint import Aim, Blueprint, Domain
from casework.grading.cohort import FEWEST, item_figures
from casework.grading.learning import Learner, Sitting, interval, learners, summary, table
from casework.grading.progress import by_aim, standing, strengths_and_next
from casework.grading.rubric import disagreement, levels_of, words_of
from casework.grading.scores import Result

SOME = Aim(text="Some.", chapter="book/a", items={"x": ("a", "b")}, sources=("a choice of this course",))
OTHER = Aim(text="Other.", chapter="book/b", items={"x": ("c",)}, sources=("a choice of this course",))
BLUEPRINT = Blueprint(domains={"x": Domain(title="X", minutes=10, aims={"some": SOME, "other": OTHER})})


def result(item, points, most=2, trainee="T1", verdict="scored"):
    return Result(trainee, "x", item, points, most, verdict)


# -- by aim, and passing --------------------------------------------------------------------------


def test_points_are_summed_by_aim_and_what_has_none_is_left_out():
    found = by_aim([result("a", 1), result("b", 2), result("c", None, 12)], BLUEPRINT, "x")
    assert [(line.aim, line.points, line.max, line.share) for line in found] == [("some", 3, 4, 0.75)]


def test_strengths_begin_with_the_best_and_next_steps_with_most_to_gain():
    found = by_aim([result("a", 2), result("b", 1), result("c", 0, 1)], BLUEPRINT, "x")
    strong, weak = strengths_and_next(found, 75)
    assert [line.aim for line in strong] == ["some"]
    assert [line.aim for line in weak] == ["other"]
    strong, weak = strengths_and_next(by_aim([result("a", 1), result("b", 0), result("c", 0, 1)], BLUEPRINT, "x"), 75)
    assert [line.aim for line in weak] == ["some", "other"]


@pytest.mark.parametrize(
    ("points", "less", "expected"),
    [
        ((2, 2, 2), 0, "passed"),
        ((2, 2, 0.5), 0, "passed"),
        ((2, 2, 0), 0, "not yet"),
        ((2, 2, None), 0, "open"),
        ((0, 1, None), 0, "not yet"),
        ((2, 2, 0.5), 1, "not yet"),
        ((None, None, None), 0, "open"),
    ],
)
def test_passing_waits_while_points_to_come_could_decide(points, less, expected):
    assert standing([result(item, earned) for item, earned in zip("abc", points, strict=True)], 75, less) == expected


def test_nobody_fails_by_rounding_and_nobody_passes_by_extra_credit():
    assert (
        standing([result(str(n), 3.33, 4) for n in range(3)] + [result("d", 29.75, 41)], 75) == "passed"
    )  # 39.75 of 53
    assert standing([result("a", 9, 2), result("b", 0, 4)], 75) == "not yet"


@given(st.lists(st.one_of(st.none(), st.floats(0, 2)), min_size=1, max_size=8))
def test_open_points_can_only_decide_what_was_open(points):
    results = [result(str(number), earned) for number, earned in enumerate(points)]
    best = [result(str(number), 2 if earned is None else earned) for number, earned in enumerate(points)]
    worst = [result(str(number), 0 if earned is None else earned) for number, earned in enumerate(points)]
    now = standing(results, 75)
    ends = {standing(best, 75), standing(worst, 75)}
    assert "open" not in ends
    assert ends == {now} if now != "open" else ends == {"passed", "not yet"}


# -- marks by rubric ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comment", "levels", "words"),
    [
        ("levels: 3 2 1\nWell said.", (3, 2, 1), "Well said."),
        ("Levels 3", (), "Levels 3"),
        ("level: 3,2,1", (3, 2, 1), ""),
        ("levels: 3 2", (), "levels: 3 2"),
        ("levels: 3 2 4", (), "levels: 3 2 4"),
        ("", (), ""),
        ("3 2 1", (), "3 2 1"),
        ("Well said.\nlevels: 3 2 1", (), "Well said.\nlevels: 3 2 1"),
    ],
)
def test_levels_are_read_from_the_first_line_of_a_comment(comment, levels, words):
    assert levels_of(comment, 3) == levels
    assert words_of(comment, 3) == words


def test_levels_and_points_that_differ_are_named():
    assert disagreement("levels: 3 2 1", 3, 6) == ""
    assert "no points are given" in disagreement("levels: 3 2 1", 3, None)
    for comment in (
        "levels: 3 2",
        "levels: 3 2 4",
        "Levels 3 2 1",
        "**levels: 3 2 1**",
        "levels: 3-2-1",
        "levels: 3 2 1.",
    ):
        assert "cannot be read" in disagreement(comment, 3, 6), comment
    assert disagreement("Well said.", 3, 5) == ""
    assert "add up to 6, and the points given are 5" in disagreement("levels: 3 2 1", 3, 5)


# -- how items behave -----------------------------------------------------------------------------


def test_an_item_that_goes_against_the_rest_is_found_and_few_people_tell_nothing():
    people = []
    for number in range(FEWEST):
        skill = number / FEWEST
        people += [
            result(item, 2.0 * (skill > hard), trainee=f"T{number}")
            for item, hard in zip("abcd", (0.2, 0.4, 0.6, 0.8), strict=True)
        ]
        people.append(result("turned", 2.0 * (skill < 0.5), trainee=f"T{number}"))
    figures = {line.item: line for line in item_figures(people)}
    assert figures["turned"].separation < 0 < figures["a"].separation
    assert "look at the key" in figures["turned"].remark
    waiting = [
        result("letter", None, 5, trainee=f"T{number}")
        if number % 2
        else result("letter", 5.0, 5, trainee=f"T{number}")
        for number in range(FEWEST)
    ]
    assert {line.separation for line in item_figures([*people, *waiting])} == {None}, (
        "with half of the letters unmarked nothing is told"
    )
    few = item_figures([r for r in people if r.trainee in {"T1", "T2", "T3"}])
    assert {line.separation for line in few} == {None}
    assert {line.remark for line in few} == {""}


def test_an_item_everybody_has_right_tells_nobody_apart():
    people = [result(item, 2.0, trainee=f"T{number}") for number in range(FEWEST) for item in "ab"]
    assert {(line.facility, line.separation, line.remark) for line in item_figures(people)} == {
        (1.0, None, "easy: it tells nobody apart")
    }


# -- before and after -----------------------------------------------------------------------------


def sat(points, most=16, sure=2, blank=0):
    return Sitting(
        points,
        most,
        blank,
        {f"i{n}": float(n < points) for n in range(most - blank)},
        {f"i{n}": sure for n in range(most)},
    )


def test_the_interval_is_students():
    low, high = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (round(low, 3), round(high, 3)) == (1.037, 4.963)  # 3 ± 2.776 * 0.7071, by hand from a t table


def test_nobody_who_is_missing_enters_the_change():
    people = [Learner(f"T{n}", sat(4 + n), sat(10)) for n in range(6)]
    said = " ".join(summary([*people, Learner("T8", sat(0), None), Learner("T9", None, sat(16))]))
    alone = " ".join(summary(people))
    change = "mean change +22 percentage points"
    assert change in said
    assert change in alone
    assert "8 trainee(s) answered a form: 6 both, 1 only the one before, 1 only the one after" in said
    assert "had 0 % before, beside 41 % of those who answered both" in said
    assert "only the form after had 100 %" in said


def test_confidence_is_set_beside_what_was_right():
    people = [Learner(f"T{n}", sat(8, sure=4), sat(8, sure=1)) for n in range(5)]
    said = " ".join(summary(people))
    assert (
        'Confidence before: mean 4.0 of 4. Right, of the answers given with "fairly sure" or "sure": 50 % of 80; of the others: none'
        in said
    )
    assert "Confidence after: mean 1.0 of 4" in said


def test_a_form_left_half_open_is_named():
    people = [Learner(f"T{n}", sat(8), sat(8, blank=5 if n else 0)) for n in range(5)]
    assert "4 of 5 left more than a quarter of the form after open" in " ".join(summary(people))


def test_the_table_leaves_empty_what_is_not_there():
    rows = table([Learner("T1", sat(8), None)]).splitlines()
    assert rows[1] == "T1,50,,,2,"
    assert table([]) == "trainee,before,after,change,sure_before,sure_after\n"


def test_crossed_trainees_answered_the_second_form_first(monkeypatch):
    sittings = {"a": ({"T1": sat(4), "T2": sat(4), "T3": sat(4)}, []), "b": ({"T1": sat(8), "T2": sat(8)}, ["T3"])}
    monkeypatch.setattr("casework.grading.learning._sittings", lambda course, form: sittings[form])
    found, left_out = learners(SimpleNamespace(blueprint=SimpleNamespace(forms=("a", "b"))), ["T2"])
    assert {one.trainee: one.change for one in found} == {"T1": 25.0, "T2": -25.0}
    assert left_out == [
        "T3: b was handed in and is not wholly graded, so T3 is left out: see casework export --assignment b"
    ]
