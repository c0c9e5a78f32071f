"""Both graders, `casework grade` and `nbgrader autograde --force`: the same rows after every history.

Each story is told to two copies of one course, one for each grader, and after every step of it they are compared.
"""

import ast
import contextlib
import csv
import io
import json
import os
import shutil
import sqlite3

import nbformat.v4 as v4
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import capture_log

from casework.account import EARLIER
from casework.grading.course import open_course
from tests.small_course import KEYS, NAME, RIGHT, make_course, write_yaml

ROWS = {
    "grades": "select a.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.extra_credit "
    "from grade g join base_cell c on c.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id "
    "join submitted_assignment a on a.id = n.assignment_id",
    "comments": "select a.student_id, c.name, m.auto_comment, m.manual_comment from comment m "
    "join base_cell c on c.id = m.cell_id join submitted_notebook n on n.id = m.notebook_id "
    "join submitted_assignment a on a.id = n.assignment_id",
    "submissions": "select a.student_id, a.timestamp, n.late_submission_penalty from submitted_assignment a "
    "join submitted_notebook n on n.assignment_id = a.id",
    "trainees": "select id, first_name, last_name, email from student",
}
"""What the gradebook holds of anybody."""


@contextlib.contextmanager
def inside(course):
    """Work in the folder of `course`, with its keys."""
    before = os.environ.get("CASEWORK_KEYS")
    os.environ["CASEWORK_KEYS"] = str(course.root / "keys")
    try:
        with contextlib.chdir(course.root):
            yield
    finally:
        os.environ.pop("CASEWORK_KEYS") if before is None else os.environ.update(CASEWORK_KEYS=before)


def by_casework(course, trainee):
    course.run("grade", NAME, *(["--trainee", trainee] if trainee else []))


def by_nbgrader(course, trainee):
    """What `nbgrader autograde --force` and the button of formgrader do."""
    config = open_course(course.root).config
    directory = CourseDirectory(config=config, assignment_id=NAME, student_id=trainee or "*")
    converter = Autograde(coursedir=directory, config=config, force=True)
    converter.log.setLevel("CRITICAL")
    return capture_log(converter)


class Story:
    """One history, told to a course that `casework grade` grades and to one that `nbgrader autograde` grades."""

    def __init__(self, folder, gradebook):
        self.day, self.sheets, self.courses, self.only = 0, {}, {}, None
        for grader in (by_casework, by_nbgrader):
            root = folder / grader.__name__
            (root / "grading").mkdir(parents=True)
            course = make_course(root)
            write_yaml(root / "exercises" / "program.yaml", {"pass_mark": 75, "attempts": 50})
            with (root / "nbgrader_config.py").open("a") as config:
                config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
            shutil.copy(gradebook, root / "grading" / "gradebook.db")
            self.courses[grader] = course

    def both(self, step, *arguments):
        """Do the same in both courses."""
        for course in self.courses.values():
            with inside(course):
                step(course, *arguments)

    def hand_in(self, *trainees, **answers):
        """Let each of `trainees` (T1 alone) hand in what they answered so far, and `answers`, on another day."""
        self.day += 1
        for trainee in trainees or ["T1"]:
            self.sheets[trainee] = {**self.sheets.get(trainee, {**RIGHT, "letter": "Dear both"}), **answers}
        sent = {trainee: self.sheets[trainee] for trainee in trainees or ["T1"]}
        self.both(send, sent, f"2026-11-{self.day:02}T10:00:00Z")

    def grade(self):
        """Grade both; everything that anybody could see must be the same."""
        for grader, course in self.courses.items():
            with inside(course):
                grader(course, self.only)
        ours, stock = (seen(course) for course in self.courses.values())
        for what in ours:
            assert stock[what] == ours[what], what
        return ours

    def verdict(self, item="letter", trainee="T1"):
        """Points and verdict of an item in the table, after grading."""
        found = csv.DictReader(io.StringIO(self.grade()["table"]))
        return next(
            (line["points"], line["verdict"]) for line in found if line["trainee"] == trainee and line["item"] == item
        )


