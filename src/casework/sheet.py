"""`Sheet` asks the activities of one exercise and keeps the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from casework import answers
from casework.account import Account, graded
from casework.content.activity import Activity
from casework.editions import brought, earlier
from casework.keys import load_key
from casework.records import ContentError
from casework.widgets import ActivityWidget, Panel


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

    def __init__(
        self, assignment: str, *, edition: str = "", folder: Path | str = ".", refused: str | None = None
    ) -> None:
        self.assignment, self.edition = assignment, edition
        self.grading = refused is not None
        self.path = Path(folder).resolve() / self.file_name
        self.widgets: dict[str, ActivityWidget] = {}
        self.unsaved: dict[str, Any] = {}
        self.unsaved_editions: dict[str, str] = {}
        self.restoring = False
        self.problem = refused or ""
        self.document = answers.empty(assignment, edition)
        # when grading, a file that is not there is a problem and not a sheet of blanks
        if not self.problem and (self.grading or self.path.exists() or self.path.is_symlink()):
            try:
                self.document = answers.belonging(answers.read(self.path), assignment)
            except answers.AnswersError as error:
                self.problem = str(error)
        self.panel = Panel(assignment=assignment, edition=edition, document=self.document, notice=self.problem)
        self.panel.observe(self._on_panel, "response")

    @property
    def scored(self) -> dict[str, ActivityWidget]:
        """The items that have points, by id in the order they are asked."""
        return {name: widget for name, widget in self.widgets.items() if widget.mode != "unscored"}

    def ask(self, widget: ActivityWidget, *, scored: bool = True) -> ActivityWidget:
        """Make `widget` an item of this exercise: restore its response, and save each change of it.

        One that is not `scored`, such as how sure somebody is of an answer, is kept with the answers and has no
        key, no points and no number in the panel.
        """
        given_away = widget.activity.key_fields()
        if given_away:
            raise ContentError(f"{widget.name}: graded work holds no key, but {', '.join(given_away)} was given")
        widget.mode = "graded" if scored else "unscored"
        return self.keep(widget)

    def keep(self, widget: ActivityWidget) -> ActivityWidget:
        """Restore the response of `widget` from the sheet, and save each change of it."""
        self.widgets[widget.name] = widget
        self._restore(widget)
        widget.observe(self._on_response, "response")
        self.panel.items = list(self.scored)
        self._recount()
        return widget

    def _restore(self, widget: ActivityWidget) -> None:
        self.restoring = True  # nobody answers anew what is shown again
        try:
            widget.response = widget.activity.upgraded(self.document["answers"].get(widget.name))
        except ValueError as error:  # an answer of another edition that no longer fits stays in the file
            widget.response = None
            self.panel.notice = f"The saved answer to {widget.name!r} does not fit this edition: {error}."
        finally:
            self.restoring = False

    def _recount(self) -> None:
        self.panel.unanswered = self._open()
        self.panel.unrated = len(self._open(scored=False))
        old = earlier(self.document, self.edition)
        self.panel.earlier = [name for name in self.widgets if name in old]

    def _on_response(self, change: dict[str, Any]) -> None:
        widget = change["owner"]
        if not self.restoring and self.document["answers"].get(widget.name) != change["new"]:
            try:
                self._save(answers={widget.name: change["new"]})
            except answers.AnswersError as error:
                self.panel.notice = str(error)

    def _save(self, **changes: Any) -> None:
        start = answers.empty(self.assignment, self.edition, self.document["trainee"])
        again = bool(self.unsaved)
        given = changes.pop("answers", {})
        self.unsaved_editions = {
            **{item: edition for item, edition in self.unsaved_editions.items() if item not in given},
            **changes.pop("editions", {}),
        }
        self.unsaved |= given
        try:
            self.document = answers.update(
                self.path, start, answers=self.unsaved, editions=self.unsaved_editions, **changes
            )
        except OSError as error:  # said to the trainee, and tried again with the next answer
            raise answers.AnswersError(
                f"Your last answer is not saved ({error.strerror or error}): see that there is "
                "room in this folder and that it can be written, then answer again."
            ) from None
        self.unsaved, self.unsaved_editions = {}, {}
        if again:
            self.panel.notice = ""
        self.problem = ""  # a file that could not be read has been set aside
        self.panel.document = self.document
        self._recount()

    def _on_panel(self, change: dict[str, Any]) -> None:
        request = change["new"] or {}
        try:
            if "trainee" in request:
                self.panel.notice = self._name(request)
            elif "resume" in request:
                self.panel.notice = self._resume(str(request["resume"]))
            elif "stands" in request:
                self.panel.notice = self._stand(request["stands"])
        except answers.AnswersError as error:
            self.panel.notice = str(error)

    def _name(self, request: dict[str, Any]) -> str:
        """Put an id on the sheet; what is said of it. Nobody hands in the answers of another."""
        trainee, owner = request["trainee"], self.document["trainee"]
        if trainee and not answers.is_trainee_id(trainee):
            raise answers.AnswersError(answers.BAD_ID)
        given = any(answer is not None for answer in self.document["answers"].values())
        if request.get("anew") or (not given and trainee and answers.aside_of(self.path, trainee).is_file()):
            back = answers.change_owner(self.path, trainee)
            self.unsaved, self.unsaved_editions = {}, {}
            self.document = answers.empty(self.assignment, self.edition)
            self._save(trainee=trainee)
            self._restore_all()
            said = [answers.ASIDE.format(owner)] if owner and given else []
            return " ".join([*said, *([answers.BACK.format(trainee)] if back else [])])
        if owner and owner != trainee and given and not request.get("mine"):
            raise answers.AnswersError(answers.WHOSE.format(owner))
        self._save(trainee=trainee)
        return ""

    def _resume(self, text: str) -> str:
        """Bring answers back from a file; what is said of it."""
        sheet = answers.belonging(answers.parse(text.encode()), self.assignment)
        if len({sheet["trainee"], self.document["trainee"]} - {""}) == 2:
            answers.set_aside(self.path, self.document["trainee"])
            self.document = answers.empty(self.assignment, self.edition)
        editions = brought(self.document, sheet, self.edition)
        self._save(trainee=sheet["trainee"] or None, answers=sheet["answers"], editions=editions)
        self._restore_all()
        return answers.RESUMED

    def _stand(self, items: list[str]) -> str:
        """Give the answers to `items`, of an earlier edition, again to this one: somebody has looked at them."""
        self._save(answers={item: self.document["answers"][item] for item in self.panel.earlier if item in items})
        return ""

    def _restore_all(self) -> None:
        for widget in self.widgets.values():
            self._restore(widget)

    def _open(self, scored: bool = True) -> list[str]:
        return [
            name
            for name, widget in self.widgets.items()
            if (name in self.scored) == scored and not widget.activity.is_complete(self.document["answers"].get(name))
        ]

    def answered(self, item: str) -> None:
        """Raise `Unanswered` while `item` still wants an answer; this is what `nbgrader validate` reports.

        When grading it says nothing: what is open then is a verdict and not an error.
        """
        if self.grading:
            return
        if self.problem:
            raise Unanswered(self.problem)
        if item in self._open():
            number = list(self.scored).index(item) + 1
            raise Unanswered(f"Question {number} ({item}) is not answered completely yet.")

    def score(self, item: str) -> Account:
        """The graded account of `item`, a number of points wherever one may enter the gradebook."""
        activity: Activity = self.widgets[item].activity
        key = load_key(self.assignment).items[item]
        return graded(self.document, self.problem, self.edition, activity, key)

    def page_html(self) -> str:
        """What a page without a kernel shows of it."""
        return self.panel.page_html()

    def _ipython_display_(self) -> None:
        self.panel._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.panel._repr_mimebundle_(**kwargs)
