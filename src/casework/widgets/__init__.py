"""Activities as widgets, on anywidget: one script and one sheet of styles a kind."""

from casework.widgets.activity import MAKERS, ActivityWidget
from casework.widgets.panel import Panel

__all__ = ["MAKERS", "ActivityWidget", "Panel"]
