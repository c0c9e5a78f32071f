"""Release and verification: only what a trainee may see leaves, and whoever made it, it is looked at first."""

import html
import json
import os
import shutil

import nbformat.v4 as v4
import pytest
import yaml

from casework.grading.course import open_course
from casework.grading.exercise import read_exercise
from casework.grading.leaks import Secret, search_folder
from tests.small_course import KEYS, NAME, SECRET


def edit(path, change):
    """Change the notebook at `path` in place."""
    notebook = v4.reads(path.read_text())
    change(notebook)
    path.write_text(v4.writes(notebook))


def cell(notebook, grade_id):
    return next(c for c in notebook.cells if c.metadata.nbgrader.grade_id == grade_id)


def set_key(course, item, **fields):
    path = course.root / "keys" / f"{NAME}.yaml"
    data = yaml.safe_load(path.read_text())
    data["items"][item].update(fields)
    path.write_text(yaml.safe_dump(data, sort_keys=False))


def test_release_names_its_edition_and_holds_no_hidden_test(grading_course):
    assert grading_course.run("release") == 0
    released = v4.reads(grading_course.release.read_text())
    assert f'Sheet("{NAME}", edition="{grading_course.edition}")' in cell(released, "sheet").source
    assert cell(released, "goals").source == 'sheet.answered("goals")'
    assert "What is written above" in cell(released, "letter").source
    assert grading_course.run("verify") == 0


def test_release_takes_only_the_notebook(grading_course):
    (grading_course.source.parent / "answers.json").write_text("{}")
    assert grading_course.run("release") == 0
    assert [p.name for p in grading_course.release.parent.iterdir()] == [f"{NAME}.ipynb"]


def test_release_does_not_touch_the_gradebook(grading_course):
    gradebook = grading_course.root / "grading" / "gradebook.db"
    gradebook.write_text("not a database")
    assert grading_course.run("release") == 0
    assert gradebook.read_text() == "not a database"


def test_unchanged_release_is_left_alone(grading_course):
    grading_course.run("release")
    os.utime(grading_course.release, (1, 1))
    assert grading_course.run("release") == 0
    assert grading_course.release.stat().st_mtime == 1


def test_edition_follows_what_is_asked_and_nothing_else(grading_course):
    before = grading_course.edition
    edit(grading_course.source, lambda nb: cell(nb, "task-goals").update(source="Other words."))
    set_key(grading_course, "goals", rationale="Another reason.")
    assert grading_course.edition == before
    edit(
        grading_course.source,
        lambda nb: cell(nb, "ask-goals").update(source=cell(nb, "ask-goals").source.replace("Hers", "Her own")),
    )
    assert grading_course.edition != before


