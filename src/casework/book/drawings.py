"""Figures drawn for this course: the SVG files of `book/figures/`, in the page, with its colours and its type.

```{drawing} NAME``` shows `book/figures/NAME.svg`; what the directive holds is the caption. A file has a `title`, a
`desc` that says the same in words, and two layouts, `wide` and `narrow`, of which the page shows the one that fits.
What a drawing tells of trials is not in it: a group with `data-row` is drawn from that row of the table of trials when
the book is built.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from casework.book.fresh import depend
from casework.book.parts import raw
from casework.book.scripts import own
from casework.book.static import offer
from casework.explorers.trials import Trial, load_trials
from casework.records import ContentError

SVG = "http://www.w3.org/2000/svg"
_PLACE = ("x", "y", "width", "height")
"""Where a layout lies in its file; in the page it lies where the page puts it."""


class DrawingDirective(SphinxDirective):
    """A figure of the course, by the name of its file, with its caption."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        folder, name = figures(self.env.srcdir), self.arguments[0]
        known = drawing_names(folder)
        if name not in known:
            raise self.error(f"drawing: found {name}, expected one of {', '.join(known)}")
        self.env.note_dependency(str(folder / f"{name}.svg"))
        depend(self.env, "trials.csv")
        try:
            drawn = draw(folder / f"{name}.svg", f"drawing-{self.env.new_serialno('drawing') + 1}")
        except ContentError as error:
            raise self.error(str(error)) from error
        figure = nodes.figure("", raw("\n".join(drawn)), classes=["cw-drawing", f"cw-drawing-{name}"])
        if self.content:
            words, messages = self.parse_inline(" ".join(self.content), lineno=self.lineno)
            figure += nodes.caption("", "", *words)
            return [figure, *messages]
        return [figure]


def figures(source: str | Path) -> Path:
    """The folder of the drawings in a book's sources."""
    return Path(source) / "book" / "figures"


def drawing_names(folder: Path) -> list[str]:
    """The drawings that a page may show; what begins with `part-` belongs to the map of the course."""
    return sorted(path.stem for path in folder.glob("*.svg") if not path.stem.startswith("part-"))


