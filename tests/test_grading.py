"""Grading: points only where there are points, the same as nbgrader's own, and nothing of a key anywhere."""

import csv
import html
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from html.parser import HTMLParser

import nbformat.v4 as v4
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown import markdown2html

from casework.answers import whole
from casework.grading.course import open_course
from casework.grading.exercise import read_exercise
from casework.grading.feedback import _template
from casework.grading.grade import run
from casework.grading.leaks import load_secrets, search_folder
from casework.grading.results import Outcome, table
from casework.grading.scores import Result, auto_score
from casework.grading.submission import Submission, as_text
from tests.small_course import KEYS, NAME, RIGHT, make_course, marked
from tests.test_collect import json_values

WORDS = 'Dear both, <script>alert("1")</script> **bold** $x^2$ \\(y\\) <img src=x onerror=alert(1)>\n\n# no heading\n\n</pre> &amp;'


def export(course):
    """(trainee, item) to (points, verdict), as the command prints them."""
    path = course.root / "export.csv"
    course.run("export", "-o", path)
    return {(row["trainee"], row["item"]): (row["points"], row["verdict"]) for row in csv.DictReader(path.open())}


def grades(course):
    """Every number in the gradebook: (trainee, item) to (automatic, manual, waits for a supervisor)."""
    with sqlite3.connect(course.root / "grading" / "gradebook.db") as gradebook:
        return {
            (trainee, item): row
            for trainee, item, *row in gradebook.execute(
                "select a.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade from grade g "
                "join base_cell c on c.id = g.cell_id join submitted_notebook n on n.id = g.notebook_id "
                "join submitted_assignment a on a.id = n.assignment_id"
            )
        }


def mark(course, trainee, points, comment):
    """What a supervisor does in formgrader."""
    with open_course(course.root).gradebook() as gradebook:
        grade = gradebook.find_grade("letter", NAME, NAME, trainee)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.find_comment("letter", NAME, NAME, trainee).manual_comment = comment
        gradebook.db.commit()


def test_right_earns_all_blank_none_and_a_near_miss_between(grading_course):
    grading_course.hand_in("T1", {**RIGHT, "letter": "Dear both"})
    grading_course.hand_in("T2", {})
    grading_course.hand_in(
        "T3", {"who-first": "either", "goals": ["hers"], "findings": {"fear": "stop"}, "letter": "  "}
    )
    assert grading_course.run("grade", NAME) == 0
    found = export(grading_course)
    assert [found["T1", item] for item in KEYS] == [
        ("2", "scored"),
        ("3", "scored"),
        ("4", "scored"),
        ("", "waiting for a supervisor"),
    ]
    assert [found["T2", item] for item in KEYS] == [("0", "blank")] * 4
    assert [found["T3", item] for item in KEYS] == [("1", "scored"), ("1.5", "scored"), ("0", "scored"), ("0", "blank")]


def test_grading_needs_no_release_and_one_trainee_may_be_graded_alone(grading_course):
    grading_course.hand_in("T1")
    grading_course.hand_in("T2")
    assert grading_course.run("grade", NAME, "--trainee", "T2") == 0
    assert {trainee for trainee, _ in grades(grading_course)} == {"T2"}
    assert export(grading_course)["T1", "goals"][1].startswith(
        "could not be graded, because it has not been graded yet"
    )
    assert not grading_course.release.exists()


def test_nothing_to_grade_and_no_keys_are_said_at_once(grading_course, capsys, monkeypatch):
    assert grading_course.run("grade", NAME) == 2
    assert "run casework collect first" in capsys.readouterr().err
    assert grading_course.run("feedback", NAME) == 2
    grading_course.hand_in("T1")
    shutil.rmtree(grading_course.root / "keys")
    monkeypatch.delenv("CASEWORK_KEYS")
    assert grading_course.run("grade", NAME) == 2
    assert "There are no keys" in capsys.readouterr().err


# -- what was handed in is bad ------------------------------------------------------------------------


def replace(path, data):
    path.write_bytes(data)


