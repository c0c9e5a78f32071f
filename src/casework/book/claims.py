"""Claims in the book: a role that cites one, a list of those on a page, the appendix, and the checks of the evidence.

Each check is a warning of type `casework`, so that a build with warnings as errors fails.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinxcontrib.bibtex.foot_roles import FootCiteRole

from casework.bibliography import check_bibliography, cited_keys, keep_style
from casework.book.fresh import add_fact, digest, kept, note_fact
from casework.book.parts import folded, terms
from casework.book.scripts import own
from casework.book.static import offer
from casework.claims import Claim, Scale, Status, Word, check_claims, load_scale
from casework.records import data_file

_log = logging.getLogger(__name__)
_MARKS_PAGE = "evidence-marks"
"""The label of the page that explains the words."""
_FEW = 6
"""As many sources as are not folded."""


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
        note_fact(self.env, "claim", name)
        claim = _claims(self.env).get(name)
        if claim is None:
            _log.warning(
                "there is no claim %s that may be printed",
                name,
                type="casework",
                subtype="unknown-claim",
                location=(self.env.docname, self.lineno),
            )
            return [nodes.inline("", f"[no claim {name}]", classes=["cw-claim"])], []
        uses = self.env.temp_data.setdefault("casework_claims", {}).setdefault(name, [])
        uses.append(f"use-{name}-{len(uses) + 1}")
        label = _scale(self.env).strengths[claim.strength].label
        mark = nodes.inline("", "", classes=["cw-claim"], ids=[uses[-1]], claim=name)
        mark += nodes.reference(
            "", label, refid=f"claim-{name}", internal=True, reftitle=f"{name}: numbers, limitation and date of review"
        )
        return [*_cite(self.env, claim, self.lineno, self.inliner), nodes.Text("\u00a0"), mark], []


class UncitedRole(SphinxRole):
    """A number that needs no source, such as a reading time."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.inline("", self.text, classes=["uncited"])], []


class ClaimsDirective(SphinxDirective):
    """The claims this page has cited so far, each with its details."""

    def run(self) -> list[nodes.Node]:
        cited = self.env.temp_data.get("casework_claims", {})
        claims = _claims(self.env)
        intro = nodes.paragraph("", "", classes=["cw-claims-intro"])
        intro += nodes.Text("Open a claim to see its numbers, its limitation and when it was reviewed. ")
        intro += _marks_link(self.env.docname)
        made = [_details(claims[name], self, uses) for name, uses in cited.items()]
        return [intro, *folded(_counted(len(made), "claim"), made)] if made else []


class ClaimListDirective(SphinxDirective):
    """All claims of the course in their sections, with the pages that use them."""

    def run(self) -> list[nodes.Node]:
        note_fact(self.env, "claims", "all")
        kept(self.env, "claim lists")[self.env.docname] = True
        sections: dict[str, list[nodes.Node]] = {}
        for claim in _claims(self.env).values():
            note_fact(self.env, "claim", claim.id)
            line = nodes.paragraph("", f"{claim.id} · ", classes=["cw-claim-pages"])
            line += claim_pages("", claim=claim.id)
            sections.setdefault(claim.section, []).extend([_details(claim, self, []), line])
        return [_section(title, inside) for title, inside in sections.items()]


