"""Directives that show a fictional couple from its file, so that no page repeats or contradicts it.

```{couple} walls-too-high measures``` shows one part of one couple: who, together, alone, cycle, formulation,
measures, decision or aims. `:who: maya` narrows alone to one partner; `:fold:` hides a part until it is opened.
```{couple-list}``` shows every couple, each folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from importlib.resources import files

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from casework.content import ContentError
from casework.couples import Measure, Vignette, couple_ids, load_couple
from casework.instruments import load_instrument
from casework.safety import load_rules


class CoupleDirective(SphinxDirective):
    """One part of one couple, headed by both names and the word fictional."""

    required_arguments = 2
    option_spec = {"who": directives.unchanged, "fold": directives.flag}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        name, part = self.arguments
        try:
            couple = load_couple(name)
        except ContentError as error:
            raise self.error(str(error)) from None
        self.env.note_dependency(str(files("casework.data").joinpath("couples", f"{name}.yaml")))
        who = self.options.get("who", "")
        if part not in PARTS or (who and (part != "alone" or who not in couple.partners)):
            raise self.error(f"couple: found {part} {who}; expected one of {', '.join(PARTS)}, and as who, with alone, "
                             f"one of {', '.join(couple.partners)}")
        head, draw = PARTS[part]
        named = couple.partners[who].name if who else couple.names
        shown = _alone(couple, who) if who else draw(couple)
        title = f"{named} (fictional): {head}"
        return _folded(title, shown) if "fold" in self.options else [_head(title), *shown]


class CoupleListDirective(SphinxDirective):
    """Every couple of the course, in the order of their files, each folded."""

    def run(self) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for name in couple_ids():
            self.env.note_dependency(str(files("casework.data").joinpath("couples", f"{name}.yaml")))
            couple = load_couple(name)
            inside = [node for head, draw in PARTS.values() for node in (_head(head.capitalize()), *draw(couple))]
            made += _folded(f"{couple.names} (fictional): {couple.problem}", inside)
        return made


def _who(couple: Vignette) -> list[nodes.Node]:
    lines = [f"{partner.name}, {partner.age}. {partner.sketch}" for partner in couple.partners.values()]
    return [_bullets(lines), _text(couple.sketch)]


def _together(couple: Vignette) -> list[nodes.Node]:
    return [_text(said.text, f"{couple.partners[said.who].name}: ") if said.who
            else nodes.paragraph("", "", nodes.emphasis(text=said.text)) for said in couple.together]


def _alone(couple: Vignette, who: str = "") -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for partner, lines in couple.alone.items():
        if who in ("", partner):
            name = couple.partners[partner].name
            told = [f"{line.text} ({_telling(line.may_be_told, line.private, name)})" for line in lines]
            made += [*([] if who else [_text("", f"{name}, alone")]), _bullets(told)]
    return made


def _telling(may_be_told: str, private: bool, name: str) -> str:
    known = "" if private else "; known to the other, from elsewhere"
    return (f"only with {name}'s yes" if may_be_told == "with-yes" else "never passed on by you") + known


def _cycle(couple: Vignette) -> list[nodes.Node]:
    if couple.cycle.not_drawn:
        return [_text(couple.cycle.not_drawn, "No shared cycle is drawn. ")]
    rows = [[label, *(getattr(couple.cycle.positions[partner], name) for partner in couple.partners)]
            for name, label in (("does", "Does"), ("fears", "Fears it means"), ("feels", "Feels beneath"))]
    return [_table(("", *_names(couple)), (2, 5, 5), rows), _text(couple.cycle.text)]


def _formulation(couple: Vignette) -> list[nodes.Node]:
    plan = couple.formulation
    if plan.withheld:
        return [_text(plan.withheld, "No formulation is offered. ")]
    alone = " (told alone: enters the couple's page only with that partner's yes)"
    hurts = [(f"Sensitivities: {couple.partners[partner].name}", hurt.text + (alone if hurt.told_alone else ""))
             for partner, hurt in plan.sensitivities.items()]
    return [_terms([("Differences", plan.differences), *hurts, ("External load", plan.load),
                    ("Pattern", plan.pattern)])]


def _measures(couple: Vignette) -> list[nodes.Node]:
    forms = {name: load_instrument(name) for taken in couple.measures.values() for name in taken}
    beside = [name for name, form in forms.items() if not form.couple_rule.apart]
    rows = [[forms[name].short_title, *(_result(couple, partner, name) for partner in couple.partners)]
            for name in beside]
    made: list[nodes.Node] = [_table(("Measure", *_names(couple)), (2, 5, 5), rows)] if rows else []
    flags = [f"{couple.partners[partner].name}, {forms[name].short_title}: {forms[name].flag(flag).text}"
             for partner, taken in couple.measures.items() for name in taken if name in beside
             for flag in couple.score(partner, name).flags]
    gaps = [line for name in beside for line in _gap(couple, name)]
    made += [_bullets([*flags, *gaps])] if flags or gaps else []
    for partner, lines in _own_record(couple, [name for name in forms if name not in beside]).items():
        made += [_text("", f"In {couple.partners[partner].name}'s own record, never set beside the other's"),
                 _bullets(lines)] if lines else []
    answers = [(f"{couple.partners[partner].name}, {forms[name].short_title}", _answers(measure))
               for partner, taken in couple.measures.items() for name, measure in taken.items()]
    return [*made, *_folded("Every answer, item by item", [_terms(answers)])] if answers else made


def _own_record(couple: Vignette, apart: list[str]) -> dict[str, list[str]]:
    return {partner: [*(f"{load_instrument(name).short_title}: {_result(couple, partner, name)}"
                        for name in apart if name in taken), *couple.health.get(partner, ())]
            for partner, taken in couple.measures.items()}


def _result(couple: Vignette, partner: str, name: str) -> str:
    if name not in couple.measures[partner]:
        return "not taken"
    score, form = couple.score(partner, name), load_instrument(name)
    top = form.scoring.total.range[-1:] if form.scoring.total else ()
    said = [f"{score.total} of {top[0]}" if top else str(score.total)] if score.total is not None else []
    said += [score.band] if score.band else []
    said += [f"{part} {value}" for part, value in score.subscales.items() if value is not None]
    note = couple.measures[partner][name].note
    return ", ".join(said) + (f" ({note})" if note else "")


def _gap(couple: Vignette, name: str) -> list[str]:
    one, two = couple.partners
    if any(name not in couple.measures[partner] for partner in couple.partners):
        return []
    form = load_instrument(name)
    found = form.compare(couple.score(one, name), couple.score(two, name), names=_names(couple))
    return [f"{form.short_title}: {found.lines[-1]}"] if found.large_gap else []


def _answers(measure: Measure) -> str:
    given = measure.responses
    if isinstance(given, dict):
        return ", ".join(f"{item}: {code}" for item, code in given.items())
    return ", ".join("left out" if code is None else str(code) for code in given)


def _decision(couple: Vignette) -> list[nodes.Node]:
    rules, reasons = load_rules(), couple.reasons
    found = [(rules.rules[name].text, f"{shown} {rules.labels.band[rules.rules[name].band]}; decides: "
              f"{rules.labels.who[rules.rules[name].who].lower()}.") for name, shown in couple.findings.items()]
    exception = couple.decision.exception
    decided = [_text(couple.decision.text, f"{rules.labels.level[couple.decision.id]}. "),
               *([_text(exception.reason, "Not as the rule has it, and why: ")] if exception else []),
               _text("may go on." if reasons.joint_work else "waits, or has ended.", "Couple work meanwhile: ")]
    made: list[nodes.Node] = [_terms(found)] if found else []
    for head, lines in (("Red flags", couple.red_flags), ("To watch", couple.watch)):
        made += [_text("", head), _bullets(lines)] if lines else []
    return [*made, *_folded("The decision at this point", decided),
            *_folded("Tempting, and wrong", [_terms((wrong.text, wrong.why) for wrong in couple.tempting.values())])]


def _aims(couple: Vignette) -> list[nodes.Node]:
    return [_bullets(couple.aims), _text(" ".join(couple.sources), "Rests on: ")]


PARTS: dict[str, tuple[str, Callable[[Vignette], list[nodes.Node]]]] = {
    "who": ("who they are", _who),
    "together": ("said together", _together),
    "alone": ("said alone", _alone),
    "cycle": ("the cycle", _cycle),
    "formulation": ("a formulation", _formulation),
    "measures": ("the measures", _measures),
    "decision": ("what was found, and the decision", _decision),
    "aims": ("what they teach", _aims),
}
"""Part to its heading and to what draws it, in the order of a whole couple."""


def _names(couple: Vignette) -> tuple[str, str]:
    one, two = couple.partners.values()
    return one.name, two.name


def _head(text: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.strong(text=text), classes=["cw-couple-part"])


def _text(text: str, lead: str = "") -> nodes.paragraph:
    return nodes.paragraph("", "", *([nodes.strong(text=lead)] if lead else []), nodes.Text(text))


def _bullets(lines: Iterable[str]) -> nodes.bullet_list:
    return nodes.bullet_list("", *[nodes.list_item("", nodes.paragraph(text=line)) for line in lines])


def _terms(pairs: Iterable[tuple[str, str]]) -> nodes.definition_list:
    return nodes.definition_list("", *[nodes.definition_list_item(
        "", nodes.term(text=term), nodes.definition("", nodes.paragraph(text=text))) for term, text in pairs])


def _table(heads: Iterable[str], widths: Iterable[int], rows: Iterable[Iterable[str]]) -> nodes.table:
    heads, widths = tuple(heads), tuple(widths)
    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in widths], cols=len(heads))
    group += nodes.thead("", _row(heads))
    group += nodes.tbody("", *[_row(row) for row in rows])
    return nodes.table("", group, classes=["colwidths-given"])


def _row(texts: Iterable[str]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph(text=text)) for text in texts])


def _folded(title: str, inside: list[nodes.Node]) -> list[nodes.Node]:
    opened = f'<details class="cw-fold"><summary>{escape(title)}</summary>'
    return [nodes.raw("", opened, format="html"), *inside, nodes.raw("", "</details>", format="html")]


def setup(app: Sphinx) -> None:
    """Register the directives; a couple that cannot be used stops the build before any page is written."""
    try:
        for name in couple_ids():
            load_couple(name)
    except ContentError as error:
        raise ExtensionError(str(error)) from error
    app.add_directive("couple", CoupleDirective)
    app.add_directive("couple-list", CoupleListDirective)
