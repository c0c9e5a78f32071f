"""A cohort that has begun goes on: what earlier versions wrote is read, scored and shown as it was."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import nbformat.v4 as v4
import pytest
import yaml

from casework import answers, measure_of, practice
from casework.keys import load_key
from casework.scoring import judge_item
from casework.sheet import Unanswered
from tests.small_course import NAME, ROOT, SmallCourse, write_yaml
from tests.test_exercise_items import EXERCISES

KEPT = Path(__file__).parent / "fixtures" / "edition-2026-11"
EDITIONS = {
    "assessment-protocol": "e2cdd1",
    "capstone": "9b80fa",
    "cycle-and-formulation": "4ad876",
    "eligibility-and-safety": "d9d2bf",
    "evidence-appraisal": "b7bfb7",
    "measures": "00fdf1",
    "mechanisms-and-limits": "5a815d",
    "test-form-a": "2da641",
    "test-form-b": "84d1f5",
    "transcript-coding": "4b6abe",
}
"""The editions of the kept sheets: never changed."""

NOW = {
    **EDITIONS,
    "capstone": "0090b3",
    "eligibility-and-safety": "45dbbf",
    "measures": "e764fc",
    "test-form-b": "ef3f36",
}
"""The editions of today: an exercise whose questions changed has a line of its own."""

GONE = {
    "capstone": {"two-sets-of-forms"},
    "eligibility-and-safety": {"nine-lines-reach", "chair-in-the-air", "he-told-you-himself"},
    "measures": {"seven-pairs", "eighteen-and-three", "two-occasions"},
    "test-form-b": {"fifteen-to-ten", "sure-fifteen-to-ten"},
}
"""What the kept sheets answer and today's exercise no longer asks: a question that was false or unsafe."""

SHEETS = sorted(KEPT.glob("sheets/*/*.json"))
REAL = "assessment-protocol"
MEASURES = {
    "fine-on-paper/jonah-mdq": ("fine-on-paper", "jonah", "mdq"),
    "walls-too-high/maya-gad7": ("walls-too-high", "maya", "gad7"),
}

