"""The command line: what it says of itself, and how it answers what is mistyped, interrupted or completed by Tab."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import casework.grading.collect
import casework.grading.learning
from casework.cli import cli, main
from tests.small_course import NAME

EXIT = "exit status: 0 all done, 1 something was refused or not graded (each is named), 2 could not start"
# of each verb: its line in the list, what its help says, and what it says of each argument and option
VERBS = {
    "collect": [
        "take handed-in answers from a folder",
        "Takes answers files (under any name) and zips of them, also as a learning platform exports them for a whole group, from INBOX and from folders in it, and keeps for each trainee the one saved last.",
        "Earlier ones are kept in grading/older. Files that cannot be used are moved to INBOX/refused, each beside a text that says why and what to do.",
        "Running it again changes nothing that was collected before.",
        "INBOX the folder with the files you received",
        "--assignment EXERCISE collect this exercise only",
    ],
    "grade": [
        "score what was collected",
        "Scores every answer that follows a rule and leaves written answers to you: mark them in formgrader (make desk).",
        "Marks and comments you gave stay with the words they were given for when you grade again. An answer that cannot be graded gets no number at all, and the reason is named.",
        "Where a key has changed and a trainee's page tells other points, you are asked before they change.",
        "EXERCISE its name, for example assessment-protocol",
        "--trainee ID this trainee only",
        "--recount after a changed key, count new points also where a page told others",
    ],
    "feedback": [
        "make the page each trainee gets back",
        "Writes one page a trainee to grading/feedback: the tasks, their answers, points, aims, pages to revisit and your comments, without any key. Grade first.",
        "EXERCISE its name, for example assessment-protocol",
        "--trainee ID this trainee only",
    ],
    "export": [
        "write a table of all results",
        "Writes one line for each trainee and item: trainee, assignment, item, points, max, verdict, and the number of the attempt that counts.",
        "The verdict is scored, blank, waiting for a supervisor, marked by a supervisor, or could not be graded with the reason; points are empty where there are none.",
        "--assignment EXERCISE this exercise only",
        "-o, --output FILE write to FILE instead of the screen",
    ],
    "cohort": [
        "write how the cohort is doing",
        "Writes one line for each trainee and exercise: points, percent, passed, not yet or open (points still to come decide), how many attempts were graded, and which one counts.",
        "With --items, one line an item: mean share of its points, how many left it open, and, from 20 trainees on, how it separates those who do well elsewhere from those who do not.",
        "[EXERCISE] this exercise only",
        "--items items instead of trainees",
        "-o, --output FILE write to FILE instead of the screen",
    ],
    "learning": [
        "compare the test before the course and the one after",
        "Says how those did who answered both forms, with a confidence interval, and how those began who did not come back.",
        'Collect and grade both forms first. The page "Reading the difference" tells what may be concluded.',
        "--crossed ID... trainees who answered the second form first",
        "-o, --output FILE also write a line a trainee to FILE",
    ],
    "backup": [
        "write everything that was handed in and marked into one file",
        "Writes one zip: the gradebook as of this moment, what was handed in, pages and attempts.",
        "Keep it somewhere else than the course's folder, and as safe: it holds the work of people.",
        "-o, --output FILE write to FILE instead of grading/backups",
    ],
    "restore": [
        "put back what casework backup wrote",
        "Checks all of FILE and then puts it back; what was there is put aside and not deleted. Close formgrader first.",
        "FILE what casework backup wrote",
    ],
    "take-back": [
        "undo a file that was collected by mistake",
        "Takes back the file of ID that counts for EXERCISE: the one before it counts again, if there is one.",
        "It is kept in grading/taken-back, and collecting it again does not take it.",
        "ID the trainee's id",
        "EXERCISE its name, for example assessment-protocol",
    ],
    "move": [
        "give the work of one id to another",
        "Moves everything of OLD to NEW, with points and marks, and takes what comes under OLD as NEW's from then on.",
        "Nothing is moved where both have handed in the same exercise.",
        "OLD the id under which it was handed in",
        "NEW the right id",
    ],
    "excuse": [
        "leave a question out for one trainee",
        "Leaves ITEM of EXERCISE out for ID: neither its points nor its maximum count. An answer that was given stays.",
        "ID the trainee's id",
        "EXERCISE its name, for example assessment-protocol",
        "ITEM the question's id, as in casework export",
        "--undo count it again",
    ],
    "forget": [
        "delete everything of one trainee",
        "Deletes what ID handed in, points, marks and pages, and searches the course's folder for the id: files that still hold it, such as a table or a backup, are named.",
        "A sponsor of continuing education may have to keep records for years: ask before you delete.",
        "ID the trainee's id",
        "--yes do not ask",
    ],
    "pack": [
        "make the evidence pack for a sponsor of continuing education",
        "Writes aims, blueprint, timing, every item with its key, references and an evaluation form to grading/evidence-pack, or to a folder outside the course.",
        "It holds every key: never publish it.",
        "-o, --output FOLDER another folder",
    ],
    "release": [
        "make the trainees' version of the exercises",
        "Makes book/exercises from exercises/, checks each exercise against its key file, and verifies that no key is in what was made.",
        "On a machine that holds no keys it says that this could not be checked and releases all the same.",
        "[EXERCISE]... default: all of them",
    ],
    "verify": [
        "look for keys in what is released or built",
        "Verifies what is in book/exercises, whoever made it. With SITE it also searches every file of that folder for anything that stands in a key file.",
        "[SITE] a built book, such as _build/html",
    ],
    "lab": [
        "bring labs and exercises into a trainee's folder",
        "Copies the labs to FOLDER/labs and the released exercises to FOLDER/exercises. Called again, it brings new versions.",
        "Answers are never touched, and a notebook you changed is kept under another name.",
        "Usage: casework lab [OPTIONS] FOLDER",
    ],
}


def said(capsys):
    """What was printed, on one line."""
    return " ".join(capsys.readouterr().out.split())


def fresh(code):
    """What `code` prints in an interpreter of its own."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


