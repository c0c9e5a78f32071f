"""Claims in the book: a role that cites one, a list of those on a page, the appendix, and the checks of the evidence.

Each check is a warning of type `casework`, so that a build with warnings as errors fails.
"""

from __future__ import annotations

import datetime
import fnmatch
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinxcontrib.bibtex.foot_roles import FootCiteRole

from casework.claims import (
    Claim,
    Scale,
    bibliography_keys,
    check_bibliography,
    check_claims,
    load_scale,
    numbers_in,
)

_log = logging.getLogger(__name__)
_MARKS_PAGE = "evidence-marks"
"""The label of the page that explains the words."""


class claim_details(nodes.General, nodes.Element):
    """A claim that opens to show what it rests on; `details` in HTML."""


class claim_summary(nodes.TextElement):
    """The part of a claim that is always seen."""


class claim_pages(nodes.General, nodes.Element):
    """Where a claim is used; filled when every page has been read."""


class ClaimRole(SphinxRole):
    """Cite a claim: its sources, and its strength in words as a link to its details on this page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name = self.text.strip()
        claim = _claims(self.env).get(name)
        if claim is None:
            _log.warning("there is no claim %s that may be printed", name, type="casework", subtype="unknown-claim",
                         location=(self.env.docname, self.lineno))
            return [nodes.inline("", f"[no claim {name}]", classes=["cw-claim"])], []
        uses = self.env.temp_data.setdefault("casework_claims", {}).setdefault(name, [])
        uses.append(f"use-{name}-{len(uses) + 1}")
        label = _scale(self.env).strengths[claim.strength].label
        mark = nodes.inline("", "", classes=["cw-claim"], ids=[uses[-1]], claim=name)
        mark += nodes.reference("", label, refid=f"claim-{name}", internal=True,
                                reftitle=f"{name}: numbers, limitation and date of review")
        return [*_cite(claim, self.lineno, self.inliner), nodes.Text("\u00a0"), mark], []


class UncitedRole(SphinxRole):
    """A number that needs no source, such as a reading time."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.inline("", self.text, classes=["uncited"])], []


class ClaimsDirective(SphinxDirective):
    """The claims this page has cited so far, each with its details."""

    def run(self) -> list[nodes.Node]:
        cited = self.env.temp_data.get("casework_claims", {})
        _depend(self.env)
        claims = _claims(self.env)
        intro = nodes.paragraph("", "", classes=["cw-claims-intro"])
        intro += nodes.Text("Open a claim to see its numbers, its limitation and when it was reviewed. ")
        intro += _marks_link(self.env.docname)
        made = [_details(claims[name], self, uses) for name, uses in cited.items()]
        return [intro, *made] if made else []


class ClaimListDirective(SphinxDirective):
    """All claims of the course in their sections, with the pages that use them."""

    def run(self) -> list[nodes.Node]:
        _depend(self.env)
        _store(self.env, "casework_claim_lists").setdefault(self.env.docname, True)
        made: dict[str, nodes.section] = {}
        for claim in _claims(self.env).values():
            if claim.section not in made:
                made[claim.section] = nodes.section("", nodes.title("", claim.section),
                                                    ids=[nodes.make_id(f"claims {claim.section}")])
            made[claim.section] += _details(claim, self, [])
            line = nodes.paragraph("", f"{claim.id} · ", classes=["cw-claim-pages"])
            line += claim_pages("", claim=claim.id)
            made[claim.section] += line
        return list(made.values())


