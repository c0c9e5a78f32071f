"""The widget of an activity: content in, `response` out, and a page that reads without JavaScript."""

from __future__ import annotations

from typing import Any, Protocol

import traitlets

from casework.content import KINDS, Activity
from casework.records import build
from casework.widgets.front_end import activity_html, module_text, saved_html, style_text
from casework.widgets.readable import ReadableWidget


class ActivityWidget(ReadableWidget):
    """One activity.

    `response` is plain JSON in the shape of the kind (see `casework.content`), or None. JavaScript writes no
    other trait. `mode` is practice, graded (an item with points), or unscored (asked in an exercise, without points).
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    told = ("response",)

    kind = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    content = traitlets.Dict().tag(sync=True)
    mode = traitlets.Enum(["practice", "graded", "unscored"], "practice").tag(sync=True)
    response = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, activity: Activity, *, name: str | None = None) -> None:
        self.activity = activity
        super().__init__(
            _esm=module_text(activity.kind),
            _css=style_text(activity.kind),
            kind=activity.kind,
            name=name or activity.id,
            content=activity.as_data(),
        )

    @traitlets.validate("response")
    def _valid_response(self, proposal: dict[str, Any]) -> Any:
        if proposal["value"] is not None and not self.activity.is_blank(proposal["value"]):
            self.activity.check(proposal["value"])
        return proposal["value"]

    def page_html(self) -> str:
        return activity_html(self.activity, self.name, self.mode)

    def saved_html(self) -> str:
        blank = self.response is None or self.activity.is_blank(self.response)
        given = ("Not answered yet", []) if blank else ("Your answer", self.activity.describe(self.response))
        return saved_html(self.activity.prompt, [*self.activity.outline(), given])


class Maker(Protocol):
    """Makes the widget of one kind from the fields of its content, by keyword."""

    def __call__(self, *, name: str | None = None, **fields: Any) -> ActivityWidget: ...


def _maker(kind: type[Activity]) -> Maker:
    def make(*, name: str | None = None, **fields: Any) -> ActivityWidget:
        return ActivityWidget(build(kind, fields, kind.__name__), name=name)

    make.__name__ = make.__qualname__ = kind.__name__
    make.__doc__ = kind.__doc__
    return make


MAKERS: dict[str, Maker] = {name: _maker(kind) for name, kind in KINDS.items()}
"""Kind to what makes its widget: `Choice(id=…, prompt=…, options=…)` in an exercise."""
