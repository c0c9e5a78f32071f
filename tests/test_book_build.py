"""Building the book: what an edit makes again, what stays, what is refused, and that a build can be repeated."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from casework.book.couples import PARTS, drawn_from
from casework.book.scripts import gathered
from casework.content import load_activities
from casework.content.interview import Interview
from casework.couples import couple_ids, load_couple
from casework.explorers.views import VIEWS, view
from casework.records import data_file, names_in
from casework.widgets.front_end import activity_html
from tests.small_book import NOTEBOOK, PAGES, SmallBook, make_book, source

ROOT = Path(__file__).parents[1]
NOW = {"SOURCE_DATE_EPOCH": "1795996800"}  # 2026-11-30
DATA = "src/casework/data"
ACTIVITY = (f"{DATA}/activities/depression.yaml", "She is alone with you.", "She sits alone with you.")
LAB = (f"{DATA}/activities/transcripts.yaml", "The therapist stops them twice.", "The therapist stops them thrice.")
# file, old words, new words, the pages that show them
EDITS = {
    "a chapter": ("book/practice.md", "zymurgy", "zymurgies", {"book/practice"}),
    "an activity": (*ACTIVITY, {"book/practice"}),
    "a couple": (f"{DATA}/couples/lift-off.yaml", "Produces concerts", "Produces operas", {"book/forms"}),
    "an instrument": (
        f"{DATA}/instruments/phq9.yaml",
        'short_title: "PHQ-9"',
        'short_title: "PHQ-nine"',
        {"book/forms"},
    ),
    "the trials": (f"{DATA}/explorers.yaml", "Each mark is one result", "Each sign is one result", {"book/trials"}),
    "a claim": (
        "claimed/claims/depression.yaml",
        "Seven small",
        "Eight small",
        {"book/first-claim", "book/all-claims"},
    ),
    "a reference": ("book/references.bib", "Injections", "Injected", {"book/second-claim", "book/all-claims"}),
    "a lab's data": (*LAB, {NOTEBOOK}),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small book that is built, and then edited by one test after the other."""
    book = make_book(tmp_path_factory.mktemp("book"))
    done = book.build(**NOW)
    assert done.status == 0, done.said
    assert done.read == {*PAGES, NOTEBOOK}
    assert done.ran == {NOTEBOOK}
    return book


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_makes_the_pages_that_show_it_and_no_other(book, what):
    name, old, new, pages = EDITS[what]
    book.edit(name, old, new)
    done = book.build(**NOW)
    assert done.status == 0, done.said
    assert done.read == pages
    assert done.ran == pages & {NOTEBOOK}
    words = new.partition(": ")[2].strip('"') or new
    for page in pages:
        assert words in book.page(page), page


def test_the_search_knows_the_subjects_of_pages_that_were_not_made_again(book):
    book.edit("book/practice.md", "Unusual", "Rare")
    assert book.build(**NOW).read == {"book/practice"}
    index = (book.root / "_build" / "html" / "searchindex.js").read_text(encoding="utf-8")
    assert '"forest plot": [[' in index


def test_where_nothing_changed_nothing_is_read_or_run(book):
    done = book.build(**NOW)
    assert (done.status, done.read, done.ran) == (0, set(), set())


def test_a_lab_is_not_run_again_for_its_words(book):
    source(book, "title", "# Lab\n\nWords afterwards.")
    done = book.build(**NOW)
    assert (done.status, done.read, done.ran) == (0, {NOTEBOOK}, set())
    assert "Words afterwards." in book.page(NOTEBOOK)
    assert "cw-mount" in book.page(NOTEBOOK)


def test_a_title_is_seen_on_every_page(book):
    book.edit("book/forms.md", "# Forms", "# Filled in")
    done = book.build(**NOW)
    assert (done.status, done.read) == (0, {"book/forms"})
    assert [page for page in (*PAGES, NOTEBOOK) if "Filled in" not in book.page(page)] == []


def test_the_packages_code_makes_everything_again(book):
    book.write("src/casework/sheet.py", (book.root / "src/casework/sheet.py").read_text(encoding="utf-8") + "\n")
    done = book.build(**NOW)
    assert (done.status, done.read, done.ran) == (0, {*PAGES, NOTEBOOK}, {NOTEBOOK})


def test_a_cell_that_fails_stops_every_build_and_is_named(book):
    source(book, "asked", "nowhere / 2")
    for _ in range(2):
        done = book.build(**NOW)
        assert done.status != 0
        for words in (f"{NOTEBOOK}.ipynb", "nowhere / 2", "NameError: name 'nowhere' is not defined"):
            assert words in done.said
        assert "cw-mount" in book.page(NOTEBOOK)
    source(book, "asked", 'practice("transcripts/two-walls-sunday")')
    done = book.build(**NOW)
    assert (done.status, done.ran) == (0, set()), done.said  # what was kept before serves again


