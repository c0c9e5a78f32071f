"""A sheet of styles without the rules that no page can need: those for classes and ids that stand nowhere."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Any

import tinycss2

_NESTED = {"media", "supports", "layer", "container"}


def trim(sheet: str, words: AbstractSet[str]) -> str:
    """The rules of `sheet` that may apply where the classes and ids are among `words`; fonts of signs are left out.

    What stands in brackets behind a colon, as in `:not(.wide)`, says nothing of what a page must have.
    """
    return _rules(tinycss2.parse_stylesheet(sheet, skip_whitespace=True), words)


def squeezed(sheet: str) -> str:
    """The same sheet with no more space than it needs; of its comments only those that name a licence (`/*!`) stay."""
    return str(tinycss2.serialize(_squeezed(tinycss2.parse_component_value_list(sheet))))


def _squeezed(tokens: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for token in tokens:
        if token.type == "comment" and not token.value.startswith("!"):
            continue
        if token.type == "whitespace":
            if not kept or kept[-1].type in ("whitespace", "{} block") or kept[-1] in (";", ",", ":"):
                continue
            token.value = " "
        elif kept and kept[-1].type == "whitespace" and (token.type == "{} block" or token in (";", ",")):
            kept.pop()
        for inside in ("content", "arguments"):
            if hasattr(token, inside):
                setattr(token, inside, _without_end(_squeezed(getattr(token, inside))))
        kept.append(token)
    return kept


def _without_end(tokens: list[Any]) -> list[Any]:
    while tokens and (tokens[-1].type == "whitespace" or tokens[-1] == ";"):
        tokens.pop()
    return tokens


def _rules(rules: list[Any], words: AbstractSet[str]) -> str:
    return "".join(_kept(rule, words) for rule in rules)


def _kept(rule: Any, words: AbstractSet[str]) -> str:
    if rule.type == "comment":
        return f"/*{rule.value}*/" if rule.value.startswith("!") else ""
    if rule.type == "qualified-rule":
        selectors = [selector for selector in _selectors(rule.prelude) if _names(selector) <= words]
        # a name in the comment before a rule, such as the copyright of an icon font, goes with its rule
        prelude = ",".join(tinycss2.serialize(selector).strip() for selector in selectors)
        return f"{prelude}{{{tinycss2.serialize(rule.content).strip()}}}\n" if selectors else ""
    if rule.type != "at-rule" or rule.lower_at_keyword in ("charset", "import"):
        return ""
    if rule.lower_at_keyword in _NESTED and rule.content is not None:
        inside = _rules(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), words)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}\n" if inside else ""
    text = str(rule.serialize())
    signs = rule.lower_at_keyword == "font-face" and "fontawesome" in text
    moves = "keyframes" in rule.lower_at_keyword and tinycss2.serialize(rule.prelude).strip() not in words
    return "" if signs or moves else f"{text}\n"


def _selectors(prelude: list[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "comment":
            continue
        if token == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _names(selector: list[Any]) -> set[str]:
    """The classes and ids that an element must have for this selector."""
    names = {token.value for token in selector if token.type == "hash"}
    for before, token in pairwise(selector):
        if before == "." and token.type == "ident":
            names.add(token.value)
    return names
