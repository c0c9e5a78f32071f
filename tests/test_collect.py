"""Collecting: whatever lies in the inbox, nothing is lost, nothing stops, and each refusal says what to do."""

import io
import json
import os
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.answers import MAX_BYTES
from casework.grading.inbox import MAX_MEMBERS
from tests.small_course import NAME, RIGHT


def put(course, name, content):
    """Put `content` (a sheet, text or bytes) into the inbox under `name`."""
    path = course.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    """A zip of `members`, name to sheet, text or bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, json.dumps(content) if isinstance(content, dict) else content)
    return data.getvalue()


def submitted(course):
    """Trainee to the sheet that counts."""
    return {
        path.parent.parent.name: json.loads(path.read_text())
        for path in sorted((course.root / "grading" / "submitted").glob("*/*/answers.json"))
    }


def everything(course):
    """Every file the collector made, with its bytes."""
    folder = course.root / "grading"
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "gradebook.db"
    }


def test_any_name_and_any_wrapping_is_collected(grading_course, capsys):
    good = grading_course.sheet
    put(grading_course, "answers (1).json", good("T1"))
    put(grading_course, "Übung – Ω.txt", good("T2"))
    put(grading_course, "no ending", good("T3"))
    put(grading_course, "T4.zip", zipped({"answers.json": good("T4")}))
    put(
        grading_course,
        "T5.zip",
        zipped(
            {
                "mine/answers.json": good("T5"),
                f"mine/{NAME}.ipynb": "{}",
                "__MACOSX/mine/._answers.json": "x",
                "mine/practice.json": "{}",
                "mine/answers-set-aside-1.json": "broken",
                "mine/.answers-lock": "",
            }
        ),
    )
    put(grading_course, "T6.zip", zipped({"my answers.json": good("T6")}, zipfile.ZIP_STORED))
    put(grading_course, "T7 folder/answers.json", good("T7"))
    put(grading_course, f"T7 folder/{NAME}.ipynb", "{}")
    put(grading_course, ".DS_Store", "x")
    assert grading_course.run("collect", "inbox") == 0, capsys.readouterr().out
    assert list(submitted(grading_course)) == [f"T{n}" for n in range(1, 8)]
    assert sorted(p.name for p in grading_course.step("submitted", "T5", "").iterdir()) == [
        "answers.json",
        f"{NAME}.ipynb",
        "timestamp.txt",
    ]
    assert grading_course.step("submitted", "T1", "timestamp.txt").read_text() == "2026-11-20 10:00:00 UTC\n"
    assert len(list(grading_course.inbox.iterdir())) == 8, "what was accepted stays where it was"


def test_collecting_twice_changes_nothing(grading_course, capsys):
    put(grading_course, "a.json", grading_course.sheet("T1", saved="2026-11-20T10:00:00Z"))
    put(grading_course, "b.json", grading_course.sheet("T1", {}, saved="2026-11-21T10:00:00Z"))
    assert grading_course.run("collect", "inbox") == 0
    before = everything(grading_course)
    capsys.readouterr()
    assert grading_course.run("collect", "inbox") == 0
    assert capsys.readouterr().out.count("already collected") == 2
    assert everything(grading_course) == before


@pytest.mark.parametrize("names", [("a.json", "b.json"), ("b.json", "a.json")])
def test_the_newest_counts_in_any_order_and_older_ones_are_kept(names, grading_course):
    put(grading_course, names[0], old := grading_course.sheet("T1", {"who-first": "one"}, saved="2026-11-20T10:00:00Z"))
    put(
        grading_course,
        names[1],
        new := grading_course.sheet("T1", {"who-first": "couple"}, saved="2026-11-21T10:00:00Z"),
    )
    assert grading_course.run("collect", "inbox") == 0
    assert submitted(grading_course) == {"T1": new}
    older = list((grading_course.root / "grading" / "older" / "T1" / NAME).iterdir())
    assert [json.loads(path.read_text()) for path in older] == [old]


def test_two_different_files_of_one_moment_are_both_kept_and_named(grading_course, capsys):
    put(grading_course, "a.json", first := grading_course.sheet("T1", {"who-first": "one"}))
    put(grading_course, "b.json", second := grading_course.sheet("T1", {"who-first": "couple"}))
    assert grading_course.run("collect", "inbox") == 0
    assert "at the same moment" in capsys.readouterr().out
    assert submitted(grading_course) == {"T1": first}
    assert [json.loads(p.read_text()) for p in (grading_course.root / "grading" / "older" / "T1" / NAME).iterdir()] == [
        second
    ]


@pytest.mark.parametrize("names", [("a.json", "b.json"), ("b.json", "a.json")])
def test_a_file_from_the_future_does_not_win_for_ever(names, grading_course, capsys):
    put(grading_course, names[0], grading_course.sheet("T1", {}, saved="2099-01-01T00:00:00Z"))
    put(grading_course, names[1], real := grading_course.sheet("T1", saved="2026-01-01T00:00:00Z"))
    assert grading_course.run("collect", "inbox") == 0
    assert submitted(grading_course) == {"T1": real}
    assert "Its clock is wrong" in capsys.readouterr().out


def test_a_clock_that_is_some_hours_ahead_does_not_outrank_an_honest_one(grading_course, capsys):
    now = datetime.now(UTC)
    ahead, honest = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (now + timedelta(hours=9), now))
    put(grading_course, "a.json", grading_course.sheet("T1", {}, saved=ahead))
    put(grading_course, "b.json", real := grading_course.sheet("T1", saved=honest))
    assert grading_course.run("collect", "inbox") == 0
    assert "Its clock is wrong" in capsys.readouterr().out
    assert submitted(grading_course) == {"T1": real}


def test_a_damaged_collected_file_gives_way_and_is_kept(grading_course):
    put(grading_course, "a.json", good := grading_course.sheet("T1"))
    grading_course.run("collect", "inbox")
    grading_course.step("submitted", "T1", "answers.json").write_text("{damaged")
    assert grading_course.run("collect", "inbox") == 0
    assert submitted(grading_course) == {"T1": good}
    assert (grading_course.root / "grading" / "older" / "T1" / NAME / "damaged-1.json").read_text() == "{damaged"


def test_another_edition_and_unknown_items_are_collected_and_named(grading_course, capsys):
    put(grading_course, "a.json", grading_course.sheet("T1", {**RIGHT, "\x1b[31mnew\u202e": "x"}, edition="abcdef"))
    assert grading_course.run("collect", "inbox") == 0
    said = capsys.readouterr().out
    assert "edition abcdef" in said
    assert "�[31mnew�" in said
    assert "\x1b" not in said


REFUSED = {
    "empty": (b"", "is empty"),
    "only spaces": (b" \n ", "is empty"),
    "truncated": (b'{"format": "casework-answers/1", "assign', "damaged or cut short"),
    "binary": (bytes(range(256)), "not a text file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a text file"),
    "wrong format": ({"format": "casework-answers/9"}, "its format is"),
    "another program's": ({"a": 1}, "not an answers file of this course"),
    "a list": (b"[]", "not an answers file of this course"),
    "one name twice": (b'{"format": "casework-answers/1", "answers": {"a": "x"}, "answers": {}}', "'answers' twice"),
    "one item twice": (b'{"format": "casework-answers/1", "answers": {"a": "x", "a": "y"}}', "'a' twice"),
    "no JSON": (b"Dear supervisor,", "damaged or cut short (in line 1)"),
    "a zip of more than can be read": (
        zipped({f"{n}/answers.json": b" " * 70_000_000 for n in range(3)}),
        "bytes of files: unpack it",
    ),
    "a number": (b"5", "not an answers file of this course"),
    "not a number": (b'{"format": NaN}', "NaN"),
    "wrong assignment": ({"assignment": "second-meeting"}, "has no such exercise"),
    "an assignment with a path": ({"assignment": "../../keys"}, "has no such exercise"),
    "an assignment without end": ({"assignment": "x" * 5000}, "has no such exercise"),
    "no trainee": ({"trainee": ""}, "does not say whose it is"),
    "a script as trainee": ({"trainee": "<script>alert(1)</script>"}, "'trainee' is"),
    "a path as trainee": ({"trainee": "../T017"}, "'trainee' is"),
    "a hidden path as trainee": ({"trainee": "T..1"}, "'trainee' is"),
    "a number as trainee": ({"trainee": 17}, "'trainee' is"),
    "answers as a list": ({"answers": []}, "'answers' is"),
    "no time": ({"saved": "yesterday"}, "'saved' is"),
    "nested without end": (b'{"format": "casework-answers/1", "x": ' + b"[" * 100_000, "nested too deeply"),
    "nested deeply": (b'{"format":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deeply"),
    "a zip without answers": (zipped({"notes.txt": "x"}), "holds no answers file"),
    "a zip in a zip": (zipped({"inner.zip": zipped({"answers.json": "{}"})}), "holds other zips: unpack it"),
    "a zip of two": (
        zipped({"a/answers.json": "{}", "b/answers.json": "{}"}),
        "b/answers.json: not taken. This is not",
    ),
    "a zip that leads out": (zipped({"../../answers.json": "{}"}), "leads out of its folder"),
    "a zip with a root path": (zipped({"/etc/answers.json": "{}"}), "leads out of its folder"),
    "a zip that leads out by backslash": (zipped({"..\\answers.json": "{}"}), "leads out of its folder"),
    "a zip bomb": (zipped({"answers.json": b" " * 50_000_000}), f"more than {MAX_BYTES:,} bytes"),
    "a zip of many": (
        zipped({f"{n}.txt": "" for n in range(MAX_MEMBERS + 1)}),
        "files: unpack it",
    ),
    "an unusual zip": (zipped({"answers.json": "{}"}, zipfile.ZIP_LZMA), "unusual way"),
    "a damaged zip": (zipped({"answers.json": "{}"})[:-30], "zip is damaged"),
    "a zip with damage inside": (
        zipped({"answers.json": os.urandom(90)}).replace(b"answers.json", b"answers.json" + b"\xff" * 9, 1),
        "zip is damaged",
    ),
    "empty answers in a zip": (zipped({"answers.json": ""}), "is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_put_aside_with_a_reason_and_stops_nobody(case, grading_course, capsys):
    content, expected = REFUSED[case]
    if isinstance(content, dict) and "a" not in content:
        content = {**grading_course.sheet("T1"), **content}
    put(grading_course, "0 bad.json", content)
    before = (grading_course.inbox / "0 bad.json").read_bytes()
    put(grading_course, "good.json", grading_course.sheet("T2"))
    assert grading_course.run("collect", "inbox") == 1
    assert list(submitted(grading_course)) == ["T2"]
    refused = grading_course.inbox / "refused"
    assert sorted(p.name for p in refused.iterdir()) == ["0 bad.json", "0 bad.json.reason.txt"]
    assert (refused / "0 bad.json").read_bytes() == before
    reason = (refused / "0 bad.json.reason.txt").read_text()
    assert expected in reason
    assert reason.count("\n") == 1
    assert len(reason) < 400
    said = capsys.readouterr()
    assert reason.strip() in said.out
    assert "Traceback" not in said.out + said.err
    assert not list(grading_course.root.parent.glob("answers.json"))


def test_100_megabytes_are_refused_unread(grading_course, capsys):
    with put(grading_course, "huge.json", b"{").open("r+b") as file:
        file.truncate(100_000_000)
    with put(grading_course, "huge.zip", b"PK\x03\x04").open("r+b") as file:
        file.truncate(100_000_000)
    assert grading_course.run("collect", "inbox") == 1
    assert capsys.readouterr().out.count("100,000,000 bytes") == 2
    assert submitted(grading_course) == {}


def test_only_regular_files_are_read(grading_course, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(grading_course.sheet("T1")))
    (grading_course.inbox / "link.json").symlink_to(secret)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "answers.json").write_text(secret.read_text())
    (grading_course.inbox / "linked folder").symlink_to(tmp_path / "folder")
    os.mkfifo(grading_course.inbox / "pipe")
    put(grading_course, "deep/deeper/deeper still/too deep/out of sight/answers.json", grading_course.sheet("T1"))
    assert grading_course.run("collect", "inbox") == 1
    assert submitted(grading_course) == {}
    refused = {p.name for p in (grading_course.inbox / "refused").iterdir() if not p.name.endswith(".reason.txt")}
    assert refused == {"link.json", "linked folder", "pipe", "deep-deeper-deeper still-too deep-out of sight"}
    assert secret.exists()


def test_a_notebook_alone_is_refused_with_what_to_send(grading_course, capsys):
    put(grading_course, f"{NAME}.ipynb", "{}")
    assert grading_course.run("collect", "inbox") == 1
    assert "answers.json beside it" in capsys.readouterr().out


def test_refused_names_never_overwrite_one_another(grading_course):
    long = "x" * 240
    for content in (b"one", b"two", b"three"):
        put(grading_course, "a.json", content)
        put(grading_course, "sub/a.json", content)
        put(grading_course, long, content)
        assert grading_course.run("collect", "inbox") == 1
    refused = grading_course.inbox / "refused"
    kept = [p for p in refused.iterdir() if not p.name.endswith(".reason.txt")]
    assert sorted(p.read_bytes() for p in kept) == sorted([b"one", b"two", b"three"] * 3)
    assert all((refused / f"{p.name}.reason.txt").is_file() for p in kept)


def test_ids_that_differ_in_capitals_alone_are_never_mixed(grading_course, capsys):
    put(grading_course, "a.json", grading_course.sheet("T017"))
    put(grading_course, "b.json", grading_course.sheet("t017", {}))
    assert grading_course.run("collect", "inbox") == 1
    assert list(submitted(grading_course)) == ["T017"]
    assert "only in capital letters" in capsys.readouterr().out


def test_a_link_in_the_place_of_a_trainee_is_not_written_through(grading_course, tmp_path):
    (tmp_path / "outside").mkdir()
    (grading_course.root / "grading" / "submitted").mkdir()
    (grading_course.root / "grading" / "submitted" / "T1").symlink_to(tmp_path / "outside")
    put(grading_course, "a.json", grading_course.sheet("T1"))
    assert grading_course.run("collect", "inbox") == 1
    assert list((tmp_path / "outside").iterdir()) == []


def test_collecting_one_exercise_puts_others_aside(grading_course, capsys):
    put(grading_course, "a.json", grading_course.sheet("T1"))
    another_exercise(grading_course)
    assert grading_course.run("collect", "inbox", "--assignment", "other") == 1
    assert f"collect {NAME}" in capsys.readouterr().out
    assert submitted(grading_course) == {}


def test_no_inbox_and_an_empty_one(grading_course, capsys):
    assert grading_course.run("collect", "nowhere") == 2
    assert "There is no folder nowhere" in capsys.readouterr().err
    assert grading_course.run("collect", grading_course.inbox) == 0
    assert "holds no files" in capsys.readouterr().out


@pytest.mark.parametrize("place", [".", "..", "keys", "exercises", "book", "grading", "grading/submitted"])
def test_a_folder_of_the_course_is_no_inbox_and_loses_no_file(grading_course, place, capsys):
    (grading_course.root / "grading" / "submitted").mkdir()
    before = sorted(grading_course.root.rglob("*"))
    assert grading_course.run("collect", place) == 2
    assert "a folder of their own" in capsys.readouterr().err
    assert sorted(grading_course.root.rglob("*")) == before


def test_a_zip_of_a_whole_group_is_collected_and_what_is_damaged_in_it_is_named(grading_course, capsys):
    files = {f"Doe {n}_{n}_assignsubmission_file_/answers.json": grading_course.sheet(f"T{n}") for n in (1, 2, 3)}
    files["Doe 2_2_assignsubmission_file_/answers.json"] = "cut sho"
    files["Doe 1_1_assignsubmission_onlinetext_/onlinetext.html"] = "<p>Here it is</p>"
    files["Doe 4_4_assignsubmission_file_/letter.pdf"] = "%PDF"
    files["Doe 5_5_assignsubmission_file_/mine.json"] = '{"theme": "dark"}'
    files["Doe 6_6_assignsubmission_file_/mine.zip"] = zipped({"answers.json": grading_course.sheet("T6")})
    put(grading_course, "all.zip", zipped(files))
    assert grading_course.run("collect", "inbox") == 1
    assert list(submitted(grading_course)) == ["T1", "T3"]
    said = capsys.readouterr().out
    for number in (4, 5):
        assert f"Doe {number}_{number}_assignsubmission_file_: holds no answers file" in said
    assert "mine.zip: not taken. A zip in a zip" in said
    assert "Doe 1_1_assignsubmission_file_: holds" not in said
    assert "Doe 2_2_assignsubmission_file_/answers.json: not taken. The file is damaged or cut short" in said
    assert "trainees" not in said, "each lies in a folder of their own"
    assert (grading_course.inbox / "all.zip").is_file(), "what was taken from it stays where it was"


def another_exercise(course, name="other"):
    """A second exercise in the small course."""
    other = course.source.parent.parent / name
    other.mkdir()
    (other / f"{name}.ipynb").write_text(course.source.read_text().replace(NAME, name))
    blueprint = other.parent / "blueprint.yaml"
    blueprint.write_text(
        re.sub(rf"(          {NAME}:)\n          - (\S+)", rf"\1 [\2]\n          {name}: [\2]", blueprint.read_text())
    )
    return name


def test_a_zip_of_several_exercises_gives_each(grading_course, capsys):
    other = another_exercise(grading_course)
    mine = {"answers.json": grading_course.sheet("T1")}
    second = {"T1-other-answers.json": {**grading_course.sheet("T1"), "assignment": other}}
    put(grading_course, "mine.zip", zipped({**mine, **second, "settings.json": '{"theme": "dark"}'}))
    assert grading_course.run("collect", "inbox") == 0, capsys.readouterr().out
    found = sorted((grading_course.root / "grading" / "submitted").glob("T1/*/answers.json"))
    assert [path.parent.name for path in found] == [NAME, other]
    assert "settings.json" not in capsys.readouterr().out


def test_of_a_zip_only_the_exercise_that_is_asked_for_is_collected(grading_course, capsys):
    other = another_exercise(grading_course)
    both = {"a.json": grading_course.sheet("T1"), "b.json": {**grading_course.sheet("T1"), "assignment": other}}
    put(grading_course, "mine.zip", zipped(both))
    assert grading_course.run("collect", "inbox", "--assignment", other) == 0, capsys.readouterr().out
    (found,) = (grading_course.root / "grading" / "submitted").glob("T1/*/answers.json")
    assert found.parent.name == other


def test_a_sheet_that_was_set_aside_is_taken_where_it_is_all_there_is(grading_course, capsys):
    put(grading_course, "mine.zip", zipped({"answers-of-T1.json": grading_course.sheet("T1")}))
    assert grading_course.run("collect", "inbox") == 0, capsys.readouterr().out
    assert list(submitted(grading_course)) == ["T1"]


def test_a_disk_that_fails_in_the_middle_of_a_zip_is_said_and_what_came_before_is_whole(
    grading_course, capsys, monkeypatch
):
    from casework.grading import collect

    def write(path, data, keep=collect.write_file):
        if "T2" in path.parts:
            raise OSError(28, "No space left on device")
        keep(path, data)

    put(grading_course, "all.zip", zipped({f"{n}/answers.json": grading_course.sheet(f"T{n}") for n in (1, 2)}))
    with monkeypatch.context() as patched:
        patched.setattr(collect, "write_file", write)
        assert grading_course.run("collect", "inbox") == 1
    said = capsys.readouterr().out
    assert "1/answers.json: collected for T1" in said
    assert "No space left on device" in said
    assert grading_course.run("grade", NAME, "--trainee", "T1") == 0
    assert grading_course.run("collect", "inbox") == 0
    assert list(submitted(grading_course)) == ["T1", "T2"]


def test_two_ids_in_one_folder_of_a_zip_are_named(grading_course, capsys):
    put(grading_course, "mine.zip", zipped({f"{n}.json": grading_course.sheet(f"T{n}") for n in (1, 2)}))
    assert grading_course.run("collect", "inbox") == 0
    assert "This file holds work of 2 trainees" in capsys.readouterr().out


def test_an_export_that_was_unpacked_is_looked_through_and_what_lies_beside_answers_is_left_alone(
    grading_course, capsys
):
    for number in (1, 2, 3):
        folder = f"COURSE-exercise-77/Doe Jane {number}_{number}_assignsubmission_file_"
        put(grading_course, f"{folder}/answers.json", grading_course.sheet(f"T{number}"))
        put(grading_course, f"{folder}/a letter.pdf", b"%PDF-1.7")
        put(grading_course, f"{folder}/a letter.docx", zipped({"word/document.xml": "<w/>"}))
    put(grading_course, f"{folder}/answers-of-T9.json", grading_course.sheet("T9"))
    put(grading_course, f"{folder}/answers-set-aside-1.json", "broken")
    assert grading_course.run("collect", "inbox") == 0, capsys.readouterr().out
    assert list(submitted(grading_course)) == ["T1", "T2", "T3"]
    assert capsys.readouterr().out.count("left alone") == 8
    assert not (grading_course.inbox / "refused").exists()


def test_a_letter_alone_in_a_folder_is_refused(grading_course, capsys):
    put(grading_course, "Doe Jane_0_assignsubmission_file_/my answers.pdf", b"%PDF-1.7")
    assert grading_course.run("collect", "inbox") == 1
    assert "refused" in capsys.readouterr().out


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(["format", "assignment", "edition", "trainee", "saved", "answers"]), value=json_values)
def test_no_value_of_any_field_stops_the_collector_or_leaves_the_course(grading_course, field, value):
    sheet = {**grading_course.sheet("T1"), field: value}
    put(grading_course, "odd.json", json.dumps(sheet))
    outside = sorted(p.name for p in grading_course.root.parent.iterdir())
    assert grading_course.run("collect", "inbox") in (0, 1)
    assert sorted(p.name for p in grading_course.root.parent.iterdir()) == outside
    (grading_course.inbox / "odd.json").unlink(missing_ok=True)


# -- what belongs to an earlier edition, and the work of a whole browser --------------------------------


def test_answers_of_an_earlier_edition_are_named_until_somebody_looked_at_them(grading_course, capsys):
    now, given = grading_course.edition, {"who-first": "couple", "goals": ["hers"], "letter": "Dear both"}
    of_two = grading_course.sheet("T1", given, editions={"who-first": "abcdef", "letter": "abcdef", "gone": "abcdef"})
    put(grading_course, "a.json", of_two)
    put(grading_course, "b.json", grading_course.sheet("T2", given))
    put(grading_course, "c.json", grading_course.sheet("T3", {"goals": ["his"]}, edition="abcdef"))
    assert grading_course.run("collect", "inbox") == 0
    said = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    ask = "any points stand, but ask {} to open the exercise, look at {} and hand it in again."
    assert said["a.json"].endswith(
        f"T1 answered questions 1 and 4 of {NAME} in an earlier edition and has not looked at them since: "
        + ask.format("T1", "them")
    )
    assert said["b.json"] == "collected for T2."
    assert f"It answers edition abcdef, and this course has {now}" in said["c.json"]
    assert "T3 answered question 2 of" in said["c.json"]
    assert ask.format("T3", "it") in said["c.json"]


def work_of(course, kept, trainee="T1"):
    """The file that the page *Your work* gives."""
    return {
        "format": "casework-work/1",
        "course": "x",
        "saved": "2026-11-20T10:00:00Z",
        "trainee": trainee,
        "kept": kept,
    }


def test_the_work_of_a_browser_is_collected_exercise_by_exercise(grading_course, capsys):
    sheet = grading_course.sheet
    practice = sheet("", {"a": 1}, edition="", assignment="practice")
    kept = {NAME: sheet("T1"), f"{NAME}@T2": sheet("T2"), "practice": practice, "reader": {"last": "x"}}
    put(grading_course, "all.json", work_of(grading_course, kept))
    put(grading_course, "all.zip", zipped({"T1-work.json": work_of(grading_course, {NAME: sheet("T3")})}))
    assert grading_course.run("collect", "inbox") == 0
    assert f"all.json: {NAME}: collected for T1.\n" in capsys.readouterr().out
    assert submitted(grading_course) == {"T1": sheet("T1"), "T3": sheet("T3")}
    put(grading_course, "alone.json", sheet("T1"))
    assert grading_course.run("collect", "inbox") == 0
    assert "alone.json: already collected." in capsys.readouterr().out


def test_a_large_file_of_all_work_is_taken_and_a_large_sheet_in_it_is_not(grading_course, capsys):
    long = grading_course.sheet("T1", {"letter": "x" * MAX_BYTES})
    practice = grading_course.sheet("", {"a": "x" * MAX_BYTES}, edition="", assignment="practice")
    put(grading_course, "a.json", work_of(grading_course, {NAME: grading_course.sheet("T1"), "practice": practice}))
    put(grading_course, "b.json", work_of(grading_course, {NAME: long}))
    assert grading_course.run("collect", "inbox") == 1
    said = capsys.readouterr().out
    assert "a.json: first-meeting: collected for T1." in said
    assert re.search(r"b\.json: refused.*at most 1,000,000", said)


def test_the_work_of_two_trainees_in_one_file_is_named(grading_course, capsys):
    second = grading_course.root / "exercises" / "second-meeting"
    second.mkdir()
    text = grading_course.source.read_text().replace(NAME, "second-meeting")
    (second / "second-meeting.ipynb").write_text(text)
    blueprint = grading_course.root / "exercises" / "blueprint.yaml"
    data = yaml.safe_load(blueprint.read_text())
    for aim in data["domains"][NAME]["aims"].values():
        aim["items"]["second-meeting"] = aim["items"][NAME]
    blueprint.write_text(yaml.safe_dump(data))
    kept = {
        NAME: grading_course.sheet("T1"),
        "second-meeting": grading_course.sheet("T2", assignment="second-meeting"),
        "third-meeting": grading_course.sheet("T2", assignment="third-meeting"),
    }
    put(grading_course, "all.json", work_of(grading_course, kept))
    grading_course.run("collect", "inbox")
    said = capsys.readouterr().out
    assert f"This file holds work of 2 trainees (T1: {NAME}; T2: second-meeting)" in said
    assert "third-meeting: not taken. The file answers 'third-meeting'" in said
    assert (grading_course.inbox / "all.json").is_file(), "what was taken in part stays where it was"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"format": "casework-work/1", "kept": ', "damaged or cut short"),
        ('{"format": "casework-work/1", "kept": []}', "damaged or cut short"),
        ('{"format": "casework-work/1", "kept": {"practice": {}, "first-meeting": 7}}', "no exercise with an answer"),
        (
            '{"format": "casework-work/1", "kept": {"x": {"format": "casework-answers/1", "answers": {"a": 1}}}}',
            "'assignment'",
        ),
        ('{"format": "casework-work/1", "kept": ' + "[" * 100_000, "damaged or cut short"),
    ],
)
def test_what_is_no_work_of_a_browser_is_refused_in_a_sentence(content, said, grading_course, capsys):
    put(grading_course, "all.json", content)
    assert grading_course.run("collect", "inbox") == 1
    assert re.search(rf"refused, see .*{said}", capsys.readouterr().out)
