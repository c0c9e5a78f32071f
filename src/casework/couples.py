"""The fictional couples of the course, each one YAML file in `data/couples/`.

To add a couple, copy `data/couples/walls-too-high.yaml` to a new name (words in lower case joined by hyphens), change
every line of it, and run `pytest tests/test_couples.py` (after `make test`). Nothing else is needed: the dataclasses
below are the whole schema, the list of couples in the book shows the new file, and an error names the file, the key,
what was found and what was expected. A page shows parts of a couple with the directive ```{couple} walls-too-high
measures``` (see `casework.book.couples`), and so repeats none of them.

A file cannot be used if it does not say that the couple is fictional, holds an unknown key, states a total, band or
flag that the instrument's own scoring does not give, names a finding that has no safety rule, or states a decision
that does not follow from the rules without naming its exception.

A couple kept for an examination has the same file, but in `keys/couples/`: no page can show it, and nothing of its
decision is released (`read_couple` reads it from there).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.abc import Traversable
from typing import Any

from casework.instruments import Score, load_instrument, score_answers
from casework.records import ContentError, ResponseError, data_file, names_in, read_record, show
from casework.safety import LEVELS, Decision, decide, load_rules

TELLING = ("with-yes", "never")
"""Whether you may pass on what was told alone: if its owner says yes, or never (safety, health and freedom)."""


@dataclass(frozen=True, kw_only=True)
class Partner:
    """One of the two."""

    name: str
    age: int
    sketch: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said while both are there; with nobody in `who`, what is seen."""

    text: str
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one partner tells alone. `private` is false where the other knows it anyway, which frees nobody to tell."""

    text: str
    may_be_told: str
    private: bool = True


@dataclass(frozen=True, kw_only=True)
class Position:
    """One partner's part of the cycle; what is felt and feared was usually told alone."""

    does: str
    feels: str
    fears: str


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """How each one's protection alarms the other. With fear or control none is drawn, and `not_drawn` says why."""

    text: str = ""
    positions: dict[str, Position] = field(default_factory=dict)
    not_drawn: str = ""


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """One partner's old hurt, as a guess. `told_alone`: it enters the couple's page only with that partner's yes."""

    text: str
    told_alone: bool = True


