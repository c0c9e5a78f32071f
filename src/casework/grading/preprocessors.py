"""The steps this course adds to nbgrader's own; `nbgrader_config.py` says where each stands."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import compute_checksum

from casework.grading.attempts import attempts, identify
from casework.grading.course import Course
from casework.grading.exercise import read_exercise, read_keyed, rules_of, stamp
from casework.grading.register import register
from casework.grading.scores import auto_score
from casework.grading.submission import place_answers, read_submission, restored

SAME = "casework_same_answers"
"""The key of a graded notebook's metadata that says whether its answers are those of the attempt before."""
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class StampEdition(NbGraderPreprocessor):
    """Release: checks the exercise, writes its edition into it, and lets nothing but the notebook go with it."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
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

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Mark a check, and take the checksum, by which nbgrader knows an unanswered cell, off the other."""
        mark = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and mark.get("locked") and cell.source.startswith("sheet.answered("):
            mark.update(grade=True, points=mark.get("points", 0))
            mark.checksum = compute_checksum(cell)
        elif mark.get("grade") and mark.get("solution"):
            mark.pop("checksum", None)
        return cell, resources


class Restore(NbGraderPreprocessor):
    """Grade: the source notebook takes the place of the one that was handed in; only the answers are the trainee's."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Return the notebook to grade, with the answers file of the same trainee beside it."""
        course, name = Course(self.parent.parent.coursedir), resources["nbgrader"]["assignment"]
        exercise = read_keyed(course, name)
        register(course, exercise)
        trainee = resources["nbgrader"]["student"]
        submission = read_submission(course, exercise, trainee)
        last = attempts(course, name, trainee)[-1:]
        place_answers(course, exercise, submission)
        notebook = restored(exercise, submission)
        notebook.metadata[SAME] = last == [identify(submission.sheet)]
        return notebook, resources


class KeepReadable(NbGraderPreprocessor):
    """Keeps of a widget what can be read without a kernel: formgrader shows a widget itself as an empty box."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        """Leave the HTML of each widget output alone."""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET_VIEW in data and "text/html" in data:
                output["data"] = {"text/html": data["text/html"]}
        return cell, resources


class SaveScores(SaveAutoGrades):
    """Puts points into the gradebook where a check gave a number, and none anywhere else.

    A supervisor's mark is to be looked at again unless the answers are those that were graded last.
    """

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Remember whether the answers are new, and let nbgrader go through the cells."""
        self.same = bool(nb.metadata.get(SAME))
        return super().preprocess(nb, resources)

    def _add_score(self, cell: NotebookNode, resources: dict) -> None:
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        before, grade.auto_score = grade.auto_score, auto_score(cell)
        if grade.manual_score is None:
            grade.needs_manual_grade = grade.auto_score is None
        elif not self.same or before != grade.auto_score:
            grade.needs_manual_grade = True
        self.gradebook.db.commit()
