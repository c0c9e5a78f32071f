"""What every kind of activity has, and what kinds share."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from casework.records import ID, ContentError, ResponseError, show


@dataclass(frozen=True, kw_only=True)
class Activity:
    """What every kind has. `takeaway` is shown after *Check*, with the `source` it rests on.

    A subclass is a kind: its name, in small letters, is the stem of its script, its styles and its scoring rule.
    """

    id: str
    prompt: str
    takeaway: str = ""
    source: str = ""

    kind: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type[Activity]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = cls.__name__.lower()
        Activity.kinds[cls.__name__] = cls

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ContentError(f"id {show(self.id)} must be words in lower case joined by hyphens")
        if not self.prompt:
            raise ContentError(f"{self.id}: the prompt is empty")

    def as_data(self) -> dict[str, Any]:
        """This content as plain JSON data for the page, empty fields left out."""
        return _filled({key: value for key, value in dataclasses.asdict(self).items() if key != "id"})

    def key_fields(self) -> list[str]:
        """Names of the filled fields that give an answer away; must be empty in graded work."""
        return [name for name in ("takeaway", "source") if getattr(self, name)]

    def check(self, response: Any) -> None:
        """Raise `ResponseError` unless `response` has this kind's shape and names known ids."""
        raise NotImplementedError

    def upgraded(self, response: Any) -> Any:
        """`response` in today's shape, where an older version of this course saved it in another."""
        return response

    def is_blank(self, response: Any) -> bool:
        """Whether `response` says nothing: not given, or emptied again."""
        return response in (None, "", [], {})

    def is_complete(self, response: Any) -> bool:
        """Whether nothing is left to do before handing in."""
        return not self.is_blank(response)

    def outline(self) -> list[tuple[str, list[str]]]:
        """Headed lists of what can be chosen, for a page without JavaScript."""
        return []

    def describe(self, response: Any) -> list[str]:
        """The response in words, one line each, for feedback and for marking."""
        raise NotImplementedError


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    pruned = {key: _filled(value) if isinstance(value, dict) else value for key, value in data.items()}
    return {
        key: value
        for key, value in pruned.items()
        if value is not None and value is not False and value not in ("", (), {})
    }


def key_parts(parts: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Those of the fields `names` of an activity's parts that are filled, each as `part.field`."""
    return [f"{part_id}.{name}" for part_id, part in parts.items() for name in names if getattr(part, name)]


def texts(parts: Mapping[str, Any]) -> list[str]:
    """What an activity's parts say."""
    return [part.text for part in parts.values()]


def known(found: Iterable[str], expected: Mapping[str, Any], what: str) -> None:
    """Raise `ResponseError` for a name in `found` that is not `expected`; `what` says what it should be."""
    for name in found:
        if name not in expected:
            raise ResponseError(f"{show(name)} is not {what} of this activity")