each_sheet = pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def rows(path):
    """The lines of a table, as dictionaries."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# -- answer sheets ------------------------------------------------------------------------------------


def gone(name):
    """The ids that kept sheets of `name` answer and that are no longer asked."""
    return GONE.get(name, set())


def kept_marks(name, trainee):
    """Item id to points and verdict, as they were when the kept sheets were graded."""
    return {
        row["item"]: (row["points"], row["verdict"])
        for row in rows(KEPT / "sheets" / "marks.csv")
        if (row["assignment"], row["trainee"]) == (name, trainee)
    }


def new_items(name):
    """The items of `name` that the kept sheets could not answer, in the order they are asked."""
    return [item for item in EXERCISES[name].items if item not in kept_marks(name, "of-the-page")]


@pytest.mark.parametrize("name", NOW)
def test_an_exercise_stays_on_its_edition(name):
    assert EXERCISES[name].edition == NOW[name], (
        f"{name} is now edition {EXERCISES[name].edition}, and NOW has {NOW[name]}: sheets of a cohort that has begun "
        "would be named as another edition's. Was a question false or unsafe? Then the item has a new id: put the new "
        "edition into NOW, the old id into GONE, and a line into CHANGELOG.md. Anything else: undo the change of what "
        "it asks."
    )


def test_only_an_exercise_with_a_new_edition_has_lost_a_question():
    assert set(NOW) == set(EDITIONS)
    assert set(GONE) == {name for name in EDITIONS if NOW[name] != EDITIONS[name]}


def test_each_exercise_has_a_sheet_of_the_page_and_one_of_the_lab():
    for name in EDITIONS:
        assert {"of-the-page", "of-the-lab"} <= {path.stem for path in SHEETS if path.parent.name == name}


@each_sheet
def test_a_sheet_is_valid_belongs_and_keeps_its_edition(path):
    sheet, name = answers.read(path), path.parent.name
    assert answers.belonging(sheet, name, path.stem) is sheet
    assert sheet["edition"] == EDITIONS[name]
    asked = {*EXERCISES[name].items, *EXERCISES[name].unscored}
    assert gone(name).isdisjoint(asked), "a new question has a new id"
    assert set(sheet["answers"]) - asked == gone(name) & set(sheet["answers"])
    if path.stem in ("of-the-page", "of-the-lab"):
        assert set(sheet["answers"]) - asked == gone(name)


@each_sheet
def test_a_sheet_earns_what_it_earned(path):
    sheet, exercise = answers.read(path), EXERCISES[path.parent.name]
    key = load_key(exercise.name, ROOT / "keys")
    found, open_ones = {}, set()
    for name, item in exercise.items.items():
        verdict = judge_item(sheet, exercise.edition, item.activity, key.items[name])
        if name in new_items(exercise.name) or (name not in sheet["answers"] and sheet["edition"] != exercise.edition):
            open_ones.add(name)
            assert (verdict.state, verdict.points) == ("ungraded", None), (
                "what an edition may not have asked is no blank"
            )
            assert f"belong to edition {sheet['edition']}" in verdict.reason
        else:
            found[name] = ("" if verdict.points is None else f"{verdict.points:g}", verdict.reason or verdict.state)
    kept = kept_marks(exercise.name, path.stem)
    left = {name: mark for name, mark in kept.items() if name not in gone(exercise.name) | open_ones}
    assert found == left
    assert {kept[name][1] for name in open_ones & set(kept)} <= {"blank"}


@pytest.mark.parametrize("name", GONE)
def test_what_is_no_longer_asked_is_named_when_a_sheet_is_collected(name, tmp_path, monkeypatch, capsys):
    root = tmp_path / "course"
    for room in ("exercises", "keys"):
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "nbgrader_config.py", root)
    monkeypatch.setenv("CASEWORK_KEYS", str(root / "keys"))
    monkeypatch.chdir(root)
    course = SmallCourse(root, name)
    sheet = json.loads((KEPT / "sheets" / name / "of-the-page.json").read_text(encoding="utf-8"))
    (course.inbox / "answers.json").write_text(json.dumps(sheet | {"trainee": "T301"}), encoding="utf-8")
    assert course.run("collect", "inbox") == 0
    said = capsys.readouterr().out
    assert f"answers edition {EDITIONS[name]}, and this course has {NOW[name]}" in said
    assert "in an earlier edition and has not looked at them since" in said
    assert f"answers {len(gone(name))} item(s) this edition does not ask, which are not scored" in said
    for item in gone(name):
        assert item in said


HALF = ["thursday-map", "eight-remarks", "a-page-read-out", "nine-permissions", "nine-sentences"]


def open_notebook(name):
    """The sheet of the exercise `name`, as its released notebook makes it in the working folder."""
    notebook = v4.reads((ROOT / "exercises" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    namespace = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.nbgrader.grade:
            source = cell.source.replace(f'Sheet("{name}")', f'Sheet("{name}", edition="{NOW[name]}")')
            with suppress(Unanswered):
                exec(source, namespace)
    return namespace["sheet"]


@pytest.mark.parametrize(
    ("name", "trainee", "still_open"),
    [
        ("capstone", "of-the-page", []),
        ("measures", "one-taken-back", ["turned-round"]),
        ("eligibility-and-safety", "partly-answered", list(EXERCISES["eligibility-and-safety"].items)[6:]),
        ("cycle-and-formulation", "half-answers", HALF),
        ("test-form-a", "of-the-lab", []),
    ],
)
def test_a_notebook_opened_again_shows_each_answer_and_loses_none(name, trainee, still_open, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = KEPT / "sheets" / name / f"{trainee}.json"
    shutil.copy(kept, "answers.json")
    before = answers.read(kept)["answers"]
    sheet = open_notebook(name)
    assert sheet.panel.notice == ""
    assert sheet.panel.document["trainee"] == trainee
    asked = [item for item in before if item not in gone(name)]
    assert {item: sheet.widgets[item].response for item in asked} == {item: before[item] for item in asked}
    given = [item for item in sheet.widgets if before.get(item) is not None and item not in gone(name)]
    assert sheet.panel.earlier == ([] if NOW[name] == EDITIONS[name] else given)
    open_now = {*still_open, *new_items(name)}
    assert sheet.panel.unanswered == [item for item in EXERCISES[name].items if item in open_now]
    last = asked[-1]
    sheet.widgets[last].response = None
    after = answers.read(tmp_path / "answers.json")
    assert after["answers"] == {**before, last: None}
    given.remove(last)
    assert sheet.panel.earlier == ([] if NOW[name] == EDITIONS[name] else given), "one change takes no other for new"


# -- a cohort half way through ------------------------------------------------------------------------


@pytest.fixture
def cohort(tmp_path, monkeypatch):
    """The kept cohort's course folder as the working folder, just as its supervisor left it."""
    kept, root = KEPT / "cohort", tmp_path / "course"
    for part in ("course", "grading", "inbox"):
        shutil.copytree(kept / part, root if part == "course" else root / part)
    for place, notebook in json.loads((kept / "autograded.json").read_text(encoding="utf-8")).items():
        trainee, name = place.split("/")
        folder = root / "grading" / "autograded" / trainee / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with sqlite3.connect(root / "grading" / "gradebook.db") as gradebook:
        gradebook.executescript((kept / "gradebook.sql").read_text(encoding="utf-8"))
    _add_real_exercise(root)
    monkeypatch.setenv("CASEWORK_KEYS", str(root / "keys"))
    monkeypatch.chdir(root)
    return SmallCourse(root)


