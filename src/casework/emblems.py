"""The emblems: a small drawing for each couple, made from their story, never a face.

Each is one SVG file of `data/emblems/`, in which every line is a `path`: one with the id of either partner, which
stands for them in an interview, and at most one without an id, which both share. The pages of a couple are those
whose name begins with the file's name, or is made of both partners' ids (`maya-and-daniel`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.abc import Traversable
from xml.etree import ElementTree

from casework.records import ContentError, data_file, names_in

GRID = "0 0 34 34"
_TAG = "{http://www.w3.org/2000/svg}"
_LINES = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 .,-]+")


@dataclass(frozen=True, kw_only=True)
class Emblem:
    """One drawing. `paths`: partner's id to the lines that stand for that partner, and `""` to those both share."""

    name: str
    title: str
    paths: dict[str, str]

    @property
    def partners(self) -> tuple[str, ...]:
        """The ids of the two, the one on the left first."""
        return tuple(filter(None, self.paths))

    def svg(self) -> str:
        """The drawing as part of a page, which does not read it out: the names stand beside it."""
        lines = "".join(f'<path d="{path}"/>' for path in self.paths.values())
        return f'<svg class="cw-emblem" viewBox="{GRID}" aria-hidden="true" focusable="false">{lines}</svg>'


def read_emblem(path: Traversable) -> Emblem:
    """The emblem in one SVG file; a `ContentError` says what does not fit."""
    try:
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    except ElementTree.ParseError as error:
        raise ContentError(f"{path}: this is no SVG drawing: {error}") from None
    if root.get("viewBox") != GRID:
        raise ContentError(f'{path}: expected viewBox="{GRID}"')
    title = root.findtext(f"{_TAG}title")
    strange = sorted({part.tag.removeprefix(_TAG) for part in root} - {"title", "path"})
    if strange or any(len(part) for part in root):
        raise ContentError(f"{path}: found {', '.join(strange)}; expected a title, and lines that are each a path")
    lines = [(part.get("id", ""), part.get("d", "")) for part in root.findall(f"{_TAG}path")]
    paths = dict(lines)
    if not title or len(paths) != len(lines) or len([name for name in paths if name]) != 2:
        raise ContentError(
            f"{path}: expected a title saying what is drawn, a path with the id of each partner, and at most one more"
        )
    for name, line in lines:
        if not _LINES.fullmatch(line):
            raise ContentError(f"{path}: the path {name!r} has no lines, or more than letters and numbers of lines")
    return Emblem(name=path.name.removesuffix(".svg"), title=title, paths=paths)


@cache
def emblems() -> tuple[Emblem, ...]:
    """All emblems, in the alphabetical order of their names."""
    folder = data_file("emblems")
    return tuple(read_emblem(folder.joinpath(f"{name}.svg")) for name in names_in(folder, ".svg"))


def emblem_of(partners: Iterable[str]) -> Emblem | None:
    """The emblem of the two with these ids, if they have one."""
    return next((emblem for emblem in emblems() if set(emblem.partners) == set(partners)), None)


def emblem_on(page: str) -> Emblem | None:
    """The emblem that the page of this name wears, such as `book/vignettes/walls-too-high-after`."""
    name = page.rpartition("/")[2]
    for emblem in emblems():
        if f"{name}-".startswith(f"{emblem.name}-") or name == "-and-".join(emblem.partners):
            return emblem
    return None
