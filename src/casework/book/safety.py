"""Directives that print the safety rule and the go/no-go form from their data, so that no page disagrees with them."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from casework.book.fresh import depend
from casework.book.parts import bullets, paragraph, table, terms
from casework.safety import Rule, SafetyRules, load_form, load_rules


class SafetyRulesDirective(SphinxDirective):
    """```{safety-rules} BAND-OR-MOMENT```: the rules of one band, or of one moment, each with its first act.

    `:band:`, `:scope:`, `:moment:` and `:urgency:` narrow it. `:brief:` lists the findings under who decides, and
    when to look again.
    """

    required_arguments = 1
    option_spec = {  # noqa: RUF012
        **dict.fromkeys(("band", "scope", "moment", "urgency"), directives.unchanged),
        "brief": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        depend(self.env, "safety-rules.yaml")
        rule = load_rules()
        chosen = self._chosen(rule)
        return [_by_owner(rule, chosen) if "brief" in self.options else _list(rule, chosen)]

    def _chosen(self, rule: SafetyRules) -> list[Rule]:
        which = self.arguments[0]
        asked = {
            "band" if which in rule.labels.band else "moment": which,
            **{name: value for name, value in self.options.items() if name != "brief"},
        }
        for name, value in asked.items():
            if value not in getattr(rule.labels, name):
                raise self.error(
                    f"safety-rules: {name}: found {value!r}, expected one of {', '.join(getattr(rule.labels, name))}"
                )
        chosen = [one for one in rule.rules.values() if all(_is(one, name, value) for name, value in asked.items())]
        if not chosen:
            raise self.error(f"safety-rules: there is no rule with {asked}")
        return chosen


class GoNoGoDirective(SphinxDirective):
    """```{go-no-go}```: the twelve lines of the form and who signs each."""

    def run(self) -> list[nodes.Node]:
        depend(self.env, "go-no-go.yaml")
        depend(self.env, "safety-rules.yaml")
        who = load_rules().labels.who
        rows = [[str(number), line.text, who[line.signs]] for number, line in enumerate(load_form().values(), 1)]
        return [table(("", "Statement", "Signed by"), (1, 9, 3), rows)]


def _is(one: Rule, name: str, value: str) -> bool:
    return value in one.moments if name == "moment" else value == getattr(one, name)


def _by_owner(rule: SafetyRules, chosen: list[Rule]) -> nodes.definition_list:
    found = {label: [_finding(one) for one in chosen if one.who == who] for who, label in rule.labels.who.items()}
    return terms((label, bullets(findings)) for label, findings in found.items() if findings)


def _finding(one: Rule) -> nodes.paragraph:
    if not one.reopen:
        return paragraph(f"{one.text}.")
    return paragraph(f"{one.text}.", nodes.emphasis(text=f" To reopen: {one.reopen}."))


def _list(rule: SafetyRules, chosen: list[Rule]) -> nodes.definition_list:
    return terms((one.text, _lines(rule, one)) for one in chosen)


def _lines(rule: SafetyRules, one: Rule) -> nodes.line_block:
    lines: list[tuple[str, list[nodes.Node]]] = [
        ("First: ", [nodes.Text(one.act)]),
        ("Not: ", [nodes.emphasis(text=one.tempting)]),
    ]
    if one.reopen:
        lines.append(("To reopen: ", [nodes.Text(f"{one.reopen}.")]))
    marks = "; ".join(rule.labels.mark[mark] for mark in one.marks)
    lines.append(("Decides: ", [nodes.Text(f"{_decides(rule, one)} "), nodes.emphasis(text=f"({marks})")]))
    body = nodes.line_block()
    body += [nodes.line("", "", nodes.strong(text=name), *said) for name, said in lines]
    return body


def _decides(rule: SafetyRules, one: Rule) -> str:
    who, how_soon = rule.labels.who[one.who], rule.labels.urgency[one.urgency].lower()
    return (
        f"{who.removesuffix('.')}. {'Stops' if one.band == 'stop' else 'Concerns'} "
        f"{rule.labels.scope.get(one.scope, 'nothing')}; act {how_soon}."
    )


def setup(app: Sphinx) -> None:
    """Register the directives; data that cannot be read stops the build before any page is written."""
    try:
        load_form()
    except ValueError as error:
        raise ExtensionError(str(error)) from error
    app.add_directive("safety-rules", SafetyRulesDirective)
    app.add_directive("go-no-go", GoNoGoDirective)