WRONG = {
    "{practice} nowhere/nothing": "practice: found 'nowhere/nothing'; expected file/activity, with a file of alone-",
    "{practice} depression/nothing": "there is no activity 'nothing'; there is ",
    "{measure} lift-off nobody phq9": "measure: lift-off: found 'nobody', expected one of elise, noor",
    "{measure} lift-off noor ace": "measure: lift-off: noor: ace: ",
    "{explorer} woods": "explorer: there is no explorer 'woods'; there is forest, absolute, course, blinding",
    "{couple} lift-off who-they-are": "couple: found who-they-are",
}


def test_a_wrong_address_fails_every_build_and_is_told_what_there_is(book):
    before = (book.root / "book/practice.md").read_text(encoding="utf-8")
    book.write("book/practice.md", before + "".join(f"\n```{wrong}\n```\n" for wrong in WRONG))
    for _ in range(2):
        done = book.build(**NOW)
        assert done.status != 0
        for said in WRONG.values():
            assert re.search(rf"book/practice\.md:\d+: ERROR: .*{re.escape(said)}", done.said), said
    book.write("book/practice.md", before)
    assert book.build(**NOW).status == 0


def test_a_withdrawn_page_leaves_nothing_behind(book):
    book.edit("book/start.md", "See [](practice.md) and [](first-claim.md).", "See [](practice.md).")
    book.contents(*(page for page in (*PAGES, NOTEBOOK) if page != "book/first-claim"))
    done = book.build(**NOW)
    assert done.status == 0, done.said
    left = book.files()
    assert [name for name in left if "first-claim" in name] == []
    left["objects.inv"] = zlib.decompress(left["objects.inv"].split(b"zlib.\n", 1)[1])
    assert [name for name, data in left.items() if b"first-claim" in data] == []
    assert "not cited on a page yet" in book.page("book/all-claims")


@pytest.mark.slow
def test_an_edited_book_is_byte_for_byte_the_book_built_at_once(tmp_path):
    book = make_book(tmp_path / "edited")
    assert book.build(**NOW).status == 0
    for name, old, new, _ in EDITS.values():
        book.edit(name, old, new)
    book.edit("book/forms.md", "# Forms", "# Filled in")
    book.write("book/start.md", "# Start\n\nNothing.\n")
    book.contents(*(page for page in (*PAGES, NOTEBOOK) if page != "book/second-claim"))
    assert book.build(**NOW).status == 0
    assert differences(book, built_at_once(book, tmp_path / "another place")) == []


@pytest.mark.slow
def test_two_builds_of_one_book_are_byte_for_byte_the_same(tmp_path):
    one = make_book(tmp_path / "one")
    assert one.build(**NOW, PYTHONHASHSEED="1").status == 0
    other = built_at_once(one, tmp_path / "quite another name", PYTHONHASHSEED="2")
    assert differences(one, other) == []


def built_at_once(book: SmallBook, root: Path, **environment: str) -> SmallBook:
    """The same book, built for the first time in another folder."""
    shutil.copytree(book.root, root, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    other = SmallBook(root)
    done = other.build(**NOW, **environment)
    assert done.status == 0, done.said
    return other


def differences(one: SmallBook, other: SmallBook) -> list[str]:
    """The published files that are not the same in both."""
    ours, theirs = one.files(), other.files()
    assert len(ours) > 50
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))


# --- what a page says it depends on ---


@pytest.fixture
def read_for(monkeypatch):
    """Tells which data files are read to draw something, when nothing is remembered from before."""
    opened: list[str] = []
    really = io.open

    def note(file, *arguments, **more):
        opened.append(str(file))
        return really(file, *arguments, **more)

    def read_for(draw) -> set[str]:
        for name, module in list(sys.modules.items()):
            for thing in vars(module).values() if name.startswith("casework") else ():
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()
        opened.clear()
        draw()
        data = f"{data_file()}/"
        return {path.removeprefix(data) for path in opened if path.startswith(data)}

    monkeypatch.setattr(io, "open", note)
    return read_for


@pytest.mark.parametrize("name", couple_ids())
def test_a_part_of_a_couple_depends_on_every_file_it_is_drawn_from(read_for, name):
    couple = load_couple(name)
    for part, (_, draw) in PARTS.items():
        read = read_for(lambda draw=draw: draw(couple)) | {f"couples/{name}.yaml"}
        assert read <= set(drawn_from(couple, part)), part


