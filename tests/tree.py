"""A copy of a whole course folder, so that the book in it may be edited and built."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT = {"_build", "grading", "work"}
"""Folders of the course that are made, or hold people's work."""


def copy_tree(target: Path, source: Path = ROOT, prefix: Path | None = None) -> Path:
    """Copy the course in `source`, and make its environment the one in `prefix` (default: this one's)."""

    def left(folder: str, names: list[str]) -> set[str]:
        hidden = {name for name in names if name.startswith(".") or name == "__pycache__"}
        return hidden | (LEFT & set(names) if Path(folder) == source else set())

    shutil.copytree(source, target, ignore=left)
    shutil.rmtree(target / "book" / "exercises", ignore_errors=True)
    (target / ".venv").mkdir()
    for part in (prefix or Path(sys.prefix)).iterdir():
        if not part.name.startswith("."):
            (target / ".venv" / part.name).symlink_to(part)
    for stamp in (".course", ".test"):
        (target / ".venv" / stamp).touch()
    return target


def environment(root: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works with the copy in `root`, and with its package."""
    path = os.pathsep.join([str(root / ".venv" / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(root / "src"), **more}
