"""The Sphinx extension of the book: activities are live in the built pages, with no kernel and no outside request."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx

from casework.book import blueprint, couples, safety
from casework.widgets.front_end import read, stems

_ICON_SCRIPT = re.compile(r'<script[^>]*/fontawesome\.js[^>]*></script>|<link[^>]*/fontawesome\.js[^>]*>')


def host_script() -> str:
    """The static host with every module in it, as one classic script that also runs from disk."""
    modules = json.dumps({name: read(f"{name}.js") for name in stems(".js")}, ensure_ascii=False)
    return f"const MODULES = {modules};\n{_own('host.js')}"


def host_styles() -> str:
    """The styles of every kind in one sheet."""
    sheets = [read(f"{name}.css") for name in stems(".css")]
    return "".join([*sheets, _own("host.css")])


def _own(name: str) -> str:
    return files("casework.book").joinpath(name).read_text(encoding="utf-8")


def _configure(app: Sphinx, config: Any) -> None:
    # the page takes an activity's own HTML, which reads without JavaScript, instead of a widget manager's
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, ("html", "text/html", 1)]
    config.nb_ipywidgets_js = {}
    made = Path(app.outdir).parent / ".casework-static"
    made.mkdir(parents=True, exist_ok=True)
    (made / "casework.js").write_text(host_script(), encoding="utf-8")
    (made / "casework.css").write_text(host_styles(), encoding="utf-8")
    (made / "book.css").write_text(_own("book.css"), encoding="utf-8")
    config.html_static_path = [*config.html_static_path, str(made)]


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    NbMetadataCollector.get_js_files(app.env, pagename).pop("ipywidgets_state", None)
    if doctree is not None and "cw-mount" in context.get("body", ""):
        app.add_css_file("casework.css")
        app.add_js_file("casework.js", loading_method="defer")


def _drop_thebe(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    # it names a CDN and declares its constants twice; the book offers no kernel
    context["script_files"] = [
        script for script in context["script_files"]
        if "thebe" not in str(script) and "thebe" not in getattr(script, "attributes", {}).get("body", "").lower()
    ]


def _drop_icon_script(app: Sphinx, exception: Exception | None) -> None:
    # The theme draws its icons twice: from a font, and by 1.5 MB of script that watches every change of the page.
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(_ICON_SCRIPT.sub("", text), encoding="utf-8")
    for script in Path(app.outdir).glob("_static/scripts/fontawesome.js*"):
        script.unlink()


def setup(app: Sphinx) -> dict:
    """Register the extension."""
    safety.setup(app)
    couples.setup(app)
    blueprint.setup(app)
    app.connect("config-inited", _configure)
    app.setup_extension("casework.book.claims")
    app.setup_extension("casework.book.explorers")
    app.add_css_file("book.css")
    app.connect("html-page-context", _dress_page, priority=100)
    app.connect("html-page-context", _drop_thebe, priority=900)
    app.connect("build-finished", _drop_icon_script, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