BROKEN = {
    "points differ from the key": (
        lambda nb: cell(nb, "goals").metadata.nbgrader.update(points=9),
        "points: found 9, expected 3",
    ),
    "a sheet that is never shown": (
        lambda nb: cell(nb, "sheet").update(source=cell(nb, "sheet").source.removesuffix("sheet")),
        "expected a cell that ends in the line sheet",
    ),
    "no points": (lambda nb: cell(nb, "goals").metadata.nbgrader.update(points=0), "expected a number above 0"),
    "an item without a grade cell": (lambda nb: nb.cells.remove(cell(nb, "goals")), "missing: goals"),
    "a grade cell nothing asks": (
        lambda nb: nb.cells.remove(cell(nb, "ask-goals")),
        "not among the asked items: goals",
    ),
    "an id given twice": (
        lambda nb: cell(nb, "ask-goals").metadata.nbgrader.update(grade_id="ask-letter"),
        "ask-letter: this grade_id is given twice",
    ),
    "another hidden test": (
        lambda nb: cell(nb, "goals").update(
            source=cell(nb, "goals").source.replace('score("goals")', 'score("who-first")')
        ),
        "exactly these lines",
    ),
    "an unlocked code cell": (
        lambda nb: cell(nb, "ask-goals").metadata.nbgrader.update(locked=False),
        "must be locked",
    ),
    "a cell that fails": (lambda nb: cell(nb, "ask-goals").update(source="1 / 0"), "cell ask-goals: ZeroDivisionError"),
    "feedback in graded work": (
        lambda nb: cell(nb, "ask-goals").update(
            source='sheet.ask(Choice(id="goals", prompt="?", options={"a": {"text": "A", "right": True}, "b": "B"}))'
        ),
        "graded work holds no key",
    ),
    "another exercise's sheet": (
        lambda nb: cell(nb, "sheet").update(source='from casework import Sheet\nsheet = Sheet("other")'),
        f'Sheet("{NAME}")',
    ),
    "a rationale in a task": (
        lambda nb: cell(nb, "task-goals").update(source=f"Think: {SECRET}"),
        "holds the key of first-meeting, who-first: rationale",
    ),
    "a canary in metadata": (lambda nb: nb.metadata.update(note="walnut-1003"), "findings: canary"),
    "no kernel": (lambda nb: nb.metadata.pop("kernelspec"), "expected python3"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_release_refuses_and_keeps_the_earlier_one(case, grading_course, capsys):
    grading_course.run("release")
    before = grading_course.release.read_bytes()
    change, expected = BROKEN[case]
    edit(grading_course.source, change)
    capsys.readouterr()
    assert grading_course.run("release") == 1
    said = capsys.readouterr()
    assert expected in said.out
    assert "Traceback" not in said.out + said.err
    assert grading_course.release.read_bytes() == before
    assert not list(grading_course.release.parent.parent.glob(".release-*"))


BROKEN_KEYS = {
    "another option": ({"right": ["hers", "nobody"]}, "goals"),
    "no source": ({"source": []}, "source"),
    "a wrong part": ({"right": "hers"}, "goals"),
}


@pytest.mark.parametrize("case", BROKEN_KEYS)
def test_release_refuses_a_key_that_cannot_judge(case, grading_course, capsys):
    fields, expected = BROKEN_KEYS[case]
    set_key(grading_course, "goals", **fields)
    assert grading_course.run("release") == 1
    assert expected in capsys.readouterr().out


TAMPERED = {
    "an answers file": (
        lambda release: (release.parent / "answers.json").write_text("{}"),
        "holds first-meeting.ipynb alone",
    ),
    "a key file in a folder": (
        lambda release: ((release.parent / "more").mkdir(), (release.parent / "more" / "key.yaml").write_text("x")),
        "holds first-meeting.ipynb alone",
    ),
    "a hidden test": (
        lambda release: edit(release, lambda nb: cell(nb, "goals").update(source="### BEGIN HIDDEN TESTS")),
        "'HIDDEN TESTS'",
    ),
    "a call of the score": (
        lambda release: edit(release, lambda nb: cell(nb, "goals").update(source='sheet.score("goals")')),
        "'sheet.score('",
    ),
    "an output": (
        lambda release: edit(release, lambda nb: cell(nb, "sheet").update(outputs=[v4.new_output("stream", text="x")])),
        "outputs",
    ),
    "another edition": (
        lambda release: edit(
            release, lambda nb: cell(nb, "sheet").update(source=f'sheet = Sheet("{NAME}", edition="abcdef")')
        ),
        "edition: found abcdef",
    ),
    "no edition": (
        lambda release: edit(release, lambda nb: cell(nb, "sheet").update(source=f'sheet = Sheet("{NAME}")')),
        "edition: found none",
    ),
    "a canary": (lambda release: edit(release, lambda nb: nb.metadata.update(x="Walnut 1004")), "letter: canary"),
    "a model answer": (
        lambda release: edit(release, lambda nb: cell(nb, "task-letter").update(source=KEYS["letter"]["model"])),
        "letter: model",
    ),
    "no notebook": (lambda release: release.unlink(), "is missing"),
    "an unreadable notebook": (lambda release: release.write_text("{"), "cannot be read"),
    "an unknown exercise": (
        lambda release: shutil.copytree(release.parent, release.parent.parent / "other"),
        "no exercise of this name",
    ),
    "a link": (
        lambda release: (release.rename(release.parent.parent.parent / "x.ipynb"), release.symlink_to("../../x.ipynb")),
        "is missing or a link",
    ),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_verify_finds_what_does_not_belong_in_a_release(case, grading_course, capsys):
    grading_course.run("release")
    tamper, expected = TAMPERED[case]
    tamper(grading_course.release)
    capsys.readouterr()
    assert grading_course.run("verify") == 1
    assert expected in capsys.readouterr().out


HIDDEN = {
    "as it is": lambda text: text,
    "in HTML": html.escape,
    "in HTML with numbers": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "in JSON": lambda text: json.dumps({"state": text}),
    "in JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "between tags": lambda text: text.replace(" ", " <b></b>\n"),
    "in capitals": str.upper,
}


@pytest.mark.parametrize("form", HIDDEN)
@pytest.mark.parametrize("text", ["walnut-1002", SECRET, KEYS["goals"]["rationale"], KEYS["letter"]["model"]])
def test_a_key_is_found_in_a_built_site_in_any_form(form, text, grading_course):
    site = grading_course.root / "site" / "sub"
    site.mkdir(parents=True)
    (site / "page.html").write_text("<p>Nothing here.</p>")
    (site / "picture.png").write_bytes(bytes(range(256)))
    assert grading_course.run("verify", "site") == 0
    (site / "page.html").write_text(f"<p>{HIDDEN[form](text)}</p>")
    assert grading_course.run("verify", "site") == 1


def test_what_formgrader_generates_is_stamped_and_clean(grading_course):
    from nbgrader.apps.api import NbGraderAPI

    course = open_course(grading_course.root)
    (grading_course.source.parent / "answers.json").write_text("{}")
    result = NbGraderAPI(config=course.config).generate_assignment(NAME)
    assert result["success"], result
    assert [p.name for p in grading_course.release.parent.iterdir()] == [f"{NAME}.ipynb"]
    assert grading_course.run("verify") == 0


def test_a_machine_without_keys_can_release_and_is_told_what_was_not_checked(grading_course, capsys, monkeypatch):
    shutil.rmtree(grading_course.root / "keys")
    monkeypatch.delenv("CASEWORK_KEYS")
    assert grading_course.run("release") == 0
    assert "There are no keys on this machine" in capsys.readouterr().out
    assert grading_course.run("verify") == 0
    assert "There are no keys on this machine" in capsys.readouterr().out


def test_keys_may_be_elsewhere_but_not_nowhere(grading_course, capsys, monkeypatch, tmp_path):
    shutil.move(grading_course.root / "keys", tmp_path / "private")
    monkeypatch.setenv("CASEWORK_KEYS", str(tmp_path / "private"))
    assert grading_course.run("release") == 0
    monkeypatch.setenv("CASEWORK_KEYS", str(tmp_path / "privat"))
    assert grading_course.run("release") == 2
    assert "holds no key file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [["release"], ["verify"], ["collect", "."], ["grade", NAME], ["feedback", NAME], ["export"], ["lab", "work"]],
)
def test_a_command_elsewhere_says_so_and_leaves_nothing_behind(command, grading_course, tmp_path, monkeypatch, capsys):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert grading_course.run(*command) == 2
    assert "is not a course folder" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "export --assignment"])
