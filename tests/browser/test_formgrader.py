"""A supervisor marks in nbgrader's own page, formgrader, with a real server: what is given goes to the words on the screen."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import nbformat.v4 as v4
import pytest
from playwright.sync_api import expect

from casework.grading.course import open_course
from tests.browser.test_lab import jupyter
from tests.small_course import NAME, RIGHT

pytestmark = pytest.mark.slow


def handed_in(course, saved, letter):
    course.hand_in("T1", {**RIGHT, "letter": letter}, saved=saved)
    assert course.run("grade", NAME) == 0


def row(course):
    """The mark and the comment that the gradebook has for the letter."""
    with open_course(course.root).gradebook() as gradebook:
        grade = gradebook.find_grade("letter", NAME, NAME, "T1")
        return grade.manual_score, gradebook.find_comment("letter", NAME, NAME, "T1").manual_comment


def with_rubric(course):
    source = v4.reads(course.source.read_text())
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in source.cells}
    rubric = {name: {"text": name, "levels": ["None.", "One.", "Two.", "Three."]} for name in "abc"}
    cells["ask-letter"].source = cells["ask-letter"].source.replace("words=80", f"words=80, rubric={rubric}")
    cells["letter"].metadata.nbgrader.points = 9
    course.source.write_text(v4.writes(source))
    key = course.root / "keys" / f"{NAME}.yaml"
    key.write_text(key.read_text().replace("points: 5", "points: 9"))


def test_what_is_entered_goes_to_the_words_on_the_screen_and_to_no_others(context, page, grading_course, tmp_path):
    with_rubric(grading_course)
    handed_in(
        grading_course, "2026-11-01T10:00:00Z", "Dear both,\nthank you for coming. " + "It was good to meet you. " * 12
    )
    with open_course(grading_course.root).gradebook() as gradebook:
        submission = gradebook.find_submission_notebook(NAME, NAME, "T1").id
    (runtime := tmp_path / "runtime").mkdir()
    with jupyter(grading_course.root, runtime) as address:
        lab = urlsplit(address(""))
        page.goto(address(""))  # as a supervisor does, who comes from there
        page.goto(f"{lab.scheme}://{lab.netloc}/formgrader/submissions/{submission}/?index=0")
        score, comment = page.locator("input.score#letter"), page.locator("#letter-comment")
        expect(page.locator(".cw-levels")).to_contain_text(
            "one level for each criterion in its order: levels: 3 2 2. Your"
        )
        expect(page.locator("body")).to_contain_text("It was good to meet you.")
        shown = page.locator(".cw-item[data-name=letter] pre").evaluate(
            "(pre) => [getComputedStyle(pre).fontFamily, pre.scrollWidth <= pre.clientWidth + 1]"
        )
        assert "Georgia" in shown[0]
        assert shown[1], "the words wrap"
        score.fill("7")
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            score.press("Tab")
        comment.fill("levels: 3 2 2\nWarm.")
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            comment.press("Tab")
        assert row(grading_course) == (7.0, "levels: 3 2 2\nWarm.")

        handed_in(grading_course, "2026-11-02T10:00:00Z", "Go away")
        score.fill("9")
        score.press("Tab")
        expect(page.get_by_role("alert")).to_contain_text("Nothing more is saved from this page")
        assert row(grading_course) == (None, None)
        expect(score).not_to_be_editable()

        page.reload()
        expect(page.locator("body")).to_contain_text("Go away")
        expect(page.locator(".cw-told").last).to_contain_text("Earlier words were given 7 points, with the comment:")
        expect(score).to_have_value("")
        score.fill("1")
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            score.press("Tab")
        assert row(grading_course)[0] == 1.0

        # a graded notebook of other words than the gradebook's rows, as a stopped run leaves it
        notebook = grading_course.step("autograded", "T1", f"{NAME}.ipynb")
        text = json.loads(notebook.read_text())
        for cell in text["cells"]:
            if "casework_row" in cell["metadata"]:
                cell["metadata"]["casework_row"] = "0" * 32
        notebook.unlink()
        notebook.write_text(json.dumps(text))
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("These are not the words that the gradebook has")
        expect(score).not_to_be_editable()
        page.goto("about:blank")
    context.troubles.clear()  # nbgrader's own console is not ours to judge
