"""An exercise question by question: the bar that stays in sight, by touch and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from casework import answers
from tests.browser.conftest import barriers, nothing_kept, ready

NAME = "mechanisms-and-limits"


@pytest.fixture
def exercise(touch, site):
    """The page of an exercise, on a phone that kept nothing."""
    with nothing_kept(touch):
        page = touch.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto((site / "book" / "exercises" / NAME / f"{NAME}.html").as_uri())
        ready(page)
        yield page


def questions(page):
    """The headings of the questions that are shown."""
    return page.locator(".bd-article section section > h2").locator("visible=true")


def test_one_question_at_a_time_or_all_as_the_reader_likes(exercise):
    page, bar = exercise, exercise.get_by_role("navigation", name="Questions")
    everything = questions(page).count()
    assert everything > 10
    expect(bar).to_be_in_viewport(ratio=1)
    expect(bar).to_contain_text("Question 1 of 15", use_inner_text=False)
    assert bar.evaluate("bar => bar.getBoundingClientRect().height") <= 60
    page.get_by_role("button", name="Show one question at a time").tap()
    expect(questions(page)).to_have_count(1)
    bar.get_by_role("button", name="Next question").tap()
    expect(questions(page)).to_have_count(1)
    expect(questions(page)).to_contain_text("2.")
    expect(questions(page)).to_be_focused()
    expect(questions(page)).to_be_in_viewport()
    page.reload()
    ready(page)
    expect(bar).to_contain_text("2 of 15")
    expect(questions(page)).to_have_count(1)
    assert not barriers(page)
    page.emulate_media(media="print")
    expect(questions(page)).to_have_count(everything)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Show all questions on one page").tap()
    expect(questions(page)).to_have_count(everything)


def test_what_is_open_is_told_and_led_to(exercise):
    page, bar = exercise, exercise.get_by_role("navigation", name="Questions")
    page.get_by_role("button", name="Show one question at a time").tap()
    left = 15
    for _ in range(2):
        expect(bar).to_contain_text(f"{left} open")
        if (radio := page.locator(".cw-mount:visible input[type=radio]")).count():
            radio.first.tap()
            left -= 1
        bar.get_by_role("button", name="Next question").tap()
    expect(bar).to_contain_text(f"{left} open")
    bar.get_by_role("link", name="open, next").tap()
    number = questions(page).inner_text().partition(".")[0]
    expect(bar).to_contain_text(f"{number} of 15")


def test_download_stands_in_the_bar_and_asks_for_what_is_missing(exercise, tmp_path):
    page, bar = exercise, exercise.get_by_role("navigation", name="Questions")
    bar.get_by_role("button", name="Download").tap()
    field = page.get_by_label("Your id").last
    expect(field).to_be_focused()
    field.press_sequentially("T017")
    with page.expect_download() as event:
        bar.get_by_role("button", name="Download").tap()
    event.value.save_as(tmp_path / "answers.json")
    assert answers.read(tmp_path / "answers.json")["trainee"] == "T017"


def test_by_keyboard_alone(exercise):
    page, bar = exercise, exercise.get_by_role("navigation", name="Questions")
    page.set_viewport_size({"width": 1280, "height": 900})
    bar.get_by_role("button", name="Next question").focus()
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("Question 2 of 15")
    expect(page.locator(".bd-article section section > h2").nth(1)).to_be_focused()


def test_a_page_with_no_exercise_has_no_bar(page, site):
    page.goto((site / "book" / "assessment" / "at-a-glance.html").as_uri())
    ready(page)
    expect(page.get_by_role("navigation", name="Questions")).to_have_count(0)


def test_back_at_the_top_the_bar_says_the_first_question(exercise):
    page, bar = exercise, exercise.get_by_role("navigation", name="Questions")
    expect(bar).to_contain_text("1 of 15")
    bar.get_by_role("button", name="Download").tap()
    expect(bar).not_to_contain_text("1 of 15")
    page.mouse.move(200, 300)
    for _ in range(40):
        page.mouse.wheel(0, -1500)
        page.wait_for_timeout(30)
    assert page.evaluate("scrollY") == 0
    expect(bar).to_contain_text("1 of 15")