def seen(course):
    """Everything the course knows of anybody once it was graded."""
    with inside(course):
        course.run("export", "-o", "marks.csv")
    with sqlite3.connect(course.root / "grading" / "gradebook.db") as gradebook:
        rows = {name: sorted(gradebook.execute(query), key=repr) for name, query in ROWS.items()}
    private = course.root / "grading"
    files = {
        str(path.relative_to(private)): path.read_bytes() if path.suffix != ".ipynb" else None
        for step in ("attempts", "autograded")
        for path in private.joinpath(step).rglob("*")
        if path.is_file()
    }
    words = {path.parent.parent.name: written(path) for path in sorted(private.glob(f"autograded/*/*/{NAME}.ipynb"))}
    return {"table": (course.root / "marks.csv").read_text(), **rows, "files": files, "words": words}


def written(path):
    """What formgrader shows of the written answer."""
    return next(cell.source for cell in v4.reads(path.read_text()).cells if cell.metadata.nbgrader.grade_id == "letter")


@pytest.fixture
def story(tmp_path, known_gradebook):
    return Story(tmp_path, known_gradebook)


def run_here(self, nb, resources, km=None):
    """Run a notebook in this process: what is tested is what surrounds a kernel, a hundred times over."""
    names, count = {}, 0
    with contextlib.chdir(resources["metadata"]["path"]):
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            count += 1
            lines = ast.parse(cell.source).body
            exec(compile(ast.Module(lines[:-1], []), "cell", "exec"), names)
            value = eval(compile(ast.Expression(lines[-1].value), "cell", "eval"), names)
            if value is not None:
                bundle = value._repr_mimebundle_()
                data = {"text/plain": repr(value), **(bundle[0] if isinstance(bundle, tuple) else bundle)}
                cell.outputs = [v4.new_output("execute_result", data, execution_count=count)]
    return nb, resources


@pytest.fixture
def no_kernel(monkeypatch):
    monkeypatch.setattr(Execute, "preprocess", run_here)


def send(course, sheets, saved):
    """Hand in the answers of each trainee in `sheets`, to the edition of today."""
    sheet = course.sheet(saved=saved)
    for trainee, answers in sheets.items():
        file = course.inbox / f"{trainee}.json"
        file.write_text(json.dumps({**sheet, "trainee": trainee, "answers": answers}))
    course.run("collect", "inbox")
    shutil.rmtree(course.inbox)


