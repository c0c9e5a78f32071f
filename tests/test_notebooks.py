"""What a lab gives that a page does not, and what a notebook leaves to read when it was saved and is not running."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from casework import ContentError, Sheet, compare_coders, compare_hours, practice
from casework.activities import practice_activity
from casework.content import load_activities
from casework.records import data_file
from casework.side_by_side import others_work
from casework.widgets import readable

ROOT = Path(__file__).parents[1]
LABS = sorted((ROOT / "notebooks").glob("*.ipynb"))
HOURS = ("alone-with-maya/session", "alone-with-daniel/session")
SCENE = "transcripts/the-even-voice"


def called(path):
    """What the code of a lab shows: the addresses of its activities, and its other calls."""
    code = "\n".join(
        "".join(cell["source"]) for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"
    )
    return set(re.findall(r'practice\("([^"]+)"\)', code)), re.findall(r"^((?:compare|measure)_\w+)\(", code, re.M)


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """The folder of a lab, with nothing in it yet."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_a_lab_goes_further_than_the_pages(path):
    on_pages = {
        found
        for page in (ROOT / "book").rglob("*.md")
        for found in re.findall(r"^```\{practice\} (\S+)\n", page.read_text(encoding="utf-8"), re.M)
    }
    shown, worked_out = called(path)
    assert len(shown - on_pages) > len(shown & on_pages), "most of a lab is its own"
    assert worked_out or not shown & on_pages, "what a page has too is shown where something is made of it"


def test_a_colleagues_two_hours_lie_side_by_side():
    table = compare_hours(*HOURS, held="a-colleague")
    assert table.heads[1:] == ("Alone with Maya", "Alone with Daniel")
    assert table.lines == ("Safety points left open: 0 in the first hour, 8 in the second.",)
    assert sum(row[2] == "left open" for row in table.rows) == 8
    assert ("Trust at the end", "Maya +4, Daniel +1", "Daniel +4") in table.rows


def test_what_the_colleague_said_is_quoted_as_it_stands_in_the_hour():
    said = {step.text.strip() for step in practice_activity(HOURS[1]).steps.values()}
    cards = practice_activity("maya-and-daniel/what-closed-the-question").cards
    taken = [
        practice_activity(HOURS[1]).steps[name].text
        for name in others_work().hours["a-colleague"]["alone-with-daniel"]["session"]
    ]
    for card in cards.values():
        line = card.text.strip("“”. ")
        assert any(line in text for text in said), line
        assert any(line in text for text in taken), line


def test_ones_own_hours_lie_side_by_side_once_both_were_held(lab):
    assert not compare_hours(*HOURS).rows
    held = others_work().hours["a-colleague"]
    for address in HOURS:
        assert not compare_hours(*HOURS).rows
        practice(address).response = list(held[address.split("/")[0]]["session"])
    assert compare_hours(*HOURS).rows == compare_hours(*HOURS, held="a-colleague").rows


def test_two_coders_part_on_six_turns_and_the_readers_codes_make_a_third_column(lab):
    table = compare_coders(SCENE)
    assert len(table.rows) == 6
    assert table.lines[0] == "First coder and Second coder: 15 of 21 turns alike; kappa 0.67."
    scene = practice_activity(SCENE)
    practice(SCENE).response = {name: turn.code for name, turn in scene.to_code.items()}
    mine = compare_coders(SCENE)
    assert mine.heads == ("Turn", "First coder", "Second coder", "You")
    assert "First coder and You: 21 of 21 turns alike; kappa 1.00." in mine.lines
    assert '<th scope="col">You</th>' in mine._repr_html_()


def test_every_turn_and_choice_of_others_is_one_of_today():
    work = others_work()
    for page, scenes in work.hands.items():
        for name, turns in scenes.items():
            scene = practice_activity(f"{page}/{name}")
            for turn, heard in turns.items():
                assert heard.code in scene.codes
                assert heard.code != scene.turns[turn].code
    for hours in work.hours.values():
        for page, sessions in hours.items():
            for name, path in sessions.items():
                assert practice_activity(f"{page}/{name}").is_complete(list(path))
    with pytest.raises(ContentError, match="nobody else has coded it"):
        compare_coders("transcripts/neighbours-hedge")
    with pytest.raises(ContentError, match="somebody has held no"):
        compare_hours(*HOURS, held="somebody")


# -- saved, and opened without running ---------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    """The outputs that a notebook is given, each as it stands after the last change."""
    outputs = []

    class Handle(readable.DisplayHandle):
        def __init__(self, place):
            self.place = place

        def update(self, data, **more):
            outputs[self.place] = data

    def display(data, *, metadata=None, raw, display_id=None):
        outputs.append(data)
        return Handle(len(outputs) - 1) if display_id else None

    monkeypatch.setattr(readable, "display", display)
    return outputs


@pytest.mark.parametrize("name", load_activities(data_file("activities", "gallery.yaml")))
def test_what_is_saved_of_an_activity_reads_without_it(shown, lab, name):
    widget = practice(f"gallery/{name}")
    widget._ipython_display_()
    words, view = shown
    assert set(words) == {"text/html"}
    assert "application/vnd.jupyter.widget-view+json" in view
    assert view["text/html"] == "", "where the view is refused, the words stand alone"
    assert "not running" in words["text/html"]
    assert "Not answered yet." in words["text/html"]
    assert "data-casework" not in words["text/html"], "no key and no reason, only what is asked"


def test_what_is_saved_holds_the_answer_that_was_given_last(shown, lab):
    widget = practice("gallery/one-choice")
    widget._ipython_display_()
    widget.response = "begin"
    assert "Your answer:" in shown[0]["text/html"]
    assert widget.activity.describe("begin")[0] in shown[0]["text/html"].partition("Your answer:")[2]


def test_what_is_saved_of_a_sheet_says_whose_it_is_and_how_much_is_answered(shown, lab):
    sheet = Sheet("first-meeting")
    sheet._ipython_display_()
    sheet.panel.response = {"trainee": "T017"}
    assert "Your id: T017" in shown[0]["text/html"]
    assert "0 of 0 answered" in shown[0]["text/html"]
