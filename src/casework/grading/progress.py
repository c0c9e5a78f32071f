"""What one trainee's results come to: by aim, and against the program's pass mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.blueprint import Blueprint
from casework.grading.scores import EXCUSED, Result

ROUNDED = 0.005
"""The most that rounding to cents can have taken from the points of one item: nobody fails by that."""


@dataclass(frozen=True)
class AimResult:
    """The points earned and to be earned on the `items` of one aim that have points so far."""

    aim: str
    points: float
    max: float
    items: int

    @property
    def share(self) -> float:
        """The part of the points that was earned, from 0 to 1."""
        return self.points / self.max


def by_aim(results: Iterable[Result], blueprint: Blueprint, exercise: str) -> list[AimResult]:
    """One line for each aim with points, in the blueprint's order."""
    aims = blueprint.aims_of(exercise)
    sums: dict[str, tuple[float, float, int]] = {}
    for result in results:
        if result.points is not None and result.item in aims and result.verdict != EXCUSED:
            points, most, items = sums.get(aims[result.item], (0.0, 0.0, 0))
            sums[aims[result.item]] = points + result.points, most + result.max, items + 1
    return [AimResult(aim, *sums[aim]) for aim in blueprint.aims if aim in sums]


def strengths_and_next(found: list[AimResult], pass_mark: float) -> tuple[list[AimResult], list[AimResult]]:
    """The aims at or above the pass mark, best first; those below, most points lost first."""
    strong = [line for line in found if line.points + ROUNDED * line.items >= line.max * pass_mark / 100]
    weak = [line for line in found if line not in strong]
    return sorted(strong, key=lambda line: -line.share), sorted(weak, key=lambda line: line.points - line.max)


def standing(results: list[Result], pass_mark: float, less: float = 0.0) -> str:
    """`passed`, `not yet`, or `open` while points that are still to come could make the difference.

    `less` is what a late submission loses. Points above an item's maximum, as extra credit gives, do not make a pass.
    """
    most = sum(result.max for result in results)
    needed = most * pass_mark / 100 - ROUNDED * len(results)
    earned = sum(min(result.points, result.max) for result in results if result.points is not None) - less
    to_come = sum(result.max for result in results if result.points is None)
    if earned >= needed:
        return "passed"
    return "open" if earned + to_come >= needed else "not yet"