class ClaimWordsDirective(SphinxDirective):
    """The words a claim is marked with and what they mean: `strengths` or `statuses`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        scale = _scale(self.env)
        self.env.note_dependency(str(_folder(self.env.app) / "scale.yaml"))
        known: dict[str, Iterable[Word | Status]] = {
            "strengths": scale.strengths.values(),
            "statuses": scale.statuses,
        }
        if self.arguments[0] not in known:
            raise self.error(f"claim-words: found {self.arguments[0]}, expected strengths or statuses")
        words = known[self.arguments[0]]
        return [terms((word.label[:1].upper() + word.label[1:], word.meaning) for word in words)]


def _cite(env: BuildEnvironment, claim: Claim, lineno: int, inliner: Any) -> list[nodes.Node]:
    for key in claim.source:
        note_fact(env, "work", key)
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
    for name, text in (
        ("Numbers", claim.numbers),
        ("Design", claim.design),
        ("Who", claim.n),
        ("Limitation", claim.limitation),
        ("What was read", scale.status(claim.status).label),
        ("Reviewed", _reviewed(claim, scale, due)),
    ):
        if text:
            fields += _field(name, nodes.paragraph("", text[:1].upper() + text[1:]))
    fields += _field("Source", nodes.paragraph("", "", *_cite(env, claim, directive.lineno, directive.state.inliner)))
    if uses:
        back = nodes.paragraph("", "")
        for number, use in enumerate(uses, 1):
            text = "back to the text" if len(uses) == 1 else f"back to use {number}"
            back += [nodes.Text(" · ")] if number > 1 else []
            back += nodes.reference("", text, refid=use, internal=True)
        fields += _field("Used", back)
    made = claim_details("", summary, fields, ids=[f"claim-{claim.id}"], claim=claim.id)
    return made


def _section(title: str, inside: list[nodes.Node]) -> nodes.section:
    found = folded(_counted(len(inside) // 2, "claim"), inside)
    return nodes.section("", nodes.title("", title), *found, ids=[nodes.make_id(f"claims {title}")])


def _counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def _field(name: str, body: nodes.paragraph) -> nodes.field:
    return nodes.field("", nodes.field_name("", name), nodes.field_body("", body))


def _reviewed(claim: Claim, scale: Scale, due: bool) -> str:
    following = claim.next_review(scale)
    reviewed = f"{_day(claim.reviewed)}; " if claim.reviewed else ""
    if due:
        return reviewed + f"due since {_day(following)}"
    if following == claim.holds_until:
        return reviewed + f"holds until {_day(following)}; review due then"
    return reviewed + f"next by {_day(following)}"


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _marks_link(docname: str) -> nodes.Node:
    link = pending_xref(
        "", refdomain="std", reftype="ref", reftarget=_MARKS_PAGE, refdoc=docname, refexplicit=True, refwarn=False
    )
    link += nodes.inline("", "What the words mean")
    return link


def _unresolved(app: Sphinx, env: BuildEnvironment, node: Any, text: nodes.Node) -> nodes.Node | None:
    # a page may be built without the page that explains the words
    return text if node.get("reftarget") == _MARKS_PAGE else None


# What the build keeps.

_loaded: WeakKeyDictionary[Sphinx, tuple[dict[str, Claim], Scale]] = WeakKeyDictionary()


def _load(app: Sphinx) -> None:
    claims, problems = check_claims(_folder(app))
    for problem in problems:
        _log.warning("%s", problem, type="casework", subtype="claims")
    _loaded[app] = claims, load_scale(_folder(app))


def _folder(app: Sphinx) -> Path:
    return Path(app.config.casework_data) / "claims"


def _claims(env: BuildEnvironment) -> dict[str, Claim]:
    return _loaded[env.app][0]


def _scale(env: BuildEnvironment) -> Scale:
    return _loaded[env.app][1]


def _today(env: BuildEnvironment) -> datetime.date:
    if env.config.casework_today:
        return datetime.date.fromisoformat(env.config.casework_today)
    # a build that is to give the same again states its time: https://reproducible-builds.org/specs/source-date-epoch/
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date() if seconds else datetime.date.today()


def _about_claim(app: Sphinx, name: str) -> object:
    """All that a page shows of one claim."""
    claim, scale = _claims(app.env).get(name), _scale(app.env)
    if claim is None:
        return None
    words = scale.strengths[claim.strength].label, scale.status(claim.status).label, scale.review_months
    return claim, words, claim.due(scale, _today(app.env))


def _about_all(app: Sphinx, name: str) -> object:
    return [(claim.id, claim.section) for claim in _claims(app.env).values()]


def _about_work(app: Sphinx, key: str) -> object:
    return app.env.get_domain("cite").bibdata.data.entries.get(key)  # type: ignore[attr-defined]


def _note_works(app: Sphinx, docname: str, source: list[str]) -> None:
    for key in cited_keys(source[0]):
        note_fact(app.env, "work", key)


def _leave_file(app: Sphinx, doctree: nodes.document) -> None:
    # where references are listed the page is made to depend on the whole bibliography; it does on the works it cites
    works = app.env.get_domain("cite").bibdata  # type: ignore[attr-defined]
    app.env.dependencies[app.env.docname] -= set(works.bibfiles)


def _lists_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The lists that are written again, since they show which pages use which claim, and that has changed."""
    now = digest(sorted(kept(env, "claim uses").items()))
    before, env.casework_claim_uses = getattr(env, "casework_claim_uses", ""), now  # type: ignore[attr-defined]
    return list(kept(env, "claim lists")) if now != before else []


