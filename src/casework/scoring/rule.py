"""What a scoring rule is: from a valid response and a key to credit, and what a key must give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from casework.content import Activity
from casework.keys import ItemKey
from casework.records import ContentError, ResponseError

_Kind = TypeVar("_Kind", bound=Activity)


class ScoringRule(ABC, Generic[_Kind]):
    """The rule of the kinds that its subclass names: `class ChoiceRule(ScoringRule[Choice], kinds=[Choice])`.

    A subclass is found because it is there. A kind without a rule is marked by a supervisor.
    """

    of_kind: ClassVar[dict[str, ScoringRule[Any]]] = {}

    def __init_subclass__(cls, *, kinds: list[type[Activity]], **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for kind in kinds:
            ScoringRule.of_kind[kind.kind] = cls()

    @abstractmethod
    def credit(self, activity: _Kind, response: Any, key: ItemKey) -> float:
        """The credit of a valid, non-blank response; what is outside [0, 1] is clipped."""

    def rights(self, key: ItemKey) -> list[Any]:
        """The responses that earn everything."""
        return [key.right]

    def check_key(self, activity: _Kind, key: ItemKey, where: str) -> None:
        """Raise `ContentError` unless `key` names what `activity` has and its right responses earn everything."""
        rights = self.rights(key)
        try:
            for right in rights:
                activity.check(right)
                if not activity.is_complete(right):
                    raise ResponseError("the key leaves something unanswered")
            for option in key.partial:
                activity.check(option)
        except ResponseError as error:
            raise ContentError(f"{where}: right: {error}") from None
        if not all(0 < part < 1 for part in key.partial.values()) or key.right in list(key.partial):
            raise ContentError(f"{where}: partial: expected parts between 0 and 1 for options other than the right one")
        self.check_parts(activity, key, where)
        if any(self.credit(activity, right, key) < 1 for right in rights):
            raise ContentError(f"{where}: right: the key itself does not earn full credit")

    def check_parts(self, activity: _Kind, key: ItemKey, where: str) -> None:
        """Raise `ContentError` where a part of `key` that only this rule reads does not fit `activity`."""
