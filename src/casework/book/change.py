"""A directive that works out a change between two occasions: ```{change} pcl5 52 33```, by the measure's own rule."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from casework.book.fresh import depend
from casework.book.parts import bullets, folded, heading
from casework.instruments import load_instrument, measure_change
from casework.records import ContentError, ResponseError


class ChangeDirective(SphinxDirective):
    """What two totals of one measure come to, the reason folded beneath."""

    required_arguments = 3

    def run(self) -> list[nodes.Node]:
        name, *totals = self.arguments
        try:
            before, after = map(int, totals)
            form = load_instrument(name)
            first, *reasons = measure_change(form, before, after).lines
        except (ContentError, ResponseError, ValueError) as error:
            raise self.error(f"change: {error}") from None
        depend(self.env, f"instruments/{form.id}.yaml")
        return [heading(first), *folded("Why", [bullets(reasons)])]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("change", ChangeDirective)
