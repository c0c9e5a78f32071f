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
        patch.setattr(
            "casework.answers.os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        widget.response = "couple"
        assert "not saved (No space left on device)" in sheet.panel.notice
        assert sheet.panel.unanswered == ["who-first", "words"]
    words.response = "Both."
    assert saved(tmp_path)["answers"] == {"who-first": "couple", "words": "Both."}
    assert sheet.panel.notice == ""


def asked(tmp_path, edition):
    """A sheet of three questions in an edition, and their widgets."""
    sheet = Sheet("assessment-protocol", edition=edition, folder=tmp_path)
    return sheet, [sheet.ask(choice()), *(sheet.ask(Write(id=name, prompt="?")) for name in ("words", "more"))]


def test_answers_of_an_earlier_edition_are_named_until_somebody_looked_at_each(tmp_path):
    _, (who, words, more) = asked(tmp_path, "000000")
    who.response, words.response, more.response = "couple", "Both.", "More."
    sheet, (who, _, _) = asked(tmp_path, "abc123")
    assert (sheet.panel.earlier, saved(tmp_path)["edition"]) == (["who-first", "words", "more"], "000000")
    who.response = "caller"
    assert sheet.panel.earlier == ["words", "more"], "the first change takes no other answer for new"
    assert saved(tmp_path)["editions"] == {"words": "000000", "more": "000000"}
    sheet.panel.response = {"stands": ["words"], "at": 1}
    again, (_, words, more) = asked(tmp_path, "abc123")
    assert again.panel.earlier == ["more"]
    assert (words.response, more.response) == ("Both.", "More.")
    more.response = "Other."
    assert again.panel.earlier == []
    assert "editions" not in saved(tmp_path)


def test_a_file_brings_its_editions_back_and_what_was_looked_at_stays_so(tmp_path):
    sheet, (who, words, _) = asked(tmp_path, "abc123")
    who.response, words.response = "couple", "Both."
    file = {
        **saved(tmp_path),
        "answers": {"who-first": "couple", "words": "Older.", "more": "More."},
        "edition": "000000",
    }
    sheet.panel.response = {"resume": json.dumps(file), "at": 1}
    assert sheet.panel.earlier == ["words", "more"]
    assert saved(tmp_path)["editions"] == {"words": "000000", "more": "000000"}
    older, _ = asked(tmp_path, "000000")
    assert older.panel.earlier == ["who-first"], "two editions open side by side name each other's answers"


def test_resuming_as_another_trainee_takes_over_no_answer(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    widget = sheet.ask(choice())
    sheet.panel.response = {"trainee": "T1"}
    widget.response = "couple"
    sheet.panel.response = {"resume": json.dumps({**saved(tmp_path), "trainee": "T2", "answers": {}}), "at": 1}
    assert (saved(tmp_path)["trainee"], saved(tmp_path)["answers"], widget.response) == ("T2", {}, None)
    assert json.loads((tmp_path / "answers-of-T1.json").read_text())["answers"] == {"who-first": "couple"}


def test_another_id_over_answers_asks_whose_they_are_and_sets_them_aside(tmp_path):
    sheet = Sheet("assessment-protocol", edition="abc123", folder=tmp_path)
    widget = sheet.ask(choice())
    sheet.panel.response = {"trainee": "ANA01"}
    widget.response = "couple"
    sheet.panel.response = {"trainee": "BEN02"}
    assert "work of ANA01: say first whose" in sheet.panel.notice
    assert saved(tmp_path)["trainee"] == "ANA01"
    sheet.panel.response = {"trainee": "BEN02", "anew": True}
    assert (saved(tmp_path)["trainee"], saved(tmp_path)["answers"], widget.response) == ("BEN02", {}, None)
    assert "ANA01 are set aside" in sheet.panel.notice
    widget.response = "caller"
    sheet.panel.response = {"trainee": "ANA01", "anew": True}
    assert (saved(tmp_path)["trainee"], widget.response) == ("ANA01", "couple")
    assert "ANA01 are back" in sheet.panel.notice
    assert json.loads((tmp_path / "answers-of-BEN02.json").read_text())["answers"] == {"who-first": "caller"}
    assert not (tmp_path / "answers-of-ANA01.json").exists()


def test_a_mistyped_id_is_put_right_over_ones_own_answers(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    widget = sheet.ask(choice())
    sheet.panel.response = {"trainee": "T71"}
    widget.response = "couple"
    sheet.panel.response = {"trainee": "T17", "mine": True}
    assert (saved(tmp_path)["trainee"], saved(tmp_path)["answers"]) == ("T17", {"who-first": "couple"})
    sheet.panel.response = {"trainee": "", "anew": True}
    assert (saved(tmp_path)["trainee"], widget.response) == ("", None)
    sheet.panel.response = {"trainee": "T17"}
    assert (saved(tmp_path)["trainee"], widget.response) == ("T17", "couple"), "a blank sheet takes back what was left"


def test_no_sheet_that_was_set_aside_is_overwritten(tmp_path):
    sheet = Sheet("assessment-protocol", folder=tmp_path)
    widget = sheet.ask(choice())
    for trainee, answer in (("ANA01", "couple"), ("BEN02", "caller")):
        sheet.panel.response = {"trainee": trainee, "anew": True}
        widget.response = answer
    sheet.panel.response = {"trainee": "ANA01", "mine": True}  # untrue, and nothing of Ana's may be lost by it
    sheet.panel.response = {"trainee": "CID03", "anew": True}
    kept = [json.loads(path.read_text())["answers"]["who-first"] for path in tmp_path.glob("answers-*.json")]
    assert sorted(kept) == ["caller", "couple"]


def test_practice_names_what_there_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ContentError, match="there is no activity 'nothing'; there is"):
        practice("assessment-at-a-glance/nothing")
    with pytest.raises(ContentError, match="there is no such file"):
        practice("nowhere/nothing")