def mark(course, trainee, item, points, comment=None):
    """Give `points`, and leave a comment, as formgrader does; nothing where nothing was graded yet."""
    with open_course(course.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
        grade = gradebook.find_grade(item, NAME, NAME, trainee)
        grade.manual_score = points
        grade.needs_manual_grade = points is None and grade.auto_score is None
        if comment:
            gradebook.find_comment(item, NAME, NAME, trainee).manual_comment = comment
        gradebook.db.commit()


def resolve(course, trainee, item):
    """Confirm the mark that stands there, as formgrader does."""
    with open_course(course.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
        gradebook.find_grade(item, NAME, NAME, trainee).needs_manual_grade = False
        gradebook.db.commit()


def due(course, date):
    """Set when the exercise is due, for everybody."""
    with open_course(course.root).gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=date)


def forget(course, trainee):
    """Take a trainee out of the gradebook, as nbgrader's own command does."""
    with open_course(course.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
        gradebook.remove_student(trainee)


def rewrite(path, old, new):
    if path.exists():
        path.write_text(path.read_text().replace(old, new))


def replaced(path, make):
    """Put something else in the place of `path`."""
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    make(path)


def spoil_folder(course, spoil):
    """Spoil what T1 handed in, if anything is there."""
    path = course.step("submitted", "T1", "")
    if path.is_dir():
        spoil(path)


def away(course, path):
    """Move `path` out of the way, or back again."""
    here, there = course.root / path, course.root / "away" / path
    there.parent.mkdir(parents=True, exist_ok=True)
    if there.exists():
        shutil.rmtree(here, ignore_errors=True)
        there.rename(here)
    elif here.exists():
        here.rename(there)


def copy_back(course):
    """Put the copy of the gradebook back, or make one."""
    here, there = course.root / "grading" / "gradebook.db", course.root / "copy.db"
    there.rename(here) if there.exists() else shutil.copy(here, there)


def strange_folder(course):
    """Somebody made a folder that no trainee's id could name."""
    path = course.step("submitted", "<b>", f"{NAME}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")


def without_goals(course):
    """Take an item out of the exercise; or put it back."""
    kept = course.root / "whole"
    rooms = [course.source, course.root / "keys" / f"{NAME}.yaml", course.root / "exercises" / "blueprint.yaml"]
    if not all(room.exists() for room in rooms):
        return
    if kept.exists():
        for room in rooms:
            (kept / room.name).rename(room)
        kept.rmdir()
        return
    kept.mkdir()
    for room in rooms:
        shutil.copy(room, kept / room.name)
    notebook = v4.reads(course.source.read_text())
    notebook.cells = [cell for cell in notebook.cells if "goals" not in cell.metadata.nbgrader.grade_id]
    course.source.write_text(v4.writes(notebook))
    key, blueprint = (yaml.safe_load(room.read_text()) for room in rooms[1:])
    del key["items"]["goals"], blueprint["domains"][NAME]["aims"]["goals-aim"]
    write_yaml(rooms[1], key)
    write_yaml(rooms[2], blueprint)


def worth(course, points):
    """Let the written item have other points."""
    notebook, key = v4.reads(course.source.read_text()), course.root / "keys" / f"{NAME}.yaml"
    if not key.exists():
        return
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id == "letter":
            cell.metadata.nbgrader.points = points
    course.source.write_text(v4.writes(notebook))
    items = yaml.safe_load(key.read_text())
    items["items"]["letter"]["points"] = points
    write_yaml(key, items)


def credit(course, trainee, item, points):
    """Give extra credit."""
    with open_course(course.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
        gradebook.find_grade(item, NAME, NAME, trainee).extra_credit = points
        gradebook.db.commit()


def extend(course, trainee, days):
    """Give more time."""
    with open_course(course.root).gradebook() as gradebook, contextlib.suppress(MissingEntry):
        if gradebook.find_assignment(NAME).duedate:
            gradebook.grant_extension(NAME, trainee, days=days)


STRANGE = {
    "format": "casework-answers/1",
    "assignment": NAME,
    "edition": "abcdef",
    "trainee": "T9",
    "saved": "2026-11-01T10:00:00Z",
    "answers": RIGHT,
}
REFUSED = {
    "cut short": lambda f: replaced(f / "answers.json", lambda p: p.write_text('{"format": "casework-ans')),
    "empty": lambda f: replaced(f / "answers.json", lambda p: p.write_bytes(b"")),
    "missing": lambda f: replaced(f / "answers.json", lambda p: None),
    "a link to nowhere": lambda f: replaced(f / "answers.json", lambda p: p.symlink_to("nowhere")),
    "a folder": lambda f: replaced(f / "answers.json", lambda p: p.mkdir()),
    "a pipe": lambda f: replaced(f / "answers.json", os.mkfifo),
    "another trainee's": lambda f: replaced(f / "answers.json", lambda p: p.write_text(json.dumps(STRANGE))),
    "another exercise's": lambda f: replaced(
        f / "answers.json", lambda p: p.write_text(json.dumps({**STRANGE, "assignment": "second-meeting"}))
    ),
}
"""What may be wrong with the answers of a trainee."""
HARMLESS = {
    "a damaged notebook": lambda f: replaced(f / f"{NAME}.ipynb", lambda p: p.write_bytes(b"\xff{")),
    "a notebook that is a pipe": lambda f: replaced(f / f"{NAME}.ipynb", os.mkfifo),
    "a notebook of another kind": lambda f: replaced(f / f"{NAME}.ipynb", lambda p: p.write_text('{"nbformat": 9}')),
    "another notebook beside it": lambda f: replaced(f / "mine.ipynb", lambda p: p.write_text("{}")),
    "no time at all": lambda f: replaced(f / "timestamp.txt", lambda p: p.write_text("yesterday, or so")),
    "a time that is no text": lambda f: replaced(f / "timestamp.txt", lambda p: p.write_bytes(b"\xff\xfe")),
    "a time that is a pipe": lambda f: replaced(f / "timestamp.txt", os.mkfifo),
    "no time": lambda f: replaced(f / "timestamp.txt", lambda p: None),
    "a time out of time": lambda f: replaced(f / "timestamp.txt", lambda p: p.write_text("99999999999-01-01 UTC")),
    "code beside it": lambda f: replaced(f / "casework.py", lambda p: p.write_text("raise SystemExit")),
    "a link beside it": lambda f: replaced(f / "notes.txt", lambda p: p.symlink_to("nowhere")),
    "a pipe beside it": lambda f: replaced(f / "notes.txt", os.mkfifo),
}
"""What may be wrong beside the answers."""
SPOILT = REFUSED | HARMLESS

STEPS = {
    "hand in": lambda s: s.hand_in(),
    "change this item": lambda s: s.hand_in(letter=f"Dear all of day {s.day}"),
    "change another item": lambda s: s.hand_in(goals=["hers", "his", "mine"][: s.day % 3 + 1]),
    "back to the first words": lambda s: s.hand_in(letter="Dear both"),
    "empty it": lambda s: s.hand_in(letter="  "),
    "take it out": lambda s: s.hand_in(letter=None),
    "half an emoji": lambda s: s.hand_in(letter="Dear both \ud83d"),
    "half an emoji elsewhere": lambda s: s.hand_in(**{"who-first": "\ude00", "\ud83d": ["\ud83d"]}),
    "an answer that does not fit": lambda s: s.hand_in(goals=7, letter=["Dear both"]),
    "hand in twice": lambda s: (s.hand_in(letter="Dear you"), s.hand_in(letter="Dear both")),
    "mark": lambda s: s.both(mark, "T1", "letter", 4, "Warm."),
    "mark an item of a rule": lambda s: s.both(mark, "T1", "who-first", 1),
    "take the mark back": lambda s: s.both(mark, "T1", "letter", None),
    "resolve": lambda s: s.both(resolve, "T1", "letter"),
    "ask something else": lambda s: s.both(lambda c: rewrite(c.source, "Write a letter", "Write a long letter")),
    "ask as before": lambda s: s.both(lambda c: rewrite(c.source, "Write a long letter", "Write a letter")),
    "correct the key": lambda s: s.both(
        lambda c: rewrite(c.root / "keys" / f"{NAME}.yaml", "right: couple", "right: one")
    ),
    "be late": lambda s: s.both(due, "2026-10-01 00:00:00"),
    "be on time": lambda s: s.both(due, None),
    "another trainee": lambda s: s.hand_in("T2", letter="Dear two"),
    "put away": lambda s: s.both(away, "grading/submitted/T1"),
    "put the keys away": lambda s: s.both(away, "keys"),
    "put the gradebook away": lambda s: s.both(away, "grading/gradebook.db"),
    "ask less": lambda s: s.both(without_goals),
    "let it be worth more": lambda s: s.both(worth, 6),
    "let it be worth less": lambda s: s.both(worth, 5),
    "give extra credit": lambda s: s.both(credit, "T1", "goals", 1),
    "give more time": lambda s: s.both(extend, "T1", 365),
    "grade one alone": lambda s: setattr(s, "only", "T2"),
    "grade everybody": lambda s: setattr(s, "only", None),
    "an author's own trial": lambda s: s.both(lambda c: (c.source.parent / "answers.json").write_text("{}")),
    "leave the gradebook": lambda s: s.both(forget, "T1"),
    "copy the gradebook": lambda s: s.both(copy_back),
    "a folder that is no trainee": lambda s: s.both(strange_folder),
    "the graded notebooks are gone": lambda s: s.both(away, "grading/autograded"),
    **{f"spoil: {name}": lambda s, spoil=spoil: s.both(spoil_folder, spoil) for name, spoil in SPOILT.items()},
}


STORIES = {
    "marks": [
        "mark",
        "change this item",
        "hand in",
        "resolve",
        "empty it",
        "take it out",
        "take the mark back",
        "mark",
    ],
    "editions and keys": [
        "mark",
        "mark an item of a rule",
        "ask something else",
        "hand in",
        "correct the key",
        "let it be worth more",
        "ask as before",
        "ask less",
        "ask less",
    ],
    "late": [
        "be late",
        "mark",
        "change this item",
        "give more time",
        "give extra credit",
        "be on time",
        "hand in twice",
    ],
    "damage": ["mark", "spoil: cut short", "resolve", "back to the first words", "spoil: missing", "hand in"],
    "people": [
        "another trainee",
        "grade one alone",
        "change this item",
        "put away",
        "grade everybody",
        "put away",
        "leave the gradebook",
        "mark",
        "hand in",
        "a folder that is no trainee",
    ],
    "what does not fit": ["half an emoji", "mark", "half an emoji elsewhere", "an answer that does not fit", "hand in"],
    "nothing can be graded": [
        "mark",
        "put the keys away",
        "put the keys away",
        "copy the gradebook",
        "change this item",
        "copy the gradebook",
        "the graded notebooks are gone",
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_both_graders_give_the_same_rows_after_every_step_of(name, story, no_kernel):
    tell(story, STORIES[name])


@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(list(STEPS)), min_size=3, max_size=6))
def test_both_graders_give_the_same_rows_after_any_history(no_kernel, known_gradebook, tmp_path_factory, steps):
    tell(Story(tmp_path_factory.mktemp("story"), known_gradebook), steps)


def tell(story, steps):
    """Hand in and grade, then take each of `steps` and grade again."""
    story.hand_in()
    story.grade()
    for step in steps:
        STEPS[step](story)
        story.grade()


def test_with_a_real_kernel_too(story):
    story.hand_in()
    story.grade()
    STEPS["mark"](story)
    story.hand_in(goals=["mine"])
    assert story.verdict() == ("4", "marked by a supervisor")
    STEPS["half an emoji"](story)
    STEPS["spoil: a damaged notebook"](story)
    assert story.verdict() == ("", "waiting for a supervisor; a mark was given for earlier words")


def test_no_strange_file_of_one_trainee_makes_the_graders_differ(story, no_kernel):
    harmless = [list(HARMLESS.values())[start::5] for start in range(5)]  # several at once, of different files
    spoilt = {f"T{number}": spoils for number, spoils in enumerate([*zip(REFUSED.values()), *harmless], 1)}
    story.hand_in(*spoilt)
    story.grade()
    for trainee, spoils in spoilt.items():
        story.both(mark, trainee, "letter", 4, "Warm.")
        for spoil in spoils:
            story.both(lambda course, trainee=trainee, spoil=spoil: spoil(course.step("submitted", trainee, "")))
    table = story.grade()["table"]
    assert table.count("could not be graded, because") == len(REFUSED) * len(KEYS)
    assert table.count("marked by a supervisor") == len(harmless)


def test_a_mark_stands_while_its_own_words_do(story, no_kernel):
    story.hand_in()
    assert story.verdict() == ("", "waiting for a supervisor")
    story.both(mark, "T1", "letter", 4, "Warm.")
    stands = ("4", "marked by a supervisor")
    waits = ("", "waiting for a supervisor; a mark was given for earlier words")
    story.hand_in(goals=["mine"])
    assert story.verdict() == stands, "another item was changed"
    story.hand_in()
    assert story.verdict() == stands, "nothing was changed"
    story.hand_in(letter="Dear all")
    assert story.verdict() == waits, "its words were changed"
    story.hand_in(goals=["hers"])
    assert story.verdict() == waits, "nobody has looked yet"
    story.both(mark, "T1", "letter", 2, "Colder.")
    assert story.verdict() == ("2", "marked by a supervisor"), "a supervisor has looked"
    story.hand_in(letter="Dear both")
    assert story.verdict() == stands, "each words have the mark that was given for them"
    story.hand_in(letter="Dear all")
    assert story.verdict() == ("2", "marked by a supervisor")
    story.hand_in(letter="")
    assert story.verdict() == ("0", "blank")
    story.hand_in(letter="Dear you")
    assert story.verdict() == waits, "a blank in between forgets nothing"


def test_a_mark_of_an_item_of_a_rule_stands_until_its_answer_or_its_points_change(story, no_kernel):
    story.hand_in()
    story.grade()
    story.both(mark, "T1", "who-first", 1)
    assert story.verdict("who-first") == ("1", "marked by a supervisor")
    story.hand_in(goals=["mine"])
    assert story.verdict("who-first") == ("1", "marked by a supervisor")
    STEPS["correct the key"](story)
    assert story.verdict("who-first") == ("", "waiting for a supervisor")


def test_half_an_emoji_is_said_in_a_sentence_wherever_the_answer_is_met(story, no_kernel, capsys):
    said = "The answer to letter holds half a character, as an emoji that was cut in two leaves it: it is shown as �."
    story.hand_in(letter="Dear both \ud83d")
    assert f"T1.json: collected for T1. {said}" in capsys.readouterr().out
    found = story.grade()
    assert f"1/1 T1: 3 scored; 1 waiting for a supervisor. {said}" in capsys.readouterr().out
    assert said in found["words"]["T1"]
    assert f"Dear both &#{ord('�')};" in found["words"]["T1"]
    assert story.verdict() == ("", "waiting for a supervisor")


def test_neither_grader_takes_anything_away_where_nothing_can_be_graded(story, no_kernel):
    story.hand_in()
    before = story.grade()
    for step in ("put the keys away", "ask less"):
        STEPS[step](story)
        assert story.grade() == before
        STEPS[step](story)


def of_an_earlier_edition(course):
    """Hand in two answers that nobody has looked at since the exercise changed."""
    old = {"who-first": "abcdef", "letter": "abcdef"}
    sheet = course.sheet("T1", {**RIGHT, "letter": "Dear both"}, editions=old, saved="2026-11-09T10:00:00Z")
    (course.inbox / "T1.json").write_text(json.dumps(sheet))
    course.run("collect", "inbox")
    shutil.rmtree(course.inbox)


def test_an_answer_of_an_earlier_edition_keeps_its_points_and_is_named_by_both(story, no_kernel, capsys):
    story.hand_in()
    before = story.grade()
    story.both(of_an_earlier_edition)
    said = f"T1 answered questions 1 and 4 of {NAME} in an earlier edition and has not looked at them since"
    assert capsys.readouterr().out.count(said) == 2
    after = story.grade()
    assert said in capsys.readouterr().out
    assert (after["table"], after["grades"]) == (before["table"], before["grades"])
    assert EARLIER in after["words"]["T1"]
    assert story.verdict("who-first") == ("2", "scored")
    for course in story.courses.values():
        shown = {cell.id: json.dumps(cell.get("outputs", "")) for cell in course.graded("T1").cells}
        assert EARLIER in shown["who-first"]
        assert EARLIER not in shown["goals"]
