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
from nbgrader.api import MissingEntry, SubmittedAssignment
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import capture_log
from traitlets import default

from casework.blueprint import chapter_title
from casework.grading import CannotStart, templates
from casework.grading.adopt import adopt
from casework.grading.course import Course, shown
from casework.grading.exercise import heading, read_notebook
from casework.grading.marks import note_returned
from casework.grading.progress import AimResult, by_aim, standing, strengths_and_next
from casework.grading.results import Outcome, outcomes, outcomes_in
from casework.grading.rubric import disagreement, levels_of, words_of
from casework.grading.scores import WAITING, verdict_data
from casework.grading.submission import ROW, path_of
from casework.records import ContentError
from casework.storage import write_file

RESULT = "casework_result"


class AddResults(NbGraderPreprocessor):
    """Puts each item's result and a supervisor's comment into its cell, from the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with results, and the sums in `resources`."""
        course = Course(self.parent.parent.coursedir)
        name, trainee = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        with course.gradebook() as gradebook:
            row = gradebook.find_submission(name, trainee)
            (graded,) = outcomes_in(gradebook, name, trainee)
            results = {result.item: result for result in graded.results}
            comments = {comment.name: comment.manual_comment for nbk in row.notebooks for comment in nbk.comments}
            problem = _problem(nb, row)
            if not problem:
                note_returned(gradebook, row, graded.results)
                gradebook.db.commit()
        if problem:
            raise ContentError(problem)
        counted = next(iter(outcomes(course, name, trainee, handed_in_since=False)), graded)
        blueprint = course.blueprint
        aims = blueprint.aims_of(name)
        for cell in nb.cells:
            grade_id = _grade_id(cell)
            if grade_id in results:
                aim = blueprint.aims.get(aims.get(grade_id, ""))  # none, where the item has gone since it was graded
                about = {"aim": aim.text, "page": chapter_title(course.root, aim.chapter)} if aim else {}
                result = results[grade_id]
                said = "" if result.verdict.startswith(WAITING) else comments.get(grade_id) or ""
                cell.metadata[RESULT] = {"result": result, "comment": said, **about}
        resources["results"] = list(results.values())
        resources["summary"] = _summary(course, graded, counted, heading(nb, "about") or name)
        return nb, resources


def _summary(course: Course, graded: Outcome, counted: Outcome, title: str) -> dict[str, Any]:
    """What stands above the items: the standing, the attempt, strengths, and what to do next.

    The page tells of what was `graded` last; `counted` is the attempt that counts for passing.
    """
    program, blueprint, name = course.program, course.blueprint, graded.assignment
    found = by_aim(graded.results, blueprint, name)
    strong, weak = strengths_and_next(found, program.pass_mark)

    def lines(chosen: list[AimResult]) -> list[dict[str, Any]]:
        return [
            {
                "aim": blueprint.aims[line.aim].text,
                "points": line.points,
                "max": line.max,
                "page": chapter_title(course.root, blueprint.aims[line.aim].chapter),
            }
            for line in chosen
        ]

    return {
        "title": title,
        "late_penalty": graded.penalty,
        "strengths": lines(strong),
        "next": lines(weak),
        "attempt": graded.attempt,
        "attempts": program.attempts,
        "counts": counted.attempt if counted.attempt != graded.attempt else 0,
        "counted_points": counted.points,
        "needed": program.needed,
        "is_test": name in blueprint.forms,
        "standing": standing(counted.results, program.pass_mark, counted.penalty),
    }


