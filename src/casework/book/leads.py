"""Where the words of an activity lead: pages to read, claims and works in its sources, and the activity itself.

An activity names them in plain words, and keeps them so in a notebook; on a page of the book each becomes a link. There
an address ends in `#q-` and an activity's name where it leads to that one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casework.bibliography import short_name
from casework.book.fresh import digest
from casework.claims import check_claims

_MOUNT = re.compile(r'<div class="cw-mount" data-casework="([^"]*)"')
_CLAIMS = "book/appendix/claims"
_WORK = re.compile(r"\b[a-z]+_?\d{4}[a-z]*\b|\b[a-z]+_[a-z]+\b")
_CLAIM = re.compile(r"\b[A-Za-z]\d?-\d+[a-z]?\b")
_PAGE = re.compile(r"(?<=page )“?([A-Z][^.;:”]*)|([A-Z][^.;:]*)(?= page)")


class _Places:
    """What may be named on a page, and the address of each, seen from there."""

    def __init__(self, app: Sphinx, pagename: str, body: str) -> None:
        self.titles = {title.astext(): docname for docname, title in app.env.titles.items()}
        works = getattr(app.env.get_domain("cite"), "bibdata", None)
        self.works = works.data.entries if works else {}
        self.body = body
        self.has_list = _CLAIMS in app.env.titles
        self._app, self._here = app, pagename

    def _uri(self, docname: str) -> str:
        return self._app.builder.get_relative_uri(self._here, docname)

    def page(self, title: str) -> str:
        """The address of the page of that title; empty where there is none."""
        return self._uri(self.titles[title]) if title in self.titles else ""

    def listed(self, anchor: str, known: Iterable[str]) -> str:
        """The address of a claim or a work: on this page if it stands here, else in the list of all claims."""
        if f'id="{anchor}"' in self.body:
            return f"#{anchor}"
        return f"{self._uri(_CLAIMS)}#{anchor}" if self.has_list and anchor in known else ""


def _named(data: object, key: str) -> Iterator[str]:
    """Every text under `key`, however deep."""
    for name, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if name == key and isinstance(value, str):
            yield value
        else:
            yield from _named(value, key)


def _leads(content: object, places: _Places, listed: set[str]) -> dict[str, list[str]]:
    """Each phrase that leads somewhere, with its address and, where the phrase is only a key, the words to show."""
    found = {title: [places.page(title)] for title in _named(content, "page")}
    for text in _named(content, "source"):
        for match in _WORK.finditer(text):
            if (key := match[0]) in places.works:
                found[key] = [places.listed(f"footcite-{key.replace('_', '-')}", listed), short_name(places.works[key])]
        for match in _CLAIM.finditer(text):
            found[match[0]] = [places.listed(f"claim-{match[0].lower()}", listed)]
        for match in _PAGE.finditer(text):
            title = match[1] or match[2]
            found[title] = [places.page(title)]
    # a work that is listed nowhere is still called by its name
    return {phrase: lead for phrase, lead in found.items() if lead[0] or len(lead) > 1}


def _lead(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    if doctree is None or "cw-mount" not in body:
        return
    places = _Places(app, pagename, body)
    listed = set(app.env.get_doctree(_CLAIMS).ids) if places.has_list and '"source' in unescape(body) else set()
    named: set[str] = set()

    def with_leads(match: re.Match[str]) -> str:
        state = json.loads(unescape(match[1]))
        if leads := _leads(state.get("content"), places, listed):
            state["leads"] = leads
        name = state.get("name", "")
        place = f' id="q-{escape(name)}"' if name and name not in named else ""
        named.add(name)
        text = escape(json.dumps(state, ensure_ascii=False), quote=False).replace('"', "&quot;")
        return f'<div class="cw-mount"{place} data-casework="{text}"'

    context["body"] = _MOUNT.sub(with_leads, body)


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Every page again, where a work is called otherwise or a claim has come or gone: an activity may name it."""
    works = getattr(env.get_domain("cite"), "bibdata", None) if "cite" in env.domains else None
    names = sorted((key, short_name(entry)) for key, entry in works.data.entries.items()) if works else []
    before, now = getattr(env, "casework_leads", ""), digest((names, sorted(check_claims()[0])))
    env.casework_leads = now  # type: ignore[attr-defined]
    return sorted(env.found_docs) if now != before else []


def setup(app: Sphinx) -> None:
    """Register what writes the addresses into the pages."""
    app.connect("env-updated", _rewrite)
    app.connect("html-page-context", _lead)
