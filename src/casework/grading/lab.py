"""A trainee's working folder: copies of the labs and released exercises, brought up to date without taking work away.

Layout: `labs/NAME.ipynb`, and `exercises/NAME/NAME.ipynb` with its `answers.json` beside it. The version last
brought is kept in `.course/`, so that a trainee's change is told from the course's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from casework.storage import write_file

BROUGHT = ".course"


def bring(root: Path, target: Path, *, say: Callable[[str], Any] = print) -> None:
    """Bring every lab and released exercise of the course in `root` into `target`."""
    for source, place in _notebooks(root):
        line = _bring_one(source.read_bytes(), target / place, target / BROUGHT / place)
        if line:
            say(f"{place}: {line}")


def _notebooks(root: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(root.glob("notebooks/*.ipynb")):
        yield path, Path("labs", path.name)
    for path in sorted(root.glob("book/exercises/*/*.ipynb")):
        if path.stem == path.parent.name:
            yield path, Path("exercises", path.stem, path.name)


def _bring_one(new: bytes, mine: Path, brought: Path) -> str:
    last = brought.read_bytes() if brought.is_file() else None
    if mine.exists() and (last == new or mine.read_bytes() == new):
        write_file(brought, new)
        return ""
    line = "new"
    if mine.exists():
        line = "brought up to date"
        if _sources(mine.read_bytes()) not in (_sources(last or new), _sources(new)):
            kept = _free_name(mine)
            os.rename(mine, kept)
            line = f"brought up to date; your changed copy is now {kept.name}"
    write_file(mine, new)
    write_file(brought, new)
    return line


def _sources(data: bytes) -> list[tuple[str, str]] | None:
    """What stands in the cells, whatever they printed; None where it is no notebook."""
    try:
        return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError):
        return None


def _free_name(path: Path) -> Path:
    names = (f"{path.stem}-my-copy{'' if number == 1 else f'-{number}'}{path.suffix}" for number in range(1, 10_000))
    return next(path.with_name(name) for name in names if not (path.parent / name).exists())
