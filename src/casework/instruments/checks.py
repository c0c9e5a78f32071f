"""What an instrument's file must get right before it can be used: names, rules, and the licence above all."""

from __future__ import annotations

import re

from casework.instruments import rules
from casework.instruments.schema import Band, Flag, Instrument, Scoring
from casework.records import ContentError

NEUTRAL_ITEM = re.compile(r"Item [0-9]+[a-z]? \(see the published form\)")
"""All that may stand for an item whose wording may not be shown."""

NEUTRAL_OPTION = re.compile(r"[0-9]+|Yes|No")
"""All that may stand for an option whose wording may not be shown: its code, or Yes and No."""

DIRECTIONS = ("worse", "better", "neither")
CHANGES = ("improvement", "worsening")


def check(form: Instrument) -> None:
    """Raise `ContentError` for a file that names what does not exist or shows what it may not."""
    _one_of(form.direction, DIRECTIONS, "direction")
    strange = [key for key in form.unestablished if key not in ("scoring", "options", "bands")]
    if strange:
        raise ContentError(f"unestablished: found {', '.join(strange)}, expected scoring, options or bands")
    if (form.scoring is None) != bool(form.not_scored) or (form.scoring is None) != (not form.items):
        raise ContentError("expected items and scoring, or not_scored with the reason")
    _check_licence(form)
    _check_change(form)
    if form.scoring:
        _check_items(form)
        _check_scoring(form, form.scoring)


def _check_licence(form: Instrument) -> None:
    """Refuse wording that the licence does not allow; the only form an item may then take is neutral."""
    if form.licence.text_allowed:
        if not form.licence.attribution:
            raise ContentError("licence: attribution is missing; wording is shown only with it")
        return
    for item in form.items:
        if not NEUTRAL_ITEM.fullmatch(item.text):
            raise ContentError(
                f"{item.id}: found {item.text!r}, but the licence does not allow the wording; "
                "expected 'Item 3 (see the published form)' with the item's number"
            )
        for option in form.options_of(item):
            if not NEUTRAL_OPTION.fullmatch(option.text):
                raise ContentError(
                    f"{item.id}: option {option.text!r}, but the licence does not allow the "
                    "wording; expected the code, or Yes and No"
                )


def _check_change(form: Instrument) -> None:
    for rule in form.change_rule.reliable:
        if not rule.speaks_of:
            raise ContentError(f"change_rule: {rule.name}: speaks_of is empty; expected {' or '.join(CHANGES)}")
        for change in rule.speaks_of:
            _one_of(change, CHANGES, f"change_rule: {rule.name}: speaks_of")
        if rule.possible is not None and rule.possible > rule.points:
            raise ContentError(f"change_rule: {rule.name}: possible is above points")
        if form.direction == "neither":
            raise ContentError(f"change_rule: {rule.name}: a form that is neither better nor worse has no rule")


def _check_items(form: Instrument) -> None:
    ids = [item.id for item in form.items]
    if len(set(ids)) != len(ids):
        raise ContentError("items: an id is given twice")
    for item in form.items:
        codes = [option.code for option in form.options_of(item)]
        if len(codes) < 2 or codes != sorted(set(codes)):
            raise ContentError(f"{item.id}: options: found codes {codes}, expected two or more, rising")
        if codes[0] < 0:  # or a product could fall while a value rises, and its ends would not be its ends
            raise ContentError(f"{item.id}: options: found codes {codes}, expected 0 or more")


def _check_scoring(form: Instrument, scoring: Scoring) -> None:
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
    _check_skips(form, scoring)
    if form.couple_rule.crossing:
        _one_of(form.couple_rule.crossing.differs, tuple(form.cutoffs | form.flags), "couple_rule: crossing: differs")


def _check_skips(form: Instrument, scoring: Scoring) -> None:
    items = {item.id: item for item in form.items}
    for skip in scoring.skips:
        _all_known(skip.left_out, list(items), "skips: left_out")
        for limit in skip.when:
            _all_known(limit.of, list(items), "skips: when: of")
        for name in skip.left_out:
            codes = [option.code for option in form.options_of(items[name])]
            if skip.counts_as not in codes:
                raise ContentError(f"skips: {name}: found counts_as {skip.counts_as}, expected one of {codes}")


def _check_tests(form: Instrument, known: list[str]) -> None:
    levels = form.bands.levels if form.bands else ()
    holders: list[Flag | Band] = [*form.cutoffs.values(), *form.flags.values(), *levels]
    for test in (test for holder in holders for test in holder.when):
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
