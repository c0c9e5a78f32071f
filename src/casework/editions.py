"""To which edition of an exercise each answer of a sheet was given, and which of them nobody has looked at since.

A sheet's `edition` is the one it was saved in last; `editions` names, by item, the others. An old file has none, and
all its answers belong to its `edition`. The page keeps the same rules in `book/answers.js`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def is_given(answer: Any) -> bool:
    """Whether there is an answer at all; what was emptied again is none."""
    if isinstance(answer, str):
        return bool(answer.strip())
    return answer not in (None, [], {})


def edition_of(sheet: Mapping[str, Any], item: str) -> str:
    """The edition that the answer to `item` was given to."""
    return str(sheet.get("editions", {}).get(item, sheet["edition"]))


def earlier(sheet: Mapping[str, Any], edition: str) -> list[str]:
    """The items whose answer was given to another edition than `edition`, and not looked at since."""
    return [
        item
        for item, answer in sheet["answers"].items()
        if edition and is_given(answer) and edition_of(sheet, item) != edition
    ]


def with_answers(
    sheet: Mapping[str, Any], edition: str, given: Mapping[str, Any], editions: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """`sheet` saved in `edition` with the answers `given` to it, or to what `editions` says of an item."""
    answers = {**sheet["answers"], **given}
    to = {item: edition_of(sheet, item) for item in sheet["answers"]}
    to |= {item: (editions or {}).get(item, edition) for item in given}
    others = {item: other for item, other in to.items() if other != edition and is_given(answers[item])}
    made = {**sheet, "edition": edition, "answers": answers, "editions": others}
    if not others:
        del made["editions"]
    return made


def brought(sheet: Mapping[str, Any], file: Mapping[str, Any], edition: str) -> dict[str, str]:
    """The edition of each answer of `file` where it comes to `sheet`: what was looked at here stays looked at."""
    done = {item for item in sheet["answers"] if edition_of(sheet, item) == edition}
    return {
        item: edition if item in done and sheet["answers"][item] == answer else edition_of(file, item)
        for item, answer in file["answers"].items()
    }


def remark(sheet: Mapping[str, Any], edition: str, scored: Collection[str], unscored: Collection[str]) -> str:
    """A sentence about the answers that nobody has looked at in `edition`; empty where there are none."""
    old = earlier(sheet, edition)
    numbers = [str(number) for number, item in enumerate(scored, 1) if item in old]
    beside = sum(item in old for item in unscored)
    named = [f"question{'s' if len(numbers) > 1 else ''} {_listed(numbers)}"] if numbers else []
    named += [f"{beside} that {'is' if beside == 1 else 'are'} not scored"] if beside else []
    if not named:
        return ""
    who = sheet["trainee"]
    them = "it" if len(numbers) + beside == 1 else "them"
    return (
        f"{who} answered {_listed(named)} of {sheet['assignment']} in an earlier edition and has not looked at {them} "
        f"since: any points stand, but ask {who} to open the exercise, look at {them} and hand it in again."
    )


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
