"""The book as its reader and its authors find it: contents and files agree, and a chapter has what a chapter promises."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

import casework
from casework import load_instrument
from casework.content import load_activities
from casework.couples import couple_ids

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CHAPTERS = sorted(path for part in ("evidence", "assessment", "treatment", "vignettes") for path in (BOOK / part).glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TAUGHT = [path for path in CHAPTERS if path.parent.name != "vignettes"]
SHOWN = re.compile(r'practice\("([a-z0-9-]+)/([a-z0-9-]+)"\)')
SCORED = re.compile(r'measure_of\("([a-z0-9-]+)", "([a-z0-9-]+)", "([a-z0-9-]+)"\)')
ACTIVITIES = {path.stem: load_activities(path)
              for path in Path(str(files("casework.data").joinpath("activities"))).glob("*.yaml")}


def contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def source(path):
    return path.read_text(encoding="utf-8")


def test_every_page_is_in_the_contents_once_and_every_entry_is_a_page():
    listed = contents()
    assert len(listed) == len(set(listed))
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in [*BOOK.glob("*.md"), *BOOK.glob("*/*.md"), *NOTEBOOKS]}
    exercises = {f"book/exercises/{path.stem}/{path.stem}" for path in (ROOT / "exercises").glob("*/*.ipynb")}
    assert set(listed) == pages | exercises


def test_every_activity_is_shown_somewhere_and_every_page_shows_what_there_is():
    shown = {match for path in [*BOOK.rglob("*.md"), *NOTEBOOKS] if "exercises" not in path.parts
             for match in SHOWN.findall(source(path).replace('\\"', '"'))}
    there = {(page, name) for page, activities in ACTIVITIES.items() for name in activities}
    assert shown - there == set()
    assert there - shown == set()


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_chapter_has_aims_practice_key_points_and_references(path):
    text = source(path)
    for part in ("When you have worked through this page you can", "## Key points", "## References", "## Next step"):
        assert part in text, part
    assert len(set(SHOWN.findall(text))) >= 3
    assert re.search(r"not (?:known|sourced)|nobody|no trial|not tested|we do not know|unknown", text, re.IGNORECASE)


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_chapter_can_be_read_in_one_sitting(path):
    text = re.sub(r"^---\n.*?\n---\n|```\{code-cell\}.*?```", "", source(path), flags=re.DOTALL)
    words = len(text.split())
    most = 2600 if path.stem == "measures" else 1900  # a reference page to come back to
    assert 500 <= words <= most


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.parent.name == "vignettes"], ids=lambda path: path.stem)
def test_a_page_with_a_couple_says_first_that_it_is_fictional(path):
    assert re.search("fictional|invented", source(path)[:1800])


@pytest.mark.parametrize("name", couple_ids())
def test_on_each_couples_page_forms_are_scored_before_results_are_shown(name):
    text = source(BOOK / "vignettes" / f"{name}.md")
    before, _, _ = text.partition(f"```{{couple}} {name} measures\n:fold:\n```")
    scored = SCORED.findall(before)
    assert before != text
    assert len(set(scored)) >= 2
    assert {couple for couple, _, _ in scored} == {name}
    alone = [instrument for _, _, instrument in scored if load_instrument(instrument).couple_rule.apart]
    assert len(alone) == len(set(alone))  # one partner's, never beside the other's


@pytest.mark.parametrize("path", [*NOTEBOOKS, *(ROOT / "exercises").glob("*/*.ipynb")], ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_it_is_opened(path):
    notebook = json.loads(source(path))
    assert notebook["nbformat"] == 4
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert re.fullmatch(r"[a-z][a-z0-9-]*", cell["id"])
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None
    if path.parent.name == "notebooks":
        assert max(len("".join(cell["source"]).splitlines()) for cell in notebook["cells"] if cell["cell_type"] == "code") <= 5


def test_no_page_gives_a_dose():
    # amounts appear where a trial is described by its claim, never as advice in a chapter
    for path in [*TAUGHT, *NOTEBOOKS]:
        assert not re.search(r"\d\s*(?:mg|milligrams?)\b(?!/kg)", source(path)), path


def test_every_public_name_is_explained():
    for name in casework.__all__:
        assert getattr(casework, name).__doc__, name
