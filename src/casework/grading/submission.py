"""What one trainee handed in, and the notebook it is graded in: ours, whole, with their words as plain text."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearOutput, ComputeChecksums, LockCells

from casework import answers
from casework.account import graded
from casework.grading.course import TIMESTAMP, Course
from casework.grading.exercise import Exercise, ExerciseItem, stamped
from casework.scoring import judge_item
from casework.storage import write_file

NO_TRAINEE = "not graded, because the folder's name is not a trainee id: collect this work from an inbox."
ROW = "casework_row"
"""The key of an item's cell metadata, in the graded notebook, that names its row in the gradebook."""
READ_ONLY = 0o444
"""As nbgrader leaves what it graded: nobody changes it by accident."""
VERDICT = "casework"
"""The key of a written answer's cell metadata that holds its verdict; a code cell has it in its output."""
GRADED = "casework_graded"
"""The key of a graded notebook's metadata that identifies what it grades, all by SHA-256: the `file`, the `attempt`, if
it is one, and the `words` of each item."""


@dataclass(frozen=True)
class Submission:
    """One answer sheet as it is graded, read once: `data` are the bytes of its file.

    Where it is `refused`, the sheet is empty and the reason a sentence.
    """

    trainee: str
    sheet: dict[str, Any]
    data: bytes
    refused: str = ""
    unread: str = field(default_factory=lambda: uuid4().hex, compare=False)

    @property
    def file(self) -> str:
        """What identifies the file."""
        return hashlib.sha256(self.data).hexdigest()

    def words(self, item: str) -> str:
        """What identifies the answer to `item`; of a file that was refused, nobody knows the answers.

        Of one that could not even be read nothing is the same the next time.
        """
        if self.refused:
            return f"refused {self.file if self.data else self.unread}"
        return answers.digest_of(self.sheet["answers"].get(item))


def read_submission(course: Course, name: str, trainee: str) -> Submission:
    """What lies in the folder of `trainee`; a link, a damaged or a strange file is refused, never blank."""
    folder, data = course.submitted / trainee / name, b""
    try:
        if folder.is_symlink() or folder.parent.is_symlink():
            raise answers.AnswersError("The folder is a link: put the folder itself here.")
        data = answers.load(folder / answers.FILE_NAME)
        return Submission(trainee, answers.belonging(answers.parse(data), name, trainee), data)
    except answers.AnswersError as error:
        return Submission(trainee, answers.empty(name), data, str(error))
    except OSError as error:
        reason = f"The file cannot be opened ({error.strerror}): see to its permissions."
        return Submission(trainee, answers.empty(name), data, reason)


def place_answers(course: Course, exercise: Exercise, submission: Submission) -> None:
    """Let the answers, and the time they were handed in, lie beside the graded notebook.

    No answers lie there if they were refused, and no other file ever: nbgrader copies whatever is in the folders of a
    trainee and of the source, and a kernel would import from there.
    """
    notebook = path_of(course.autograded, submission.trainee, exercise.name)
    handed_in = path_of(course.submitted, submission.trainee, exercise.name).parent
    notebook.parent.mkdir(parents=True, exist_ok=True)
    for entry in notebook.parent.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != notebook.name:
            entry.unlink()
    if not submission.refused:
        write_file(notebook.with_name(answers.FILE_NAME), submission.data)
    stamp = handed_in / TIMESTAMP
    if not stamp.is_symlink() and course.directory.get_existing_timestamp(str(handed_in)):
        write_file(notebook.with_name(TIMESTAMP), stamp.read_bytes()[:100])


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
    notebook.metadata[GRADED] = _identified(exercise, submission)
    for cell in notebook.cells:
        item = exercise.items.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if item is not None and not item.automatic:
            _fill_in(cell, exercise, item, submission)
    return notebook


def _fill_in(cell: NotebookNode, exercise: Exercise, item: ExerciseItem, submission: Submission) -> None:
    account = graded(submission.sheet, submission.refused, exercise.edition, item.activity, item.needed_key)
    cell.metadata[VERDICT] = {**account.data, "answer": [_clean(line) for line in account.data["answer"]]}
    if account.verdict.state == "waiting":
        name = item.activity.id
        halves = answers.remark_on_halves({name: submission.sheet["answers"][name]})
        words = as_text("\n".join(cell.metadata[VERDICT]["answer"]))
        remarks = [halves, account.data.get("remark", "")]
        cell.source = "\n\n".join([words, *(f"*{remark}*" for remark in remarks if remark)])
    elif account.verdict.state == "ungraded":
        cell.source = as_text(account.verdict.reason)


def _identified(exercise: Exercise, submission: Submission) -> dict[str, Any]:
    """What of `submission` is graded; it is an attempt if any answer of it could be, or nothing was in the way."""
    sheet = submission.sheet
    states = {
        judge_item(sheet, exercise.edition, item.activity, item.needed_key).state for item in exercise.items.values()
    }
    is_attempt = not submission.refused and (states & {"scored", "waiting"} or "ungraded" not in states)
    return {
        "file": submission.file,
        "attempt": answers.digest_of_all(sheet) if is_attempt else "",
        "words": {item: submission.words(item) for item in exercise.items},
    }


def as_text(words: str) -> str:
    """`words` as a Markdown cell in which nothing acts as markup: not Markdown, not HTML, not a formula.

    Every character but letters, digits and spaces becomes a numeric entity. It stands in a `pre`, since MathJax
    reads entities as the characters they mean but leaves a `pre` alone.
    """
    entities = "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in _clean(words))
    return f'<pre style="white-space: pre-wrap">{entities}</pre>'


def _clean(words: str) -> str:
    """`words` without what no file can hold: half a character and null."""
    return str(answers.whole(words)).replace("\x00", answers.HALF)


def cells_of(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that nbgrader knows, by their id, in the order of the notebook."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def path_of(step: Path, trainee: str, name: str) -> Path:
    """The notebook of `trainee` in one of nbgrader's steps."""
    return step / trainee / name / f"{name}.ipynb"
