"""The panel of an answer sheet: who answers, what is open, the file to download and to resume from."""

from __future__ import annotations

import traitlets

from casework.widgets.front_end import module_text, mount_html, saved_html, style_text
from casework.widgets.readable import ReadableWidget


class Panel(ReadableWidget):
    """Shows one answer sheet. `response` is what the trainee asks of it.

    `{"trainee": id}` names whose it is; over the answers of another it needs `"mine": True` (they are the same
    person's) or `"anew": True` (they are set aside). `{"resume": text}` brings answers back from a file.
    `{"stands": [item, …]}` gives answers of an earlier edition again to this one.
    """

    _esm = module_text("panel")
    _css = style_text("panel")

    told = ("document", "items", "unanswered")

    assignment = traitlets.Unicode().tag(sync=True)
    edition = traitlets.Unicode().tag(sync=True)
    document = traitlets.Dict().tag(sync=True)
    items: traitlets.List[str] = traitlets.List().tag(sync=True)
    unanswered: traitlets.List[str] = traitlets.List().tag(sync=True)
    unrated = traitlets.Int().tag(sync=True)  # how many unscored ones are open
    earlier: traitlets.List[str] = traitlets.List().tag(
        sync=True
    )  # answered in an earlier edition, not looked at since
    notice = traitlets.Unicode().tag(sync=True)
    response = traitlets.Dict(None, allow_none=True).tag(sync=True)

    def page_html(self) -> str:
        state = {"kind": "panel", "assignment": self.assignment, "edition": self.edition}
        return mount_html(
            state, "To answer here and to hand in, this page needs its scripts, and your browser has not run them.", []
        )

    def saved_html(self) -> str:
        trainee = self.document.get("trainee")
        done = len(self.items) - len(self.unanswered)
        lines = [f"Your id: {trainee}" if trainee else "No id yet", f"{done} of {len(self.items)} answered"]
        return saved_html("Your answers are kept in answers.json, beside this notebook.", [("Answer sheet", lines)])
