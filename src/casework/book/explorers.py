"""Explorers in the book: their host and the drawing library, for the pages that hold one and for no other."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from casework.explorers.front_end import library_name, library_text, modules, style_text

_MARK = "cw-explorer-mount"
_PAGES = "casework_explorer_pages"


def host_script() -> str:
    """The host with every module in it, as one classic script that also runs from disk."""
    own = files("casework.book").joinpath("explorers.js").read_text(encoding="utf-8")
    return f"const EXPLORERS = {json.dumps(modules(), ensure_ascii=False)};\n{own}"


def write_library(folder: Path) -> str:
    """Write the drawing library into `folder` unless this version is there, and return its file name."""
    name = library_name()
    if not (folder / name).is_file():
        for older in folder.glob("vega-*.js"):
            older.unlink()
        (folder / name).write_text(library_text(), encoding="utf-8")
    return name


def _made(app: Sphinx) -> Path:
    return Path(app.outdir).parent / ".casework-static"


def _configure(app: Sphinx, config: Any) -> None:
    made = _made(app)
    made.mkdir(parents=True, exist_ok=True)
    (made / "explorers.js").write_text(host_script(), encoding="utf-8")
    (made / "explorers.css").write_text(style_text(), encoding="utf-8")
    if str(made) not in config.html_static_path:
        config.html_static_path = [*config.html_static_path, str(made)]


def _pages(env: BuildEnvironment) -> set[str]:
    if not hasattr(env, _PAGES):
        setattr(env, _PAGES, set())
    return getattr(env, _PAGES)


def _note_page(app: Sphinx, doctree: nodes.document) -> None:
    if any(_MARK in node.astext() for node in doctree.findall(nodes.raw)):
        _pages(app.env).add(app.env.docname)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _pages(env).discard(docname)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Any, other: BuildEnvironment) -> None:
    _pages(env).update(_pages(other) & set(docnames))


def _bring_library(app: Sphinx, env: BuildEnvironment) -> list[str]:
    # before pages are written and static files copied; it takes seconds, so it is kept between builds
    if _pages(env) and app.builder.format == "html":
        write_library(_made(app))
    return []


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    if doctree is not None and _MARK in context.get("body", ""):
        app.add_css_file("explorers.css")
        app.add_js_file(library_name(), loading_method="defer")
        app.add_js_file("explorers.js", loading_method="defer")


def setup(app: Sphinx) -> dict:
    """Register what the pages with an explorer need."""
    app.connect("config-inited", _configure)
    app.connect("doctree-read", _note_page)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _bring_library)
    app.connect("html-page-context", _dress_page, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
