"""What every activity widget shares: content in, `response` out, and a page that reads without JavaScript."""

from __future__ import annotations

from typing import Any, ClassVar

import anywidget
import traitlets

from casework import content
from casework.widgets.front_end import module_text, mount_html, style_text


class ActivityWidget(anywidget.AnyWidget):
    """One activity. Fields are those of its content dataclass, by keyword.

    `response` is plain JSON in the shape of the kind (see `casework.content`), or None. JavaScript writes no
    other trait. `mode` is practice, graded (an item with points), or unscored (asked in an exercise, without points).
    """

    spec: ClassVar[type[content.Activity]]

    kind = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    content = traitlets.Dict().tag(sync=True)
    mode = traitlets.Enum(["practice", "graded", "unscored"], "practice").tag(sync=True)
    response = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(self, *, name: str | None = None, **fields: Any) -> None:
        activity = content.build(self.spec, fields, self.spec.__name__)
        self.activity = activity
        super().__init__(kind=activity.kind, name=name or activity.id, content=activity.as_data())

    @classmethod
    def __init_subclass__(cls, **kwargs: Any) -> None:
        # anywidget reads these when the subclass is made; a class without a kind is only a base
        if "spec" in vars(cls):
            cls._esm = module_text(cls.spec.kind)
            cls._css = style_text(cls.spec.kind)
        super().__init_subclass__(**kwargs)

    @classmethod
    def of(cls, activity: content.Activity, *, name: str | None = None) -> ActivityWidget:
        """The widget that shows content which is already loaded."""
        widget = cls.__new__(cls)
        widget.activity = activity
        super(ActivityWidget, widget).__init__(
            kind=activity.kind, name=name or activity.id, content=activity.as_data())
        return widget

    @traitlets.validate("response")
    def _valid_response(self, proposal: dict) -> Any:
        if proposal["value"] is not None and not self.activity.is_blank(proposal["value"]):
            self.activity.check(proposal["value"])
        return proposal["value"]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        state = {"kind": self.kind, "name": self.name, "mode": self.mode, "content": self.content}
        data["text/html"] = mount_html(state, self.activity.prompt, self.activity.outline())
        return data, metadata
