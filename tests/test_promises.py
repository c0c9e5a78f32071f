"""What the interface promises: every sentence about keeping, sending and losing work, and the test that it is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "casework"

PROMISES = {
    # what a browser keeps
    "does not keep what you do here after the page": "browser/test_place.py::test_where_storage_is_denied_the_page_says_so_and_all_of_it_works",
    "Nothing of this course is kept in this browser": "browser/test_your_work.py::test_all_work_goes_into_one_file_is_cleared_and_comes_back",
    "has agreed to keep it": "browser/test_your_work.py::test_a_browser_that_keeps_nothing_is_named_and_one_that_does_is_asked_to_stay_once",
    "has not promised to keep it": "browser/test_your_work.py::test_a_browser_that_keeps_nothing_is_named_and_one_that_does_is_asked_to_stay_once",
    "has no room for all of it": "browser/test_your_work.py::test_a_browser_that_keeps_nothing_is_named_and_one_that_does_is_asked_to_stay_once",
    "gone from this browser, and nobody can bring it back without a file": "browser/test_your_work.py::test_all_work_goes_into_one_file_is_cleared_and_comes_back",
    "What you choose stays in this browser": "browser/test_book.py::test_a_page_is_live_fits_has_no_barrier_that_axe_can_find_and_asks_nothing_of_another_host",
    "it is kept up to here": "browser/test_running_cohort.py::test_a_chapter_shows_every_answer_again_and_keeps_it",
    "Your order is kept": "browser/test_activities.py::test_an_order_that_is_right_as_shown_can_be_kept",
    # what is handed in
    "Look in your downloads for ${name}, and hand it in": "browser/test_activities.py::test_in_a_frame_that_refuses_downloads_the_answers_can_be_copied",
    "Look in your downloads for ${name}.": "browser/test_your_work.py::test_all_work_goes_into_one_file_is_cleared_and_comes_back",
    "Look in your downloads for ${name}: it holds what was here before": "browser/test_activities.py::test_what_a_file_takes_the_place_of_goes_to_the_downloads_and_not_to_another_trainee",
    "nobody can tell which one counts": "test_collect.py::test_bad_input_is_put_aside_with_a_reason_and_stops_nobody",
    # whose it is
    "Everything of ${who} is set aside, and that id brings it back": "browser/test_your_work.py::test_everything_of_one_person_is_set_aside_for_another_and_comes_back_with_the_id",
    "no id brings it back: download it first": "browser/test_your_work.py::test_what_has_no_id_is_set_aside_and_listed_and_no_id_brings_it_back",
    "What had no id is set aside, and listed above": "browser/test_your_work.py::test_what_has_no_id_is_set_aside_and_listed_and_no_id_brings_it_back",
    "The answers of {} are set aside; they come back with that id": "browser/test_activities.py::test_two_people_on_one_computer_each_hand_in_their_own_answers",
    # without a connection
    "This course is kept for reading offline": "browser/test_offline.py::test_after_one_visit_chapters_activities_and_search_need_no_server",
    "This page is not kept for reading offline": "browser/test_offline.py::test_after_one_visit_chapters_activities_and_search_need_no_server",
    # in a notebook
    "Your answers are kept in answers.json": "browser/test_lab.py::test_answers_given_in_jupyterlab_are_those_of_the_page",
    "this notebook's kernel was stopped or started again": "browser/test_lab.py::test_a_kernel_that_is_started_again_is_said_where_one_answers_and_nothing_seems_saved",
    "It is tried again by itself": "browser/test_lab.py::test_a_cut_connection_closes_an_exercise_until_it_is_back_and_says_what_can_be_done",
    "Not saved from here on: there is no connection": "browser/test_lab.py::test_a_cut_connection_closes_an_exercise_until_it_is_back_and_says_what_can_be_done",
    "What you answered before is kept": "browser/test_lab.py::test_a_kernel_that_is_started_again_is_said_where_one_answers_and_nothing_seems_saved",
    "Your last answer is not saved": "test_sheet.py::test_an_answer_that_cannot_be_saved_is_told_and_saved_with_the_next",
    "does not fit this edition": "test_sheet.py::test_a_saved_answer_that_no_longer_fits_is_kept_and_named",
    "Saved copy, not running: it takes no answer": "browser/test_lab.py::test_a_saved_notebook_that_is_opened_without_running_shows_what_was_asked_and_answered",
}
"""A part of each sentence, and the test, under `tests`, that would fail if it were not true."""

PROMISE_NOTHING = (
    "This browser keeps nothing",  # an error's own words
    "casework-offline ",  # the name of a cache
    "it does not say",
    "saved ${",
    "set aside, ",  # names in a list
    "Set aside what is here",  # buttons
    "Kept in this browser",  # a heading
    "never sent home",  # about the form on paper
    "never shown here as a form",
    "too many files that were set aside",
    "half a character",
    ".jp-OutputArea",  # a style
    "cw-saved",  # a class
)

_ABOUT = re.compile(
    r"\b(kept|keeps?|saved|saves?|stays?|sent|nobody|nowhere|leaves|downloads|offline|set aside|brings? it back|lost)\b",
    re.IGNORECASE,
)
_SCRIPT_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$|(?<=\s)// .*?$", re.DOTALL | re.MULTILINE)


def sentences():
    """Every text of the interface that speaks of keeping, sending or losing; sentences that are joined lie in one."""
    for path in sorted(PACKAGE.rglob("*.js")):
        text = _SCRIPT_COMMENT.sub("", path.read_text(encoding="utf-8"))
        for found in _SCRIPT_TEXT.finditer(text):
            yield path.name, found[1] or found[2] or ""
    shown = [*(PACKAGE / "widgets").glob("*.py"), PACKAGE / "sheet.py", PACKAGE / "answers.py"]
    for path in shown:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                apart |= {id(part) for part in node.values}
                yield path.name, "{}".join(part.value for part in node.values if isinstance(part, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
                yield path.name, node.value


def test_nothing_is_promised_that_no_test_holds():
    unheld = {
        (name, text)
        for name, text in sentences()
        if " " in text
        and len(text) > 15
        and _ABOUT.search(text)
        and not any(part in text for part in (*PROMISES, *PROMISE_NOTHING))
    }
    assert unheld == set()


@pytest.mark.parametrize("part", PROMISES)
def test_what_is_promised_is_said_and_its_test_is_there(part):
    assert any(part in text for _, text in sentences())
    file, _, name = PROMISES[part].partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