@pytest.mark.parametrize("page", names_in(data_file("activities")))
def test_an_activity_is_drawn_from_its_file_and_the_form_it_shows(read_for, page):
    for name, activity in load_activities(data_file("activities", f"{page}.yaml")).items():
        read = read_for(lambda activity=activity, name=name: activity_html(activity, f"{page}/{name}"))
        form = getattr(activity, "instrument", "")
        emblems = {f"emblems/{file}.svg" for file in names_in(data_file("emblems"), ".svg")}
        drawn = emblems if isinstance(activity, Interview) else set()  # an emblem is found by who is in it
        assert read <= {f"instruments/{form}.yaml"} | drawn, name


def test_the_explorers_are_drawn_from_the_table_and_its_words(read_for):
    read = set().union(*(read_for(lambda name=name: view(name)) for name in VIEWS))
    assert read == {"trials.csv", "explorers.yaml"}


# --- what make does ---


@pytest.fixture(scope="module")
def built_course(tmp_path_factory):
    """A course folder in which, by the dates of its files, all is built."""
    root = tmp_path_factory.mktemp("a course")
    for name in ("src", "book", "notebooks", "exercises", "keys"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".*"))
    for name in ("Makefile", "_config.yml", "_toc.yml", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    for number, stamp in enumerate((".venv/.course", "book/exercises/.released", "_build/html/.built")):
        (root / stamp).parent.mkdir(parents=True, exist_ok=True)
        (root / stamp).touch()
        os.utime(root / stamp, (2e9 + number, 2e9 + number))
    return root


ALL = ["casework release ", "python -m casework.publish"]


@pytest.mark.parametrize(
    ("edited", "run"),
    [
        ("", []),
        ("book/treatment/records.md", ALL[1:]),
        ("book/treatment", ALL[1:]),  # a page was removed from it
        ("src/casework/data/couples/lift-off.yaml", ALL[1:]),
        ("src/casework/data/claims/c1-depression.yaml", ALL[1:]),
        ("src/casework/book/host.js", ALL[1:]),
        ("src/casework/book/parts.py", ALL[1:]),
        ("exercises/capstone/capstone.ipynb", ["casework release capstone", ALL[1]]),
        ("keys/capstone.yaml", ["casework release capstone", ALL[1]]),
        ("exercises/program.yaml", ALL),
        ("src/casework/data/instruments/phq9.yaml", ALL[1:]),
        ("src/casework/data/instruments/auditc.yaml", ALL),  # an exercise asks it
        ("src/casework/sheet.py", ALL),
    ],
)
def test_make_does_again_only_what_an_edit_bears_on(built_course, edited, run):
    done = subprocess.run(
        ["make", "--dry-run", *([f"--what-if={edited}"] if edited else []), "book"],
        cwd=built_course,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("casework", "python"))]
    assert [line.strip() for line in lines] == [line.strip() for line in run]


def test_what_most_pages_need_comes_as_one_module_and_the_rest_asks_it():
    texts = {
        "low": "export const one = 1;\n",
        "mid": 'import { one as first } from "./low.js";\n\nexport function two() {\n  return first + 1;\n}\n',
        "host": 'import { two } from "./mid.js";\n\nexport async function start() {\n  return two();\n}\n',
        "both": 'import { one } from "./low.js";\n\nexport class Three {\n  value = one + 2;\n}\n',
        "kind": 'import { Three } from "./both.js";\n\nexport default { value: new Three().value };\n',
        "other": 'import { Three } from "./both.js";\nimport kind from "./kind.js";\n\nexport default { Three, kind };\n',
    }
    found = gathered(texts, "host")
    assert list(found) == ["host", "kind", "other"]
    assert found["kind"].startswith('import { Three } from "./host.js";')
    assert 'import kind from "./kind.js";' in found["other"]
    assert "const { one: first } = $low;" in found["host"]
    given = re.findall("^export const (.*) = ", found["host"], re.MULTILINE)
    assert sorted(given) == ["{ Three }", "{ one }", "{ start }", "{ two }"]
    assert given.index("{ one }") < given.index("{ two }") < given.index("{ start }")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("export default {};\n", "no place in one module"),
        ("export { one };\n", "no place in one module"),
        ('import "./side.js";\n', "no place in one module"),
        ("export const start = 1;\n", "gives start, as"),
    ],
)
def test_a_module_that_cannot_stand_with_others_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        gathered({"low": text, "host": 'import { one } from "./low.js";\n\nexport function start() {}\n'}, "host")