BAD = {
    "missing": (lambda p: p.unlink(), "there is no answers file"),
    "empty": (lambda p: replace(p, b""), "the file is empty"),
    "truncated": (lambda p: replace(p, p.read_bytes()[:-20]), "damaged or cut short"),
    "binary": (lambda p: replace(p, bytes(range(256))), "not a text file"),
    "100 MB": (lambda p: os.truncate(p, 100_000_000), "100,000,000 bytes"),
    "wrong format": (lambda p: replace(p, p.read_bytes().replace(b"answers/1", b"answers/7")), "its format is"),
    "wrong assignment": (
        lambda p: replace(p, p.read_bytes().replace(NAME.encode(), b"second-meeting")),
        "belong to the exercise 'second-meeting'",
    ),
    "another trainee's": (lambda p: replace(p, p.read_bytes().replace(b'"T1"', b'"T2"')), "names the trainee 'T2'"),
    "not a number": (lambda p: replace(p, p.read_bytes().replace(b'"couple"', b"NaN")), "NaN"),
    "nested without end": (lambda p: replace(p, b"[" * 300_000 + b"]" * 300_000), "nested too deeply"),
    "a link": (lambda p: (p.unlink(), p.symlink_to("../../T2/first-meeting/answers.json")), "this is a link"),
    "a folder": (lambda p: (p.unlink(), p.mkdir()), "this is a link or a folder"),
    "a pipe": (lambda p: (p.unlink(), os.mkfifo(p)), "this is a link or a folder"),
    "in a linked folder": (
        lambda p: (shutil.rmtree(p.parent), p.parent.symlink_to("../T2/first-meeting")),
        "the folder is a link",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_has_a_reason_and_no_number_and_stops_nobody(case, grading_course, capsys):
    spoil, expected = BAD[case]
    path = grading_course.hand_in("T1", {**RIGHT, "letter": "Dear both"})
    grading_course.hand_in("T2", RIGHT)
    spoil(path)
    assert grading_course.run("grade", NAME) == 1
    rows, found = grades(grading_course), export(grading_course)
    for item in KEYS:
        assert rows["T1", item] == [None, None, 1]
        points, verdict = found["T1", item]
        assert points == ""
        assert verdict.startswith("could not be graded, because")
        assert expected in verdict
    assert [found["T2", item][0] for item in KEYS] == ["2", "3", "4", "0"]
    assert not grading_course.step("autograded", "T1", "answers.json").exists()
    assert grading_course.run("feedback", NAME) == 0
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err


def test_a_response_of_the_wrong_shape_is_not_scored_and_the_others_are(grading_course):
    grading_course.hand_in(
        "T1", {"who-first": ["couple"], "goals": ["nobody"], "findings": {"fear": "stop", "doubt": "hold"}, "letter": 7}
    )
    assert grading_course.run("grade", NAME) == 1
    found = export(grading_course)
    for item in ("who-first", "goals", "letter"):
        assert found["T1", item][0] == ""
        assert "does not fit the question" in found["T1", item][1]
    assert found["T1", "findings"] == ("4", "scored")


def test_another_edition_is_scored_where_ids_fit_and_never_taken_as_blank(grading_course):
    grading_course.hand_in("T1", {"who-first": "couple", "gone": "x"}, edition="abcdef")
    assert grading_course.run("grade", NAME) == 1
    found = export(grading_course)
    assert found["T1", "who-first"] == ("2", "scored")
    for item in ("goals", "findings", "letter"):
        assert found["T1", item][0] == ""
        assert "edition abcdef" in found["T1", item][1]


def test_a_folder_that_is_no_trainee_is_named_and_stays_out_of_the_gradebook(grading_course, capsys):
    grading_course.hand_in("T1")
    odd = grading_course.root / "grading" / "submitted" / "<script>x" / NAME
    odd.mkdir(parents=True)
    assert grading_course.run("grade", NAME) == 1
    assert "not a trainee id" in capsys.readouterr().out
    assert {trainee for trainee, _ in grades(grading_course)} == {"T1"}


@pytest.fixture(scope="module")
def exercise(tmp_path_factory):
    """The exercise of the small course, read once."""
    folder = tmp_path_factory.mktemp("course")
    before = os.environ.get("CASEWORK_KEYS")
    os.environ["CASEWORK_KEYS"] = str(folder / "keys")
    make_course(folder)
    yield read_exercise(open_course(folder), NAME)
    os.environ.pop("CASEWORK_KEYS") if before is None else os.environ.update(CASEWORK_KEYS=before)


anything = st.text(st.characters(), max_size=60)


@settings(max_examples=150, deadline=None)
@given(
    answers=st.dictionaries(
        st.sampled_from([*KEYS, "unknown"]), json_values | anything | st.lists(anything, max_size=3)
    ),
    edition=st.sampled_from(["", "abcdef"]),
)
def test_no_answers_at_all_can_stop_grading_or_leave_the_range(exercise, answers, edition):
    sheet = {"assignment": NAME, "edition": edition or exercise.edition, "trainee": "T1", "answers": answers}
    notebook = run(exercise, Submission("T1", sheet, b"{}"))
    v4.writes(notebook).encode()
    for item in KEYS:
        points = auto_score(next(c for c in notebook.cells if c.metadata.nbgrader.grade_id == item))
        assert points is None or 0 <= points <= KEYS[item]["points"]


# -- points only where there are points ---------------------------------------------------------------


def result(text):
    return v4.new_output("execute_result", {"text/plain": text}, execution_count=1)


NUMBER, ERROR = result("2.5"), v4.new_output("error", ename="E", evalue="e", traceback=["t"])
NOISE = v4.new_output("stream", name="stderr", text="a warning")
CLOSED = {
    "a number": ([NUMBER], 2.5),
    "none": ([result("0.0")], 0.0),
    "all": ([result("5")], 5.0),
    "a number after noise": ([NOISE, NUMBER], 2.5),
    "a number after print": ([v4.new_output("stream", text="x"), NUMBER], 2.5),
    "no output": ([], None),
    "an error": ([ERROR], None),
    "a number and an error": ([NUMBER, ERROR], None),
    "two numbers": ([NUMBER, NUMBER], None),
    "no result": ([v4.new_output("display_data", {"text/plain": "2.5"})], None),
    "no text": ([v4.new_output("execute_result", {"text/html": "2.5"}, execution_count=1)], None),
    **{
        text: ([result(text)], None)
        for text in (
            "False",
            "True",
            "None",
            "'ok'",
            "'2.5'",
            "[2.5]",
            "nan",
            "inf",
            "-1",
            "5.01",
            "np.float64(2.5)",
            "",
            "could not be graded",
        )
    },
}


@pytest.mark.parametrize("case", CLOSED)
def test_only_one_plain_number_in_range_becomes_points(case):
    outputs, expected = CLOSED[case]
    cell = marked(v4.new_code_cell("x", outputs=outputs), "x", grade=True, points=5)
    assert auto_score(cell) == expected


# -- the same as nbgrader -----------------------------------------------------------------------------


def nbgrader(course, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_stock_nbgrader_gives_the_same_grades_notebooks_and_feedback(grading_course):
    sheets = {
        "T1": grading_course.sheet("T1", {**RIGHT, "letter": WORDS}),
        "T2": grading_course.sheet("T2", {"who-first": "either", "findings": {"fear": "hold"}, "goals": 5}),
        "T3": grading_course.sheet("T3", {"who-first": "one"}, edition="abcdef"),
    }
    for name, sheet in sheets.items():
        (grading_course.inbox / name).write_text(json.dumps(sheet))
    assert grading_course.run("collect", "inbox") == 0
    shutil.copytree(grading_course.step("submitted", "T1", ""), grading_course.step("submitted", "T4", ""))
    planted = grading_course.step("submitted", "T2", "casework")
    planted.mkdir()
    (planted / "__init__.py").write_text("raise SystemExit")
    (grading_course.source.parent / "answers.json").write_text(json.dumps(sheets["T1"]))  # an author's own trial

    assert grading_course.run("grade", NAME) == 1
    assert grading_course.run("feedback", NAME) == 0
    ours = export(grading_course), grades(grading_course), outcome(grading_course)

    for folder in ("autograded", "feedback"):
        shutil.rmtree(grading_course.root / "grading" / folder)
    with sqlite3.connect(grading_course.root / "grading" / "gradebook.db") as gradebook:
        for rows in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            gradebook.execute(f"delete from {rows}")
    nbgrader(grading_course, "autograde", NAME)
    nbgrader(grading_course, "generate_feedback", NAME)
    assert export(grading_course) == ours[0]
    assert grades(grading_course) == ours[1]
    stock = outcome(grading_course)
    for trainee, (cells, page, files) in ours[2].items():
        assert [cell for cell in stock[trainee][0] if cell not in cells] == []
        assert stock[trainee] == (cells, page, files)
    assert ours[0]["T1", "goals"] == ("3", "scored")
    assert ours[0]["T2", "findings"] == ("0", "scored")
    assert "lies in the folder of 'T4'" in ours[0]["T4", "goals"][1]


def outcome(course):
    """What each trainee's graded notebook and feedback page say, with the files they lie beside."""
    found = {}
    for page in sorted((course.root / "grading" / "feedback").glob("*/*/*.html")):
        trainee = page.parent.parent.name
        notebook = course.graded(trainee)
        found[trainee] = (
            [
                (
                    c.cell_type,
                    c.source,
                    c.metadata.nbgrader,
                    c.metadata.get("casework"),
                    [o.data for o in c.get("outputs", [])],
                )
                for c in notebook.cells
            ],
            page.read_text(),
            sorted(p.name for p in course.step("autograded", trainee, "").iterdir()),
        )
    return found


# -- a supervisor's marks -----------------------------------------------------------------------------


def test_marks_and_comments_survive_and_a_new_answer_asks_for_another_look(grading_course):
    grading_course.hand_in("T1", {"letter": "Dear both"})
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 4, "Warm, & <plain>.")
    assert grading_course.run("grade", NAME) == 0
    assert export(grading_course)["T1", "letter"] == ("4", "marked by a supervisor")
    grading_course.run("feedback", NAME)
    assert "Warm, &amp; &lt;plain&gt;." in grading_course.step("feedback", "T1", f"{NAME}.html").read_text()

    grading_course.hand_in("T1", {"letter": "Dear all"}, saved="2026-11-21T10:00:00Z")
    assert grading_course.run("grade", NAME) == 0
    assert grades(grading_course)["T1", "letter"] == [None, None, 1]
    waits = ("", "waiting for a supervisor; a mark was given for earlier words")
    for _ in range(2):
        assert export(grading_course)["T1", "letter"] == waits, "a mark of other words counts for nothing"
        assert grading_course.run("grade", NAME) == 0
    grading_course.run("feedback", NAME)
    page = grading_course.step("feedback", "T1", f"{NAME}.html").read_text()
    assert "plain&gt;" not in page
    assert "waiting for a supervisor" in page
    mark(grading_course, "T1", 4, "Still warm.")
    assert export(grading_course)["T1", "letter"] == ("4", "marked by a supervisor")
    grading_course.hand_in("T1", {"letter": " "}, saved="2026-11-22T10:00:00Z")
    grading_course.run("grade", NAME)
    assert export(grading_course)["T1", "letter"] == ("0", "blank")


def test_a_page_that_would_say_two_things_is_not_made_and_the_older_one_is_gone(grading_course, capsys):
    source = v4.reads(grading_course.source.read_text())
    ask = next(cell for cell in source.cells if cell.metadata.nbgrader.grade_id == "ask-letter")
    rubric = {name: {"text": name, "levels": ["None.", "One.", "Two.", "Three."]} for name in "abc"}
    ask.source = ask.source.replace("words=80", f"words=80, rubric={rubric}")
    next(cell for cell in source.cells if cell.metadata.nbgrader.grade_id == "letter").metadata.nbgrader.points = 9
    grading_course.source.write_text(v4.writes(source))
    key = grading_course.root / "keys" / f"{NAME}.yaml"
    key.write_text(key.read_text().replace("points: 5", "points: 9"))
    grading_course.hand_in("T1", {"letter": "Dear both"})
    assert grading_course.run("grade", NAME) == 0
    page = grading_course.step("feedback", "T1", f"{NAME}.html")
    for points, comment, made in (
        (6, "levels: 3 2 1\nWarm.", True),
        (5, "levels: 3 2 1", False),
        (6, "levels: 3 2 4", False),
        (6, "Warm.", True),
    ):
        mark(grading_course, "T1", points, comment)
        assert grading_course.run("feedback", NAME) == (0 if made else 1)
        assert page.exists() == made
        if made:
            assert "levels:" not in page.read_text()
    mark(grading_course, "T1", 5, "levels: 3 2 1")
    from nbgrader.apps.api import NbGraderAPI

    NbGraderAPI(config=open_course(grading_course.root).config).generate_feedback(NAME)
    assert not page.exists(), "nor by formgrader's own button"


def test_a_regrade_by_nbgrader_itself_leaves_a_mark_of_the_same_words_alone(grading_course):
    def graded_again(words, day):
        (grading_course.inbox / "a.json").write_text(
            json.dumps(grading_course.sheet("T1", {"letter": words}, saved=f"2026-11-{day}T10:00:00Z"))
        )
        grading_course.run("collect", "inbox")
        nbgrader(grading_course, "autograde", NAME, "--force")
        return export(grading_course)["T1", "letter"]

    assert graded_again("Dear both", 10) == ("", "waiting for a supervisor")
    mark(grading_course, "T1", 4, "Warm.")
    assert graded_again("Dear both", 10) == ("4", "marked by a supervisor")
    other = ("", "waiting for a supervisor; a mark was given for earlier words")
    assert graded_again("Dear all", 11) == other
    assert graded_again("Dear both", 12) == ("4", "marked by a supervisor"), "the words are back"


def test_points_follow_a_corrected_key(grading_course):
    grading_course.hand_in("T1", {"who-first": "one"})
    grading_course.run("grade", NAME)
    key = grading_course.root / "keys" / f"{NAME}.yaml"
    key.write_text(key.read_text().replace("right: couple", "right: one"))
    assert grading_course.run("grade", NAME) == 0
    assert export(grading_course)["T1", "who-first"] == ("2", "scored")


def test_new_words_and_points_are_taken_over_but_new_cells_are_refused_with_a_way_out(grading_course, capsys):
    grading_course.hand_in("T1")
    grading_course.run("grade", NAME)
    mark(grading_course, "T1", 4, "Good.")
    source = grading_course.source.read_text()
    grading_course.source.write_text(source.replace("## goals", "## The goals"))
    assert grading_course.run("grade", NAME) == 0
    before = grades(grading_course)

    notebook = v4.reads(source)
    notebook.cells = [c for c in notebook.cells if "goals" not in c.metadata.nbgrader.grade_id]
    grading_course.source.write_text(v4.writes(notebook))
    key = grading_course.root / "keys" / f"{NAME}.yaml"
    key.write_text(re.sub(r"(?s)  goals:.*?(?=  findings:)", "", key.read_text()))
    blueprint = grading_course.root / "exercises" / "blueprint.yaml"
    blueprint.write_text(re.sub(r"(?s)      goals-aim:.*?(?=      findings-aim:)", "", blueprint.read_text()))
    capsys.readouterr()
    assert grading_course.run("grade", NAME) == 2
    said = capsys.readouterr().err
    assert "gone: ask-goals, goals, task-goals" in said
    assert "Nothing was changed" in said
    assert grades(grading_course) == before
    grading_course.source.write_text(source)


def test_a_gradebook_in_use_or_damaged_is_said_in_a_sentence(grading_course, capsys):
    config = grading_course.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("gradebook.db'}", "gradebook.db'}?timeout=0.1"))
    grading_course.hand_in("T1")
    grading_course.run("grade", NAME)
    grading_course.hand_in("T2")
    gradebook = grading_course.root / "grading" / "gradebook.db"
    for lock, status in (("immediate", 1), ("exclusive", 2)):
        holder = sqlite3.connect(gradebook, isolation_level=None)
        holder.execute(f"begin {lock}")
        assert grading_course.run("grade", NAME) == status
        holder.execute("rollback")
        holder.close()
    gradebook.write_bytes(b"damaged" * 1000)
    assert grading_course.run("grade", NAME) == 2
    assert grading_course.run("export") == 2
    said = capsys.readouterr()
    assert "another program holds the gradebook" in said.out
    assert "The gradebook cannot be used" in said.err
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_a_gradebook_that_is_lost_leaves_nobody_out(grading_course, capsys, state):
    grading_course.hand_in("T1")
    grading_course.run("grade", NAME)
    gradebook = grading_course.root / "grading" / "gradebook.db"
    gradebook.unlink()
    if state == "empty":
        gradebook.touch()
    capsys.readouterr()
    assert grading_course.run("export") == 1
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {(line["trainee"], line["item"]) for line in lines} == {("T1", item) for item in (*RIGHT, "letter")}
    assert all(line["points"] == "" and float(line["max"]) > 0 for line in lines)
    assert all("has not been graded yet" in line["verdict"] for line in lines)
    assert grading_course.run("cohort") == 0
    assert "T1,first-meeting" in capsys.readouterr().out


# -- words stay words ---------------------------------------------------------------------------------


class Reader(HTMLParser):
    """What a reader sees of a page, and the elements that make it."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *sorted(attrs)))

    def handle_data(self, data):
        self.text += data


def seen(text):
    """What a browser shows of `text`: it has no half characters, no null, and one kind of line break."""
    entities = "".join(f"&#{ord(c)};" for c in whole(text).replace("\x00", "\ufffd"))
    return html.unescape(entities)


@settings(max_examples=200, deadline=None)
@given(anything | st.text("<>&*_`$\\()[]#-=~:/\n scriptabc", max_size=80))
def test_any_written_answer_is_plain_text_where_it_is_marked(words):
    page = Reader(markdown2html(as_text(words)))
    assert [tag for tag, *_ in page.elements] == ["pre"]
    assert page.text.rstrip("\n") == seen(words).rstrip("\n")


@settings(max_examples=100, deadline=None)
@given(anything | st.text("<>&\"'{}%$ scriptabc\n", max_size=80))
def test_any_written_answer_and_comment_is_plain_text_in_the_feedback(words):
    words = words.encode("utf-8", "replace").decode()
    line = Result("T1", NAME, "letter", None, 5, "waiting for a supervisor")

    def page(answer):
        part = {
            "prompt": answer,
            "answer": [answer],
            "aim": "",
            "page": "",
            "state": "waiting",
            "result": line,
            "comment": answer and f"c{answer}",
        }
        summary = {
            "late_penalty": 0,
            "strengths": [],
            "next": [],
            "attempt": 1,
            "attempts": 2,
            "pass_mark": 75,
            "is_test": False,
            "standing": "open",
        }
        return Reader(_template().render(name=NAME, trainee="T1", summary=summary, results=[line], parts=[part]))

    assert page(f"x{words}").elements == page("x").elements
    assert page(f"x{words}").text.count(f"x{words}".strip()) >= 3


def test_feedback_tells_the_trainee_what_they_need_and_nothing_else(grading_course):
    grading_course.hand_in("T1", {**RIGHT, "goals": ["mine"], "letter": WORDS})
    grading_course.run("grade", NAME)
    assert grading_course.run("feedback", NAME) == 0
    page = grading_course.step("feedback", "T1", f"{NAME}.html").read_text()
    reader = Reader(page)
    for words in (
        "T1",
        "Whose goals?",
        "Mine",
        "0 of 3 points",
        "Fear → Stop",
        "Aim of goals.",
        "The first page",
        "6 of 14 points so far",
        WORDS.split("\n")[0],
    ):
        assert words in reader.text
    tags = {tag for tag, *_ in reader.elements}
    assert not tags & {"script", "link", "img", "iframe", "code"}
    assert ("html", ("lang", "en")) in reader.elements
    assert not [
        name for _, *attrs in reader.elements for name, _ in attrs if name in ("src", "href") or name.startswith("on")
    ]
    for words in ("http:", "https:", "url(", "@import", "HIDDEN", "sheet.", "Traceback"):
        assert words not in page
    assert len(page) < 12_000


def test_formgrader_shows_the_words_and_asks_no_other_site(grading_course):
    from nbconvert.exporters import HTMLExporter

    grading_course.hand_in("T1", {**RIGHT, "letter": WORDS})
    grading_course.run("grade", NAME)
    config = open_course(grading_course.root).config
    config.HTMLExporter.template_name = "formgrade"  # as formgrader itself sets it
    page, _ = HTMLExporter(config=config).from_filename(
        str(grading_course.step("autograded", "T1", f"{NAME}.ipynb")),
        resources={
            "base_url": "",
            "submission_id": "1",
            "notebook_id": NAME,
            "assignment_id": NAME,
            "index": 0,
            "total": 1,
        },
    )
    reader = Reader(page)
    assert WORDS.split("\n")[0] in reader.text
    assert "Whose goals?" in reader.text
    assert "window.MathJax" in page
    assert ".code_cell .input_area" in page, "a supervisor reads no code"
    assert [
        value
        for tag, *attrs in reader.elements
        for name, value in attrs
        if name in ("src", "href") and "//" in (value or "")
    ] == []
    assert "alert(1)" not in "".join(value or "" for tag, *attrs in reader.elements for _, value in attrs)


# -- keys stay where they are -------------------------------------------------------------------------


def test_no_key_is_in_anything_made_from_it(grading_course, capsys):
    course = grading_course
    right = {item: key.right for item, key in keys_of(course).items() if key.right is not None}
    course.hand_in("T1", right)
    course.hand_in("T2", {})
    course.hand_in("T3", {item: "odd" for item in keys_of(course)})
    assert course.run("release") == 0
    assert course.run("grade", course.name) == 1
    assert course.run("feedback", course.name) == 0
    capsys.readouterr()
    course.run("export")
    (course.root / "grading" / "export.csv").write_text(capsys.readouterr().out)
    found = export(course)
    assert all(found["T1", item] == (f"{keys_of(course)[item].points:g}", "scored") for item in right)
    secrets = load_secrets(course.root / "keys")
    for folder in ("grading", "book"):
        assert search_folder(course.root / folder, secrets) == []
    assert search_folder(course.root / "keys", secrets) != [], "the search finds what is there"


def keys_of(course):
    return {item: found.key for item, found in read_exercise(open_course(course.root), course.name).items.items()}


# -- the table ----------------------------------------------------------------------------------------


def test_no_cell_of_the_table_is_a_formula():
    lines = [Result("=1+1", "-a", "+b", None, 2, "@c"), Result("T1", "a", "b", 1.5, 2, "\tx")]
    text = table([Outcome("T1", "a", 0, lines)])
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["trainee", "assignment", "item", "points", "max", "verdict", "attempt"]
    assert rows[1] == ["'=1+1", "'-a", "'+b", "", "2", "'@c", "0"]
    assert rows[2] == ["T1", "a", "b", "1.5", "2", "'\tx", "0"]


def test_a_file_handed_in_after_grading_is_named(grading_course, capsys):
    grading_course.hand_in("T1")
    grading_course.run("grade", NAME)
    grading_course.hand_in("T1", {**RIGHT, "goals": ["mine"]})
    assert grading_course.run("export") == 1
    said = capsys.readouterr()
    assert "T1 handed in first-meeting again" in said.err
    lines = {
        line["item"]: (line["points"], line["verdict"])
        for line in csv.DictReader(io.StringIO(said.out[said.out.index("trainee,") :]))
    }
    assert lines["goals"] == ("", "could not be graded, because other words were handed in since: run casework grade")
    assert lines["who-first"] == ("2", "scored"), "the same words"


def test_commands_work_without_the_environment_on_the_path(grading_course):
    (grading_course.root / "grading" / "gradebook.db").unlink()
    grading_course.hand_in("T1")
    command = [sys.executable, "-m", "casework.cli", "grade", NAME]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "1/1 T1: 3 scored; 1 blank" in done.stdout
