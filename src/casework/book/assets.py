"""What every page loads: one sheet of styles and one script, made when all pages are there.

The theme and the extensions bring some twenty files, most of whose rules no page needs. Here they become `site.css`,
without the rules whose classes stand neither on a page nor in a script, and `site.js`, which runs when the page is
read. A page names both with a mark of what is in them, so that no browser takes an older one from its store.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from casework.book.fresh import digest, made_with, workplace
from casework.book.icons import icon_styles
from casework.book.static import static_folder
from casework.book.trim import squeezed, trim
from casework.storage import write_file

THEME_STYLES = ("basic.css", "styles/pydata-sphinx-theme.css")
THEME_SCRIPTS = ("scripts/pydata-sphinx-theme.js",)
"""Not `bootstrap.js`: what it would open here, `article-header-buttons.html` folds, and its hints are titles."""
SHEETS = ("casework.css", "claims.css", "drawings.css")
SCRIPTS = ("course.js", "found.js", "cards.js", "claims.js", "claimlist.js", "anchors.js")
"""Files that not every page needs, but that are less as a part of the one file than as a request."""

WANTED_BY = {
    "clipboard.min.js": 'class="highlight',
    "copybutton.js": 'class="highlight',
    "togglebutton.js": "dropdown admonition",
    "design-tabs.js": "sd-tab-set",
}
"""Scripts of extensions, and the words on a page that wants them."""

_MAP = re.compile(r"^(?://|/\*)# sourceMappingURL=.*$", re.MULTILINE)
_URL = re.compile(r"url\((?!['\"]?(?:data:|#))(['\"]?)([^)'\"]+)\1\)")
_LINK = re.compile(r"(_static/(site\.css|site\.js|start\.js)\?v=)\w*")
_NAMES = re.compile(r'\b(?:class|id)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_THEBE = re.compile(r'<script type="text/x-thebe-config">.*?</script>|<script>kernelName = [^<]*</script>', re.DOTALL)
_UNUSED = (
    "scripts/fontawesome.js*",
    "scripts/bootstrap.js*",
    "vendor/fontawesome/webfonts/*",
    "scripts/*.map",
    "styles/*.map",
)
_REMARK = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_ABOUT = 155  # what a list of hits shows of a page


def _file(asset: Any) -> str:
    return str(getattr(asset, "filename", "") or "").removeprefix("_static/")


def _whole_site(app: Sphinx, what: str) -> list[Any]:
    """The scripts (`js`) or sheets (`css`) that are asked for by every page, in their order."""
    found = getattr(app.builder, f"_orig_{what}_files", None) or getattr(app.builder, f"_{what}_files")
    texts = ((asset, f"{_file(asset)} {asset.attributes.get('body', '')}".lower()) for asset in found)
    return sorted((asset for asset, text in texts if not _left_out(text)), key=lambda asset: int(asset.priority))


def _left_out(text: str) -> bool:
    # thebe names a CDN and declares its constants twice, and the book offers no kernel; found.js marks what is found
    return "thebe" in text or "sphinx_highlight" in text


def _dress_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave to the page what is its own, since the rest is in the two files."""
    body = _THEBE.sub("", context.get("body", ""))
    sheets = {*map(_file, _whole_site(app, "css")), *SHEETS}
    scripts = {*map(_file, _whole_site(app, "js")), *SCRIPTS}

    def own(assets: list[Any], shared: set[str]) -> list[Any]:
        # what has no file is a line in the page, which a strict site refuses
        return [asset for asset in assets if (name := _file(asset)) and name not in shared and not _left_out(name)]

    context["css_files"] = own(context["css_files"], sheets)
    context["script_files"] = own(context["script_files"], scripts)
    context["wanted_scripts"] = [name for name, word in WANTED_BY.items() if word in body and name in scripts]
    if "body" in context:
        context["body"] = body
    if doctree is not None:
        context["about"] = _about(doctree)


def _about(doctree: nodes.document) -> str:
    """The first paragraph that stands for itself, cut at a word."""
    inside = (nodes.Admonition, nodes.admonition, nodes.list_item, nodes.table, nodes.footnote, nodes.sidebar)
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        parent = paragraph.parent
        while parent is not None and not isinstance(parent, inside):
            parent = parent.parent
        if parent is None and len(text) > 40:
            return text if len(text) <= _ABOUT else f"{text[:_ABOUT].rsplit(' ', 1)[0]} …"
    return ""


def _script(app: Sphinx, static: Path) -> str:
    parts = [_REMARK.sub("", _read(static, name)) for name in SCRIPTS]
    for asset in _whole_site(app, "js"):
        if (name := _file(asset)) not in WANTED_BY:
            text = _read(static, name) if name else asset.attributes.get("body", "")
            parts.append(_REMARK.sub("", text) if (static_folder(app) / name).is_file() else text)
    parts += [_read(static, name) for name in THEME_SCRIPTS]
    return "".join(f"{part.strip()}\n;\n" for part in parts if part.strip())


def _sheet(app: Sphinx, static: Path, words: set[str]) -> str:
    names = [*THEME_STYLES, *(_file(asset) for asset in _whole_site(app, "css"))]
    ours = [name for name in names if (static_folder(app) / name).is_file()]
    theirs = "".join(_read(static, name) for name in names if name not in ours)
    used = sorted(words & set(_WORD.findall(theirs)))
    kept = (
        workplace(app) / "trimmed" / f"{digest((made_with(), theirs, used))}.css"
    )  # it takes seconds, and seldom changes
    if not kept.is_file():
        for older in kept.parent.glob("*.css"):
            older.unlink()
        kept.parent.mkdir(exist_ok=True)
        write_file(kept, squeezed(trim(theirs, words)).encode())
    own = "".join(_read(static, name) for name in (*ours, *(name for name in SHEETS if name not in ours)))
    return f"{kept.read_text(encoding='utf-8')}{squeezed(icon_styles() + own)}"


def _read(static: Path, name: str) -> str:
    """A file of the site, with its addresses as they read in the folder above; empty where it is not there."""
    path = static / name
    text = _MAP.sub("", path.read_text(encoding="utf-8")) if name and path.is_file() else ""
    folder = posixpath.dirname(name)
    if not name.endswith(".css") or not folder:
        return text
    return _URL.sub(lambda found: f'url("{posixpath.normpath(posixpath.join(folder, found[2]))}")', text)


def _words(texts: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Every class and id on the pages, and every word of a script, which may set it."""
    found = {name for text in texts for names in _NAMES.findall(text) for name in names.split()}
    return found.union(*map(_WORD.findall, scripts))


def _bring(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    pages = {
        path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html")) if "_static" not in path.parts
    }
    for unused in (path for pattern in _UNUSED for path in static.glob(pattern)):
        unused.unlink()
    script = _script(app, static)
    scripts = [
        path.read_text(encoding="utf-8")
        for path in sorted(static.rglob("*.js"))
        if "vega" not in path.name and path.name != "site.js"  # that of an earlier build
    ]
    files = {"site.js": script, "site.css": _sheet(app, static, _words(pages.values(), [script, *scripts]))}
    for name, text in files.items():
        write_file(static / name, text.encode())
    marks = {name: digest(text)[:8] for name, text in {**files, "start.js": _read(static, "start.js")}.items()}
    for path, text in pages.items():
        marked = _LINK.sub(lambda found: found[1] + marks[found[2]], text)
        if marked != text:
            path.write_text(marked, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register what makes the two files, and what takes from a page that which is in them."""
    app.connect("html-page-context", _dress_page, priority=950)
    app.connect("build-finished", _bring, priority=800)