def test_an_unknown_exercise_is_named_beside_the_known_ones(command, grading_course, capsys):
    assert grading_course.run(*command.split(), "secnd-meeting") == 2
    assert "secnd-meeting" in (said := capsys.readouterr().err)
    assert NAME in said


def test_reading_an_exercise_leaves_no_file_and_reads_no_answers(grading_course):
    (grading_course.source.parent / "answers.json").write_text(json.dumps(grading_course.sheet()))
    before = sorted(grading_course.root.rglob("*"))
    exercise = read_exercise(open_course(grading_course.root), NAME)
    assert list(exercise.items) == list(KEYS)
    assert sorted(grading_course.root.rglob("*")) == before


def test_validate_names_what_is_open_and_is_content_with_a_whole_sheet(grading_course, monkeypatch):
    from nbgrader.validator import Validator

    def failed():
        found = Validator().validate(grading_course.release.name)
        return " ".join(error["error"] for error in found.get("failed", []))

    grading_course.run("release")
    monkeypatch.chdir(grading_course.release.parent)
    said = failed()
    for item in KEYS:
        assert f"({item}) is not answered completely yet" in said
    assert "did not provide" not in said
    answers = {
        "who-first": "one",
        "goals": ["hers"],
        "findings": {"fear": "hold", "doubt": "hold"},
        "letter": "Dear both",
    }
    (grading_course.release.parent / "answers.json").write_text(json.dumps(grading_course.sheet("T1", answers)))
    assert failed() == ""


