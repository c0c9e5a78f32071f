"""The couples' emblems: each is theirs, is drawn in the one hand, and stands where their names do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from casework.book.emblems import at_head, in_menu
from casework.couples import couple_ids, load_couple, read_couple
from casework.emblems import emblem_of, emblem_on, emblems, read_emblem
from casework.records import ContentError, data_file
from tests.test_interviews import SESSIONS

ROOT = Path(__file__).parent.parent
KEPT = {path.stem: read_couple(path) for path in sorted((ROOT / "keys" / "couples").glob("*.yaml"))}
WALLS = data_file("emblems", "walls-too-high.svg").read_text(encoding="utf-8")
PAGES = re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))


def test_every_couple_with_a_page_has_an_emblem_of_its_own():
    with_a_page = [name for name in couple_ids() if f"book/vignettes/{name}" in PAGES]
    for name in with_a_page:
        emblem = emblem_of(load_couple(name).partners)
        assert emblem, f"draw data/emblems/{name}.svg"
        assert emblem.name == name
    assert len({emblem.svg() for emblem in emblems()}) == len(emblems()) >= len(with_a_page)


@pytest.mark.parametrize("name", KEPT)
def test_a_couple_kept_for_an_examination_shows_no_emblem_but_the_one_in_the_exercise_about_them(name):
    drawing = ROOT / "keys" / "couples" / f"{name}.svg"
    emblem = read_emblem(drawing) if drawing.is_file() else emblem_of(KEPT[name].partners)
    assert set(emblem.partners) == set(KEPT[name].partners)
    assert drawing.is_file() or emblem.name == "capstone"
    # what is drawn is said in front of both, and by the exercise itself
    assert drawing.is_file() or "suitcase" in (ROOT / "exercises/capstone/capstone.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SESSIONS)
def test_in_a_session_each_partner_has_a_part_of_the_drawing_the_left_one_first(name):
    session = SESSIONS[name]
    drawn = session.as_data()["emblem"]
    assert [who for who in drawn if who] == list(session.partners)


def test_a_couple_without_an_emblem_is_shown_without():
    assert emblem_of(["ada", "tove"]) is None
    assert emblem_on("book/vignettes/moving-boxes") is None
    assert at_head("<h1>Boxes</h1>", "book/vignettes/moving-boxes") == "<h1>Boxes</h1>"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("book/vignettes/walls-too-high", "walls-too-high"),
        ("book/vignettes/walls-too-high-after", "walls-too-high"),
        ("notebooks/maya-and-daniel", "walls-too-high"),
        ("book/exercises/capstone/capstone", "capstone"),
        ("book/vignettes/yes-both", "yes-both"),
    ],
)
def test_a_page_wears_the_emblem_of_its_couple(page, name):
    assert emblem_on(page).name == name
    assert at_head("<h1>Title</h1><h1>Next</h1>", page).count("<svg") == 1


def test_the_menu_shows_each_emblem_beside_its_pages_and_beside_no_other():
    menu = (
        '<li><a class="reference internal" href="../assessment/measures.html">Measures</a></li>'
        '<li class="current"><a class="current reference internal" href="#">Yes</a></li>'
        '<li><a class="reference internal" href="lift-off.html">Lift-off</a></li>'
        '<li><a class="reference external" href="https://example.org/lift-off.html">Elsewhere</a></li>'
    )
    shown = in_menu(menu, "book/vignettes/yes-both")
    assert re.findall(r"(<svg.*?</svg>)(\w+)", shown) == [
        (emblem_on("yes-both").svg(), "Yes"),
        (emblem_on("lift-off").svg(), "Lift"),
    ]


@pytest.mark.parametrize(
    ("found", "changed", "said"),
    [
        ("</svg>", "", "no SVG drawing"),
        ('viewBox="0 0 34 34"', 'viewBox="0 0 24 24"', "viewBox"),
        ("</title>", "</title><script>1</script>", "found script"),
        ('<path id="maya"', "<path", "a path with the id of each partner"),
        ("M3 30", "url(x)", "'maya' has no lines"),
        ("M3 30", "&quot;&gt;", "'maya' has no lines"),
        ("<title>", "<title/><title>", "a title"),
    ],
)
def test_a_drawing_that_does_not_fit_is_refused_with_a_reason(tmp_path, found, changed, said):
    assert found in WALLS
    (tmp_path / "walls.svg").write_text(WALLS.replace(found, changed, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=re.escape(said)):
        read_emblem(tmp_path / "walls.svg")


def test_the_emblem_of_the_authors_page_can_be_used(tmp_path):
    page = (ROOT / "book/appendix/add-a-couple.md").read_text(encoding="utf-8")
    (tmp_path / "moving-boxes.svg").write_text(re.search(r"```xml\n(.*?)```", page, re.DOTALL)[1], encoding="utf-8")
    couple = yaml.safe_load(re.search(r"```yaml\n(fictional:.*?)```", page, re.DOTALL)[1])
    assert set(read_emblem(tmp_path / "moving-boxes.svg").partners) == set(couple["partners"])