class FeedbackPage(Exporter):
    """Draws the whole page from its own template; nothing a cell printed is copied into it."""

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, dict[str, Any]]:
        """The page for a graded notebook, as nbgrader asks for it."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        return _template().render(
            name=resources["nbgrader"]["assignment"],
            trainee=resources["nbgrader"]["student"],
            summary=resources["summary"],
            results=resources["results"],
            parts=[part for part in map(_part, nb.cells) if part],
        ), resources


def _part(cell: NotebookNode) -> dict[str, Any] | None:
    if RESULT in cell.metadata:
        part = {**verdict_data(cell), **cell.metadata[RESULT]}
        criteria = len(part.get("rubric", ()))
        return {**part, "levels": levels_of(part["comment"], criteria), "comment": words_of(part["comment"], criteria)}
    if cell.cell_type == "markdown" and cell.source.strip() and _grade_id(cell) not in ("about", "task-hand-in"):
        return {"text": _html(cell.source)}
    return None


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


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
    adopt(course)
    with course.gradebook() as gradebook:
        try:
            rows = [row.student.id for row in gradebook.find_assignment(name).submissions]
        except MissingEntry:
            rows = []
    chosen = [row for row in sorted(rows) if trainee in (None, row)]
    if not chosen:
        raise CannotStart(
            f"Nothing of {name} has been graded{f' for {shown(trainee)}' if trainee else ''} yet: "
            f"run casework grade {name} first."
        )
    complete = True
    for number, folder in enumerate(chosen, 1):
        problem, page = _feedback_one(course, name, folder)
        complete &= not problem
        say(f"{number}/{len(chosen)} {folder}: {problem or page}")
    return complete


def _problem(notebook: NotebookNode, row: SubmittedAssignment) -> str:
    """Why no page can be made: the words are not those of the points, or a supervisor's levels and points differ."""
    rows = {grade.name: grade.id for part in row.notebooks for grade in part.grades}
    told = {_grade_id(cell): cell.metadata[ROW] for cell in notebook.cells if ROW in cell.metadata}
    if rows != told:
        name = row.assignment.name
        return f"the graded notebook holds other words than the gradebook has points for: run casework grade {name}"
    return "".join(f"{problem}: mend it in formgrader" for problem in [_disagreements(notebook, row)] if problem)


def _disagreements(notebook: NotebookNode, row: SubmittedAssignment) -> str:
    """Where a supervisor's levels and points differ: no trainee should get a page that says two things."""
    rubrics = {
        _grade_id(cell): len(verdict_data(cell).get("rubric", ()))
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    # a mark that waits to be looked at again is not told, nor is its comment
    points = {
        grade.name: grade.manual_score
        for part in row.notebooks
        for grade in part.grades
        if not (grade.needs_manual_grade and grade.manual_score is not None)
    }
    found = [
        f"{comment.name}: {problem}"
        for part in row.notebooks
        for comment in part.comments
        if comment.name in points
        and (problem := disagreement(comment.manual_comment or "", rubrics.get(comment.name, 0), points[comment.name]))
    ]
    return "; ".join(found)


def _feedback_one(course: Course, name: str, trainee: str) -> tuple[str, Path]:
    """What went wrong, if anything, and where the page is."""
    page = path_of(course.feedback, trainee, name).with_suffix(".html")
    if not path_of(course.autograded, trainee, name).is_file():
        return f"no page, because the graded notebook is missing: run casework grade {name}", page
    with course.gradebook() as gradebook:
        notebook = read_notebook(path_of(course.autograded, trainee, name))
        problem = _problem(notebook, gradebook.find_submission(name, trainee))
    if problem:
        page.unlink(missing_ok=True)  # an older page would say what no longer holds
        return f"no page, because {problem}", page
    before = page.read_bytes() if page.is_file() else b""
    directory = CourseDirectory(config=course.config, assignment_id=name, student_id=trainee)
    converter = GenerateFeedback(coursedir=directory, config=course.config, force=True)
    converter.log.setLevel("CRITICAL")
    result = capture_log(converter)
    if result["success"] and page.is_file():
        return "", page
    if before and not page.is_file():  # nbgrader removes it first; what it tells holds, since nothing else was wrong
        write_file(page, before)
    return f"no new page, because nbgrader could not make it; run nbgrader generate_feedback {name} to see why", page
