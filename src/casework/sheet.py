"""`Sheet` asks the activities of one exercise and keeps the answers; `practice` shows one activity of the book."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from casework import answers
from casework.account import Account, graded
from casework.content import Activity, ContentError, load_activities
from casework.keys import load_key
from casework.widgets import WIDGETS, ActivityWidget, Panel

OTHER_EDITION = "Your answers belong to another edition of this exercise: look through each one."


class Unanswered(Exception):
    """An item of the exercise has no answer yet."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Sheet:
    """The answer sheet of one exercise, kept in `answers.json` in `folder` (default: the working folder).

    `edition` is put in when the exercise is released. `refused` is put in when it is graded: an empty text, or
    why the file that was handed in is not read. Nothing is written before a response changes.
    """

    file_name = answers.FILE_NAME

    def __init__(self, assignment: str, *, edition: str = "", folder: Path | str = ".",
                 refused: str | None = None) -> None:
        self.assignment, self.edition = assignment, edition
        self.grading = refused is not None
        self.path = Path(folder).resolve() / self.file_name
        self.widgets: dict[str, ActivityWidget] = {}
        self.unsaved: dict[str, Any] = {}
        self.problem = refused or ""
        self.document = answers.empty(assignment, edition)
        # when grading, a file that is not there is a problem and not a sheet of blanks
        if not self.problem and (self.grading or self.path.exists() or self.path.is_symlink()):
            try:
                self.document = answers.belonging(answers.read(self.path), assignment)
            except answers.AnswersError as error:
                self.problem = str(error)
        notice = self.problem or (OTHER_EDITION if self._is_other(self.document) else "")
        self.panel = Panel(assignment=assignment, edition=edition, document=self.document, notice=notice)
        self.panel.observe(self._on_panel, "response")

    def _is_other(self, sheet: dict) -> bool:
        """Whether `sheet` answers another edition than is asked here."""
        return bool(self.edition and sheet["answers"] and sheet["edition"] != self.edition)

    def ask(self, widget: ActivityWidget) -> ActivityWidget:
        """Make `widget` an item of this exercise: restore its response, and save each change of it."""
        given_away = widget.activity.key_fields()
        if given_away:
            raise ContentError(f"{widget.name}: graded work holds no key, but {', '.join(given_away)} was given")
        widget.mode = "graded"
        return self._keep(widget)

    def _keep(self, widget: ActivityWidget) -> ActivityWidget:
        self.widgets[widget.name] = widget
        self._restore(widget)
        widget.observe(self._on_response, "response")
        self.panel.items = list(self.widgets)
        self.panel.unanswered = self._open()
        return widget

    def _restore(self, widget: ActivityWidget) -> None:
        try:
            widget.response = self.document["answers"].get(widget.name)
        except ValueError as error:  # an answer of another edition that no longer fits stays in the file
            self.panel.notice = f"The saved answer to {widget.name!r} does not fit this edition: {error}."

    def _on_response(self, change: dict) -> None:
        widget = change["owner"]
        if self.document["answers"].get(widget.name) != change["new"]:
            try:
                self._save(answers={widget.name: change["new"]})
            except answers.AnswersError as error:
                self.panel.notice = str(error)

    def _save(self, **changes: Any) -> None:
        start = answers.empty(self.assignment, self.edition, self.document["trainee"])
        again = bool(self.unsaved)
        self.unsaved |= changes.get("answers") or {}
        try:
            self.document = answers.update(self.path, start, **{**changes, "answers": self.unsaved})
        except OSError as error:  # said to the trainee, and tried again with the next answer
            raise answers.AnswersError(f"Your last answer is not saved ({error.strerror or error}): see that there is "
                                       "room in this folder and that it can be written, then answer again.") from None
        self.unsaved = {}
        if again:
            self.panel.notice = ""
        self.problem = ""  # a file that could not be read has been set aside
        self.panel.document = self.document
        self.panel.unanswered = self._open()

    def _on_panel(self, change: dict) -> None:
        request = change["new"] or {}
        try:
            if "trainee" in request:
                if request["trainee"] and not answers.is_trainee_id(request["trainee"]):
                    raise answers.AnswersError("An id has letters, digits, dots, hyphens or underscores, at most 64.")
                self._save(trainee=request["trainee"])
            elif "resume" in request:
                sheet = answers.belonging(answers.parse(str(request["resume"]).encode()), self.assignment)
                if len({sheet["trainee"], self.document["trainee"]} - {""}) == 2:
                    answers.set_aside(self.path)  # nobody hands in the answers of another
                self._save(trainee=sheet["trainee"] or None, answers=sheet["answers"])
                self.panel.notice = OTHER_EDITION if self._is_other(sheet) else "Your answers from the file are back."
                for widget in self.widgets.values():
                    self._restore(widget)
            else:
                return
            if "trainee" in request:
                self.panel.notice = ""
        except answers.AnswersError as error:
            self.panel.notice = str(error)

    def _open(self) -> list[str]:
        return [name for name, widget in self.widgets.items()
                if not widget.activity.is_complete(self.document["answers"].get(name))]

    def answered(self, item: str) -> None:
        """Raise `Unanswered` while `item` still wants an answer; this is what `nbgrader validate` reports.

        When grading it says nothing: what is open then is a verdict and not an error.
        """
        if self.grading:
            return
        if self.problem:
            raise Unanswered(self.problem)
        if item in self._open():
            number = list(self.widgets).index(item) + 1
            raise Unanswered(f"Question {number} ({item}) is not answered completely yet.")

    def score(self, item: str) -> Account:
        """The graded account of `item`, a number of points wherever one may enter the gradebook."""
        activity: Activity = self.widgets[item].activity
        key = load_key(self.assignment).items[item]
        return graded(self.document, self.problem, self.edition, activity, key)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.panel._repr_mimebundle_(**kwargs)


class _PracticeSheet(Sheet):
    """Practice responses, kept beside the notebook so that they survive a closed window; never handed in."""

    file_name = "practice.json"


def practice(address: str) -> ActivityWidget:
    """The practice activity at `page/activity`, for example `"assessment-at-a-glance/who-first"`."""
    page, _, name = address.partition("/")
    path = files("casework.data").joinpath("activities", f"{page}.yaml")
    activities = load_activities(path)
    if name not in activities:
        raise ContentError(f"{path}: there is no activity {name!r}; there is {', '.join(activities)}")
    activity = activities[name]
    widget = WIDGETS[activity.kind].of(activity, name=address)
    return _PracticeSheet("practice")._keep(widget)
