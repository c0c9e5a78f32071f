"""`Sheet`: what a trainee clicks is in the file, and graded work holds no key."""

from __future__ import annotations

import json

import pytest

from casework import Choice, ContentError, Sheet, Write, practice
from casework.sheet import Unanswered


def choice(**options):
    return Choice(id="who-first", prompt="Who?", options=options or {"couple": "Both", "caller": "The caller"})


def saved(tmp_path):
    return json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))


def test_a_response_is_in_the_file_at_once_and_back_after_a_restart(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    sheet.ask(choice()).response = "couple"
    assert saved(tmp_path)["answers"] == {"who-first": "couple"}
    assert saved(tmp_path)["edition"] == "abc123"
    assert Sheet("assessment-protocol", edition="abc123", folder=tmp_path).ask(choice()).response == "couple"


def test_nothing_is_written_before_a_response(tmp_path):
    Sheet("assessment-protocol", folder=tmp_path).ask(choice())
    assert list(tmp_path.iterdir()) == []


def test_graded_work_that_holds_a_key_is_refused(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    with pytest.raises(ContentError, match=r"couple\.right"):
        sheet.ask(choice(couple={"text": "Both", "right": True}, caller="The caller"))
    with pytest.raises(ContentError, match="model"):
        sheet.ask(Write(id="words", prompt="?", model="Like this"))


def test_unanswered_items_are_named(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    widget = sheet.ask(choice())
    with pytest.raises(Unanswered, match=r"Question 1 \(who-first\)"):
        sheet.answered("who-first")
    widget.response = "couple"
    sheet.answered("who-first")


def test_the_panel_takes_an_id_and_a_file_and_refuses_others(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    widget = sheet.ask(choice())
    sheet.panel.response = {"trainee": "../x"}
    assert "An id has letters" in sheet.panel.notice
    assert not (tmp_path / "answers.json").exists()
    sheet.panel.response = {"trainee": "T017"}
    assert saved(tmp_path)["trainee"] == "T017"
    sheet.panel.response = {"resume": "{half", "at": 1}
    assert "damaged or cut short" in sheet.panel.notice
    file = {**saved(tmp_path), "answers": {"who-first": "caller", "older": 1}}
    sheet.panel.response = {"resume": json.dumps(file), "at": 2}
    assert widget.response == "caller"
    assert saved(tmp_path)["answers"] == {"who-first": "caller", "older": 1}
    sheet.panel.response = {"resume": json.dumps({**file, "assignment": "other"}), "at": 3}
    assert "belong to the exercise 'other'" in sheet.panel.notice
    assert sheet.panel.unanswered == []


def test_a_saved_answer_that_no_longer_fits_is_kept_and_named(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    sheet.ask(choice()).response = "couple"
    again = Sheet("assessment-protocol", folder=tmp_path)
    widget = again.ask(choice(other="Other", more="More"))
    assert widget.response is None
    assert "does not fit this edition" in again.panel.notice
    assert saved(tmp_path)["answers"] == {"who-first": "couple"}


def test_a_file_that_cannot_be_read_is_named_and_not_lost(tmp_path):
    (tmp_path / "answers.json").write_text("{half")
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    widget = sheet.ask(choice())
    assert "damaged or cut short" in sheet.panel.notice
    with pytest.raises(Unanswered, match="damaged or cut short"):
        sheet.answered("who-first")
    widget.response = "couple"
    assert (tmp_path / "answers-set-aside-1.json").read_text() == "{half"
    sheet.answered("who-first")


def test_an_answer_that_cannot_be_saved_is_told_and_saved_with_the_next(tmp_path, monkeypatch):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    widget, words = sheet.ask(choice()), sheet.ask(Write(id="words", prompt="?"))
    with monkeypatch.context() as patch:
        patch.setattr("casework.answers.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        widget.response = "couple"
        assert "not saved (No space left on device)" in sheet.panel.notice
        assert sheet.panel.unanswered == ["who-first", "words"]
    words.response = "Both."
    assert saved(tmp_path)["answers"] == {"who-first": "couple", "words": "Both."}
    assert sheet.panel.notice == ""


def test_answers_to_another_edition_are_named_as_such(tmp_path):
    Sheet("assessment-protocol", edition="000000", folder=tmp_path).ask(choice()).response = "couple"
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    assert "another edition" in sheet.panel.notice
    sheet.ask(choice())
    sheet.panel.response = {"resume": json.dumps({**saved(tmp_path), "edition": "000000"}), "at": 1}
    assert "another edition" in sheet.panel.notice


def test_resuming_as_another_trainee_takes_over_no_answer(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    widget = sheet.ask(choice())
    sheet.panel.response = {"trainee": "T1"}
    widget.response = "couple"
    sheet.panel.response = {"resume": json.dumps({**saved(tmp_path), "trainee": "T2", "answers": {}}), "at": 1}
    assert (saved(tmp_path)["trainee"], saved(tmp_path)["answers"], widget.response) == ("T2", {}, None)
    assert json.loads((tmp_path / "answers-set-aside-1.json").read_text())["answers"] == {"who-first": "couple"}


def test_practice_names_what_there_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContentError, match="there is no activity 'nothing'; there is"):
        practice("assessment-at-a-glance/nothing")
    with pytest.raises(ContentError, match="there is no such file"):
        practice("nowhere/nothing")
