"""A dialogue of which each turn gets a code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity, key_parts, known
from casework.records import ContentError, ResponseError


@dataclass(frozen=True, kw_only=True)
class Code:
    """One code of the code book: its name, and in one line what it means."""

    text: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn of a transcript; one that is not `coded` is there to be read. `code` and `feedback` are for practice."""

    speaker: str
    text: str
    coded: bool = True
    code: str = ""
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Transcript(Activity):
    """A dialogue of which each turn gets one code. Response: a mapping of turn id to code id."""

    speakers: dict[str, str]
    codes: dict[str, Code]
    turns: dict[str, Turn]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.codes) < 2 or not self.to_code:
            raise ContentError(f"{self.id}: expected two or more codes and at least one turn to code")
        experts = {turn.code for turn in self.turns.values() if turn.code}
        for name, turn in self.turns.items():
            where = f"{self.id}: turns: {name}"
            if turn.speaker not in self.speakers:
                raise ContentError(
                    f"{where}: found speaker {turn.speaker!r}, expected one of {', '.join(self.speakers)}"
                )
            if turn.code and turn.code not in self.codes:
                raise ContentError(f"{where}: found code {turn.code!r}, expected one of {', '.join(self.codes)}")
            if turn.code and not turn.coded:
                raise ContentError(f"{where}: found a code for a turn that is not coded")
            if experts and turn.coded and not turn.code:
                raise ContentError(f"{where}: code is missing, and other turns have one")
        if len(experts) == 1:
            raise ContentError(
                f"{self.id}: turns: every turn has the code {experts.pop()!r}; expected two or more "
                "codes, or agreement beyond chance cannot be told"
            )

    @property
    def to_code(self) -> dict[str, Turn]:
        """The turns that want a code."""
        return {name: turn for name, turn in self.turns.items() if turn.coded}

    def key_fields(self) -> list[str]:
        return super().key_fields() + key_parts(self.turns, ("code", "feedback"))

    def check(self, response: Any) -> None:
        if not isinstance(response, dict) or not all(isinstance(c, str) for c in response.values()):
            raise ResponseError("expected a code for each turn")
        known(response, self.to_code, "a turn to code")
        known(response.values(), self.codes, "a code")

    def is_complete(self, response: Any) -> bool:
        return isinstance(response, dict) and len(response) == len(self.to_code)

    def outline(self) -> list[tuple[str, list[str]]]:
        return [
            ("Codes", [f"{code.text}: {code.meaning}" for code in self.codes.values()]),
            (
                "Give each turn one code",
                [self._line(turn) + ("" if turn.coded else " (no code)") for turn in self.turns.values()],
            ),
        ]

    def describe(self, response: Any) -> list[str]:
        return [
            f"{self._line(turn)} → {self.codes[response[name]].text if name in response else 'not coded'}"
            for name, turn in self.to_code.items()
        ]

    def _line(self, turn: Turn) -> str:
        return f"{self.speakers[turn.speaker]}: {turn.text}"
