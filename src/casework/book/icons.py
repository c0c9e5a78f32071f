"""The signs of the book's controls: a dozen Octicons in the sheet of styles, where the theme brings fonts of thousands.

They are drawn as masks, in the colour of the words beside them; the names of the controls stay as they are.
"""

from __future__ import annotations

from urllib.parse import quote

from sphinx_design.icons import get_octicon_data

ICONS = {
    "fa-angle-left": "chevron-left",
    "fa-angle-right": "chevron-right",
    "fa-arrow-up": "arrow-up",
    "fa-bars": "three-bars",
    "fa-chevron-down": "chevron-down",
    "fa-circle-half-stroke": "device-desktop",
    "fa-download": "download",
    "fa-expand": "screen-full",
    "fa-file": "file",
    "fa-file-pdf": "note",
    "fa-list": "list-unordered",
    "fa-magnifying-glass": "search",
    "fa-moon": "moon",
    "fa-sun": "sun",
}
"""What the theme calls a sign, and the Octicon that is drawn."""

BEFORE = {
    "a.reference.download::before": "download",
    "nav.bd-links li > a.reference.external::after": "link-external",
}
TITLES = {"": "book", ".note": "info", ".tip": "light-bulb", ".hint": "light-bulb", ".warning": "alert"}
"""Signs beside the title of a box, by its class."""

KINDS = ("default", "attention", "caution", "warning", "danger", "error", "hint", "tip", "important", "note", "seealso")
FONT = ["external-link", "search-minus", "download", "admonition-todo", *(f"admonition-{kind}" for kind in KINDS)]
"""Signs that the theme writes in its font, and that are empty now."""

_BANNER = "/*! Octicons, (c) GitHub Inc., MIT licence: https://github.com/primer/octicons/blob/main/LICENSE */\n"


def icon_styles() -> str:
    """The rules, to stand behind those of the theme."""
    drawn = [f".{name}::before" for name in ICONS]
    titles = {f".admonition{kind} > .admonition-title::after": icon for kind, icon in TITLES.items()}
    own = {**dict(zip(drawn, ICONS.values(), strict=True)), **BEFORE, **titles}
    every = ",\n".join([*drawn, *BEFORE, ".admonition > .admonition-title::after"])
    shown = "".join(f'{place} {{\n  --cw-sign: url("{_picture(icon)}");\n}}\n' for place, icon in own.items())
    empty = "".join(f'  --pst-icon-{name}: "";\n' for name in FONT)
    return f"""{_BANNER}html {{
{empty}}}
{every} {{
  background: currentColor;
  content: "";
  display: inline-block;
  forced-color-adjust: none;
  height: 1em;
  mask: var(--cw-sign) center / contain no-repeat;
  vertical-align: -0.125em;
  width: 1em;
}}
.fa-lg {{
  font-size: 1.1em;
  line-height: 1;
}}
@media (forced-colors: active) {{
  {every} {{
    background: CanvasText;
  }}
}}
{shown}"""


def _picture(name: str) -> str:
    path = get_octicon_data()[name]["heights"]["16"]["path"]
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{path}</svg>".replace('"', "'")
    return "data:image/svg+xml," + quote(svg, safe=" ='/:.,-()")
