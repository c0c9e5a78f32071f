"""What an instrument's file must get right before it can be used: names, rules, and the licence above all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casework.content.build import ContentError
from casework.instruments import rules

if TYPE_CHECKING:
    from casework.instruments.form import Instrument

NEUTRAL_ITEM = re.compile(r"Item [0-9]+[a-z]? \(see the published form\)")
"""All that may stand for an item whose wording may not be shown."""

NEUTRAL_OPTION = re.compile(r"[0-9]+|Yes|No")
"""All that may stand for an option whose wording may not be shown: its code, or Yes and No."""

DIRECTIONS = ("worse", "better", "neither")


def check(form: Instrument) -> None:
    """Raise `ContentError` for a file that names what does not exist or shows what it may not."""
    _one_of(form.direction, DIRECTIONS, "direction")
    strange = [key for key in form.unestablished if key not in ("scoring", "options", "bands")]
    if strange:
        raise ContentError(f"unestablished: found {', '.join(strange)}, expected scoring, options or bands")
    if (form.scoring is None) != bool(form.not_scored) or (form.scoring is None) != (not form.items):
        raise ContentError("expected items and scoring, or not_scored with the reason")
    _check_licence(form)
    if form.scoring:
        _check_items(form)
        _check_scoring(form)


def _check_licence(form: Instrument) -> None:
    """Refuse wording that the licence does not allow; the only form an item may then take is neutral."""
    if form.licence.text_allowed:
        if not form.licence.attribution:
            raise ContentError("licence: attribution is missing; wording is shown only with it")
        return
    for item in form.items:
        if not NEUTRAL_ITEM.fullmatch(item.text):
            raise ContentError(f"{item.id}: found {item.text!r}, but the licence does not allow the wording; "
                               "expected 'Item 3 (see the published form)' with the item's number")
        for option in form.options_of(item):
            if not NEUTRAL_OPTION.fullmatch(option.text):
                raise ContentError(f"{item.id}: option {option.text!r}, but the licence does not allow the "
                                   "wording; expected the code, or Yes and No")


def _check_items(form: Instrument) -> None:
    ids = [item.id for item in form.items]
    if len(set(ids)) != len(ids):
        raise ContentError("items: an id is given twice")
    for item in form.items:
        codes = [option.code for option in form.options_of(item)]
        if len(codes) < 2 or codes != sorted(set(codes)):
            raise ContentError(f"{item.id}: options: found codes {codes}, expected two or more, rising")


def _check_scoring(form: Instrument) -> None:
    scoring = form.scoring
    _one_of(scoring.missing.rule, rules.MISSING, "missing: rule")
    if (scoring.total is None) != bool(scoring.no_total):
        raise ContentError("scoring: expected total, or no_total with the reason")
    known = [item.id for item in form.items]
    _all_known(scoring.reverse, known, "scoring: reverse")
    for part in (*scoring.steps, *scoring.subscales, *([scoring.total] if scoring.total else [])):
        _one_of(part.rule, tuple(rules.NUMBERS), f"{part.name}: rule")
        _all_known(part.of, known, f"{part.name}: of")
        if (part.rule == "count") != (part.at_least is not None):
            raise ContentError(f"{part.name}: at_least belongs to the rule count, and only to it")
        if part.name in known:
            raise ContentError(f"{part.name}: this name is given twice")
        known.append(part.name)
    _check_tests(form, known)
    if form.couple_rule.gap:
        _one_of(form.couple_rule.gap.differs, tuple(form.cutoffs | form.flags), "couple_rule: gap: differs")


def _check_tests(form: Instrument, known: list[str]) -> None:
    levels = form.bands.levels if form.bands else ()
    tests = [test for holder in (*form.cutoffs.values(), *form.flags.values(), *levels) for test in holder.when]
    for test in tests:
        _all_known(test.of, known, "when: of")
        for name, limits in test.at_least_by.items():
            _one_of(name, tuple(form.context), "when: at_least_by")
            if set(limits) != set(form.context[name].values):
                raise ContentError(f"when: at_least_by: {name}: expected {', '.join(form.context[name].values)}")
    if form.bands:
        _one_of(form.bands.rule, rules.BANDS, "bands: rule")
        if form.bands.rule == "ranges" and not all(level.low is not None for level in levels):
            raise ContentError("bands: every level of the rule ranges needs low")
        if (form.bands.rule == "none") != (not levels):
            raise ContentError("bands: the rule none has no levels, the others have some")


def _one_of(found: str, expected: tuple[str, ...], where: str) -> None:
    if found not in expected:
        raise ContentError(f"{where}: found {found!r}, expected one of {', '.join(expected)}")


def _all_known(found: tuple[str, ...], known: list[str], where: str) -> None:
    for name in found:
        if name not in known:
            raise ContentError(f"{where}: {name!r} is no item or earlier part; expected one of {', '.join(known)}")
