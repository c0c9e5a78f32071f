"""What a grade cell shows: points where there are any, and an account of the answer without its key."""

from __future__ import annotations

import dataclasses
from typing import Any
from xml.etree import ElementTree

from casework.answers import digest_of
from casework.content.activity import Activity
from casework.content.write import Write
from casework.editions import earlier
from casework.keys import ItemKey
from casework.scoring import Verdict, judge_item

MIME = "application/vnd.casework.verdict+json"


class Account:
    """An account of one item: shown as HTML to people, as plain data to the export."""

    verdict: Verdict
    html: str
    data: dict[str, Any]

    def bundle(self) -> dict[str, Any]:
        """What a cell shows of it, MIME type to content."""
        return {"text/plain": repr(self), "text/html": self.html, MIME: self.data}

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        return self.bundle()


class Points(Account, float):
    """Points as nbgrader reads partial credit: a plain number, clipped and rounded before it comes here."""

    __repr__ = float.__repr__


class Withheld(Account, str):
    """No number: its text is not a number either, so that nothing can take it for one."""

    __repr__ = str.__str__


EARLIER = "This answer was given to an earlier edition of the exercise and not looked at since."


def account(activity: Activity, response: Any, key: ItemKey, verdict: Verdict, remark: str = "") -> Account:
    """The account of `response` under `verdict`, with a `remark`; it tells the answer and its points, never the key."""
    if verdict.points is None:
        result: Account = Withheld(verdict.reason)
    else:
        result = Points(verdict.points)
    result.verdict = verdict
    result.html = _html(activity, response, key, verdict, remark)
    answer = activity.describe(response) if verdict.state in ("scored", "waiting") else []
    result.data = {
        "state": verdict.state,
        "points": verdict.points,
        "reason": verdict.reason,
        "prompt": activity.prompt,
        "answer": answer,
    }
    if remark:
        result.data["remark"] = remark
    if isinstance(activity, Write) and activity.rubric:
        result.data["rubric"] = [dataclasses.asdict(criterion) for criterion in activity.rubric.values()]
    return result


def graded(sheet: dict[str, Any], problem: str, edition: str, activity: Activity, key: ItemKey) -> Account:
    """The account of one item of `sheet`; where the sheet has a `problem`, nothing of it is scored.

    `words` in its data is the digest of the answer that was judged.
    """
    if problem:
        reason = f"could not be graded, because {problem[0].lower()}{problem[1:]}"
        return account(activity, None, key, Verdict("ungraded", None, reason))
    remark = EARLIER if activity.id in earlier(sheet, edition) else ""
    answer = sheet["answers"].get(activity.id)
    made = account(activity, answer, key, judge_item(sheet, edition, activity, key), remark)
    made.data["words"] = digest_of(answer)
    return made


def _html(activity: Activity, response: Any, key: ItemKey, verdict: Verdict, remark: str) -> str:
    root = ElementTree.Element("div", {"class": "casework-account"})
    points = "" if verdict.points is None else f"{verdict.points:g} of {key.points:g} points"
    state = {"scored": points, "blank": f"No answer: {points}"}.get(verdict.state, verdict.reason)
    ElementTree.SubElement(ElementTree.SubElement(root, "p"), "strong").text = state
    if verdict.state in ("scored", "waiting"):
        ElementTree.SubElement(root, "p").text = "Your answer:"
        listed = ElementTree.SubElement(root, "ul")
        for line in activity.describe(response):
            ElementTree.SubElement(listed, "li").text = line
    if remark:
        ElementTree.SubElement(root, "p").text = remark
    return ElementTree.tostring(root, encoding="unicode", method="html")
