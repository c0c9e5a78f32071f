"""The figures of the course: readable without seeing them, in the page's own colours, and true to the table of trials."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import yaml
from sphinx_external_toc.parsing import parse_toc_yaml

from casework.book.contents import NUMBERED, course_parts
from casework.book.course_map import couple_pages
from casework.book.drawings import SVG, draw, drawing_names, figures, said
from casework.claims import load_claims
from casework.couples import couple_ids
from casework.explorers.trials import load_trials
from casework.records import ContentError

ROOT = Path(__file__).parents[1]
FOLDER = figures(ROOT)
FILES = sorted(FOLDER.glob("*.svg"))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\b(?:black|white)\b")
SHOWN = re.compile(r"^```\{drawing\} (\S+)\n(.+)\n```$", re.MULTILINE)


def text_of(drawn):
    return " ".join(" ".join(ElementTree.fromstring(layout).itertext()) for layout in drawn)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_drawing_asks_for_nothing_and_fixes_no_colour(path):
    text = path.read_text(encoding="utf-8").replace(SVG, "")
    for word in ("script", "href", "http", "url(", "style", "image", "foreignObject", "on"):
        pattern = r"\son\w+=" if word == "on" else re.escape(f"<{word}" if word in ("script", "image") else word)
        assert not re.search(pattern, text), word
    attributes = " ".join(value for element in ElementTree.fromstring(text).iter() for value in element.attrib.values())
    assert not COLOUR.search(attributes)
    assert "font-size" not in text, "one place says how large words are"


@pytest.mark.parametrize("name", drawing_names(FOLDER))
def test_a_drawing_has_a_name_and_says_the_same_in_words(name):
    for layout in draw(FOLDER / f"{name}.svg", "one"):
        svg = ElementTree.fromstring(layout)
        named = {element.get("id"): "".join(element.itertext()) for element in svg.iter() if element.get("id")}
        assert svg.get("role") == "img"
        assert 10 <= len(named[svg.attrib["aria-labelledby"]]) <= 90
        assert len(named[svg.attrib["aria-describedby"]].split()) >= 30
        assert svg.get("viewBox").startswith("0 0 ")
        assert not [key for element in svg.iter() for key in element.attrib if key.startswith("data-")]


@pytest.mark.parametrize("name", drawing_names(FOLDER))
def test_two_copies_on_a_page_share_no_id(name):
    ids = re.findall(r'\sid="([^"]+)"', "".join(draw(FOLDER / f"{name}.svg", copy)[i] for copy in "ab" for i in (0, 1)))
    assert len(ids) == 8
    assert len(set(ids)) == 8


def test_every_drawing_is_shown_in_a_chapter_with_a_caption():
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "book").rglob("*.md")]
    shown = [name for page in pages for name, caption in SHOWN.findall(page) if caption]
    assert sorted(shown) == drawing_names(FOLDER)


def test_both_layouts_show_the_same_results():
    wide, narrow = (
        re.findall(r"−?[\d.]+ \([^)]+\)|\d+ of \d+", text_of([one])) for one in draw(FOLDER / "trials.svg", "x")
    )
    intervals = ["1.8 (1.4 to 2.2)", "0.7 (0.4 to 0.9)", "−5.82 (−13.3 to 1.64)"]
    assert wide == narrow == [*intervals, "14 of 42", "3 of 42", "7 of 42", "7 of 42"]


def test_each_number_drawn_stands_in_a_claim_that_the_caption_cites():
    page = (ROOT / "book" / "evidence" / "see-for-yourself.md").read_text(encoding="utf-8")
    caption = dict(SHOWN.findall(page))["trials"]
    claims = load_claims()
    printed = " ".join(str(claims[key].numbers) for key in re.findall(r"\{claim\}`([^`]+)`", caption))
    for number in re.findall(r"−?[\d.]+ \([^)]+\)", text_of(draw(FOLDER / "trials.svg", "x"))):
        assert number in printed
    assert "4 hours 14 of 42 and 3 of 42" in printed
    assert "day 14 7 and 7" in printed
    assert "e-none" in caption, "the empty panel has its source too"


def changed(bibkey, **values):
    return [dataclasses.replace(row, **values) if row.bibkey == bibkey else row for row in load_trials()]


def test_a_changed_row_changes_the_drawing():
    before = draw(FOLDER / "trials.svg", "x")
    rows = [
        dataclasses.replace(row, estimate=0.9, ci_low=0.5, ci_high=1.2)
        if (row.short_label, row.effect_type) == ("Wilkinson 2019, midazolam trials", "SMD")
        else row
        for row in load_trials()
    ]
    after = draw(FOLDER / "trials.svg", "x", rows)
    assert "0.9 (0.5 to 1.2)" in text_of(after)
    assert "0.7 (0.4 to 0.9)" in text_of(before)
    lines = [re.findall(r'<circle cx="([\d.]+)" cy="137"', layout[0]) for layout in (before, after)]
    assert lines == [[f"{274 + 210 * 0.7 / 2.5:.1f}"], [f"{274 + 210 * 0.9 / 2.5:.1f}"]]


def test_a_filled_dot_is_a_person():
    for layout in draw(FOLDER / "trials.svg", "x", changed("su2023", treat_events=11)):
        assert layout.count('class="solid"') == 3 + 11 + 3 + 11 + 7
        assert "11 of 42" in layout


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "no row of trials.csv that may be shown is wilkinson2019midazolam"),
        (changed("wilkinson2019midazolam", ci_low=None), "expected an estimate with its interval"),
        (changed("wilkinson2019midazolam", ci_high=9.0), "9 lies outside the axis from 0 to 2.5"),
        (changed("su2023", treat_n=None), "expected the counts of both groups"),
    ],
)
def test_a_row_that_cannot_be_drawn_is_an_error_that_says_why(rows, words):
    with pytest.raises(ContentError, match=re.escape(words)):
        draw(FOLDER / "trials.svg", "x", rows)


def test_a_file_that_is_no_drawing_is_an_error(tmp_path):
    (tmp_path / "one.svg").write_text(f'<svg xmlns="{SVG}"><title>One</title></svg>', encoding="utf-8")
    with pytest.raises(ContentError, match="two layouts of the classes wide and narrow"):
        draw(tmp_path / "one.svg", "x")


def test_numbers_are_written_as_pages_write_them():
    assert [said(number) for number in (-5.82, 1.0, 0.7)] == ["−5.82", "1", "0.7"]


def test_the_map_is_the_contents():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    env = SimpleNamespace(external_site_map=parse_toc_yaml(ROOT / "_toc.yml"))
    parts = [part for part in course_parts(env) if part.name]
    assert [part.name for part in parts] == list(NUMBERED)
    assert [list(part.pages) for part in course_parts(env)] == [
        [chapter["file"] for chapter in part["chapters"]] for part in contents["parts"]
    ]
    assert [part.caption for part in parts] == [
        part["caption"] for part in contents["parts"] if " · " in part["caption"]
    ]
    assert sorted(Path(page).name for page in couple_pages(parts)) == sorted(couple_ids())


# said, since Sphinx writes what an extension adds into a default that every build of a process shares
SUFFIXES = {".rst": "restructuredtext", ".md": "markdown"}


class Ids(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for key, value in attrs if key == "id"]


@pytest.fixture
def small(tmp_path):
    """Builds a page of its own, and says what was warned of."""
    from sphinx.testing.util import SphinxTestApp

    def build(page):
        (tmp_path / "book" / "figures").mkdir(parents=True)
        for path in FILES:
            (tmp_path / "book" / "figures" / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "_toc.yml").write_text((ROOT / "_toc.yml").read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "conf.py").write_text(
            'extensions = ["myst_parser", "tests.small_drawings"]\nexclude_patterns = ["_build"]\n'
            f"source_suffix = {SUFFIXES}\n",
            encoding="utf-8",
        )
        (tmp_path / "index.md").write_text(page, encoding="utf-8")
        app = SphinxTestApp(srcdir=tmp_path)
        try:
            app.build()
            return (Path(app.outdir) / "index.html").read_text(encoding="utf-8"), app.warning.getvalue()
        finally:
            app.cleanup()

    return build


def test_two_drawings_on_a_page_have_ids_of_their_own(small):
    html, warnings = small("# Page\n\n```{drawing} cycle\nOne.\n```\n\n```{drawing} cycle\nTwo.\n```\n")
    ids = Ids()
    ids.feed(html)
    assert not warnings
    assert len([name for name in ids.found if name.startswith("drawing-")]) == 8
    assert len(ids.found) == len(set(ids.found))
    assert html.count("<figcaption>") == 2


def test_an_unknown_drawing_is_an_error_that_says_which_there_are(small):
    _, warnings = small("# Page\n\n```{drawing} cicle\n```\n")
    assert "drawing: found cicle, expected one of cycle, protocol, roles, rooms, trials" in warnings
