"""Directives that show a fictional couple from its file, so that no page repeats or contradicts it.

```{couple} walls-too-high measures``` shows one part of one couple: who, together, alone, cycle, formulation,
measures, decision or aims. `:who: maya` narrows alone to one partner; `:fold:` hides a part until it is opened.
```{couple-list}``` shows every couple, each folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from casework.book.fresh import add_fact, depend, note_fact
from casework.book.parts import bullets, folded, heading, led, paragraph, table, terms
from casework.couples import Couple, Measure, couple_ids, load_couple
from casework.instruments import compare_partners, load_instrument
from casework.records import ContentError
from casework.safety import failing_lines, load_form, load_rules


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
        who = self.options.get("who", "")
        if part not in PARTS or (who and (part != "alone" or who not in couple.partners)):
            raise self.error(
                f"couple: found {part} {who}; expected one of {', '.join(PARTS)}, and as who, with alone, "
                f"one of {', '.join(couple.partners)}"
            )
        for path in drawn_from(couple, part):
            depend(self.env, path)
        head, draw = PARTS[part]
        named = couple.partners[who].name if who else couple.names
        shown = _alone(couple, who) if who else draw(couple)
        title = f"{named} (fictional): {head}"
        return folded(title, shown) if "fold" in self.options else [heading(title), *shown]


class CoupleListDirective(SphinxDirective):
    """Every couple of the course, in the order of their files, each folded."""

    def run(self) -> list[nodes.Node]:
        note_fact(self.env, "couples", "all")
        made: list[nodes.Node] = []
        for name in couple_ids():
            couple = load_couple(name)
            inside: list[nodes.Node] = []
            for part, (head, draw) in PARTS.items():
                inside += [heading(head.capitalize()), *draw(couple)]
                for path in drawn_from(couple, part):
                    depend(self.env, path)
            made += folded(f"{couple.names} (fictional): {couple.problem}", inside)
        return made


def drawn_from(couple: Couple, part: str) -> Iterator[str]:
    """The data files from which a part of a couple is drawn."""
    yield f"couples/{couple.id}.yaml"
    if part == "measures":
        yield from (f"instruments/{name}.yaml" for taken in couple.measures.values() for name in taken)
    if part == "decision":
        yield from ("safety-rules.yaml", "go-no-go.yaml")


def _who(couple: Couple) -> list[nodes.Node]:
    lines = [f"{partner.name}, {partner.age}. {partner.sketch}" for partner in couple.partners.values()]
    return [bullets(lines), paragraph(couple.sketch)]


def _together(couple: Couple) -> list[nodes.Node]:
    return [
        led(f"{couple.partners[said.who].name}: ", said.text) if said.who else paragraph(nodes.emphasis(text=said.text))
        for said in couple.together
    ]


def _alone(couple: Couple, who: str = "") -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for partner, lines in couple.alone.items():
        if who in ("", partner):
            name = couple.partners[partner].name
            told = [f"{line.text} ({_telling(line.may_be_told, line.private, name)})" for line in lines]
            made += [*([] if who else [heading(f"{name}, alone")]), bullets(told)]
    return made


def _telling(may_be_told: str, private: bool, name: str) -> str:
    known = "" if private else "; known to the other, from elsewhere"
    return (
        f"only with {name}'s yes" if may_be_told == "with-yes" else "not passed on by you; the two exceptions aside"
    ) + known


def _cycle(couple: Couple) -> list[nodes.Node]:
    if couple.cycle.not_drawn:
        return [led("No shared cycle is drawn. ", couple.cycle.not_drawn)]
    rows = [
        [label, *(getattr(couple.cycle.positions[partner], name) for partner in couple.partners)]
        for name, label in (("does", "Does"), ("fears", "Fears it means"), ("feels", "Feels beneath"))
    ]
    return [table(("", *_names(couple)), (2, 5, 5), rows), paragraph(couple.cycle.text)]


def _formulation(couple: Couple) -> list[nodes.Node]:
    plan = couple.formulation
    if plan.withheld:
        return [led("No formulation is offered. ", plan.withheld)]
    alone = " (told alone: enters the couple's page only with that partner's yes)"
    hurts = [
        (f"Sensitivities: {couple.partners[partner].name}", hurt.text + (alone if hurt.told_alone else ""))
        for partner, hurt in plan.sensitivities.items()
    ]
    return [terms([("Differences", plan.differences), *hurts, ("External load", plan.load), ("Pattern", plan.pattern)])]


def _measures(couple: Couple) -> list[nodes.Node]:
    forms = {name: load_instrument(name) for taken in couple.measures.values() for name in taken}
    beside = [name for name, form in forms.items() if not form.couple_rule.apart]
    rows = [
        [forms[name].short_title, *(_result(couple, partner, name) for partner in couple.partners)] for name in beside
    ]
    made: list[nodes.Node] = [table(("Measure", *_names(couple)), (2, 5, 5), rows)] if rows else []
    flags = [
        f"{couple.partners[partner].name}, {forms[name].short_title}: {forms[name].flag(flag).text}"
        for partner, taken in couple.measures.items()
        for name in taken
        if name in beside
        for flag in couple.score(partner, name).flags
    ]
    crossed = [line for name in beside for line in _crossing(couple, name)]
    made += [bullets([*flags, *crossed])] if flags or crossed else []
    for partner, lines in _own_record(couple, [name for name in forms if name not in beside]).items():
        made += (
            [
                heading(f"In {couple.partners[partner].name}'s own record, never set beside the other's"),
                bullets(lines),
            ]
            if lines
            else []
        )
    answers = [
        (f"{couple.partners[partner].name}, {forms[name].short_title}", _answers(measure))
        for partner, taken in couple.measures.items()
        for name, measure in taken.items()
    ]
    return [*made, *folded("Every answer, item by item", [terms(answers)])] if answers else made


def _own_record(couple: Couple, apart: list[str]) -> dict[str, list[str]]:
    return {
        partner: [
            *(
                f"{load_instrument(name).short_title}: {_result(couple, partner, name)}"
                for name in apart
                if name in taken
            ),
            *couple.health.get(partner, ()),
        ]
        for partner, taken in couple.measures.items()
    }


def _result(couple: Couple, partner: str, name: str) -> str:
    if name not in couple.measures[partner]:
        return "not taken"
    score, form = couple.score(partner, name), load_instrument(name)
    said = [] if score.total is None else [f"{score.total} of {form.top}" if form.top else str(score.total)]
    said += [score.band] if score.band else []
    said += [f"{part} {value}" for part, value in score.subscales.items() if value is not None]
    note = couple.measures[partner][name].note
    return ", ".join(said) + (f" ({note})" if note else "")


def _crossing(couple: Couple, name: str) -> list[str]:
    one, two = couple.partners
    if any(name not in couple.measures[partner] for partner in couple.partners):
        return []
    form = load_instrument(name)
    found = compare_partners(form, couple.score(one, name), couple.score(two, name), names=_names(couple))
    return [f"{form.short_title}: {found.lines[-1]}"] if found.crosses_line else []


def _answers(measure: Measure) -> str:
    given = measure.responses
    if isinstance(given, dict):
        return ", ".join(f"{item}: {code}" for item, code in given.items())
    return ", ".join("left out" if code is None else str(code) for code in given)


def _decision(couple: Couple) -> list[nodes.Node]:
    rules, reasons = load_rules(), couple.reasons
    found = [
        (
            rules.rules[name].text,
            f"{shown} {rules.labels.band[rules.rules[name].band]}; decides: "
            f"{rules.labels.who[rules.rules[name].who].lower()}.",
        )
        for name, shown in couple.findings.items()
    ]
    exception = couple.decision.exception
    decided: list[nodes.Node] = [
        led(f"{rules.labels.level[couple.decision.id]}. ", couple.decision.text),
        *([led("Not as the rule has it, and why: ", exception.reason)] if exception else []),
        led("Couple work meanwhile: ", "may go on." if reasons.joint_work else "waits, or has ended."),
    ]
    if unsigned := failing_lines(rule.id for rule in reasons.reasons):
        form = load_form()
        decided += [
            paragraph("On the go/no-go form these could not be signed:"),
            bullets(form[line].text for line in unsigned),
        ]
    made: list[nodes.Node] = [terms(found)] if found else []
    for head, lines in (("Red flags", couple.red_flags), ("To watch", couple.watch)):
        made += [heading(head), bullets(lines)] if lines else []
    return [
        *made,
        *folded("The decision at this point", decided),
        *folded("Tempting, and wrong", [terms((wrong.text, wrong.why) for wrong in couple.tempting.values())]),
    ]


def _aims(couple: Couple) -> list[nodes.Node]:
    return [bullets(couple.aims), led("Rests on: ", " ".join(couple.sources))]


PARTS: dict[str, tuple[str, Callable[[Couple], list[nodes.Node]]]] = {
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


def _names(couple: Couple) -> tuple[str, str]:
    one, two = couple.partners.values()
    return one.name, two.name


def setup(app: Sphinx) -> None:
    """Register the directives; a couple that cannot be used stops the build before any page is written."""
    try:
        for name in couple_ids():
            load_couple(name)
    except ContentError as error:
        raise ExtensionError(str(error)) from error
    add_fact("couples", lambda app, name: couple_ids())
    app.add_directive("couple", CoupleDirective)
    app.add_directive("couple-list", CoupleListDirective)
