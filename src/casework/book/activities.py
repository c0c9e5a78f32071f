"""Directives that show an activity on a page, in the HTML that its widget leaves in a notebook; no kernel is asked.

```{practice} at-a-glance/who-first``` shows the practice activity at that address; ```{measure} lift-off noor phq9```
the form that a couple's file answers, to be scored by hand; ```{explorer} forest``` a drawing of the trials.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from casework.activities import answered_form, practice_activity
from casework.book.fresh import depend
from casework.book.parts import raw
from casework.content.activity import Activity
from casework.content.interview import Interview
from casework.content.questionnaire import Questionnaire
from casework.emblems import emblem_of
from casework.explorers.front_end import mount_html
from casework.explorers.views import view
from casework.records import ContentError, data_file, names_in
from casework.widgets.front_end import activity_html


class PracticeDirective(SphinxDirective):
    """One practice activity, by its address."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        address = self.arguments[0]
        page = address.partition("/")[0]
        if page not in (pages := names_in(data_file("activities"))):
            raise self.error(f"practice: found {address!r}; expected file/activity, with a file of {', '.join(pages)}")
        depend(self.env, f"activities/{page}.yaml")
        try:
            activity = practice_activity(address)
        except ContentError as error:
            raise self.error(f"practice: {error}") from None
        return self.shown(activity, address)

    def shown(self, activity: Activity, name: str) -> list[nodes.Node]:
        """The place of `activity` on the page, whose response is kept under `name`."""
        if isinstance(activity, Questionnaire):
            depend(self.env, f"instruments/{activity.instrument}.yaml")
        if isinstance(activity, Interview) and (emblem := emblem_of(activity.partners)):
            depend(self.env, f"emblems/{emblem.name}.svg")
        return [_place(activity_html(activity, name))]


class MeasureDirective(PracticeDirective):
    """One form as a fictional partner answered it: couple, partner, instrument."""

    required_arguments = 3

    def run(self) -> list[nodes.Node]:
        couple, partner, instrument = self.arguments
        try:
            activity = answered_form(couple, partner, instrument)
        except ContentError as error:
            raise self.error(f"measure: {error}") from None
        depend(self.env, f"couples/{couple}.yaml")
        return self.shown(activity, f"{couple}/{activity.id}")


class ExplorerDirective(SphinxDirective):
    """One explorer of the trials, by its name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        depend(self.env, "trials.csv")
        depend(self.env, "explorers.yaml")
        try:
            return [_place(mount_html(view(self.arguments[0])))]
        except ContentError as error:
            raise self.error(f"explorer: {error}") from None


def _place(html: str) -> nodes.raw:
    return raw(f'<div class="cw-activity">{html}</div>')


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("practice", PracticeDirective)
    app.add_directive("measure", MeasureDirective)
    app.add_directive("explorer", ExplorerDirective)