def _add_real_exercise(root):
    """Bring what the cohort takes from this course: one exercise, its key and aims, and nbgrader's settings."""
    shutil.copytree(ROOT / "exercises" / REAL, root / "exercises" / REAL, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "keys" / f"{REAL}.yaml", root / "keys")
    blueprint = root / "exercises" / "blueprint.yaml"
    ours = yaml.safe_load((ROOT / "exercises" / "blueprint.yaml").read_text(encoding="utf-8"))
    ours["domains"] |= yaml.safe_load(blueprint.read_text(encoding="utf-8"))["domains"]
    write_yaml(blueprint, ours)
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f'{settings}\nc.LateSubmissionPlugin.penalty_method = "zero"\n')


def table(course, *command):
    """What a command that writes a table wrote."""
    path = course.root / "table.csv"
    course.run(*command, "-o", path)
    return path.read_text(encoding="utf-8")


def kept_table(name):
    """The table as it was, with what later versions tell in addition: which attempt counts, and why a mark does not."""
    text = (KEPT / "cohort" / f"{name}.csv").read_text(encoding="utf-8")
    lines = list(csv.reader(io.StringIO(text)))
    if name != "items":
        made = {(line["trainee"], line["assignment"]): line["attempts"] for line in standings()}
        head = {"export": "attempt", "standings": "counts"}[name]
        lines = [[*lines[0], head], *([*line, made[line[0], line[1]]] for line in lines[1:])]
    if name == "export":  # and what being late costs, in a line of its own
        last = max(number for number, line in enumerate(lines) if line[:2] == ["T204", NAME])
        lines.insert(last + 1, ["T204", NAME, "(late)", "-9", "0", "handed in late", "1"])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    waits = "first-meeting,letter,,5,waiting for a supervisor"
    return out.getvalue().replace(f"T203,{waits}", f"T203,{waits}; a mark was given for earlier words")


def standings():
    """The attempts that the kept cohort had made; nobody's last answers were those of an attempt before."""
    text = (KEPT / "cohort" / "standings.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def marks(course):
    """Every number and comment in the gradebook: (trainee, exercise, item) to what stands there."""
    course.run(
        "cohort", "-o", course.root / "table.csv"
    )  # whatever is done first brings over what an older version kept
    with sqlite3.connect(course.root / "grading" / "gradebook.db") as gradebook:
        found = gradebook.execute(
            "select a.student_id, n.name, c.name, g.auto_score, g.manual_score, g.needs_manual_grade, "
            "(select m.manual_comment from comment m join base_cell b on b.id = m.cell_id "
            " where m.notebook_id = s.id and b.name = c.name) "
            "from grade g join base_cell c on c.id = g.cell_id join submitted_notebook s on s.id = g.notebook_id "
            "join submitted_assignment a on a.id = s.assignment_id join notebook n on n.id = s.notebook_id"
        )
        return {(trainee, name, item): stands for trainee, name, item, *stands in found}


def records(course):
    """What the collector keeps, file by file."""
    folder = course.root / "grading"
    return {
        path.relative_to(folder): path.read_bytes()
        for room in ("submitted", "older")
        for path in (folder / room).rglob("*")
        if path.is_file() and path.suffix != ".ipynb"
    }


def test_a_kept_gradebook_gives_the_same_tables_without_grading_again(cohort):
    assert table(cohort, "export") == kept_table("export")
    assert table(cohort, "cohort") == kept_table("standings")
    assert table(cohort, "cohort", "--items") == kept_table("items")


def test_marks_and_points_stand_when_everything_is_graded_again(cohort):
    before, files = marks(cohort), records(cohort)
    assert before["T201", REAL, "sit-together"][1] == 8
    assert before["T203", NAME, "letter"] == [None, None, 1, None], "it was given to other words"
    for _ in range(2):
        assert cohort.run("grade", NAME) == 1, "one file is empty"
        assert cohort.run("grade", REAL) == 0
        assert marks(cohort) == before
        assert records(cohort) == files, "grading the same answers again is no attempt"
        assert table(cohort, "export") == kept_table("export")
        assert table(cohort, "cohort") == kept_table("standings")


def test_an_inbox_collected_again_changes_nothing(cohort, capsys):
    before, files = marks(cohort), records(cohort)
    assert cohort.run("collect", "inbox") == 0
    assert capsys.readouterr().out.count("already collected") == 9
    assert records(cohort) == files
    assert marks(cohort) == before
    assert table(cohort, "export") == kept_table("export")
    shutil.move(cohort.inbox / "refused" / "T202 a third time.json", cohort.inbox)
    assert cohort.run("collect", "inbox") == 1
    assert "T202 has used all 2 attempts" in capsys.readouterr().out
    assert records(cohort) == files


def test_feedback_tells_what_it_told(cohort):
    assert cohort.run("feedback", NAME) == 0
    assert cohort.run("feedback", REAL) == 0

    def page(trainee, name=NAME):
        text = (cohort.root / "grading" / "feedback" / trainee / name / f"{name}.html").read_text(encoding="utf-8")
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))

    assert "Warm and plain. (Invented for a test.)" in page("T201")
    assert "Say what comes next. (Invented for a test.)" in page("T202")
    assert "Both are named." not in page("T203"), "a mark of other words is not told"
    assert "waiting for a supervisor" in page("T203")
    assert "the file is empty" in page("T206")
    marked = page("T201", REAL)
    assert "The same sentence for both is there. (Invented for a test.)" in marked
    assert "levels:" not in marked
    assert "8 of 12" in marked