@dataclass(frozen=True, kw_only=True)
class Formulation:
    """Differences, sensitivities, external load, pattern; or why it is `withheld`."""

    differences: str = ""
    sensitivities: dict[str, Sensitivity] = field(default_factory=dict)
    load: str = ""
    pattern: str = ""
    withheld: str = ""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One partner's answers to one instrument, and what they come to; `total`, `band` and `flags` are checked."""

    responses: Any
    context: dict[str, str] = field(default_factory=dict)
    total: int | float | None = None
    band: str | None = None
    flags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Why a decision is not the rule's. A milder one names the finding it goes `without`; a stricter one need not."""

    reason: str
    without: str = ""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What is decided at this point: `id` is one of the levels of `casework.safety`."""

    id: str
    text: str
    exception: Departure | None = None


@dataclass(frozen=True, kw_only=True)
class Tempting:
    """A wrong decision that a decent clinician might take, and why it is wrong."""

    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Couple:
    """One fictional couple. `findings`: id of a safety rule to what shows it here."""

    id: str
    fictional: bool
    problem: str
    sketch: str
    partners: dict[str, Partner]
    together: tuple[Said, ...]
    alone: dict[str, tuple[Told, ...]]
    cycle: Cycle
    formulation: Formulation
    measures: dict[str, dict[str, Measure]]
    findings: dict[str, str]
    decision: Decided
    tempting: dict[str, Tempting]
    aims: tuple[str, ...]
    sources: tuple[str, ...]
    red_flags: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    health: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.fictional:
            raise ContentError("fictional: found false; every couple of this course is invented, and its file says so")
        if len(self.partners) != 2:
            raise ContentError(f"partners: found {len(self.partners)}, expected two")
        for name in ("together", "tempting", "aims", "sources"):
            if not getattr(self, name):
                raise ContentError(f"{name}: found nothing, expected at least one")
        self._check_people()
        self._check_either(self.cycle, "cycle", "not_drawn", ("text", "positions"))
        self._check_either(
            self.formulation, "formulation", "withheld", ("differences", "sensitivities", "load", "pattern")
        )
        self._check_measures()
        self._check_decision()

    @property
    def names(self) -> str:
        """Both names, as in "Maya and Daniel"."""
        return " and ".join(partner.name for partner in self.partners.values())

    @property
    def reasons(self) -> Decision:
        """What the safety rules say of the findings, without one that an exception sets aside."""
        apart = self.decision.exception.without if self.decision.exception else ""
        return decide(finding for finding in self.findings if finding != apart)

    def score(self, partner: str, instrument: str) -> Score:
        """What one partner's answers to one instrument come to."""
        measure = self.measures[partner][instrument]
        return score_answers(load_instrument(instrument), measure.responses, measure.context)

    def _check_people(self) -> None:
        _among((said.who for said in self.together if said.who), self.partners, "together: who")
        named: dict[str, Collection[str]] = {
            "alone": self.alone,
            "measures": self.measures,
            "health": self.health,
            "cycle: positions": self.cycle.positions,
            "formulation: sensitivities": self.formulation.sensitivities,
        }
        for where, found in named.items():
            _among(found, self.partners, where)
            if found and where != "health" and len(found) != 2:
                raise ContentError(f"{where}: expected both partners, {' and '.join(self.partners)}")
        if len(self.alone) != 2:
            raise ContentError(f"alone: expected both partners, {' and '.join(self.partners)}")
        for partner, lines in self.alone.items():
            _among((line.may_be_told for line in lines), TELLING, f"alone: {partner}: may_be_told")

    def _check_either(self, part: Any, where: str, instead: str, names: tuple[str, ...]) -> None:
        filled = [name for name in names if getattr(part, name)]
        if bool(getattr(part, instead)) == bool(filled):
            raise ContentError(f"{where}: expected {', '.join(names)}; or {instead} with the reason, and none of them")
        missing = [name for name in names if name not in filled]
        if filled and missing:
            raise ContentError(f"{where}: {', '.join(missing)} is missing")

    def _check_measures(self) -> None:
        for partner, taken in self.measures.items():
            for name, measure in taken.items():
                _check_measure(measure, name, f"measures: {partner}: {name}")

    def _check_decision(self) -> None:
        for finding in self.findings:
            try:
                load_rules().named(finding)
            except ContentError as error:
                raise ContentError(f"findings: {error}") from None
        found, rule, exception = self.decision.id, decide(self.findings).level, self.decision.exception
        _among([found], LEVELS, "decision: id")
        if (found == rule) != (exception is None):
            raise ContentError(
                f"decision: found {found}{'' if exception is None else ' with an exception'}, and the "
                f"findings lead to {rule}; expected an exception, with its reason, where they "
                "differ and only there"
            )
        without = exception.without if exception else ""
        if without:
            _among([without], self.findings, "decision: exception: without")
        if LEVELS.index(found) > LEVELS.index(rule) and (not without or self.reasons.level != found):
            raise ContentError(
                f"decision: found {found}, milder than the rule ({rule}); expected an exception that "
                "names, as without, the one finding that made the rule stricter"
            )


def _check_measure(measure: Measure, name: str, where: str) -> None:
    try:
        form = load_instrument(name)
        result = score_answers(form, measure.responses, measure.context)
    except (ContentError, ResponseError) as error:
        raise ContentError(f"{where}: {error}") from None
    if form.scoring is None or "scoring" in form.unestablished:
        raise ContentError(f"{where}: this course does not score it; leave it out. {result.why}")
    for part, found, expected in (
        ("total", measure.total, result.total),
        ("band", measure.band, result.band),
        ("flags", sorted(measure.flags), sorted(result.flags)),
    ):
        if found != expected:
            raise ContentError(
                f"{where}: {part}: found {show(found)}, but these answers give {show(expected)}"
                + (f". {result.why}" if expected is None and result.why else "")
            )


def _among(found: Iterable[str], expected: Iterable[str], where: str) -> None:
    for name in found:
        if name not in expected:
            raise ContentError(f"{where}: found {name!r}, expected one of {', '.join(expected)}")


def couple_ids() -> tuple[str, ...]:
    """The ids of all couples, in alphabetical order."""
    return names_in(data_file("couples"))


@cache
def load_couple(name: str) -> Couple:
    """The couple of this id, for example `"walls-too-high"`."""
    if name not in couple_ids():
        raise ContentError(f"{name!r} is not a couple of this course; expected one of {', '.join(couple_ids())}")
    return read_couple(data_file("couples", f"{name}.yaml"))


def read_couple(path: Traversable) -> Couple:
    """The couple in one YAML file; its id is the file's name."""
    return read_record(Couple, path)
