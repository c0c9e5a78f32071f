"""From a graded cell to points: the fail-closed rule, and the words of a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Grade

from casework.account import MIME
from casework.grading.submission import VERDICT

NOT_RUN = "could not be graded, because its check did not run to the end: run casework grade again"


@dataclass(frozen=True)
class Result:
    """What became of one item of one trainee. `points` is None where there is no number."""

    trainee: str
    assignment: str
    item: str
    points: float | None
    max: float
    verdict: str

    @property
    def graded(self) -> bool:
        """Whether nothing went wrong; an answer that waits for a supervisor is as it should be."""
        return not self.verdict.startswith("could not be graded")


def auto_score(cell: NotebookNode) -> float | None:
    """The points a grade cell earned: a finite number its check showed as its one result, else None.

    nbgrader gives full points to no output and to words, and none to a warning. Here neither moves a mark.
    """
    if utils.is_solution(cell):
        return 0.0 if cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell) else None
    outputs = cell.get("outputs", [])
    results = [output for output in outputs if output.output_type == "execute_result"]
    if len(results) != 1 or any(output.output_type == "error" for output in outputs):
        return None
    try:
        points = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return None
    return points if math.isfinite(points) and 0 <= points <= float(cell.metadata.nbgrader.points) else None


def verdict_data(cell: NotebookNode | None) -> dict[str, Any]:
    """The plain account of an item that its graded cell holds, or an empty one."""
    if cell is None:
        return {}
    held = [output.data[MIME] for output in cell.get("outputs", []) if MIME in output.get("data", {})]
    data: dict[str, Any] = held[0] if len(held) == 1 else cell.metadata.get(VERDICT, {})
    return data


def result_of(grade: Grade, cell: NotebookNode | None, *, trainee: str, assignment: str, most: float) -> Result:
    """The result of one row of the gradebook, in words taken from the graded `cell`.

    A mark that a supervisor gave to other words counts for nothing until a supervisor confirms or changes it.
    """
    state = verdict_data(cell)
    stale = grade.manual_score is not None and grade.needs_manual_grade
    known = grade.auto_score is not None or (grade.manual_score is not None and not stale)
    points = round(grade.score, 2) if known and not stale else None
    if state.get("state") == "blank" and (stale or grade.manual_score is None):
        verdict, points = "blank", 0.0
    elif stale:
        verdict = state.get("reason") or "waiting for a supervisor"
    elif grade.manual_score is not None:
        verdict = "marked by a supervisor"
    else:
        verdict = "scored" if grade.auto_score is not None else state.get("reason") or NOT_RUN
    return Result(trainee, assignment, grade.name, points, most, " ".join(verdict.split()))
