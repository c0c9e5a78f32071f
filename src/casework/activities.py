"""Practice: the activities of the book, and the forms that fictional partners have answered.

A page of the book shows the content; a notebook shows a widget, which keeps its responses in `practice.json`.
"""

from __future__ import annotations

import dataclasses

from casework.content import load_activities
from casework.content.activity import Activity
from casework.content.questionnaire import Questionnaire
from casework.couples import load_couple
from casework.instruments import Instrument
from casework.records import ContentError, data_file
from casework.sheet import Sheet
from casework.widgets import ActivityWidget


class PracticeSheet(Sheet):
    """Practice responses, kept beside the notebook so that they survive a closed window; never handed in."""

    file_name = "practice.json"


def practice(address: str) -> ActivityWidget:
    """The practice activity at `page/activity`, for example `"assessment-at-a-glance/who-first"`."""
    return _kept(practice_activity(address), address)


def measure_of(couple: str, partner: str, instrument: str) -> ActivityWidget:
    """One form as a fictional partner answered it, to be scored by hand before the result is shown.

    The answers come from the couple's file: `measure_of("fine-on-paper", "jonah", "mdq")`.
    """
    activity = answered_form(couple, partner, instrument)
    return _kept(activity, f"{couple}/{activity.id}")


def practice_activity(address: str) -> Activity:
    """The content of the practice activity at `page/activity`; a `ContentError` names what there is instead."""
    page, _, name = address.partition("/")
    path = data_file("activities", f"{page}.yaml")
    activities = load_activities(path)
    if name not in activities:
        raise ContentError(f"{path}: there is no activity {name!r}; there is {', '.join(activities)}")
    return activities[name]


def answered_form(couple: str, partner: str, instrument: str) -> Questionnaire:
    """The content of the form that `measure_of` shows."""
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
    return dataclasses.replace(
        blank,
        prompt=_by_hand(blank.form, name),
        case=tuple(case),
        context=measure.context,
        who=f"{name} (fictional)",
    )


def _by_hand(form: Instrument, name: str) -> str:
    apart = (
        f"It was asked with nobody else there and belongs to {name}'s own record: nothing of the partner's is set "
        "beside it. "
        if form.couple_rule.apart
        else ""
    )
    return (
        f"The {form.short_title} of {name} (fictional). {apart}Open it and score it by hand, on paper. Then press "
        "the button and compare.\n\nWhat does it come to, and what does it ask of you?"
    )


def _kept(activity: Activity, address: str) -> ActivityWidget:
    return PracticeSheet("practice").keep(ActivityWidget(activity, name=address))