def test_the_next_attempt_counts_and_changes_nobody_else(cohort):
    sheet = json.loads(cohort.step("submitted", "T207", "answers.json").read_text())
    sheet |= {"saved": "2026-11-21T08:00:00Z", "answers": {**sheet["answers"], "who-first": "couple"}}
    (cohort.inbox / "T207 again.json").write_text(json.dumps(sheet))
    assert cohort.run("collect", "inbox") == 0
    assert cohort.run("grade", NAME, "--trainee", "T207") == 0
    expected = kept_table("export").replace("T207,first-meeting,who-first,1,2", "T207,first-meeting,who-first,2,2")
    expected = re.sub(r"^(T207,first-meeting,.*),1$", r"\1,2", expected, flags=re.MULTILINE)
    assert table(cohort, "export") == expected
    assert "T207,first-meeting,2,14,14.2,not yet,2,2" in table(cohort, "cohort").splitlines()


def test_marks_of_an_older_gradebook_that_do_not_fit_what_was_graded_are_nobodys(cohort):
    with sqlite3.connect(cohort.root / "grading" / "gradebook.db") as gradebook:  # a copy of another day was put back
        gradebook.execute(
            "update grade set auto_score = 0.5 where id in (select g.id from grade g join base_cell c on c.id = g.cell_id "
            "join submitted_notebook s on s.id = g.notebook_id join submitted_assignment a on a.id = s.assignment_id "
            "where a.student_id = 'T201' and c.name = 'who-first')"
        )
    found = [line.split(",", 5) for line in table(cohort, "export").splitlines() if line.startswith(f"T201,{NAME},")]
    assert len(found) == 4
    assert all(line[3] == "" and "nobody noted for which words its points are" in line[5] for line in found)
    standings = {tuple(line.split(",")[:2]): line.split(",") for line in table(cohort, "cohort").splitlines()}
    assert standings["T201", NAME][6] == "1", "attempts are counted all the same"
    cohort.run("grade", NAME)
    letter = next(line for line in table(cohort, "export").splitlines() if line.startswith(f"T201,{NAME},letter,"))
    assert "a mark was given for earlier words" in letter


# -- practice beside a lab ----------------------------------------------------------------------------


def practised(name):
    """The practice activity that an answer in a kept file belongs to."""
    return measure_of(*MEASURES[name]) if name in MEASURES else practice(name)


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A lab's folder with the kept practice beside it, as the working folder; yields the answers."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(KEPT / "practice.json", tmp_path)
    return json.loads((KEPT / "practice.json").read_text(encoding="utf-8"))["answers"]


def rehearsed(answer):
    """The texts of an answer to a partner's lines, or None where it is another kind's."""
    return [part["text"] for part in answer.values()] if isinstance(answer, dict) and "line" in answer else None


def test_practice_in_a_lab_is_back_as_it_was(lab):
    for name, answer in lab.items():
        widget = practised(name)
        said = widget.activity.describe(widget.response)
        if texts := rehearsed(answer):
            assert [text for text in texts if not any(text in line for line in said)] == [], name
        elif widget.kind == "interview":
            taken = [widget.activity.steps[step].text for step in answer]
            assert [line for line in said if line in taken] == taken, name
        else:
            assert widget.response == answer, name


def test_practice_goes_on_and_keeps_what_was_there(lab, tmp_path):
    practice("gallery/one-choice").response = "begin"
    after = answers.read(tmp_path / "practice.json")["answers"]
    assert list(after) == list(lab)
    assert after.pop("gallery/one-choice") == "begin"
    for name, answer in after.items():
        assert [text for text in rehearsed(lab[name]) or [] if json.dumps(text) not in json.dumps(answer)] == [], name
        assert answer, name
