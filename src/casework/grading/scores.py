"""From a graded cell to points, and from a row of the gradebook to a result: the fail-closed rules in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader import utils

from casework.account import MIME
from casework.grading.submission import VERDICT

NOT_RUN = "could not be graded, because its check did not run to the end: run casework grade again"
NOT_NOTED = "could not be graded, because nobody noted for which words its points are: run casework grade"
OTHER_WORDS = "could not be graded, because other words were handed in since: run casework grade"
EXCUSED = "excused"
"""The verdict of an item that is left out for one trainee: 0 of 0 points."""
WAITING = "waiting for a supervisor"
GIVEN_EARLIER = f"{WAITING}; a mark was given for earlier words"


@dataclass(frozen=True)
class Result:
    """What became of one item of one trainee. `points` is None where there is no number.

    `attempt` is the number of the attempt that counts, from 1; 0 where what was handed in is none.
    """

    trainee: str
    assignment: str
    item: str
    points: float | None
    max: float
    verdict: str
    attempt: int = 0

    @property
    def graded(self) -> bool:
        """Whether nothing went wrong; an answer that waits for a supervisor is as it should be."""
        return not self.verdict.startswith("could not be graded")


class Row(NamedTuple):
    """What the gradebook says of one item of one trainee; `digest` and what follows are None where it never noted."""

    item: str
    max: float
    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    needs_manual_grade: bool
    digest: str | None
    state: str | None
    reason: str | None
    earlier: str | None


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


def points_of(row: Row, at_hand: str | None = None) -> tuple[float | None, str]:
    """The points of one row and its verdict; `at_hand` identifies the words that were handed in since, if any were.

    Points count for the words they were given for and for no others. A mark that waits to be looked at counts for
    nothing until a supervisor confirms or changes it.
    """
    if row.digest is None:
        return None, NOT_NOTED
    if at_hand is not None and at_hand != row.digest:
        return None, OTHER_WORDS
    given = row.auto_score if row.manual_score is None else row.manual_score
    stale = row.needs_manual_grade and row.manual_score is not None
    if row.state == "blank" and (stale or row.manual_score is None):
        return 0.0, "blank"
    if stale:
        return None, row.reason or WAITING
    if row.manual_score is None and row.needs_manual_grade and row.earlier and row.state != "ungraded":
        return None, GIVEN_EARLIER
    if given is None:
        return None, row.reason or NOT_RUN
    points = round(given + (row.extra_credit or 0.0), 2)
    return points, "scored" if row.manual_score is None else "marked by a supervisor"