class ClaimWordsDirective(SphinxDirective):
    """The words a claim is marked with and what they mean: `strengths` or `statuses`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        scale = _scale(self.env)
        _depend(self.env)
        words = {"strengths": scale.strengths.values(), "statuses": scale.statuses}.get(self.arguments[0])
        if words is None:
            raise self.error(f"claim-words: found {self.arguments[0]}, expected strengths or statuses")
        made = nodes.definition_list("")
        for word in words:
            term = nodes.term("", word.label[:1].upper() + word.label[1:])
            made += nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", word.meaning)))
        return [made]


def _cite(claim: Claim, lineno: int, inliner: Any) -> list[nodes.Node]:
    text = ",".join(claim.source)
    found, _ = FootCiteRole()("footcite:p", f"{{footcite:p}}`{text}`", text, lineno, inliner)
    return found


def _details(claim: Claim, directive: SphinxDirective, uses: list[str]) -> claim_details:
    env = directive.env
    scale, today = _scale(env), _today(env)
    due = claim.due(scale, today)
    summary = claim_summary("", "")
    summary += nodes.inline("", scale.strengths[claim.strength].label, classes=["cw-claim-strength"])
    summary += nodes.Text(f" {claim.statement}")
    if due:
        summary += nodes.inline("", " Review due", classes=["cw-claim-due"])
    fields = nodes.field_list("")
    for name, text in (("Numbers", claim.numbers), ("Design", claim.design), ("Who", claim.n),
                       ("Limitation", claim.limitation), ("What was read", scale.status(claim.status).label),
                       ("Reviewed", _reviewed(claim, scale, due))):
        if text:
            fields += _field(name, nodes.paragraph("", text[:1].upper() + text[1:]))
    fields += _field("Source", nodes.paragraph(
        "", "", *_cite(claim, directive.lineno, directive.state.inliner)))
    if uses:
        back = nodes.paragraph("", "")
        for number, use in enumerate(uses, 1):
            text = "back to the text" if len(uses) == 1 else f"back to use {number}"
            back += [nodes.Text(" · ")] if number > 1 else []
            back += nodes.reference("", text, refid=use, internal=True)
        fields += _field("Used", back)
    made = claim_details("", summary, fields, ids=[f"claim-{claim.id}"], claim=claim.id)
    return made


def _field(name: str, body: nodes.paragraph) -> nodes.field:
    return nodes.field("", nodes.field_name("", name), nodes.field_body("", body))


def _reviewed(claim: Claim, scale: Scale, due: bool) -> str:
    following = claim.next_review(scale)
    return f"{_day(claim.reviewed)}; " + (f"due since {_day(following)}" if due else f"next by {_day(following)}")


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _marks_link(docname: str) -> nodes.Node:
    link = pending_xref("", refdomain="std", reftype="ref", reftarget=_MARKS_PAGE, refdoc=docname, refexplicit=True,
                        refwarn=False)
    link += nodes.inline("", "What the words mean")
    return link


def _unresolved(app: Sphinx, env: BuildEnvironment, node: Any, text: nodes.Node) -> nodes.Node | None:
    # a page may be built without the page that explains the words
    return text if node.get("reftarget") == _MARKS_PAGE else None


# What the build keeps.

def _load(app: Sphinx) -> None:
    folder = Path(app.config.casework_data) / "claims"
    claims, problems = check_claims(folder)
    for problem in problems:
        _log.warning("%s", problem, type="casework", subtype="claims")
    app.casework_claims, app.casework_scale = claims, load_scale(folder)


def _claims(env: BuildEnvironment) -> dict[str, Claim]:
    return env.app.casework_claims


def _scale(env: BuildEnvironment) -> Scale:
    return env.app.casework_scale


def _today(env: BuildEnvironment) -> datetime.date:
    given = env.config.casework_today
    return datetime.date.fromisoformat(given) if given else datetime.date.today()


def _depend(env: BuildEnvironment) -> None:
    for path in (Path(env.config.casework_data) / "claims").glob("*.yaml"):
        env.note_dependency(str(path))


def _store(env: BuildEnvironment, name: str) -> dict:
    if not hasattr(env, name):
        setattr(env, name, {})
    return getattr(env, name)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for name in ("casework_claim_uses", "casework_claim_lists"):
        _store(env, name).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Any, other: BuildEnvironment) -> None:
    for name in ("casework_claim_uses", "casework_claim_lists"):
        theirs = _store(other, name)
        _store(env, name).update({docname: theirs[docname] for docname in docnames if docname in theirs})


def _lists_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    # the appendix shows every page's uses, so it is written again whenever any page was read
    return list(_store(env, "casework_claim_lists"))


def _note_uses(app: Sphinx, doctree: nodes.document) -> None:
    marks = [mark for mark in doctree.findall(nodes.inline) if mark.get("claim")]
    used = list(dict.fromkeys(mark["claim"] for mark in marks))
    if used:
        _store(app.env, "casework_claim_uses")[app.env.docname] = used
        _depend(app.env)
    shown = {details["claim"] for details in doctree.findall(claim_details)}
    for name in used:
        if name not in shown:
            _log.warning("claim %s is cited, but no {claims} list follows it on this page", name, type="casework",
                         subtype="claim-list", location=app.env.docname)


def _fill_pages(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    uses = _store(app.env, "casework_claim_uses")
    for place in list(doctree.findall(claim_pages)):
        found: list[nodes.Node] = []
        for page in sorted(uses):
            if page != docname and place["claim"] in uses[page]:
                title = app.env.titles[page].astext() if page in app.env.titles else page
                found += [nodes.Text(", ")] if found else []
                found.append(nodes.reference("", title, internal=True, refuri=_uri(app.builder, docname, page, place)))
        place.replace_self([nodes.Text("used in "), *found] if found else [nodes.Text("not cited on a page yet")])


def _uri(builder: Builder, docname: str, page: str, place: claim_pages) -> str:
    try:
        return f"{builder.get_relative_uri(docname, page)}#claim-{place['claim']}"
    except NotImplementedError:
        return ""


# The checks.

def _check_numbers(app: Sphinx, doctree: nodes.document) -> None:
    if not any(fnmatch.fnmatchcase(app.env.docname, pattern) for pattern in app.config.casework_cited_pages):
        return
    units: dict[int, tuple[nodes.Element, list[nodes.Element]]] = {}
    for block in _blocks(doctree):
        unit = _unit(block)
        units.setdefault(id(unit), (unit, []))[1].append(block)
    for _, blocks in units.values():
        numbers = numbers_in(" ".join(_prose(block) for block in blocks))
        if numbers and not any(_cited(block) for block in blocks):
            _log.warning("a number without a source: %s. Cite a claim or a reference in the same paragraph, list item "
                         "or table row, or mark a harmless number with {uncited}", ", ".join(numbers),
                         type="casework", subtype="uncited-number", location=_place(app, blocks[0]))


def _place(app: Sphinx, block: nodes.Element) -> tuple[str, int | None]:
    line = next((node.line for node in (block, *_parents(block)) if node.line), None)
    return app.env.docname, line


def _blocks(doctree: nodes.document) -> Iterator[nodes.Element]:
    """The blocks of prose that an author wrote; not headings, head rows, code, activities or claims."""
    for block in doctree.findall(lambda node: isinstance(node, (nodes.paragraph, nodes.title, nodes.caption, nodes.term,
                                                                nodes.line))):
        parents = list(_parents(block))
        heading = isinstance(block, nodes.title) and isinstance(block.parent, (nodes.section, nodes.document))
        elsewhere = any(isinstance(parent, (claim_details, nodes.footnote, nodes.thead, nodes.system_message))
                        or parent.get("nb_element") for parent in parents)
        if not heading and not elsewhere:
            yield block


def _parents(node: nodes.Node) -> Iterator[nodes.Element]:
    while node.parent is not None:
        node = node.parent
        yield node


def _unit(block: nodes.Element) -> nodes.Element:
    for parent in _parents(block):
        if isinstance(parent, (nodes.row, nodes.list_item, nodes.definition_list_item, nodes.line_block)):
            return parent
    return block


def _prose(node: nodes.Node) -> str:
    if isinstance(node, nodes.Text):
        return str(node)
    silent = (nodes.literal, nodes.footnote_reference, nodes.image, pending_xref)
    if isinstance(node, silent) or {"cw-claim", "uncited"} & set(node.get("classes", ())):
        return " "
    return "".join(_prose(child) for child in node.children)


def _cited(block: nodes.Element) -> bool:
    return any(isinstance(node, nodes.footnote_reference) or (isinstance(node, nodes.inline) and node.get("claim"))
               or (isinstance(node, pending_xref) and node.get("refdomain") == "cite")
               for node in block.findall(nodes.Element))


def _check_keys(app: Sphinx, env: BuildEnvironment) -> None:
    bibliographies = [Path(app.srcdir) / name for name in app.config.bibtex_bibfiles or ()]
    if not bibliographies:
        return
    defined = [key for path in bibliographies for key in bibliography_keys(path.read_text(encoding="utf-8"))]
    pages = [path.read_text(encoding="utf-8") for folder in app.config.casework_cited_in
             for path in sorted((Path(app.srcdir) / folder).rglob("*")) if path.suffix in (".md", ".ipynb")]
    for problem in check_bibliography(defined, pages, Path(app.config.casework_data), app.casework_claims):
        _log.warning("bibliography: %s", problem, type="casework", subtype="bibliography",
                     location=str(bibliographies[0]))


# How it looks.

def _visit_details(self: Any, node: claim_details) -> None:
    self.body.append(self.starttag(node, "details", CLASS="cw-claim-details"))


def _depart_details(self: Any, node: claim_details) -> None:
    self.body.append("</details>\n")


def _visit_summary(self: Any, node: claim_summary) -> None:
    self.body.append(self.starttag(node, "summary", ""))


def _depart_summary(self: Any, node: claim_summary) -> None:
    self.body.append("</summary>\n")


def _pass(self: Any, node: nodes.Element) -> None:
    """Other formats show the parts one after the other."""


def _start_line(self: Any, node: claim_summary) -> None:
    self.visit_paragraph(node)


def _end_line(self: Any, node: claim_summary) -> None:
    self.depart_paragraph(node)


def _configure(app: Sphinx, config: Any) -> None:
    made = Path(app.outdir).parent / ".casework-static"
    made.mkdir(parents=True, exist_ok=True)
    for name in ("claims.css", "claims.js"):
        text = files("casework.book").joinpath(name).read_text(encoding="utf-8")
        (made / name).write_text(text, encoding="utf-8")
    if str(made) not in config.html_static_path:
        config.html_static_path = [*config.html_static_path, str(made)]


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    if doctree is not None and "cw-claim" in context.get("body", ""):
        app.add_css_file("claims.css")
        app.add_js_file("claims.js", loading_method="defer")


def setup(app: Sphinx) -> dict:
    """Register the role, the directives, the checks and the styles."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("casework_data", str(files("casework.data")), "env", [str])
    app.add_config_value("casework_cited_pages", ["book/evidence/*"], "env", [list])
    app.add_config_value("casework_cited_in", ["book", "notebooks"], "env", [list])
    app.add_config_value("casework_today", "", "env", [str])
    plain = (_pass, _pass)
    line = (_start_line, _end_line)
    app.add_node(claim_details, html=(_visit_details, _depart_details), latex=plain, text=plain, man=plain,
                 texinfo=plain)
    app.add_node(claim_summary, html=(_visit_summary, _depart_summary), latex=line, text=line, man=line, texinfo=line)
    app.add_node(claim_pages, html=plain, latex=plain, text=plain, man=plain, texinfo=plain)
    app.add_role("claim", ClaimRole())
    app.add_role("uncited", UncitedRole())
    app.add_directive("claims", ClaimsDirective)
    app.add_directive("claim-list", ClaimListDirective)
    app.add_directive("claim-words", ClaimWordsDirective)
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _load)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _lists_again)
    app.connect("env-check-consistency", _check_keys)
    app.connect("doctree-read", _note_uses)
    app.connect("doctree-read", _check_numbers)
    app.connect("doctree-resolved", _fill_pages)
    app.connect("missing-reference", _unresolved)
    app.connect("html-page-context", _dress_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