def _note_uses(app: Sphinx, doctree: nodes.document) -> None:
    marks = [mark for mark in doctree.findall(nodes.inline) if mark.get("claim")]
    used = list(dict.fromkeys(mark["claim"] for mark in marks))
    if used:
        kept(app.env, "claim uses")[app.env.docname] = used
    shown = {details["claim"] for details in doctree.findall(claim_details)}
    for name in used:
        if name not in shown:
            _log.warning(
                "claim %s is cited, but no {claims} list follows it on this page",
                name,
                type="casework",
                subtype="claim-list",
                location=app.env.docname,
            )


def _fold_references(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """A long list of sources is folded: each opens where it is cited."""
    for part in list(doctree.findall(nodes.container)):
        notes = [child for child in part.children if isinstance(child, nodes.footnote)]
        if len(notes) > _FEW:
            part.children = []
            part.extend(folded(_counted(len(notes), "source"), notes))


def _fill_pages(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    uses = kept(app.env, "claim uses")
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


def _check_keys(app: Sphinx, env: BuildEnvironment) -> None:
    if not app.config.bibtex_bibfiles:
        return
    defined = env.get_domain("cite").bibdata.data.entries  # type: ignore[attr-defined]
    pages = [
        path.read_text(encoding="utf-8")
        for folder in app.config.casework_cited_in
        for path in sorted((Path(app.srcdir) / folder).rglob("*"))
        if path.suffix in (".md", ".ipynb")
    ]
    for problem in check_bibliography(defined, pages, Path(app.config.casework_data), _claims(env)):
        _log.warning(
            "bibliography: %s",
            problem,
            type="casework",
            subtype="bibliography",
            location=str(Path(app.srcdir) / app.config.bibtex_bibfiles[0]),
        )


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


def _configure(app: Sphinx, config: Config) -> None:
    keep_style(config.bibtex_default_style)
    offer(app, config, {name: own(name) for name in ("claims.css", "claims.js", "claimlist.js", "anchors.js")})


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role, the directives, the checks and the styles."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("casework_data", str(data_file()), "env", [str])
    app.add_config_value("casework_cited_in", ["book", "notebooks"], "env", [list])
    app.add_config_value("casework_today", "", "env", [str])
    plain = (_pass, _pass)
    line = (_start_line, _end_line)
    app.add_node(
        claim_details, html=(_visit_details, _depart_details), latex=plain, text=plain, man=plain, texinfo=plain
    )
    app.add_node(claim_summary, html=(_visit_summary, _depart_summary), latex=line, text=line, man=line, texinfo=line)
    app.add_node(claim_pages, html=plain, latex=plain, text=plain, man=plain, texinfo=plain)
    app.add_role("claim", ClaimRole())
    app.add_role("uncited", UncitedRole())
    app.add_directive("claims", ClaimsDirective)
    app.add_directive("claim-list", ClaimListDirective)
    app.add_directive("claim-words", ClaimWordsDirective)
    add_fact("claim", _about_claim)
    add_fact("claims", _about_all)
    add_fact("work", _about_work)
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _load)
    app.connect("source-read", _note_works)
    app.connect("env-updated", _lists_again)
    app.connect("env-check-consistency", _check_keys)
    app.connect("doctree-read", _note_uses)
    app.connect("doctree-read", _leave_file)
    app.connect("doctree-resolved", _fill_pages)
    app.connect("doctree-resolved", _fold_references)
    app.connect("missing-reference", _unresolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
