"""The parts of the course and the pages in them, as `_toc.yml` lists them: the one order of the course."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sphinx.environment import BuildEnvironment

NUMBERED = ("evidence", "assessment", "couples", "medicine")
"""The names of the parts whose caption begins with a Roman numeral, in their order: of their pictures and colours."""

_NUMERAL = re.compile(r"[IVX]+ · ")


@dataclass(frozen=True)
class CoursePart:
    """A part of the contents: its caption, its pages in their order, and its name if it is a numbered one."""

    caption: str
    pages: tuple[str, ...]
    name: str = ""


def course_parts(env: BuildEnvironment) -> list[CoursePart]:
    """The parts in the order of the contents: one without a caption where these have none, none without contents."""
    contents: Any = getattr(env, "external_site_map", None)

    def below(docname: str) -> list[str]:
        trees = contents[docname].subtrees if docname in contents else []
        return [docname, *(page for tree in trees for file in tree.files() for page in below(file))]

    names = iter(NUMBERED)
    found = []
    for tree in contents.root.subtrees if contents else ():
        caption = tree.caption or ""
        pages = tuple(page for file in tree.files() for page in below(file))
        found.append(CoursePart(caption, pages, next(names, "") if _NUMERAL.match(caption) else ""))
    return found
