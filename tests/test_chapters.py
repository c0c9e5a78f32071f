"""The book as its reader and its authors find it: contents and files agree, and a chapter has what a chapter promises."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

import casework
from casework import load_instrument, measure_change
from casework.blueprint import load_blueprint
from casework.content import load_activities
from casework.couples import couple_ids

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CHAPTERS = sorted(
    path for part in ("evidence", "assessment", "treatment", "vignettes") for path in (BOOK / part).glob("*.md")
)
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WITH_A_PAGE = [name for name in couple_ids() if (BOOK / "vignettes" / f"{name}.md").is_file()]
TAUGHT = [path for path in CHAPTERS if path.parent.name != "vignettes"]
SHOWN = re.compile(r"^```\{practice\} ([a-z0-9-]+)/([a-z0-9-]+)\n```$", re.MULTILINE)
INDEXED = re.compile(r"^```\{index\} .+\n```$", re.MULTILINE)
SCORED = re.compile(r"^```\{measure\} ([a-z0-9-]+) ([a-z0-9-]+) ([a-z0-9-]+)\n```$", re.MULTILINE)
CALLED = re.compile(r'practice\(\\"([a-z0-9-]+)/([a-z0-9-]+)\\"\)')
ACTIVITIES = {
    path.stem: load_activities(path) for path in Path(str(files("casework.data").joinpath("activities"))).glob("*.yaml")
}


def contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]


def source(path):
    return path.read_text(encoding="utf-8")


def test_every_page_is_in_the_contents_once_and_every_entry_is_a_page():
    listed = contents()
    assert len(listed) == len(set(listed))
    pages = {
        path.relative_to(ROOT).with_suffix("").as_posix()
        for path in [*BOOK.glob("*.md"), *BOOK.glob("*/*.md"), *NOTEBOOKS]
    }
    exercises = {f"book/exercises/{path.stem}/{path.stem}" for path in (ROOT / "exercises").glob("*/*.ipynb")}
    assert set(listed) == pages | exercises


def test_every_activity_is_shown_somewhere_and_every_page_shows_what_there_is():
    shown = {match for path in BOOK.rglob("*.md") for match in SHOWN.findall(source(path))}
    shown |= {match for path in NOTEBOOKS for match in CALLED.findall(source(path))}
    there = {(page, name) for page, activities in ACTIVITIES.items() for name in activities}
    assert shown - there == set()
    assert there - shown == set()


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=lambda path: path.stem)
def test_a_page_is_plain_markdown_that_needs_no_kernel(path):
    text = source(path)
    assert not text.startswith("---")
    for word in ("kernelspec", "jupytext", "{code-cell}", ":tags:"):
        assert word not in text


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_chapter_has_aims_practice_key_points_and_references(path):
    text = source(path)
    ends = "## On one card" if path.parent.name == "evidence" else "## Key points"
    for part in ("When you have worked through this page you can", ends, "## References", "## Next step"):
        assert part in text, part
    assert len(set(SHOWN.findall(text))) >= 3
    assert re.search(r"not (?:known|sourced)|nobody|no trial|not tested|we do not know|unknown", text, re.IGNORECASE)


@pytest.mark.parametrize("path", TAUGHT, ids=lambda path: path.stem)
def test_a_chapter_can_be_read_in_one_sitting(path):
    words = len(INDEXED.sub("", SCORED.sub("", SHOWN.sub("", source(path)))).split())
    most = 2700 if path.stem == "measures" else 1800  # a reference page to come back to
    assert 500 <= words <= most


@pytest.mark.parametrize("path", sorted((BOOK / "evidence").glob("*.md")), ids=lambda path: path.stem)
def test_a_page_of_evidence_ends_in_a_card_that_can_be_printed(path):
    card = re.search(
        r"## On one card\n\n```\{admonition\} (.+)\n:class: (?:evidence )?one-card\n((?:- .+\n)+)```\n\n##",
        source(path),
    )
    assert card, "one block of class one-card, and nothing else in its section"
    lines = re.sub(r"\{claim\}`[^`]+`", "", card[2]).splitlines()
    assert 5 <= len(lines) <= 7
    assert len(" ".join(lines).split()) <= 137, "130 words and the dashes"


@pytest.mark.parametrize(
    "path", [path for path in CHAPTERS if path.parent.name == "vignettes"], ids=lambda path: path.stem
)
def test_a_page_with_a_couple_says_first_that_it_is_fictional(path):
    assert re.search("fictional|invented", source(path)[:1800])


@pytest.mark.parametrize("name", WITH_A_PAGE)
def test_on_each_couples_page_forms_are_scored_before_results_are_shown(name):
    text = source(BOOK / "vignettes" / f"{name}.md")
    before, _, _ = text.partition(f"```{{couple}} {name} measures\n:fold:\n```")
    scored = SCORED.findall(before)
    assert before != text
    assert len(set(scored)) >= 2, "show two forms with {measure} above the folded measures"
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
        assert (
            max(len("".join(cell["source"]).splitlines()) for cell in notebook["cells"] if cell["cell_type"] == "code")
            <= 5
        )


def test_no_page_gives_a_dose():
    # amounts appear where a trial is described by its claim, never as advice in a chapter
    for path in [*TAUGHT, *NOTEBOOKS]:
        assert not re.search(r"\d\s*(?:mg|milligrams?)\b(?!/kg)", source(path)), path


def test_every_public_name_is_explained():
    for name in casework.__all__:
        assert getattr(casework, name).__doc__, name


def test_changes_are_worked_out_on_the_measures_page_and_in_its_lab():
    worked = re.findall(r"```\{change\} (\S+) (\d+) (\d+)\n", source(BOOK / "assessment" / "measures.md"))
    in_lab = re.findall(
        r'measure_change\(load_instrument\(\\"(\w+)\\"\), (\d+), (\d+)\)', source(ROOT / "notebooks" / "measures.ipynb")
    )
    verdicts = {
        measure_change(load_instrument(name), int(before), int(after)).verdict
        for name, before, after in [*worked, *in_lab]
    }
    assert len(worked) >= 3
    assert set(worked) < set(in_lab)
    assert verdicts >= {"reliable improvement", "not established", "the rules disagree"}


ROOMS = [
    path
    for room, ending in (
        ("book", "md"),
        ("exercises", "ipynb"),
        ("exercises", "yaml"),
        ("keys", "yaml"),
        ("notebooks", "ipynb"),
        ("src/casework", "yaml"),
        ("src/casework", "py"),
        ("src/casework", "js"),
    )
    for path in sorted((ROOT / room).rglob(f"*.{ending}"))
]
TWO_TOTALS = re.compile(
    r"(cross\w*|across) the line|\bgaps?\b|\btotals?\b|\bscores?\b|CSI|content and one", re.IGNORECASE
)
OF_CONTROL = re.compile(r"\b(signs?|pattern|proof|mark|evidence)\b[^.]*\bcontrol|\bcontrol\b[^.]* until", re.IGNORECASE)
DENIED = re.compile(r"\b(no|not|never|nor|nothing)\b", re.IGNORECASE)
WRONG_OPTION = "a sign that one controls the other"


def test_crossing_the_line_is_no_size():
    for path in ROOMS:
        found = re.search(
            r"(large|wide)[ -]gaps?\b|\bgaps?\b[^.\n]{0,30}\blarge\b|until shown otherwise", source(path), re.I
        )
        assert not found, f"{path}: {found[0]!r}; one below the cut-off and the other not is called crossing the line"


def test_no_sentence_calls_two_totals_a_sign_of_control():
    for path in ROOMS:
        text = re.sub(r"\s+", " ", source(path))
        for sentence in re.split(r"[.!?:][\s”\"]+|\\n", text):
            if TWO_TOTALS.search(sentence) and OF_CONTROL.search(sentence) and WRONG_OPTION not in sentence:
                assert DENIED.search(sentence), f"{path}: {sentence}"
    wrong = [name for path in ROOMS if path.suffix == ".ipynb" and WRONG_OPTION in source(path) for name in [path.stem]]
    assert wrong == ["measures"], "a wrong option of one item, and nowhere else"
    assert "across-far" not in source(ROOT / "keys" / "measures.yaml")


def test_the_gallery_prints_each_entry_under_its_own_heading():
    printed = re.findall(
        r"literalinclude\} \.\./\.\./src/casework/data/activities/gallery\.yaml\n(.*?)```",
        source(BOOK / "appendix" / "gallery.md"),
        re.DOTALL,
    )
    starts = [re.search(r':start-at: "(\S+):"', options)[1] for options in printed]
    ends = [found[1] if (found := re.search(r':end-before: "(\S+):"', options)) else None for options in printed]
    names = list(ACTIVITIES["gallery"])
    assert starts == names
    assert ends == [*names[1:], None], "each listing ends where the next entry begins"


def course_order():
    """Every page in the order of the menu."""
    contents = yaml.safe_load(Path("_toc.yml").read_text(encoding="utf-8"))
    return [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]


def test_what_is_to_be_read_before_an_exercise_is_what_it_asks_for_and_comes_before_it():
    """The table of the page on handing in, against the order of the menu and the chapters that the exercise examines."""
    pages, blueprint = course_order(), load_blueprint(Path("exercises"))
    table = re.findall(r"^\| ([A-Z][^|]*) \| (.*\(.*) \|$", Path("book/handing-in.md").read_text("utf-8"), re.MULTILINE)
    named = [title.lower().replace(" ", "-") for title, _ in table]
    places = [pages.index(f"book/exercises/{name}/{name}") for name in named]
    assert named == list(dict.fromkeys(named))
    assert set(named) == set(blueprint.domains)
    assert places == sorted(places)
    for name, place, (_, what) in zip(named, places, table, strict=True):
        read: set[str] = set()
        for entry in what.split("; "):
            links = re.findall(r"\]\(([^)]+)\)", entry)
            links = [f"book/{link}".replace("book/../", "").rsplit(".", 1)[0] for link in links]
            read |= set(links)
            if "as far as" in entry:
                part = entry.split(",")[0]
                first = {"Part I": "book/evidence/what-ketamine-is", "Part II": "book/assessment/at-a-glance"}[part]
                read |= set(pages[pages.index(first) : pages.index(links[0])])
            elif " to " in entry:
                read |= set(pages[pages.index(links[0]) : pages.index(links[1])])
        looked_up = {page for page in read if page.startswith("book/appendix/")}
        assert [page for page in read - looked_up if pages.index(page) > place] == [], name
        if name != "capstone":  # after everything else
            aims = blueprint.domains[name].aims.values()
            assert {aim.chapter for aim in aims if aim.items.get(name)} - read == set(), name