# -- a trainee's working folder ---------------------------------------------------------------------


def test_lab_brings_new_versions_and_takes_no_work_away(grading_course):
    labs = grading_course.root / "notebooks"
    labs.mkdir()
    (labs / "first.ipynb").write_text(v4.writes(v4.new_notebook(cells=[v4.new_code_cell("1 + 1", id="a")])))
    grading_course.run("release")
    assert grading_course.run("lab", "work") == 0
    work = grading_course.root / "work"
    lab, exercise = work / "labs" / "first.ipynb", work / "exercises" / NAME / f"{NAME}.ipynb"
    assert exercise.read_bytes() == grading_course.release.read_bytes()
    (exercise.parent / "answers.json").write_text("mine")

    edit(lab, lambda nb: nb.cells[0].update(outputs=[v4.new_output("stream", text="2")]))
    with_output = lab.read_bytes()
    grading_course.run("lab", "work")
    assert lab.read_bytes() == with_output, "an unchanged lab keeps its outputs"

    edit(labs / "first.ipynb", lambda nb: nb.cells[0].update(source="2 + 2"))
    grading_course.run("lab", "work")
    assert "2 + 2" in lab.read_text()
    assert sorted(p.name for p in lab.parent.iterdir()) == ["first.ipynb"], "outputs alone are nobody's work"

    edit(lab, lambda nb: nb.cells.append(v4.new_markdown_cell("My own note.")))
    grading_course.run("lab", "work")
    assert "My own note." in lab.read_text(), "nothing new came, so nothing changes"
    for version in ("3 + 3", "4 + 4"):
        edit(labs / "first.ipynb", lambda nb, version=version: nb.cells[0].update(source=version))
        grading_course.run("lab", "work")
        assert version in lab.read_text()
        edit(lab, lambda nb: nb.cells.append(v4.new_markdown_cell("Another note.")))
    assert "My own note." in (lab.parent / "first-my-copy.ipynb").read_text()
    assert "Another note." in (lab.parent / "first-my-copy-2.ipynb").read_text()
    assert (exercise.parent / "answers.json").read_text() == "mine"


def test_what_was_searched_is_searched_again_when_it_or_a_key_has_changed(tmp_path):
    site, record = tmp_path / "site", tmp_path / "searched.json"
    site.mkdir()
    heron = [Secret("one, first: canary", frozenset({"amberheron"}))]
    (site / "page.html").write_text("<p>Words, and a grey owl.</p>")
    assert search_folder(site, heron, record) == []
    assert search_folder(site, heron, record) == []
    owl = [*heron, Secret("one, second: canary", frozenset({"greyowl"}))]
    for _ in range(2):  # what holds a key never counts as searched
        assert search_folder(site, owl, record) == [f"{site / 'page.html'}: holds the key of one, second: canary"]
    assert search_folder(site, heron, record) == []
    (site / "page.html").write_text("<p>Words, and an amber heron.</p>")
    assert search_folder(site, heron, record) == [f"{site / 'page.html'}: holds the key of one, first: canary"]
    record.write_text("spoilt")
    assert len(search_folder(site, heron, record)) == 1


def test_what_was_searched_is_not_read_through_again(tmp_path, monkeypatch):
    site, record = tmp_path / "site", tmp_path / "searched.json"
    site.mkdir()
    (site / "page.html").write_text("<p>Words.</p>")
    search_folder(site, [], record)
    monkeypatch.setattr("casework.grading.leaks.find_secrets", lambda text, secrets: pytest.fail("searched again"))
    assert search_folder(site, [], record) == []
