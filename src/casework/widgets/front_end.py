"""The front end as texts: each kind's module with its neighbours inlined, its styles, and its place in a page."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree

_IMPORT = re.compile(r'(?m)^(import .* from )"\./([a-z-]+)\.js";$')


def read(name: str) -> str:
    """The text of one file of the front end, such as `sort.css`."""
    return files("casework.widgets").joinpath(name).read_text(encoding="utf-8")


def stems(ending: str) -> list[str]:
    """The stems of all front-end files with this ending, such as `.js`; what all share comes first."""
    found = (file.name for file in files("casework.widgets").iterdir() if file.name.endswith(ending))
    return sorted((name.removesuffix(ending) for name in found), key=lambda stem: (stem != "shared", stem))


@cache
def module_text(stem: str) -> str:
    """The module `stem`.js as one text: an import of a neighbour becomes an import of a `data:` module.

    JupyterLab and a page opened from disk both load a module from a text, where no neighbour can be reached.
    """

    def inline(match: re.Match) -> str:
        neighbour = base64.b64encode(module_text(match[2]).encode()).decode()
        return f'{match[1]}"data:text/javascript;base64,{neighbour}";'

    return _IMPORT.sub(inline, read(f"{stem}.js"))


@cache
def style_text(stem: str) -> str:
    """The styles that every kind shares, then those of `stem`: all that one widget needs."""
    return read("shared.css") + read(f"{stem}.css")


def mount_html(state: dict, prompt: str, outline: list[tuple[str, list[str]]]) -> str:
    """The place of an activity in a page, readable as it stands: the prompt and what can be chosen.

    `state` is the plain data the static host builds its model from. Text is escaped by the serialiser.
    """
    mount = ElementTree.Element("div", {"class": "cw-mount", "data-casework": json.dumps(state, ensure_ascii=False)})
    for paragraph in prompt.split("\n\n"):
        ElementTree.SubElement(mount, "p", {"class": "cw-mount-prompt"}).text = " ".join(paragraph.split())
    for heading, entries in outline:
        ElementTree.SubElement(mount, "p").text = f"{heading}:" if entries else f"{heading}."
        if entries:
            listed = ElementTree.SubElement(mount, "ul")
            for entry in entries:
                ElementTree.SubElement(listed, "li").text = entry
    return ElementTree.tostring(mount, encoding="unicode", method="html")
