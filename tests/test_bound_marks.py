"""A mark belongs to the words it was given for: each way in which one once counted for others, and any history.

No grader is replaced here: `casework grade` and `nbgrader autograde`, with its kernel, do what they do for a supervisor.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from nbgrader.api import MissingEntry
from sqlalchemy.orm import Session

from casework.grading import grade as grade_module
from casework.grading.course import open_course
from casework.grading.grade import grade
from casework.grading.results import outcomes
from casework.grading.submission import ROW
from tests.small_course import NAME, RIGHT, make_course, write_yaml
from tests.test_both_graders import by_casework, by_nbgrader, inside

WHO = {"couple": 2.0, "either": 1.0, "one": 0.0}
LETTERS = ("Dear both", "Dear all", "Dear you", "")
EARLIER = "waiting for a supervisor; a mark was given for earlier words"


def hand_in(course, trainee, saved, *, letter="Dear both", who="couple"):
    """Collect answers of `trainee`, saved at `saved`; the sheet that was handed in."""
    sheet = course.sheet(trainee, {**RIGHT, "who-first": who, "letter": letter}, saved=saved)
    (course.inbox / f"{trainee}.json").write_text(json.dumps(sheet))
    course.run("collect", "inbox")
    shutil.rmtree(course.inbox)
    return sheet


def mark(course, trainee, points, comment=""):
    """Mark the letter as formgrader does, with a page opened at this moment."""
    Page(course, trainee).mark(points, comment)


def verdicts(course, trainee="T1"):
    """Points and verdict of each item in the table, and the exit status of the command."""
    status = course.run("export", "-o", "table.csv")
    lines = csv.DictReader(io.StringIO((course.root / "table.csv").read_text()))
    return {line["item"]: (line["points"], line["verdict"]) for line in lines if line["trainee"] == trainee}, status


class Page:
    """A page of formgrader: the words on it are those of the graded notebook, the rows those of the gradebook then.

    `blocked` says that its own script lets nobody enter anything, since the notebook names other rows.
    """

    def __init__(self, course, trainee):
        self.course, self.trainee = course, trainee
        notebook = course.graded(trainee)
        cell = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "letter")
        self.words = "\n".join(cell.metadata.casework["answer"])
        with open_course(course.root).gradebook() as gradebook:
            self.grade = gradebook.find_grade("letter", NAME, NAME, trainee).id
            self.comment = gradebook.find_comment("letter", NAME, NAME, trainee).id
        self.blocked = cell.metadata.get(ROW) != self.grade

    def mark(self, points, comment=""):
        """Save points and a comment as its handlers do; raises `MissingEntry`, their 404, where a row is gone."""
        if self.blocked:
            raise MissingEntry("nothing can be entered on this page")
        with open_course(self.course.root).gradebook() as gradebook:
            found = gradebook.find_grade_by_id(self.grade)
            found.manual_score = points
            found.needs_manual_grade = points is None and found.auto_score is None
            gradebook.db.commit()
            gradebook.find_comment_by_id(self.comment).manual_comment = comment
            gradebook.db.commit()


# -- the three ways -----------------------------------------------------------------------------------


@pytest.mark.parametrize("grader", [by_casework, by_nbgrader], ids=lambda grader: grader.__name__)
def test_a_copy_of_the_gradebook_that_is_put_back_marks_no_other_words(grading_course, grader):
    gradebook, copy = (grading_course.root / "grading" / name for name in ("gradebook.db", "copy.db"))
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grader(grading_course, None)
    mark(grading_course, "T1", 5)
    shutil.copy(gradebook, copy)
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away")
    grader(grading_course, None)
    mark(grading_course, "T1", 0)
    gradebook.write_bytes(b"damaged")
    shutil.copy(copy, gradebook)
    found, status = verdicts(grading_course)
    assert found["letter"] == ("", "could not be graded, because other words were handed in since: run casework grade")
    assert status == 1
    grader(grading_course, None)
    assert verdicts(grading_course) == ({**verdicts(grading_course)[0], "letter": ("", EARLIER)}, 0)
    hand_in(grading_course, "T1", "2026-11-03T10:00:00Z", letter="Dear both")
    grader(grading_course, None)
    assert verdicts(grading_course)[0]["letter"] == ("5", "marked by a supervisor"), "those words are back"


def test_a_file_collected_while_its_forerunner_is_graded_gets_none_of_its_points(grading_course, monkeypatch):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both", who="couple")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5)
    run = grade_module.run

    def run_slowly(exercise, submission):
        made = run(exercise, submission)
        hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away", who="one")
        return made

    with monkeypatch.context() as patch:
        patch.setattr(grade_module, "run", run_slowly)
        grading_course.run("grade", NAME)
    found, status = verdicts(grading_course)
    assert status == 1
    for item in ("letter", "who-first"):
        assert found[item][0] == "", "points of the words that were replaced"
    assert found["goals"] == ("3", "scored"), "the same words"
    assert grading_course.run("grade", NAME) == 0
    found, _ = verdicts(grading_course)
    assert (found["letter"], found["who-first"]) == (("", EARLIER), ("0", "scored"))


@pytest.mark.parametrize("grader", [by_casework, by_nbgrader], ids=lambda grader: grader.__name__)
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_run_that_stops_before_any_of_its_commits_leaves_no_mark_beside_other_words(
    grading_course, monkeypatch, grader, number
):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5, "Warm.")
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away")
    with monkeypatch.context() as patch, contextlib.suppress(Stopped):
        patch.setattr(Session, "commit", stop_at(number, Session.commit))
        grader(grading_course, None)
    assert verdicts(grading_course)[0]["letter"][0] == ""
    assert verdicts(grading_course)[0]["letter"][0] == ""
    for again in (grader, by_casework):
        again(grading_course, None)
        assert verdicts(grading_course)[0]["letter"] == ("", EARLIER)


def test_a_page_opened_before_a_new_hand_in_can_mark_nothing_of_it(grading_course):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grading_course.run("grade", NAME)
    opened = Page(grading_course, "T1")
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away")
    grading_course.run("grade", NAME)
    with pytest.raises(MissingEntry):
        opened.mark(5, "Warm.")
    assert verdicts(grading_course)[0]["letter"] == ("", "waiting for a supervisor")
    fresh = Page(grading_course, "T1")
    assert (fresh.words, fresh.blocked) == ("Go away", False)
    fresh.mark(1)
    assert verdicts(grading_course)[0]["letter"] == ("1", "marked by a supervisor")


def test_a_notebook_that_shows_other_words_than_the_rows_are_for_can_be_neither_marked_nor_told(grading_course, capsys):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grading_course.run("grade", NAME)
    notebook = grading_course.step("autograded", "T1", f"{NAME}.ipynb")
    older = notebook.read_bytes()
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away")
    grading_course.run("grade", NAME)
    notebook.unlink()
    notebook.write_bytes(older)  # as a run leaves it that was stopped between the two
    assert Page(grading_course, "T1").blocked
    assert grading_course.run("feedback", NAME) == 1
    assert "holds other words than the gradebook has points for" in capsys.readouterr().out
    assert not grading_course.step("feedback", "T1", f"{NAME}.html").exists()
    assert grading_course.run("grade", NAME) == 0
    assert grading_course.run("feedback", NAME) == 0


def test_each_attempt_stays_and_the_best_one_counts_where_the_program_says_so(grading_course):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both", who="couple")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5)
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Dear all", who="one")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 2)
    grading_course.run("feedback", NAME)
    page = grading_course.step("feedback", "T1", f"{NAME}.html")
    assert "This was attempt 2 of 2." in page.read_text()
    hand_in(grading_course, "T1", "2026-11-03T10:00:00Z", letter="Dear both", who="couple")  # the first once more
    grading_course.run("grade", NAME)
    hand_in(grading_course, "T1", "2026-11-04T10:00:00Z", letter="Dear all", who="one")
    grading_course.run("grade", NAME)
    (kept,) = grading_course.step("older", "T1", "").glob("page-*.html")
    assert kept.read_bytes() == page.read_bytes(), "the page of an attempt stays too, and none was made of the first"

    def counted():
        (found,) = outcomes(open_course(grading_course.root))
        return found.attempt, found.points, {line.item: line.points for line in found.results}["letter"]

    assert counted() == (2, 9.0, 2.0)
    write_yaml(grading_course.root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 2, "counts": "best"})
    assert counted() == (1, 14.0, 5.0)
    grading_course.run("feedback", NAME)
    assert "Your best attempt counts: it is attempt 1, with 14 points." in page.read_text()
    grading_course.run("cohort", "-o", "people.csv")
    assert (grading_course.root / "people.csv").read_text().splitlines()[1].endswith(",100,passed,2,1")
    mark(grading_course, "T1", 5)
    with sqlite3.connect(grading_course.root / "grading" / "gradebook.db") as gradebook:
        assert gradebook.execute("select count(*) from casework_attempt where length(sheet) > 50").fetchone() == (2,)


def test_a_page_that_tells_other_points_than_the_tables_is_named(grading_course, capsys):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5)
    grading_course.run("feedback", NAME)
    said = "The page that T1 has of first-meeting tells other points than there are now: run casework feedback"
    for points, told in ((5, False), (3, True)):
        mark(grading_course, "T1", points)
        for command in ("export", "cohort"):
            capsys.readouterr()
            grading_course.run(command)
            assert (said in capsys.readouterr().err) == told
    grading_course.run("feedback", NAME)
    capsys.readouterr()
    grading_course.run("cohort")
    assert said not in capsys.readouterr().err


@pytest.mark.parametrize("grader", [by_casework, by_nbgrader], ids=lambda grader: grader.__name__)
def test_points_on_a_trainees_page_change_with_a_key_only_after_a_question(grading_course, capsys, grader):
    for trainee in ("T1", "T2", "T3"):
        hand_in(grading_course, trainee, "2026-11-01T10:00:00Z", who="either")
    grading_course.run("grade", NAME)
    mark_who(grading_course, "T2", 2)
    grading_course.run("feedback", NAME, "--trainee", "T1")
    grading_course.run("feedback", NAME, "--trainee", "T2")
    key = grading_course.root / "keys" / f"{NAME}.yaml"
    key.write_text(key.read_text().replace("either: 0.5", "either: 0.75"))
    capsys.readouterr()
    grader(grading_course, None)
    assert verdicts(grading_course)[0]["who-first"] == ("1", "scored")
    assert verdicts(grading_course, "T2")[0]["who-first"] == ("", "waiting for a supervisor"), (
        "a mark is never overwritten"
    )
    assert verdicts(grading_course, "T3")[0]["who-first"] == ("1.5", "scored"), "no page has told T3 anything"
    if grader is by_casework:
        said = capsys.readouterr().out
        assert "the page that T1 has tells other points (who-first from 1 to 1.5)" in said
        assert "Nothing of T1 was changed. To count the new points, run casework grade first-meeting --recount." in said
    assert grading_course.run("grade", NAME) == 1
    assert grading_course.run("grade", NAME, "--recount") == 0
    assert verdicts(grading_course)[0]["who-first"] == ("1.5", "scored")
    assert "Tell T1, and run casework feedback" in capsys.readouterr().out
    grading_course.run("feedback", NAME)
    assert grading_course.run("grade", NAME) == 0


def test_a_mark_saved_while_other_words_are_graded_does_not_go_to_them(grading_course, monkeypatch):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grading_course.run("grade", NAME)
    opened = Page(grading_course, "T1")
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away")
    check = grade_module.check_returned
    outcome = []

    def marked_meanwhile(*arguments):
        check(*arguments)
        with sqlite3.connect(grading_course.root / "grading" / "gradebook.db", timeout=0.1) as other:
            try:
                other.execute("update grade set manual_score = 5 where id = ?", (opened.grade,))
            except sqlite3.OperationalError as error:
                outcome.append(str(error))

    with monkeypatch.context() as patch:
        patch.setattr(grade_module, "check_returned", marked_meanwhile)
        grading_course.run("grade", NAME)
    assert outcome == ["database is locked"], "nobody writes between reading and writing"
    assert verdicts(grading_course)[0]["letter"] == ("", "waiting for a supervisor")


def late_after(course, day):
    """Let work be due on that day of November, and cost everything afterwards."""
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    with open_course(course.root).gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=f"2026-11-{day:02} 23:00:00")


@pytest.mark.parametrize("grader", [by_casework, by_nbgrader], ids=lambda grader: grader.__name__)
@pytest.mark.parametrize("counts", ["last", "best"])
def test_the_same_answers_sent_again_late_are_as_early_as_they_came_first(grading_course, grader, counts):
    write_yaml(grading_course.root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 2, "counts": counts})
    late_after(grading_course, 2)
    points = []
    for day, letter in ((1, "Dear both"), (5, "Dear all"), (6, "Dear both")):
        hand_in(grading_course, "T1", f"2026-11-{day:02}T10:00:00Z", letter=letter)
        grader(grading_course, None)
        (found,) = outcomes(open_course(grading_course.root))
        points.append((found.attempt, found.points, found.penalty))
    second = (1, 9.0, 0.0) if counts == "best" else (2, 0.0, 9.0)
    assert points == [(1, 9.0, 0.0), second, (1, 9.0, 0.0)]


def test_the_best_attempt_goes_on_counting_while_another_waits_to_be_graded(grading_course):
    write_yaml(grading_course.root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 2, "counts": "best"})
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5)
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Go away", who="one")
    (found,) = outcomes(open_course(grading_course.root))
    assert (found.attempt, found.points, found.newer) == (1, 14.0, True)
    assert grading_course.run("feedback", NAME) == 0
    page = grading_course.step("feedback", "T1", f"{NAME}.html").read_text()
    assert ("14 of 14 points" in page, "You have <strong>passed</strong>" in page) == (True, True)


def test_extra_credit_is_no_changed_key_and_a_page_of_words_that_came_back_is_not_changed_unasked(
    grading_course, capsys
):
    hand_in(grading_course, "T1", "2026-11-01T10:00:00Z", letter="Dear both", who="either")
    grading_course.run("grade", NAME)
    with open_course(grading_course.root).gradebook() as gradebook:
        gradebook.find_grade("who-first", NAME, NAME, "T1").extra_credit = 1
        gradebook.db.commit()
    grading_course.run("feedback", NAME)
    hand_in(grading_course, "T1", "2026-11-02T10:00:00Z", letter="Dear all", who="either")
    assert grading_course.run("grade", NAME) == 0
    hand_in(grading_course, "T1", "2026-11-03T10:00:00Z", letter="Dear both", who="either")
    assert grading_course.run("grade", NAME) == 0
    assert verdicts(grading_course)[0]["who-first"] == ("2", "scored")
    key = grading_course.root / "keys" / f"{NAME}.yaml"
    key.write_text(key.read_text().replace("either: 0.5", "either: 0.75"))
    capsys.readouterr()
    assert grading_course.run("grade", NAME) == 1
    assert "who-first from 1 to 1.5" in capsys.readouterr().out
    by_nbgrader(grading_course, None)
    assert grading_course.graded("T1"), "what was graded before is still there"
    assert verdicts(grading_course)[0]["who-first"] == ("2", "scored")


def mark_who(course, trainee, points):
    """Give points of one's own to an answer that a rule has scored."""
    with open_course(course.root).gradebook() as gradebook:
        grade = gradebook.find_grade("who-first", NAME, NAME, trainee)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def test_commands_that_are_the_first_at_once_make_one_gradebook(grading_course):
    (grading_course.root / "grading" / "gradebook.db").unlink()
    for trainee in ("T1", "T2", "T3"):
        (grading_course.root / trainee).mkdir()
        (grading_course.root / trainee / "a.json").write_text(json.dumps(grading_course.sheet(trainee)))
    command = [sys.executable, "-m", "casework.cli", "collect"]
    running = [
        subprocess.Popen([*command, trainee], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for trainee in ("T1", "T2", "T3")
    ]
    said = [(one.communicate()[0], one.returncode) for one in running]
    assert [status for _, status in said] == [0, 0, 0], said
    assert grading_course.run("grade", NAME) == 0
    assert len(outcomes(open_course(grading_course.root))) == 3


# -- any history --------------------------------------------------------------------------------------


class Stopped(BaseException):
    """What stops a run in the middle, as Ctrl-C does."""


def stop_at(number, write):
    """`write`, which stops everything before its call of this number, counted from 1."""
    calls = Counter()

    def stopping(*arguments, **more):
        calls["made"] += 1
        if calls["made"] == number:
            raise Stopped
        return write(*arguments, **more)

    return stopping


TRAINEES = st.sampled_from(["T1", "T2"])


class History(RuleBasedStateMachine):
    """Whatever is done to one course: no number stands beside words it was not given for, and nothing is lost."""

    done: ClassVar[Counter] = Counter()

    @initialize()
    def begin(self):
        self.day = 0
        self.sheets, self.pages, self.copies = [], [], []
        self.given = set()  # (trainee, words, points): every mark there ever was
        self.root = Path(self.folder) / f"history-{self.done['histories']}"
        self.done["histories"] += 1
        self.root.mkdir()
        self.course = make_course(self.root)
        write_yaml(self.root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 99})
        (self.root / "grading").mkdir()
        shutil.copy(self.gradebook, self.root / "grading" / "gradebook.db")
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(inside(self.course))
        self.stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        self.stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        for trainee in ("T1", "T2"):
            self.send(trainee, "Dear both", "either")
        by_casework(self.course, None)

    def send(self, trainee, letter, who):
        self.day += 1
        saved = f"2026-{1 + self.day // 28:02}-{1 + self.day % 28:02}T10:00:00Z"
        self.sheets.append(hand_in(self.course, trainee, saved, letter=letter, who=who))

    @rule(trainee=TRAINEES, letter=st.sampled_from(LETTERS), who=st.sampled_from(list(WHO)))
    def hand_in(self, trainee, letter, who):
        self.send(trainee, letter, who)

    @rule(trainee=st.sampled_from([None, "T1", "T2"]))
    def grade(self, trainee):
        by_casework(self.course, trainee)

    @precondition(lambda self: self.sheets and self.done["kernels"] < self.kernels)
    @rule()
    def autograde(self):
        self.done["kernels"] += 1
        by_nbgrader(self.course, None)

    @rule(trainee=TRAINEES, points=st.integers(0, 5))
    def mark(self, trainee, points):
        with contextlib.suppress(MissingEntry, FileNotFoundError):
            self.enter(Page(self.course, trainee), points)

    @rule(trainee=TRAINEES)
    def open_page(self, trainee):
        with contextlib.suppress(MissingEntry, FileNotFoundError):
            self.pages.append(Page(self.course, trainee))

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), points=st.integers(0, 5))
    def mark_on_an_older_page(self, data, points):
        with contextlib.suppress(MissingEntry):
            self.enter(data.draw(st.sampled_from(self.pages)), points)

    def enter(self, page, points):
        page.mark(points, f"{page.words}: {points}")
        self.given.add((page.trainee, page.words, float(points)))
        self.done["marks"] += 1

    @rule()
    def back_up(self):
        copy = self.root / f"copy-{len(self.copies)}.db"
        shutil.copy(self.root / "grading" / "gradebook.db", copy)
        self.copies.append(copy)

    @precondition(lambda self: self.copies)
    @rule(data=st.data())
    def restore(self, data):
        shutil.copy(data.draw(st.sampled_from(self.copies)), self.root / "grading" / "gradebook.db")

    @precondition(lambda self: self.sheets)
    @rule(number=st.integers(1, 12), what=st.sampled_from(["commit", "replace"]), trainee=TRAINEES)
    def stop_in_the_middle(self, number, what, trainee):
        owner = Session if what == "commit" else os
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Stopped):
            patch.setattr(owner, what, stop_at(number, getattr(owner, what)))
            by_casework(self.course, None)
            self.done["not stopped"] += 1

    @precondition(lambda self: self.sheets)
    @rule(trainee=TRAINEES, letter=st.sampled_from(LETTERS), who=st.sampled_from(list(WHO)))
    def collect_while_it_grades(self, trainee, letter, who):
        run = grade_module.run

        def run_slowly(exercise, submission):
            made = run(exercise, submission)
            patch.undo()
            self.send(trainee, letter, who)
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grade_module, "run", run_slowly)
            by_casework(self.course, None)

    @precondition(lambda self: self.sheets)
    @rule(trainee=TRAINEES)
    def grade_twice_at_once(self, trainee):
        run = grade_module.run

        def run_beside(exercise, submission):
            made = run(exercise, submission)
            patch.undo()
            grade(open_course(self.root), NAME, say=lambda line: None)
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grade_module, "run", run_beside)
            by_casework(self.course, None)

    @rule(trainee=TRAINEES, what=st.sampled_from(["autograded", "feedback", "attempts"]))
    def delete(self, trainee, what):
        shutil.rmtree(self.root / "grading" / what / trainee, ignore_errors=True)

    @rule(trainee=TRAINEES)
    def forget_in_nbgrader(self, trainee):
        with open_course(self.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
            gradebook.remove_student(trainee)

    @precondition(lambda self: self.sheets)
    @rule()
    def rename_and_grade(self):
        here, there = (self.root / "grading" / "submitted" / trainee for trainee in ("T1", "T3"))
        if here.exists():
            here.rename(there)
            by_casework(self.course, None)
            there.rename(here)

    @rule()
    def feedback(self):
        self.course.run("feedback", NAME)

    @invariant()
    def no_number_stands_beside_other_words(self):
        self.done["states"] += 1
        for outcome in outcomes(open_course(self.root)):
            handed_in = self.course.step("submitted", outcome.trainee, "answers.json")
            if not handed_in.is_file():
                continue
            words = json.loads(handed_in.read_bytes())["answers"]
            for result in outcome.results:
                if result.points is None:
                    continue
                if result.verdict == "marked by a supervisor":
                    assert (outcome.trainee, words[result.item], result.points) in self.given
                elif result.item == "who-first":
                    assert result.points == WHO[words["who-first"]]
                elif result.item == "letter":
                    assert (result.points, result.verdict, words["letter"]) == (0.0, "blank", "")

    @invariant()
    def nothing_handed_in_is_lost(self):
        private = self.root / "grading"
        files = [*private.glob("submitted/*/*/answers.json"), *private.glob("older/*/*/*.json")]
        found = [json.loads(file.read_bytes()) for file in files]
        assert all(sheet in found for sheet in self.sheets)

    def teardown(self):
        if not hasattr(self, "stack"):
            return
        try:
            if self.sheets:
                self.compare()
        finally:
            self.stack.close()

    def compare(self):
        """Graded once more by either grader, the table is the same; and so is a new course's, but for marks."""
        by_casework(self.course, None)
        ours = outcomes(open_course(self.root))
        self.no_number_stands_beside_other_words()
        if self.done["kernels"] < self.kernels:
            self.done["kernels"] += 1
            by_nbgrader(self.course, None)
            assert outcomes(open_course(self.root)) == ours
        fresh = self.root / "fresh"
        fresh.mkdir()
        anew = make_course(fresh)
        (fresh / "grading").mkdir()
        shutil.copy(self.gradebook, fresh / "grading" / "gradebook.db")
        shutil.copytree(self.root / "grading" / "submitted", fresh / "grading" / "submitted")
        with inside(anew):
            by_casework(anew, None)
            found = {line.trainee: line for line in ours}  # of a folder that had another name nothing is left to grade
            for new in outcomes(open_course(fresh)):
                line = found[new.trainee]
                plain = {one.item: one.points for one in line.results if "superv" not in one.verdict}
                assert plain == {one.item: one.points for one in new.results if one.item in plain}


def tell_histories(folder, gradebook, *, histories, steps, kernels):
    """Run the machine, and say what was done."""
    History.folder, History.gradebook, History.kernels, History.done = folder, gradebook, kernels, Counter()
    began = time.monotonic()
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            derandomize=False,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{dict(History.done)} in {(time.monotonic() - began) / 60:.1f} minutes")
    assert History.done["marks"], "a history without a mark shows nothing"


def test_no_number_stands_beside_words_it_was_not_given_for(tmp_path, known_gradebook):
    tell_histories(tmp_path, known_gradebook, histories=8, steps=20, kernels=4)


@pytest.mark.slow
def test_no_number_stands_beside_words_it_was_not_given_for_in_many_histories(tmp_path, known_gradebook):
    tell_histories(tmp_path, known_gradebook, histories=15, steps=30, kernels=10)


@pytest.mark.slow
def test_no_kill_leaves_a_number_beside_other_words(grading_course):
    hand_in(grading_course, "T1", "2026-09-30T10:00:00Z", letter="Dear both", who="couple")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 5)
    for number in range(30):
        letter, who = (("Go away", "one"), ("Dear both", "couple"))[number % 2]
        hand_in(grading_course, "T1", f"2026-10-{number + 1:02}T10:00:00Z", letter=letter, who=who)
        running = subprocess.Popen([sys.executable, "-m", "casework.cli", "grade", NAME], stdout=subprocess.DEVNULL)
        time.sleep(0.9 + 0.04 * number)
        running.send_signal(signal.SIGKILL)
        running.wait()
        found, _ = verdicts(grading_course)
        expected = {"Go away": {"", "0"}, "Dear both": {"", "5"}}[letter]
        assert found["letter"][0] in expected, number
        assert found["who-first"][0] in {"", f"{WHO[who]:g}"}, number
    assert grading_course.run("grade", NAME) == 0
