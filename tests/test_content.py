"""Content: what authors write is checked, and what a response may be is decided in one place."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from casework import Choice, ContentError, Number, ResponseError, Sort, Write
from casework.content import load_activities

ACTIVITY_FILES = sorted(Path(str(files("casework.data").joinpath("activities"))).glob("*.yaml"))


def load(tmp_path, text):
    path = tmp_path / "page.yaml"
    path.write_text(text, encoding="utf-8")
    return load_activities(path)


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan"), True, "3"])
@pytest.mark.parametrize("limits", [{}, {"low": 0.0, "high": 9.0}])
def test_no_number_is_too_large_to_be_refused_in_words(number, limits):
    with pytest.raises(ResponseError):
        Number(id="n", prompt="x", **limits).activity.check(number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {kind: Quiz, prompt: x}", "kind must be one of Choice"),
        ("a: {kind: Choice, prompt: x, options: {a: A, b: B}, colour: red}", "unknown key 'colour'; expected one of"),
        ("a: {kind: Choice, options: {a: A, b: B}}", "prompt is missing"),
        ("a: {kind: Choice, prompt: x, options: {a: A}}", "found 1, expected two or more"),
        (
            "a: {kind: Choice, prompt: x, options: {a: No, b: B}}",
            "options: a: found False, expected a mapping with text",
        ),
        ("a: {kind: Choice, prompt: x, options: {a: 'No', A_b: B}}", "must be words in lower case"),
        (
            "a: {kind: Sort, prompt: x, bins: {p: P, q: Q}, cards: {k: {text: K, bin: z}}}",
            "found bin 'z', expected one of p, q",
        ),
        ("a: {kind: Write, prompt: x, words: many}", "words: found 'many', expected a whole number"),
        ("a: {kind: Write, prompt: x}\na: {kind: Write, prompt: y}", "'a' is given twice"),
        ("a: {kind: Write, prompt: x", "page.yaml"),
        ("- a", "expected a mapping of activity ids"),
    ],
)
def test_an_error_in_content_names_the_place_and_what_was_expected(tmp_path, text, said):
    with pytest.raises(ContentError, match=r"page\.yaml") as error:
        load(tmp_path, text)
    assert said in str(error.value)


@pytest.mark.parametrize("path", ACTIVITY_FILES, ids=lambda path: path.stem)
def test_every_practice_activity_gives_a_reason_for_every_option(path):
    for activity in load_activities(path).values():
        parts = getattr(activity, "options", None) or getattr(activity, "cards", None) or {}
        assert all(part.feedback for part in parts.values()), activity.id
        if activity.kind == "choice":
            right = [option for option in activity.options.values() if option.right]
            assert len(right) >= 1 if activity.many else len(right) == 1, activity.id
        if activity.kind == "sort":
            assert all(card.bin for card in activity.cards.values()), activity.id
        if activity.kind == "write":
            assert activity.criteria, activity.id


@pytest.mark.parametrize(
    ("widget", "response"),
    [
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}), "z"),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}), ["a"]),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}), 1),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}, many=True), "a"),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}, many=True), ["a", "a"]),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}, many=True), [["a"]]),
        (Sort(id="s", prompt="?", bins={"x": "X", "y": "Y"}, cards={"k": "K"}), {"k": "z"}),
        (Sort(id="s", prompt="?", bins={"x": "X", "y": "Y"}, cards={"k": "K"}), {"z": "x"}),
        (Sort(id="s", prompt="?", bins={"x": "X", "y": "Y"}, cards={"k": "K"}), {"k": ["x"]}),
        (Sort(id="s", prompt="?", bins={"x": "X", "y": "Y"}, cards={"k": "K"}), "x"),
        (Write(id="w", prompt="?"), 7),
        (Write(id="w", prompt="?"), "x" * 20_001),
    ],
)
def test_a_response_of_the_wrong_shape_is_refused(widget, response):
    with pytest.raises(ResponseError):
        widget.response = response
    assert widget.response is None


@pytest.mark.parametrize(
    ("widget", "response"),
    [
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}), "a"),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}, many=True), ["b", "a"]),
        (Choice(id="c", prompt="?", options={"a": "A", "b": "B"}, many=True), []),
        (Sort(id="s", prompt="?", bins={"x": "X", "y": "Y"}, cards={"k": "K"}), {"k": "x"}),
        (Write(id="w", prompt="?"), "x" * 20_000),
    ],
)
def test_a_response_of_the_right_shape_is_kept(widget, response):
    widget.response = response
    assert widget.response == response
