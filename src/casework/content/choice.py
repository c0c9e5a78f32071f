"""One option, or any number of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.content.activity import Activity, key_parts, known, texts
from casework.records import ContentError, ResponseError


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a `Choice`; `right` and `feedback` belong to practice only."""

    text: str
    right: bool = False
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Choice(Activity):
    """One option, or with `many` any number of them. Response: an id, or a list of ids."""

    options: dict[str, Option]
    many: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.options) < 2:
            raise ContentError(f"{self.id}: options: found {len(self.options)}, expected two or more")

    def key_fields(self) -> list[str]:
        return super().key_fields() + key_parts(self.options, ("right", "feedback"))

    def check(self, response: Any) -> None:
        chosen = response if self.many else [response]
        if not isinstance(chosen, list) or not all(isinstance(c, str) for c in chosen):
            raise ResponseError(f"expected {'a list of options' if self.many else 'one option'}")
        known(chosen, self.options, "an option")
        if len(set(chosen)) != len(chosen):
            raise ResponseError("an option is named twice")

    def outline(self) -> list[tuple[str, list[str]]]:
        return [("Choose any that apply" if self.many else "Choose one", texts(self.options))]

    def describe(self, response: Any) -> list[str]:
        return [self.options[c].text for c in (response if self.many else [response])]
