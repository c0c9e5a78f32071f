"""What is kept for reading offline: the files a reader needs, by what is in them, in one order."""

from __future__ import annotations

import json
import re

from casework.book.offline import WORKER, kept_files, write_worker

READ = ["book/a page.html", "search.html", "_static/book.css", "_static/face.woff2", "book/map.svg", "searchindex.js"]
NOT_READ = [
    ".buildinfo",
    "_static/.hidden",
    "_sources/book/a page.md",
    "objects.inv",
    "_static/face.ttf",
    "_static/book.css.map",
    "_static/locales/de/sphinx.po",
]


def write(site, *names):
    for name in names:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(f"this is {name}", encoding="utf-8")


def written(site):
    """The edition, size and files that the worker of `site` was given."""
    found = re.search(r"\}\)\((\"[^\n]*\})\);\n$", (site / WORKER).read_text(encoding="utf-8"))
    return json.loads(f"[{found[1]}]")


def test_all_that_a_reader_needs_is_kept_pages_first_and_nothing_that_only_tools_read(tmp_path):
    write(tmp_path, *READ, *NOT_READ)
    assert list(kept_files(tmp_path)) == sorted(READ[:2]) + sorted(READ[2:])


def test_the_worker_holds_digests_a_size_and_an_edition_that_changes_with_any_file_and_with_nothing_else(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, *READ)
    write(other, *reversed(READ), *NOT_READ)
    for site in (one, other, other):  # twice: the worker is not among what it keeps
        write_worker(site)
    assert (one / WORKER).read_bytes() == (other / WORKER).read_bytes()
    edition, size, files = written(one)
    assert size == sum((one / name).stat().st_size for name in READ)
    (one / "book/map.svg").write_text("another", encoding="utf-8")
    write_worker(one)
    after, _, changed = written(one)
    assert after != edition
    assert {name for name in files if files[name] != changed[name]} == {"book/map.svg"}


def test_a_program_that_keeps_nothing_ships_a_worker_that_names_no_file(tmp_path):
    write(tmp_path, *READ)
    write_worker(tmp_path, keeps=False)
    assert written(tmp_path) == ["", 0, {}]
