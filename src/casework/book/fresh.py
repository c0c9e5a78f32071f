"""Which pages are made again: those that show what has changed, and no other; and one that is gone leaves nothing.

Sphinx compares a page with its own file and with those it depends on (`depend`). Beside that it is told here of

* a change in a part of a file that many pages share, such as one claim (`note_fact`);
* a change of what pages show of one another: titles, labels, the order of the contents;
* another version of this package or of one that is installed, which makes every page again;
* a build that failed or was stopped: the pages it was to make are made again, so that it fails again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from casework.book.contents import course_parts
from casework.records import data_file
from casework.storage import write_file

CODE = (".py", ".js", ".css", ".html", ".woff2")
"""How the names of the package's code end; all else in it is data."""

_facts: dict[str, Callable[[Sphinx, str], object]] = {}


def depend(env: BuildEnvironment, name: str) -> None:
    """Make the page that is being read anew when this data file changes, such as `couples/lift-off.yaml`."""
    env.note_dependency(str(data_file(*name.split("/"))))


def add_fact(kind: str, read: Callable[[Sphinx, str], object]) -> None:
    """Tell how a fact of this kind is read; its `repr` has to hold all that a page shows of it."""
    _facts[kind] = read


def note_fact(env: BuildEnvironment, kind: str, name: str) -> None:
    """Make the page that is being read anew when this fact changes."""
    facts = kept(env, "facts").setdefault(env.docname, {})
    if (kind, name) not in facts:
        facts[kind, name] = digest(_facts[kind](env.app, name))


def kept(env: BuildEnvironment, what: str) -> dict[str, Any]:
    """Page to what the build keeps of it under this name, until it is read again."""
    store: dict[str, dict[str, Any]] = _attribute(env, "casework_kept", {})
    return store.setdefault(what, {})


def digest(thing: object) -> str:
    """A short name for plain data, the same in every process."""
    return hashlib.sha256(repr(thing).encode()).hexdigest()[:16]


def file_digest(path: Path) -> str:
    """A short name for what is in a file; empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""


@functools.cache
def made_with() -> str:
    """A short name for what makes pages: the package's code, and all that is installed, each in its version."""
    package = Path(str(files("casework")))
    code = [(str(path.relative_to(package)), file_digest(path)) for path in _all(package) if path.suffix in CODE]
    installed = sorted({path.name for place in sys.path for path in Path(place or ".").glob("*.dist-info")})
    return digest((sys.version, code, installed))


def workplace(app: Sphinx) -> Path:
    """Where a build leaves what the next one needs; never published."""
    folder = Path(app.outdir).parent / ".casework"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _all(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _attribute(env: BuildEnvironment, name: str, start: Any) -> Any:
    if not hasattr(env, name):
        setattr(env, name, start)
    return getattr(env, name)


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    for pages in _attribute(env, "casework_kept", {}).values():
        pages.pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: Iterable[str], other: BuildEnvironment) -> None:
    for what, pages in _attribute(other, "casework_kept", {}).items():
        kept(env, what).update({docname: pages[docname] for docname in docnames if docname in pages})


def _outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    @functools.cache
    def now(kind: str, name: str) -> str:
        return digest(_facts[kind](app, name))

    facts = kept(env, "facts")
    stale = [page for page, shown in facts.items() if any(now(*fact) != before for fact, before in shown.items())]
    return [*stale, *_unfinished(app)]


# What pages show of one another.


def _write_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    before, env.casework_shared = getattr(env, "casework_shared", ""), _shared(env)  # type: ignore[attr-defined]
    pages = sorted(env.found_docs) if env.casework_shared != before else []  # type: ignore[attr-defined]
    _note_unfinished(app, pages)
    return pages


def _shared(env: BuildEnvironment) -> str:
    labels = env.get_domain("std").data
    return digest(
        (
            sorted((page, title.astext()) for page, title in [*env.titles.items(), *env.longtitles.items()]),
            sorted((page, list(parts)) for page, parts in env.toctree_includes.items()),
            course_parts(env),
            sorted(labels["labels"].items()),
            sorted(labels["anonlabels"].items()),
            sorted((page, _anchors(about)) for page, about in env.metadata.items()),
        )
    )


def _anchors(about: dict[str, Any]) -> list[tuple[str, str, str]]:
    # MyST keeps for each heading its line, which nobody sees, its id and its text
    return [(slug, anchor, text) for slug, (_, anchor, text) in about.get("myst_slugs", {}).items()]


# A build that did not come to its end.


def _unfinished(app: Sphinx) -> list[str]:
    path = workplace(app) / "unfinished.json"
    found: list[str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return found


def _note_unfinished(app: Sphinx, pages: Iterable[str]) -> None:
    names = sorted({*_unfinished(app), *pages})
    if names:
        write_file(workplace(app) / "unfinished.json", json.dumps(names).encode())


def _begin(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    _note_unfinished(app, docnames)


def _end(app: Sphinx, exception: Exception | None) -> None:
    # a page that was warned of counts as not made, since nothing is said of a page that is not made again
    if exception is None and not app._warncount:
        (workplace(app) / "unfinished.json").unlink(missing_ok=True)


# A page that is gone.


def _withdraw(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site, sources = Path(app.outdir), Path(app.outdir) / "_sources"
    for source in _all(sources):
        page = source.relative_to(sources)
        if page.with_suffix("").as_posix() not in app.env.found_docs:
            source.unlink()
            (site / page).with_suffix(".html").unlink(missing_ok=True)
            for folder in (source.parent, (site / page).parent):
                _remove_if_empty(folder, site)
    root, index = app.config.root_doc, site / "index.html"
    if root != "index" and index.is_file() and f"url={root}.html" not in index.read_text(encoding="utf-8"):
        index.unlink()  # written again, as a way to the first page


def _remove_if_empty(folder: Path, site: Path) -> None:
    while folder != site and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _configure(app: Sphinx, config: Config) -> None:
    config.casework_made_with = made_with()


def setup(app: Sphinx) -> None:
    """Register what tells Sphinx which pages to make again."""
    app.add_config_value("casework_made_with", "", "env", [str])
    app.connect("config-inited", _configure)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-before-read-docs", _begin)
    app.connect("env-updated", _write_all, priority=900)
    app.connect("build-finished", _withdraw, priority=400)
    app.connect("build-finished", _end, priority=950)
