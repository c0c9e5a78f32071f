"""One class, one `.js` and one `.css` a kind of activity, on anywidget."""

from casework.widgets.activity import ActivityWidget
from casework.widgets.kinds import (
    WIDGETS,
    Choice,
    CycleMap,
    Interview,
    Number,
    Order,
    Questionnaire,
    Rate,
    Sort,
    Transcript,
    Write,
)
from casework.widgets.panel import Panel

__all__ = ["WIDGETS", "ActivityWidget", "Choice", "CycleMap", "Interview", "Number", "Order", "Panel",
           "Questionnaire", "Rate", "Sort", "Transcript", "Write"]
