"""The page a trainee gets back: task, answer, points, aim, page to revisit, comments. No code, no key, no request."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import capture_log
from traitlets import default

from casework.grading import CannotStart, templates
from casework.grading.course import Course, shown
from casework.grading.results import results_of
from casework.grading.scores import verdict_data
from casework.grading.submission import path_of

RESULT = "casework_result"


class AddResults(NbGraderPreprocessor):
    """Puts each item's result and a supervisor's comment into its cell, from the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return `nb` with results, and the sums in `resources`."""
        course = Course(self.parent.parent.coursedir)
        name, trainee = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        with course.gradebook() as gradebook:
            row = gradebook.find_submission(name, trainee)
            results = {result.item: result for result in results_of(course, name, row)}
            comments = {comment.name: comment.manual_comment for nbk in row.notebooks for comment in nbk.comments}
            resources["late_penalty"] = row.late_submission_penalty or 0
        for cell in nb.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in results:
                cell.metadata[RESULT] = {"result": results[grade_id], "comment": comments.get(grade_id) or ""}
        resources["results"] = list(results.values())
        return nb, resources


class FeedbackPage(Exporter):
    """Draws the whole page from its own template; nothing a cell printed is copied into it."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, dict]:
        """The page for a graded notebook, as nbgrader asks for it."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        return _template().render(
            name=resources["nbgrader"]["assignment"],
            trainee=resources["nbgrader"]["student"],
            late_penalty=resources["late_penalty"],
            results=resources["results"],
            parts=[part for part in map(_part, nb.cells) if part],
        ), resources


def _part(cell: NotebookNode) -> dict | None:
    if RESULT in cell.metadata:
        return {**verdict_data(cell), **cell.metadata[RESULT]}
    if cell.cell_type == "markdown" and cell.source.strip():
        return {"text": _html(cell.source)}
    return None


def _html(source: str) -> Markup:
    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(source))


@cache
def _template() -> Any:
    text = (templates / "feedback.html.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)


def feedback(course: Course, name: str, *, trainee: str | None = None, say: Callable[[str], Any] = print) -> bool:
    """Write the page of every trainee graded for `name`, the same as `nbgrader generate_feedback` makes."""
    course.require(name)
    with course.gradebook() as gradebook:
        try:
            rows = [row.student.id for row in gradebook.find_assignment(name).submissions]
        except MissingEntry:
            rows = []
    chosen = [row for row in sorted(rows) if trainee in (None, row)]
    if not chosen:
        raise CannotStart(f"Nothing of {name} has been graded{f' for {shown(trainee)}' if trainee else ''} yet: "
                          f"run casework grade {name} first.")
    complete = True
    for number, folder in enumerate(chosen, 1):
        problem, page = _feedback_one(course, name, folder)
        complete &= not problem
        say(f"{number}/{len(chosen)} {folder}: {problem or page}")
    return complete


def _feedback_one(course: Course, name: str, trainee: str) -> tuple[str, Path]:
    """What went wrong, if anything, and where the page is."""
    page = path_of(course.feedback, trainee, name).with_suffix(".html")
    if not path_of(course.autograded, trainee, name).is_file():
        return f"no page, because the graded notebook is missing: run casework grade {name}", page
    directory = CourseDirectory(config=course.config, assignment_id=name, student_id=trainee)
    converter = GenerateFeedback(coursedir=directory, config=course.config, force=True)
    converter.log.setLevel("CRITICAL")
    result = capture_log(converter)
    if result["success"] and page.is_file():
        return "", page
    return f"no page, because nbgrader could not make it; run nbgrader generate_feedback {name} to see why", page
