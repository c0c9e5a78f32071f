"""Whose work it is, put right: taken back, moved, forgotten; and one file with everything, put back."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import sqlite3
import zipfile

import pytest

from casework.cli import main
from tests.small_course import NAME, RIGHT
from tests.test_bound_marks import hand_in, mark, verdicts


def grade(course, trainee="T1", *, letter="Dear both", who="couple", day=1, points=None):
    hand_in(course, trainee, f"2026-11-{day:02}T10:00:00Z", letter=letter, who=who)
    course.run("grade", NAME, "--trainee", trainee)
    if points is not None:
        mark(course, trainee, points)


def collected_again(course, trainee, day, capsys, **answers):
    """What is said when a file of that day is collected once more."""
    capsys.readouterr()
    hand_in(course, trainee, f"2026-11-{day:02}T10:00:00Z", **answers)
    return capsys.readouterr().out


def people(course):
    course.run("cohort", "-o", "people.csv")
    return {line["trainee"]: line for line in csv.DictReader(io.StringIO((course.root / "people.csv").read_text()))}


# -- take-back ----------------------------------------------------------------------------------------


def test_a_file_taken_back_lets_its_forerunner_count_with_its_mark(grading_course, capsys):
    grade(grading_course, letter="Dear both", day=1, points=5)
    grade(grading_course, letter="Not mine", who="one", day=2, points=0)
    assert grading_course.run("take-back", "T1", NAME) == 0
    said = capsys.readouterr().out
    assert "The one saved 2026-11-01T10:00:00Z counts again: run casework grade first-meeting." in said
    assert verdicts(grading_course)[0]["letter"][0] == "", "the points of the wrong file are nobody's"
    assert grading_course.run("grade", NAME) == 0
    found, _ = verdicts(grading_course)
    assert found["letter"] == ("5", "marked by a supervisor")
    assert found["who-first"] == ("2", "scored")
    assert people(grading_course)["T1"]["attempts"] == "1", "the wrong file uses up no attempt"
    said = collected_again(grading_course, "T1", 2, capsys, letter="Not mine", who="one")
    assert "left alone, because it was taken back" in said
    assert "already collected." in collected_again(grading_course, "T1", 1, capsys, letter="Dear both")


def test_the_only_file_taken_back_leaves_nothing_handed_in(grading_course, capsys):
    grade(grading_course, points=5)
    grading_course.run("feedback", NAME)
    assert grading_course.run("take-back", "T1", NAME) == 0
    assert "There was none before it: T1 has handed in nothing for first-meeting." in capsys.readouterr().out
    assert verdicts(grading_course) == ({}, 0)
    assert not grading_course.step("feedback", "T1", f"{NAME}.html").exists()
    grade(grading_course, day=3)
    assert verdicts(grading_course)[0]["letter"] == ("", "waiting for a supervisor")
    assert grading_course.run("take-back", "T7", NAME) == 2
    assert "Nothing of T7 was collected" in capsys.readouterr().err


# -- move ---------------------------------------------------------------------------------------------


def test_work_moved_to_the_right_id_keeps_points_marks_attempts_and_what_comes_later(grading_course, capsys):
    grade(grading_course, "TO1", letter="Dear all", who="one", day=1)
    grade(grading_course, "TO1", letter="Dear both", day=2, points=5)
    grading_course.run("feedback", NAME)
    before, _ = verdicts(grading_course, "TO1")
    assert grading_course.run("move", "TO1", "T01") == 0
    assert verdicts(grading_course, "T01")[0] == before
    assert verdicts(grading_course, "TO1")[0] == {}
    assert (people(grading_course)["T01"]["attempts"], "TO1" in people(grading_course)) == ("2", False)
    assert grading_course.run("grade", NAME) == 0
    assert verdicts(grading_course, "T01") == (before, 0)
    assert grading_course.run("feedback", NAME) == 0
    assert "Feedback for T01" in grading_course.step("feedback", "T01", f"{NAME}.html").read_text()
    assert "already collected." in collected_again(grading_course, "TO1", 2, capsys, letter="Dear both")
    said = collected_again(grading_course, "TO1", 3, capsys, letter="Dear both", who="either")
    assert "T01 has used all 2 attempts" in said, "it is theirs under either id"
    rooms = [path for path in (grading_course.root / "grading").rglob("TO1")]
    assert rooms == []


def test_work_of_two_people_is_never_merged(grading_course, capsys):
    grade(grading_course, "T1", letter="Dear both", points=5)
    grade(grading_course, "T2", letter="Dear all", points=2)
    before = verdicts(grading_course), verdicts(grading_course, "T2")
    assert grading_course.run("move", "T1", "T2") == 2
    assert "T1 and T2 have both handed in first-meeting: nothing was moved." in capsys.readouterr().err
    assert (verdicts(grading_course), verdicts(grading_course, "T2")) == before
    for old, new in (("T9", "T3"), ("T1", "../T3"), ("T1", "")):
        assert grading_course.run("move", old, new) == 2
    assert (verdicts(grading_course), verdicts(grading_course, "T2")) == before


# -- excuse -------------------------------------------------------------------------------------------


def test_a_question_left_out_for_somebody_costs_nothing_and_gives_nothing(grading_course, capsys):
    grade(grading_course, "T1", who="one", letter="Dear both", points=5)
    grade(grading_course, "T2", who="one", letter="Dear both", points=5)
    assert people(grading_course)["T1"]["points"] == "12"
    assert grading_course.run("excuse", "T1", NAME, "who-first") == 0
    assert grading_course.run("excuse", "T3", NAME, "letter") == 0
    found, status = verdicts(grading_course)
    assert (found["who-first"], status) == (("0", "excused"), 0)
    line = people(grading_course)["T1"]
    assert (line["points"], line["max"], line["percent"], line["standing"]) == ("12", "12", "100", "passed")
    assert people(grading_course)["T2"]["max"] == "14"
    grading_course.run("cohort", "--items", "-o", "items.csv")
    items = {
        line["item"]: line for line in csv.DictReader(io.StringIO((grading_course.root / "items.csv").read_text()))
    }
    assert items["who-first"]["trainees"] == "1"
    assert grading_course.run("feedback", NAME) == 0
    page = grading_course.step("feedback", "T1", f"{NAME}.html").read_text()
    assert "Left out for you: it does not count." in page
    assert "12 of 12 points" in page
    hand_in(grading_course, "T3", "2026-11-01T10:00:00Z")
    assert verdicts(grading_course, "T3")[0]["letter"] == ("0", "excused"), "before it is graded too"
    grading_course.run("excuse", "T1", NAME, "who-first", "--undo")
    assert verdicts(grading_course)[0]["who-first"] == ("0", "scored")
    capsys.readouterr()
    assert grading_course.run("excuse", "T1", NAME, "who-frist") == 2
    assert "There is no question who-frist in first-meeting; there is: who-first, goals" in capsys.readouterr().err


# -- forget -------------------------------------------------------------------------------------------


def test_nothing_is_left_of_somebody_who_is_forgotten_and_what_is_left_elsewhere_is_named(grading_course, capsys):
    words = "Nobody else writes of marigolds"
    grade(grading_course, "T1", letter=f"{words} and rain", day=1)
    grade(grading_course, "T1", letter=words, day=2, points=4)
    grade(grading_course, "T10", day=2, points=3)
    grading_course.run("feedback", NAME)
    grading_course.run("export", "-o", "marks.csv")
    grading_course.run("backup")
    (backup,) = (grading_course.root / "grading" / "backups").iterdir()
    assert grading_course.run("forget", "T1") == 2, "nobody sits there to say yes"
    assert "give --yes" in capsys.readouterr().err
    assert verdicts(grading_course)[0]["letter"] == ("4", "marked by a supervisor")
    (grading_course.root / "table.csv").unlink()
    assert grading_course.run("forget", "T1", "--yes") == 1
    said = capsys.readouterr().err
    assert [str(path) in said for path in (grading_course.root / "marks.csv", backup)] == [True, True]
    assert said.count("The id still stands in") == 2
    for path in (grading_course.root / "grading").rglob("*"):
        if path.is_file() and path != backup:
            assert words.encode() not in path.read_bytes(), path
    assert verdicts(grading_course, "T10")[0]["letter"] == ("3", "marked by a supervisor")
    with contextlib.closing(sqlite3.connect(grading_course.root / "grading" / "gradebook.db")) as gradebook:
        for table in ("attempt", "mark"):
            of = gradebook.execute(f"select distinct student from casework_{table}").fetchall()
            assert of in ([("T10",)], [])
        for table, rows in (("words", "grade"), ("graded", "submitted_assignment")):
            held = [
                gradebook.execute(f"select count(*) from {name}").fetchone() for name in (f"casework_{table}", rows)
            ]
            assert held[0] == held[1], "nothing that belongs to a row that is gone"
    for path in (grading_course.root / "marks.csv", grading_course.root / "table.csv", backup):
        path.unlink()
    assert grading_course.run("forget", "T1", "--yes") == 0


@pytest.mark.parametrize("id", ["", ".", "..", "../older", "T1/..", "/etc", "*"])
def test_what_is_no_id_deletes_moves_and_takes_back_nothing(grading_course, capsys, id):
    grade(grading_course, "T1", points=5)
    before = verdicts(grading_course), sorted((grading_course.root / "grading").rglob("*"))
    for command in (["forget", id, "--yes"], ["move", id, "T2"], ["move", "T1", id], ["take-back", id, NAME]):
        assert grading_course.run(*command) == 2, command
        assert "cannot be an id" in capsys.readouterr().err
    assert (verdicts(grading_course), sorted((grading_course.root / "grading").rglob("*"))) == before


def test_an_id_that_was_moved_is_forgotten_with_the_right_one(grading_course, capsys):
    grade(grading_course, "TO1")
    grading_course.run("move", "TO1", "T01")
    (grading_course.root / "list.csv").write_text("TO1,late\n")
    assert grading_course.run("forget", "T01", "--yes") == 1
    assert "The id still stands in" in (said := capsys.readouterr().err)
    assert "list.csv" in said
    assert said.count("The id still stands in") == 1
    assert not (grading_course.root / "grading" / "moved.txt").exists()


def test_an_attempt_taken_back_is_nobody_elses_later(grading_course):
    grade(grading_course, "T1", day=1)
    grade(grading_course, "T1", letter="Not mine", who="one", day=2)
    grading_course.run("take-back", "T1", NAME)
    grade(grading_course, "T2", letter="Of T2", who="either", day=3, points=4)
    grading_course.run("feedback", NAME, "--trainee", "T2")
    before = verdicts(grading_course, "T2")
    grading_course.run("grade", NAME)
    assert verdicts(grading_course, "T2")[0] == before[0]
    assert people(grading_course)["T2"]["attempts"] == "1"
    assert verdicts(grading_course)[0]["who-first"] == ("2", "scored")


# -- backup and restore -------------------------------------------------------------------------------


def test_a_backup_brings_everything_back_and_keeps_what_was_there(grading_course, capsys):
    grade(grading_course, "T1", letter="Dear both", points=5)
    grade(grading_course, "T2", letter="Dear all")
    grading_course.run("feedback", NAME)
    before = verdicts(grading_course), verdicts(grading_course, "T2")
    assert grading_course.run("backup", "-o", "all.zip") == 0
    grade(grading_course, "T1", letter="Go away", day=5, points=0)
    (grading_course.root / "grading" / "gradebook.db").write_bytes(b"damaged")
    assert grading_course.run("export") == 2
    assert "casework restore FILE" in capsys.readouterr().err
    assert grading_course.run("restore", "all.zip") == 0
    assert (verdicts(grading_course), verdicts(grading_course, "T2")) == before
    assert grading_course.step("feedback", "T1", f"{NAME}.html").is_file()
    (aside,) = (grading_course.root / "grading").glob("aside-*")
    assert "Go away" in (aside / "submitted" / "T1" / NAME / "answers.json").read_text()
    assert grading_course.run("backup") == 0
    (made,) = (grading_course.root / "grading" / "backups").iterdir()
    with zipfile.ZipFile(made) as archive:
        assert not any(name.startswith("aside-") for name in archive.namelist())


@pytest.mark.parametrize("harm", ["cut", "changed", "none of ours", "gone", "outside", "gradebook"])
def test_a_damaged_backup_changes_nothing(grading_course, harm, capsys):
    grade(grading_course, points=5)
    grading_course.run("backup", "-o", "all.zip")
    path = grading_course.root / "all.zip"
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(held["backup.json"])
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif harm == "gone":
        path.unlink()
    else:
        answers = f"submitted/T1/{NAME}/answers.json"
        if harm == "changed":
            held[answers] += b" "
        elif harm == "none of ours":
            held["backup.json"] = b"{}"
        else:
            import hashlib

            name, data = (
                ("../escaped", b"x") if harm == "outside" else ("gradebook.db", b"SQLite format 3\0" + b"x" * 90)
            )
            held[name], listed["files"][name] = data, hashlib.sha256(data).hexdigest()
            held["backup.json"] = json.dumps(listed).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in held.items():
                archive.writestr(name, data)
    before = verdicts(grading_course)
    assert grading_course.run("restore", "all.zip") == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert verdicts(grading_course) == before
    assert not (grading_course.root / "escaped").exists()
    assert not list((grading_course.root / "grading").glob("*aside*"))


def test_a_backup_is_of_one_moment_also_while_somebody_writes(grading_course):
    grade(grading_course, points=5)
    with contextlib.closing(sqlite3.connect(grading_course.root / "grading" / "gradebook.db")) as other:
        other.execute("begin immediate")
        other.execute("update grade set manual_score = 1")
        assert main(["backup", "-o", "all.zip"]) == 0
        other.rollback()
    shutil.rmtree(grading_course.root / "grading")
    assert main(["restore", "all.zip"]) == 0
    assert verdicts(grading_course)[0]["letter"] == ("5", "marked by a supervisor")
    assert RIGHT["who-first"] in grading_course.step("submitted", "T1", "answers.json").read_text()
