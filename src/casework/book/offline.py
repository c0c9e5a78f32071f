"""Reading offline: a worker at the site's root that keeps the whole course in a browser that has been here once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from casework.book.fresh import digest, file_digest
from casework.book.scripts import own
from casework.book.static import offer
from casework.storage import write_file

WORKER = "offline-worker.js"
"""Its place is the root of the site, so that it serves all of the site and nothing above it."""

# Hidden files, what pages are made from, and what only tools read. The library that draws the explorers stays, an
# eighth of all that is sent: a course that is said to be kept holds every page whole.
_LEFT_OUT = re.compile(r"(^|/)\.|^_sources/|\.(inv|map|mo|po|scss|ttf|txt)$")


def kept_files(site: Path) -> dict[str, str]:
    """The files of a built site that a reader needs, each with a digest of what is in it; pages first.

    A host that alters pages on their way is found out by the first of them, before anything else is fetched.
    """
    paths = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    paths = [path for path in paths if path != WORKER and not _LEFT_OUT.search(path)]
    return {path: file_digest(site / path) for path in sorted(paths, key=lambda path: (path[-5:] != ".html", path))}


def write_worker(site: Path, *, keeps: bool = True) -> None:
    """Write the worker of a built site; one that keeps nothing takes back what an earlier one kept, and leaves."""
    files = kept_files(site) if keeps else {}
    size = sum((site / path).stat().st_size for path in files)
    filled = ", ".join(map(json.dumps, (digest(files) if files else "", size, files)))
    write_file(site / WORKER, own("worker.js").replace("(EDITION, SIZE, FILES)", f"({filled})").encode())


def _configure(app: Sphinx, config: Config) -> None:
    if config.casework_offline:
        offer(app, config, {name: own(name) for name in ("offline.js", "offline.css")})
        app.add_js_file("offline.js", loading_method="defer")


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        write_worker(Path(app.outdir), keeps=app.config.casework_offline)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the script of each page, and what is done when nothing else will change the site."""
    app.add_config_value("casework_offline", True, "html", [bool])
    app.connect("config-inited", _configure)
    app.connect("build-finished", _finish, priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
