"""`make book`: verify what is released, build the book, and search it for keys, in one process that starts once.

`jupyter-book build .` builds the same pages, and `casework verify _build/html` is the same search.
"""

# ruff: noqa: E402
from __future__ import annotations

import os
import sys

# before anything asks for it: a second of grammar, for a form of address that no page and no notebook uses
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from pathlib import Path

from jupyter_book.sphinx import build_sphinx

from casework.book.fresh import digest, file_digest, made_with
from casework.grading import CannotStart
from casework.grading.leaks import NO_KEYS, load_secrets, search_folder
from casework.keys import keys_folder
from casework.records import ContentError, data_file
from casework.storage import write_file

SITE = Path("_build/html")
WORKPLACE = Path("_build/.casework")


def main() -> int:
    """Build the book of the working folder; its exit status is 0, or 1 with the reason said."""
    try:
        return 0 if verify_released() and build() and search() else 1
    except (CannotStart, ContentError) as error:
        print(error, file=sys.stderr)
        return 1


def verify_released() -> bool:
    """Verify what is released, unless nothing that bears on it has changed since it was found sound."""
    noted, now = WORKPLACE / "verified.txt", _bears_on_release()
    if noted.is_file() and noted.read_text(encoding="utf-8") == now:
        return True
    # in here, since nbgrader takes as long to start as a page takes to build, and is seldom needed
    from casework.grading.course import open_course
    from casework.grading.release import verify

    if not verify(open_course()):
        return False
    write_file(noted, now.encode())
    return True


def _bears_on_release() -> str:
    """A short name for all that the exercises are made of and checked against."""
    folders = (Path("book/exercises"), Path("exercises"), keys_folder())
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.name != ".released"]
    words = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in found
        if path.suffix == ".ipynb" and path.is_file()
    )
    forms = sorted(Path(str(data_file("instruments"))).iterdir())
    found += [path for path in forms if path.stem in words]
    return digest((made_with(), [(str(path), path.is_symlink(), file_digest(path)) for path in found]))


def build() -> bool:
    """Build as `jupyter-book build . -W -n --keep-going` does, with every processor; true if it is sound."""
    root = Path.cwd()
    settings = {"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False, "nitpicky": True}
    result: object = build_sphinx(
        root,
        root / SITE,
        path_config=root / "_config.yml",
        noconfig=True,
        confoverrides=settings,
        warningiserror=True,
        keep_going=True,
        jobs=os.cpu_count(),
    )
    return bool(result == 0)  # else the status, or what was raised; either has been told


def search() -> bool:
    """Search the site for keys, but for what was searched before and is the same; true if there is none."""
    secrets = load_secrets(keys_folder())
    problems = search_folder(SITE, secrets, WORKPLACE / "searched.json")
    for line in problems or [f"no key in {SITE}" if secrets else NO_KEYS]:
        print(line)
    return not problems


if __name__ == "__main__":
    sys.exit(main())
