"""The whole book, built more than once: the same everywhere, the same after edits, and never with a key in it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.bench.build import EDITS
from tests.tree import copy_tree, environment

NOW = {"SOURCE_DATE_EPOCH": "1795996800"}  # 2026-11-30
pytestmark = pytest.mark.slow


def run(root: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the course."""
    return subprocess.run(
        command, cwd=root, env=environment(root, **NOW, **more), capture_output=True, text=True, check=False
    )


def published(root: Path) -> dict[str, bytes]:
    """Every published file, by its place."""
    site = root / "_build" / "html"
    found = (path for path in site.rglob("*") if path.is_file() and path.name != ".built")
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def differences(one: Path, other: Path) -> list[str]:
    ours, theirs = published(one), published(other)
    assert len(ours) > 200
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course, built by make."""
    root = copy_tree(tmp_path_factory.mktemp("whole") / "course")
    done = run(root, "make", "book", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root


def test_the_book_is_byte_for_byte_the_same_in_another_folder_and_by_jupyter_books_own_command(course, tmp_path):
    other = copy_tree(tmp_path / "Kurs für Paare")
    for command in (("casework", "release"), ("jupyter-book", "build", ".", "-W", "-n", "--keep-going")):
        done = run(other, *command, PYTHONHASHSEED="2")
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert differences(course, other) == []


def test_after_an_edit_of_each_sort_the_book_is_the_one_built_at_once(course, tmp_path):
    for number, edit in enumerate(EDITS.values()):
        path = course / edit.file
        text = path.read_text(encoding="utf-8")
        assert edit.old in text
        path.write_text(text.replace(edit.old, f"{edit.old} zq{number}", 1), encoding="utf-8")
        assert run(course, "make", "book").returncode == 0
        assert f"zq{number}" in (course / "_build" / "html" / f"{edit.page}.html").read_text(encoding="utf-8")
    other = copy_tree(tmp_path / "other", course)
    assert run(other, "make", "book").returncode == 0
    assert differences(course, other) == []


def test_a_key_on_a_page_stops_every_build(course):
    key = yaml.safe_load((course / "keys" / "capstone.yaml").read_text(encoding="utf-8"))
    item, secret = next((name, item["rationale"]) for name, item in key["items"].items())
    page = course / "book" / "handing-in.md"
    before = page.read_text(encoding="utf-8")
    page.write_text(f"{before}\n{secret}\n", encoding="utf-8")
    for _ in range(2):
        done = run(course, "make", "book")
        assert done.returncode != 0
        assert f"handing-in.html: holds the key of capstone, {item}: rationale" in done.stdout
    page.write_text(before, encoding="utf-8")
    assert run(course, "make", "book").returncode == 0


def test_a_release_made_by_hand_is_verified_before_anything_is_built(course):
    released = course / "book" / "exercises" / "capstone" / "capstone.ipynb"
    before = released.read_text(encoding="utf-8")
    released.write_text(before.replace("sheet.ask(", "sheet.score(", 1), encoding="utf-8")
    done = run(course, "make", "book")
    assert done.returncode != 0
    assert "capstone.ipynb: holds 'sheet.score(': run casework release" in done.stdout
    assert "updating environment" not in done.stdout
    released.write_text(before, encoding="utf-8")
    assert run(course, "make", "book").returncode == 0
