"""The steps this course adds to nbgrader's own; `nbgrader_config.py` says where each stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat.v4
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum

from casework import answers
from casework.grading import CannotStart
from casework.grading.adopt import adopt
from casework.grading.course import Course, CourseFolders, shown
from casework.grading.exercise import read_exercise, read_keyed, rules_of, stamp
from casework.grading.grade import run
from casework.grading.marks import ReturnedOtherwise, check_returned, lock, save
from casework.grading.register import check_due_date, register
from casework.grading.submission import NO_TRAINEE, Submission, place_answers, read_submission, restored
from casework.records import ContentError

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class StampEdition(NbGraderPreprocessor):
    """Release: checks the exercise, writes its edition into it, and lets nothing but the notebook go with it."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Stamp `nb`; a `ContentError` stops the release."""
        converter = self.parent.parent
        course, name = Course(converter.coursedir), resources["nbgrader"]["assignment"]
        stamp(nb, name, edition=read_exercise(course, name, notebook=nb).edition)
        _state_rules(nb, course, name)
        copied = Path(converter.coursedir.format_path(converter.coursedir.release_directory, ".", name))
        for path in copied.rglob("*") if copied.is_dir() else ():
            if path.is_file():  # what an author's own trial left beside the source, such as answers.json
                path.unlink()
        return nb, resources


def _state_rules(nb: NotebookNode, course: Course, name: str) -> None:
    """Write into the first cell what the program asks, so that nobody learns of it afterwards."""
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "about":
            cell.source += f"\n\n{rules_of(course, name)}"


class TellOpenAnswers(NbGraderPreprocessor):
    """Release: lets `nbgrader validate` tell of an open written answer by its check, a question worth no points.

    The cell that takes the words when grading is never filled by a trainee, so it always looked unanswered.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Mark a check, and take the checksum, by which nbgrader knows an unanswered cell, off the other."""
        mark = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and mark.get("locked") and cell.source.startswith("sheet.answered("):
            mark.update(grade=True, points=mark.get("points", 0))
            mark.checksum = compute_checksum(cell)
        elif mark.get("grade") and mark.get("solution"):
            mark.pop("checksum", None)
        return cell, resources


class OursAlone(NotebookExporter):
    """Grade: stands before nbgrader's own steps, which open the notebook and copy each file that was handed in.

    Where nothing can be graded it stops them before they remove what was graded last; otherwise no strange file of
    one trainee's can stop that trainee's grading, since none but the answers is touched.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        converter: Any = self.parent
        converter.coursedir = CourseFolders.for_grading(converter.coursedir)
        course = Course(converter.coursedir)
        adopt(course)
        for name in sorted({Path(folder).name for folder in converter.assignments}):
            try:
                register(course, read_keyed(course, name))
                check_due_date(course, name)
            except (CannotStart, ContentError) as error:
                self.log.error(str(error))
                raise NbGraderException(str(error)) from None
        for folder in list(converter.assignments):
            trainee = Path(folder).parent.name
            if not answers.is_trainee_id(trainee):
                self.log.warning("%s: %s", shown(trainee), NO_TRAINEE)
                del converter.assignments[folder]
            elif problem := _returned_otherwise(course, Path(folder).name, trainee):
                self.log.error("%s: %s", trainee, problem)
                del converter.assignments[folder]

    def from_filename(self, filename: str, resources: Any = None, **more: Any) -> tuple[Any, dict[str, Any]]:
        """The graded notebook; `Restore` makes it of nothing, whatever lies in the folder that was handed in."""
        converter: Any = self.parent
        if Path(filename).is_relative_to(Course(converter.coursedir).submitted):
            made: tuple[Any, dict[str, Any]]
            made = self.from_notebook_node(nbformat.v4.new_notebook(), resources=resources, **more)  # type: ignore[no-untyped-call]
            return made
        return super().from_filename(filename, resources=resources, **more)


def _returned_otherwise(course: Course, name: str, trainee: str) -> str:
    """Why a trainee is left as they are: nbgrader cannot ask, and removes what was graded last before it grades."""
    notebook = run(read_keyed(course, name), read_submission(course, name, trainee))
    with course.gradebook() as gradebook:
        try:
            check_returned(gradebook, name, trainee, notebook)
        except ReturnedOtherwise as error:
            return f"{error} Run casework grade {name}, which asks."
    return ""


class Restore(NbGraderPreprocessor):
    """Grade: the source notebook takes the place of the one that was handed in; only the answers are the trainee's."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook to grade, with the answers file of the same trainee beside it."""
        course, name = Course(self.parent.parent.coursedir), resources["nbgrader"]["assignment"]
        exercise = read_keyed(course, name)
        register(course, exercise)
        submission = read_submission(course, name, resources["nbgrader"]["student"])
        place_answers(course, exercise, submission)
        self.parent.parent.casework_submission = submission  # what is saved is what was read here, see SaveScores
        return restored(exercise, submission), resources


class KeepReadable(NbGraderPreprocessor):
    """Keeps of a widget what can be read without a kernel: formgrader shows a widget itself as an empty box."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Leave the HTML of each widget output alone."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "text/html" in data:
                output["data"] = {"text/html": data["text/html"]}
        return cell, resources


class SaveScores(NbGraderPreprocessor):
    """Puts points into the gradebook where a check gave a number, and none anywhere else, as `casework grade` does."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Save all of `nb` at once, bound to the words that `Restore` read."""
        converter: Any = self.parent.parent
        name, trainee = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        submission: Submission = converter.casework_submission
        if submission.trainee != trainee:
            raise NbGraderException(f"{shown(trainee)}: nothing was read of what is to be saved: grade again.")
        course = Course(converter.coursedir, converter.config)
        with course.gradebook() as gradebook:
            lock(gradebook)
            save(course, gradebook, submission, gradebook.find_submission(name, trainee), nb)
            gradebook.db.commit()
        return nb, resources
