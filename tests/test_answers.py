"""The answer sheet: strict on reading, whole or not at all on writing, kept item by item."""

from __future__ import annotations

import contextlib
import json
import multiprocessing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import answers, editions
from casework.answers import AnswersError

GOOD = {
    "format": "casework-answers/1",
    "assignment": "assessment-protocol",
    "edition": "3f9a1c",
    "trainee": "T017",
    "saved": "2026-11-22T10:04:31Z",
    "answers": {"who-first": "couple"},
}


def as_bytes(**changes):
    return json.dumps({key: value for key, value in {**GOOD, **changes}.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (as_bytes()[:-9], "damaged or cut short"),
        (b"\x00\xff\xfe\x89PNG", "not a text file"),
        (b"[]", "not an answers file"),
        (b"{}", "not an answers file"),
        (as_bytes(format="other/1"), "its format is 'other/1'"),
        (as_bytes(assignment=...), "has no 'assignment'"),
        (as_bytes(assignment=7), "'assignment' is 7"),
        (as_bytes(edition="<script>"), "'edition' is '<script>'"),
        (as_bytes(editions=["3f9a1c"]), "'editions' is"),
        (as_bytes(editions={"who-first": "<b>"}), "'editions' is"),
        (as_bytes(trainee="../../etc"), "'trainee' is '../../etc'"),
        (as_bytes(trainee="<script>alert(1)</script>"), "'trainee' is"),
        (as_bytes(trainee="a..b"), "'trainee' is 'a..b'"),
        (as_bytes(trainee="x" * 65), "at most 64"),
        (as_bytes(trainee="T017\n"), "'trainee' is"),
        (as_bytes(saved="yesterday"), "'saved' is 'yesterday'"),
        (as_bytes(saved="2026-02-31T00:00:00Z"), "'saved' is"),
        (as_bytes(answers=[]), "'answers' is []"),
        (as_bytes(answers={"a": ...}.__class__()).replace(b"{}", b'{"a": NaN}'), "NaN is not a value"),
        (as_bytes(answers={}).replace(b'"answers": {}', b'"answers": {"a": 1e999}'), "too large a number"),
        (b"[" * 200_000, "nested too deeply"),
        (as_bytes(answers={"a": json.loads("[" * 50 + "]" * 50)}), "nested too deeply"),
        (b"x" * 1_000_001, "at most 1,000,000"),
    ],
)
def test_what_is_not_an_answer_sheet_is_refused_in_a_sentence(data, said):
    with pytest.raises(AnswersError) as error:
        answers.parse(data)
    assert said in str(error.value)
    assert str(error.value).endswith(".")
    assert len(str(error.value)) < 300


def test_a_byte_order_mark_does_not_cost_the_answers():
    assert answers.parse(b"\xef\xbb\xbf" + as_bytes()) == answers.parse(as_bytes())


def test_unknown_keys_are_kept(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes(as_bytes(browser="phone"))
    sheet = answers.update(path, answers.empty("assessment-protocol", "3f9a1c"), answers={"new": "x"})
    assert answers.read(path) == sheet
    assert sheet["browser"] == "phone"
    assert sheet["answers"] == {"who-first": "couple", "new": "x"}


def test_each_answer_keeps_the_edition_it_was_given_to(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes(as_bytes(answers={"a": 1, "b": 2, "c": None}, more={"kept": True}))
    start = answers.empty("assessment-protocol", "abc123")
    after = answers.update(path, start, answers={"a": 3})
    assert (after["edition"], after["editions"], after["more"]) == ("abc123", {"b": "3f9a1c"}, {"kept": True})
    assert editions.earlier(after, "abc123") == ["b"]
    third = answers.update(path, answers.empty("assessment-protocol", "def456"), trainee="T018")
    assert third["editions"] == {"a": "abc123", "b": "3f9a1c"}
    assert answers.read(path) == third
    assert editions.earlier({**third, "editions": {}}, "def456") == [], "an old file is of the one edition it names"


def test_a_damaged_file_is_set_aside_and_never_overwritten(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes(b"{half")
    answers.update(path, answers.empty("assessment-protocol"), answers={"a": "b"})
    assert (tmp_path / "answers-set-aside-1.json").read_bytes() == b"{half"
    assert answers.read(path)["answers"] == {"a": "b"}


def test_answers_to_another_exercise_are_set_aside(tmp_path):
    path = tmp_path / "answers.json"
    path.write_bytes(as_bytes(assignment="other"))
    answers.update(path, answers.empty("assessment-protocol"), answers={"a": "b"})
    assert (tmp_path / "answers-set-aside-1.json").read_bytes() == as_bytes(assignment="other")


def test_a_link_in_place_of_a_file_is_refused(tmp_path):
    (tmp_path / "real.json").write_bytes(as_bytes())
    (tmp_path / "answers.json").symlink_to(tmp_path / "real.json")
    with pytest.raises(AnswersError, match="a link or a folder"):
        answers.read(tmp_path / "answers.json")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "answers.json"
    answers.write(path, GOOD)
    with pytest.raises(ValueError, match="Out of range"):
        answers.write(path, {**GOOD, "answers": {"a": float("nan")}})
    assert answers.read(path) == GOOD
    assert [file.name for file in tmp_path.iterdir()] == ["answers.json"]


def test_half_an_emoji_does_not_cost_the_answer(tmp_path):
    path = tmp_path / "answers.json"
    saved = answers.update(path, answers.empty("assessment-protocol"), answers={"a": "I see \ud83d that"})
    assert answers.read(path) == saved
    assert saved["answers"]["a"] == "I see � that"
    as_a_browser_sends_it = json.dumps({**GOOD, "answers": {"a": ["\ude00 and 😀"], "\ud83d": "é"}}).encode()
    assert answers.parse(as_a_browser_sends_it)["answers"] == {"a": ["� and 😀"], "�": "é"}


def _keep_writing(path, name):
    for number in range(60):
        answers.update(path, answers.empty("assessment-protocol"), answers={f"{name}-{number}": "x"})


def test_two_windows_on_one_sheet_lose_nothing(tmp_path):
    path = tmp_path / "answers.json"
    writers = [multiprocessing.get_context("spawn").Process(target=_keep_writing, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(answers.read(path)["answers"]) == 120


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_any_json_is_a_sheet_or_a_sentence(value):
    with contextlib.suppress(AnswersError):
        assert answers.parse(json.dumps(value).encode())["format"] == answers.FORMAT


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sheet_or_a_sentence(data):
    with pytest.raises(AnswersError):
        answers.parse(data)