def draw(path: Path, name: str, trials: Iterable[Trial] | None = None) -> list[str]:
    """The layouts of a drawing as HTML holds them; `name` makes the ids of this copy its own."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    words = {part: root.find(f"{{{SVG}}}{part}") for part in ("title", "desc")}
    layouts = root.findall(f"{{{SVG}}}svg")
    if None in words.values() or [layout.get("class") for layout in layouts] != ["wide", "narrow"]:
        raise ContentError(f"{path}: expected a title, a desc, and two layouts of the classes wide and narrow")
    kept = {key: value for key, value in root.attrib.items() if key not in (*_PLACE, "viewBox")}
    rows = trials
    made = []
    for layout in layouts:
        own_name = f"{name}-{layout.get('class')}"
        shown = ElementTree.Element(f"{{{SVG}}}svg", {**kept, **_without(layout.attrib, _PLACE), "role": "img"})
        shown.set("aria-labelledby", f"{own_name}-title")
        shown.set("aria-describedby", f"{own_name}-desc")
        for part, element in words.items():
            said = copy.deepcopy(element)
            assert said is not None
            said.set("id", f"{own_name}-{part}")
            shown.append(said)
        shown.extend(layout)
        if shown.find(".//*[@data-row]") is not None:
            rows = list(rows if rows is not None else load_trials())
            _draw_trials(shown, rows, path)
        made.append(ElementTree.tostring(shown, encoding="unicode"))
    return made


def _without(attributes: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if key not in names}


# Results of trials, each on the scale of its own panel.


def _draw_trials(layout: ElementTree.Element, trials: list[Trial], path: Path) -> None:
    for panel in [*layout.findall(".//*[@data-axis]"), *layout.findall(".//*[@data-people]")]:
        results = [(group, _row(trials, group.attrib["data-row"], path)) for group in panel.findall("*[@data-row]")]
        if "data-people" in panel.attrib:
            for group, trial in results:
                _draw_people(panel, group, trial, path)
        else:
            _draw_axis(panel)
            for group, trial in results:
                _draw_interval(panel, group, trial, path)
        for element in (panel, *panel):
            for key in [key for key in element.attrib if key.startswith("data-")]:
                del element.attrib[key]


def _row(trials: list[Trial], wanted: str, path: Path) -> Trial:
    named = tuple(part.strip() for part in wanted.split("|"))
    for trial in trials:
        if (trial.bibkey, trial.short_label, trial.effect_type, trial.timepoint_hours) == named:
            return trial
    raise ContentError(f"{path}: no row of trials.csv that may be shown is {wanted}")


def _scale(panel: ElementTree.Element, value: float, where: str) -> str:
    left, right, low, high = _numbers(panel.attrib["data-axis"])
    share = (value - low) / (high - low)
    if not 0 <= share <= 1:
        raise ContentError(f"{where}: {value:g} lies outside the axis from {low:g} to {high:g}; draw a longer one")
    return f"{left + share * (right - left):.1f}"


def _draw_axis(panel: ElementTree.Element) -> None:
    top, bottom = _numbers(panel.attrib["data-line"])
    for tick in _numbers(panel.attrib["data-ticks"]):
        x = _scale(panel, tick, "axis")
        kind = {"stroke-dasharray": "5 4"} if tick == 0 else {"class": "fine"}
        _add(panel, "path", d=f"M{x} {top if tick == 0 else bottom - 5:g}V{bottom:g}", **kind)
        _add(panel, "text", said(tick), x=x, y=f"{bottom + 17:g}", **{"class": "soft", "text-anchor": "middle"})
    left, right, *_ = _numbers(panel.attrib["data-axis"])
    _add(panel, "path", d=f"M{left:g} {bottom:g}H{right:g}", **{"class": "fine"})


def _draw_interval(panel: ElementTree.Element, group: ElementTree.Element, trial: Trial, path: Path) -> None:
    where, y = f"{path}: {trial.short_label}", group.attrib["data-at"]
    if trial.estimate is None or trial.ci_low is None or trial.ci_high is None:
        raise ContentError(f"{where}: expected an estimate with its interval")
    ends = [_scale(panel, end, where) for end in (trial.ci_low, trial.ci_high)]
    _add(group, "path", d=f"M{ends[0]} {y}H{ends[1]}")
    _add(group, "circle", cx=_scale(panel, trial.estimate, where), cy=y, r="5", **{"class": "solid"})
    x, line = group.attrib["data-text"].split()
    _add(group, "text", f"{said(trial.estimate)} ({said(trial.ci_low)} to {said(trial.ci_high)})", x=x, y=line)


def _draw_people(panel: ElementTree.Element, group: ElementTree.Element, trial: Trial, path: Path) -> None:
    if trial.counts is None:
        raise ContentError(f"{path}: {trial.short_label}: expected the counts of both groups")
    left, across, step = _numbers(panel.attrib["data-people"])
    for top, (events, people) in zip(
        _numbers(group.attrib["data-at"]), (trial.counts[:2], trial.counts[2:]), strict=True
    ):
        for person in range(people):
            down, right = divmod(person, int(across))
            place = {"cx": f"{left + right * step:.1f}", "cy": f"{top + down * step:.1f}", "r": "3.5"}
            _add(group, "circle", **place, **{"class": "solid" if person < events else "fine"})
        _add(group, "text", f"{events} of {people}", x=group.attrib["data-text"], y=f"{top + 10:g}")


def said(number: float) -> str:
    """A number as the pages print it, with a minus sign."""
    return f"{number:g}".replace("-", "−")


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split()]


def _add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    ElementTree.SubElement(parent, f"{{{SVG}}}{tag}", attributes).text = text


def _configure(app: Sphinx, config: Config) -> None:
    offer(app, config, {"drawings.css": own("drawings.css")})


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    if "cw-drawing" in context.get("body", "") or "cw-map" in context.get("body", ""):
        app.add_css_file("drawings.css")


def setup(app: Sphinx) -> None:
    """Register the directive and its styles."""
    app.add_directive("drawing", DrawingDirective)
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _dress_page, priority=100)
