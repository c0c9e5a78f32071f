"""One class, one `.js` and one `.css` a kind of activity, on anywidget."""

from casework.widgets.activity import ActivityWidget
from casework.widgets.kinds import WIDGETS, Choice, Number, Order, Rate, Sort, Write
from casework.widgets.panel import Panel

__all__ = ["WIDGETS", "ActivityWidget", "Choice", "Number", "Order", "Panel", "Rate", "Sort", "Write"]
