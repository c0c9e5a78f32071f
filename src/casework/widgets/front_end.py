"""The front end as texts: modules with what they import, styles, and the place of an activity in a page."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from xml.etree import ElementTree

from casework.content import Activity
from casework.widgets import constants

NOT_RUNNING = (
    "Saved copy, not running: it takes no answer, and your latest ones may not be in it. "
    "To see them and go on, choose Run, then Run All Cells."
)

_IMPORT = re.compile(r'from "\./([a-z-]+)\.js"')

Modules = Mapping[str, str]
"""Modules of the front end by stem; one imports another as `"./STEM.js"`."""


def read(name: str) -> str:
    """The text of one file of the front end, such as `sort.css`."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def read_modules(package: str) -> dict[str, str]:
    """The modules that lie in the folder of `package`, by stem."""
    scripts = sorted((file for file in files(package).iterdir() if file.name.endswith(".js")), key=lambda f: f.name)
    return {file.name.removesuffix(".js"): file.read_text(encoding="utf-8") for file in scripts}


@cache
def modules() -> Modules:
    """The modules of all kinds, with the constants they share with Python."""
    return {**read_modules(__package__), "constants": constants.module_text()}


def whole(texts: Modules, stem: str) -> str:
    """The module `stem` as one text, in which each module it imports is a `data:` module.

    JupyterLab loads a module from a text, where no neighbour can be reached.
    """
    return _linked(texts[stem], lambda neighbour: _data_address(whole(texts, neighbour)))


def imported(text: str) -> list[str]:
    """The stems of the neighbours that a module imports."""
    return _IMPORT.findall(text)


def for_loader(texts: Modules) -> dict[str, str]:
    """All modules as the loader of a page takes them: each after those it imports, which it names `module:STEM`."""
    order = TopologicalSorter({stem: imported(text) for stem, text in texts.items()}).static_order()
    return {stem: _linked(texts[stem], lambda neighbour: f"module:{neighbour}") for stem in order}


def _linked(text: str, address: Callable[[str], str]) -> str:
    return _IMPORT.sub(lambda match: f'from "{address(match[1])}"', text)


def _data_address(text: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(text.encode()).decode()}"


@cache
def module_text(stem: str) -> str:
    """All of one kind's script as one text."""
    return whole(modules(), stem)


@cache
def style_text(stem: str) -> str:
    """The styles that every kind shares, then those of `stem`: all that one widget needs."""
    return read("shared.css") + read(f"{stem}.css")


def all_styles() -> str:
    """The styles of every kind, what all share first."""
    names = sorted(file.name for file in files(__package__).iterdir() if file.name.endswith(".css"))
    return "".join(read(name) for name in sorted(names, key=lambda name: name != "shared.css"))


def activity_html(activity: Activity, name: str, mode: str = "practice") -> str:
    """The place of `activity` in a page, under the `name` its response is kept by."""
    state = {"kind": activity.kind, "name": name, "mode": mode, "content": activity.as_data()}
    return mount_html(state, activity.prompt, activity.outline())


def mount_html(state: Mapping[str, object], prompt: str, outline: list[tuple[str, list[str]]]) -> str:
    """The place of an activity in a page, readable as it stands: the prompt and what can be chosen.

    `state` is the plain data the static host builds its model from. Text is escaped by the serialiser.
    """
    place = {"class": "cw-mount", "data-casework": json.dumps(state, ensure_ascii=False)}
    return _readable(place, "cw-mount-prompt", prompt, outline)


def saved_html(prompt: str, outline: list[tuple[str, list[str]]]) -> str:
    """An activity in a saved notebook that is not running: how to go on, the prompt, and lists with their headings."""
    return _readable({"class": "cw-saved"}, "cw-saved-prompt", f"{NOT_RUNNING}\n\n{prompt}", outline)


def _readable(place: dict[str, str], kind: str, prompt: str, outline: list[tuple[str, list[str]]]) -> str:
    root = ElementTree.Element("div", place)
    for paragraph in prompt.split("\n\n"):
        ElementTree.SubElement(root, "p", {"class": kind}).text = " ".join(paragraph.split())
    for heading, entries in outline:
        ElementTree.SubElement(root, "p").text = f"{heading}:" if entries else f"{heading}."
        if entries:
            listed = ElementTree.SubElement(root, "ul")
            for entry in entries:
                ElementTree.SubElement(listed, "li").text = entry
    return ElementTree.tostring(root, encoding="unicode", method="html")
