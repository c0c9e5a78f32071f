"""What one trainee handed in, and the notebook it is graded in: ours, whole, with their words as plain text."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearOutput, ComputeChecksums, LockCells

from casework import answers
from casework.account import graded
from casework.grading.attempts import note_attempt
from casework.grading.course import Course, write_file
from casework.grading.exercise import Exercise, stamped
from casework.scoring import judge_item

TIMESTAMP = "timestamp.txt"
"""nbgrader's file for when something was handed in."""
VERDICT = "casework"
"""The key of a written answer's cell metadata that holds its verdict; a code cell has it in its output."""


@dataclass(frozen=True)
class Submission:
    """One answer sheet as it is graded. Where it is `refused`, the sheet is empty and the reason a sentence."""

    trainee: str
    sheet: dict
    refused: str = ""


def read_submission(course: Course, exercise: Exercise, trainee: str) -> Submission:
    """What lies in the folder of `trainee`; a link, a damaged or a strange file is refused, never blank."""
    folder = course.submitted / trainee / exercise.name
    try:
        if folder.is_symlink() or folder.parent.is_symlink():
            raise answers.AnswersError("The folder is a link: put the folder itself here.")
        sheet = answers.read(folder / answers.FILE_NAME)
        return Submission(trainee, answers.belonging(sheet, exercise.name, trainee))
    except answers.AnswersError as error:
        return Submission(trainee, answers.empty(exercise.name), str(error))
    except OSError as error:
        reason = f"The file cannot be opened ({error.strerror}): see to its permissions."
        return Submission(trainee, answers.empty(exercise.name), reason)


def place_answers(course: Course, exercise: Exercise, submission: Submission) -> None:
    """Count the attempt, if all of it can be graded, and let the answers lie beside the graded notebook.

    No file lies there if they were refused, and no other one ever: nbgrader copies whatever is in the folders of a
    trainee and of the source, and a kernel would import from there.
    """
    name = exercise.name
    notebook = path_of(course.autograded, submission.trainee, name)
    if not submission.refused and all(
            judge_item(submission.sheet, exercise.edition, item.activity, item.key).state != "ungraded"
            for item in exercise.items.values()):
        note_attempt(course, name, submission.trainee, submission.sheet)
    notebook.parent.mkdir(parents=True, exist_ok=True)
    for entry in notebook.parent.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name not in (notebook.name, TIMESTAMP):
            entry.unlink()
    if not submission.refused:
        handed_in = path_of(course.submitted, submission.trainee, name).with_name(answers.FILE_NAME)
        write_file(notebook.with_name(answers.FILE_NAME), handed_in.read_bytes())


def prepared(notebook: NotebookNode) -> NotebookNode:
    """`notebook` locked, without outputs and with nbgrader's checksums; it is changed in place."""
    for step in (LockCells(), ClearOutput(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def restored(exercise: Exercise, submission: Submission) -> NotebookNode:
    """The notebook `submission` is graded in: the source, with the trainee's written answers filled in.

    A blank keeps the cell's own text, by which nbgrader knows it as unanswered.
    """
    notebook = prepared(stamped(exercise, refused=submission.refused))
    for cell in notebook.cells:
        item = exercise.items.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if item is None or item.automatic:
            continue
        account = graded(submission.sheet, submission.refused, exercise.edition, item.activity, item.key)
        cell.metadata[VERDICT] = {**account.data, "answer": [_clean(line) for line in account.data["answer"]]}
        if account.verdict.state == "waiting":
            cell.source = as_text("\n".join(cell.metadata[VERDICT]["answer"]))
        elif account.verdict.state == "ungraded":
            cell.source = as_text(account.verdict.reason)
    return notebook


def as_text(words: str) -> str:
    """`words` as a Markdown cell in which nothing acts as markup: not Markdown, not HTML, not a formula.

    Every character but letters, digits and spaces becomes a numeric entity. It stands in a `pre`, since MathJax
    reads entities as the characters they mean but leaves a `pre` alone.
    """
    entities = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in _clean(words))
    return f'<pre style="white-space: pre-wrap">{entities}</pre>'


def _clean(words: str) -> str:
    """`words` without what no file can hold: half a character, as a cut-off emoji leaves it, and null."""
    return words.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def path_of(step: Path, trainee: str, name: str) -> Path:
    """The notebook of `trainee` in one of nbgrader's steps."""
    return step / trainee / name / f"{name}.ipynb"
