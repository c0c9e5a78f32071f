"""The widget of each kind; its fields are those of the dataclass of the same name in `casework.content`."""

from casework import content
from casework.widgets.activity import ActivityWidget


class Choice(ActivityWidget):
    """One option, or any number of them."""

    spec = content.Choice


class Sort(ActivityWidget):
    """Cards to put into bins."""

    spec = content.Sort


class Order(ActivityWidget):
    """Steps to put in order."""

    spec = content.Order


class Number(ActivityWidget):
    """A number with a unit."""

    spec = content.Number


class Rate(ActivityWidget):
    """A point on a labelled scale."""

    spec = content.Rate


class Write(ActivityWidget):
    """A written answer."""

    spec = content.Write


class Transcript(ActivityWidget):
    """A dialogue of which each turn gets a code."""

    spec = content.Transcript


class Interview(ActivityWidget):
    """A branching session with two partners."""

    spec = content.Interview


class CycleMap(ActivityWidget):
    """A couple's cycle as a figure that takes cards."""

    spec = content.CycleMap


class Questionnaire(ActivityWidget):
    """An instrument as a form, scored as it is filled in."""

    spec = content.Questionnaire


WIDGETS: dict[str, type[ActivityWidget]] = {cls.spec.kind: cls for cls in (
    Choice, Order, Sort, Number, Rate, Write, Transcript, Interview, CycleMap, Questionnaire)}
"""Kind, as the page names it, to its widget."""
