"""`Sheet` asks the activities of one exercise and keeps the answers.

`practice` shows one activity of the book, `measure_of` a form that a fictional partner has answered.
"""

from __future__ import annotations

import dataclasses
from importlib.resources import files
from pathlib import Path
from typing import Any

from casework import answers
from casework.account import Account, graded
from casework.content import Activity, ContentError, Questionnaire, load_activities
from casework.couples import load_couple
from casework.instruments import Instrument
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

    @property
    def scored(self) -> dict[str, ActivityWidget]:
        """The items that have points, by id in the order they are asked."""
        return {name: widget for name, widget in self.widgets.items() if widget.mode != "unscored"}

    def _is_other(self, sheet: dict) -> bool:
        """Whether `sheet` answers another edition than is asked here."""
        return bool(self.edition and sheet["answers"] and sheet["edition"] != self.edition)

    def ask(self, widget: ActivityWidget, *, scored: bool = True) -> ActivityWidget:
        """Make `widget` an item of this exercise: restore its response, and save each change of it.

        One that is not `scored`, such as how sure somebody is of an answer, is kept with the answers and has no
        key, no points and no number in the panel.
        """
        given_away = widget.activity.key_fields()
        if given_away:
            raise ContentError(f"{widget.name}: graded work holds no key, but {', '.join(given_away)} was given")
        widget.mode = "graded" if scored else "unscored"
        return self._keep(widget)

    def _keep(self, widget: ActivityWidget) -> ActivityWidget:
        self.widgets[widget.name] = widget
        self._restore(widget)
        widget.observe(self._on_response, "response")
        self.panel.items = list(self.scored)
        self.panel.unanswered = self._open()
        self.panel.unrated = len(self._open(scored=False))
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
        self.panel.unrated = len(self._open(scored=False))

    def _on_panel(self, change: dict) -> None:
        request = change["new"] or {}
        try:
            if "trainee" in request:
                if request["trainee"] and not answers.is_trainee_id(request["trainee"]):
                    raise answers.AnswersError("An id has letters, digits, single dots, hyphens or underscores, at "
                                               "most 64, and begins with a letter or a digit.")
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

    def _open(self, scored: bool = True) -> list[str]:
        return [name for name, widget in self.widgets.items() if (name in self.scored) == scored
                and not widget.activity.is_complete(self.document["answers"].get(name))]

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
    return _practised(activities[name], address)


def measure_of(couple: str, partner: str, instrument: str) -> ActivityWidget:
    """One form as a fictional partner answered it, to be scored by hand before the result is shown.

    The answers come from the couple's file: `measure_of("fine-on-paper", "jonah", "mdq")`.
    """
    vignette = load_couple(couple)
    if partner not in vignette.measures:
        raise ContentError(f"{couple}: found {partner!r}, expected one of {', '.join(vignette.measures)}")
    taken, name = vignette.measures[partner], vignette.partners[partner].name
    blank = Questionnaire(id=f"{partner}-{instrument}", prompt="?", instrument=instrument, folded=True)
    if blank.closed:
        raise ContentError(f"{couple}: {partner}: {instrument}: {blank.closed}")
    if instrument not in taken:
        raise ContentError(f"{couple}: {partner}: {instrument} was not taken; expected one of {', '.join(taken)}")
    measure, items = taken[instrument], blank.form.items
    given = measure.responses
    case = [given.get(item.id) for item in items] if isinstance(given, dict) else given
    return _practised(dataclasses.replace(blank, prompt=_by_hand(blank.form, name), case=tuple(case),
                                          context=measure.context, who=f"{name} (fictional)"),
                      f"{couple}/{blank.id}")


def _by_hand(form: Instrument, name: str) -> str:
    apart = (f"It was asked with nobody else there and belongs to {name}'s own record: nothing of the partner's is set "
             "beside it. ") if form.couple_rule.apart else ""
    return (f"The {form.short_title} of {name} (fictional). {apart}Open it and score it by hand, on paper. Then press "
            "the button and compare.\n\nWhat does it come to, and what does it ask of you?")


def _practised(activity: Activity, address: str) -> ActivityWidget:
    return _PracticeSheet("practice")._keep(WIDGETS[activity.kind].of(activity, name=address))