# -- what it says of itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_help_lists_the_verbs_in_the_order_of_a_usual_round(asked, capsys):
    assert main([asked]) == 0
    text = said(capsys)
    assert "Collects, grades and returns the exercises of this course. Run it in the course's folder." in text
    listed = " ".join(f"{verb} {lines[0]}" for verb, lines in VERBS.items())
    assert listed in text
    assert "a usual round: casework collect INBOX casework grade EXERCISE make desk, to mark written" in text
    assert EXIT in text


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself_its_arguments_and_its_exit_status(verb, capsys):
    assert main([verb, "--help"]) == 0
    text = said(capsys)
    for sentence in [*VERBS[verb][1:], EXIT]:
        assert sentence in text


def test_every_verb_argument_and_option_stands_in_the_table_above():
    assert list(cli.commands) == list(VERBS)
    for verb, lines in VERBS.items():
        for parameter in cli.commands[verb].params:
            assert any(line.endswith(parameter.help or parameter.name.upper()) for line in lines), (
                verb,
                parameter.name,
            )


def test_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert said(capsys) == f"casework, version {version('casework')}"


def test_it_starts_without_what_grades_builds_or_shows():
    loaded = fresh("import sys; from casework.cli import main; main(['--help']); print(*sys.modules)").split()
    assert "casework.cli" in loaded
    assert {"nbgrader", "sphinx", "anywidget", "ipywidgets", "IPython", "sqlalchemy", "statsmodels"}.isdisjoint(loaded)


# -- completion ---------------------------------------------------------------------------------------


def completed(words, capsys, monkeypatch):
    """What the Tab key offers after `words` in bash."""
    monkeypatch.setenv("_CASEWORK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    with pytest.raises(SystemExit) as done:
        main([])
    assert done.value.code == 0
    return capsys.readouterr().out.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("casework co", ["plain,collect", "plain,cohort"]),
        ("casework export --out", ["plain,--output"]),
        ("casework grade first", [f"plain,{NAME}"]),
        ("casework export --assignment ", [f"plain,{NAME}"]),
        ("casework release other", []),
        ("casework collect in", ["file,in"]),
    ],
)
def test_tab_completes_verbs_options_exercises_and_files(words, offered, grading_course, capsys, monkeypatch):
    assert completed(words, capsys, monkeypatch) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_help_gives_the_line_that_switches_completion_on(shell, capsys, monkeypatch):
    main(["--help"])
    assert f"{shell} " in (text := said(capsys))
    assert f"_CASEWORK_COMPLETE={shell}_source casework" in text
    monkeypatch.setenv("_CASEWORK_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit) as done:
        main([])
    assert done.value.code == 0
    assert f"_CASEWORK_COMPLETE={shell}_complete" in capsys.readouterr().out


# -- what is mistyped or interrupted -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("", "Usage: casework [OPTIONS] COMMAND"),
        ("grad", "No such command 'grad'"),
        ("--verbose", "No such option '--verbose'"),
        ("collect", "Missing argument 'INBOX'"),
        ("grade", "Missing argument 'EXERCISE'"),
        ("feedback", "Missing argument 'EXERCISE'"),
        ("lab", "Missing argument 'FOLDER'"),
        ("grade first-meeting second-meeting", "unexpected extra argument (second-meeting)"),
        ("grade first-meeting --trainee", "'--trainee' requires an argument"),
        ("export --format=xlsx", "No such option '--format'"),
        ("learning T1", "unexpected extra argument (T1)"),
        ("learning --crossed", "'--crossed' requires an argument"),
    ],
)
def test_a_mistyped_command_is_named_and_does_nothing(typed, named, grading_course, capsys):
    before = sorted(grading_course.root.rglob("*"))
    assert main(typed.split()) == 2
    printed = capsys.readouterr()
    assert named in printed.err
    assert printed.out == ""
    assert sorted(grading_course.root.rglob("*")) == before


def test_an_interrupted_command_says_what_holds_and_ends_with_2(grading_course, capsys, monkeypatch):
    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(casework.grading.collect, "collect", interrupted)
    assert grading_course.run("collect", grading_course.inbox) == 2
    assert "Stopped. What was reported as done is done; run the command again for the rest." in capsys.readouterr().err


def test_crossed_takes_every_id_that_follows(grading_course, monkeypatch):
    asked = []

    def nobody(course, crossed):
        asked.extend(crossed)
        return [], []

    monkeypatch.setattr(casework.grading.learning, "learners", nobody)
    monkeypatch.setattr(casework.grading.learning, "summary", lambda found: [])
    assert grading_course.run("learning", "--crossed", "T1", "T2", "T3", "-o", "both.csv") == 0
    assert asked == ["T1", "T2", "T3"]
    assert (grading_course.root / "both.csv").is_file()
