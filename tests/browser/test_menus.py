"""Finding the way: the two menus of a page, by touch and by keyboard, at every width, from a server and from disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import nothing_kept

PAGE = "book/assessment/individual-sessions"
# 640 is 1280 at 200 %; a page on disk has the same menus, so it is tried once narrow and once wide
VIEWS = [*(("server", width) for width in (320, 390, 640, 768, 1024, 1280)), ("disk", 390), ("disk", 1280)]


@pytest.fixture
def opened(touch, site, served):
    """Opens the page as a reader does; its troubles fail the test."""
    with nothing_kept(touch):

        def opened(place, width):
            page = touch.new_page()
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{served}/{PAGE}.html" if place == "server" else (site / f"{PAGE}.html").as_uri())
            return page

        yield opened


def press(page, button, hand):
    """Press `button`: with a finger, or by way of Tab and Enter, seeing where one is."""
    if hand == "tap":
        button.tap()
        return
    for _ in range(240):
        if button.evaluate("button => button === document.activeElement"):
            assert button.evaluate("button => getComputedStyle(button).outlineStyle") != "none", "the focus is not seen"
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead to the button")


def opens_and_closes(page, button, menu, hand):
    """The menu opens over the page, has the focus, and gives it back when Escape closes it."""
    expect(menu).to_be_hidden()
    press(page, button, hand)
    expect(menu).to_be_visible()
    assert menu.evaluate("menu => menu.contains(document.activeElement)"), "the focus stays outside"
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    press(page, button, hand)
    expect(menu).to_be_visible()


def follow(link, hand):
    """Go where the link leads."""
    if hand == "tap":
        link.tap()
    else:
        link.press("Enter")


@pytest.mark.parametrize(("place", "width"), VIEWS)
def test_both_menus_open_take_the_focus_close_and_lead_somewhere(opened, place, width):
    page = opened(place, width)
    for hand in ("tap", "keyboard"):
        if width < 1200:
            button, menu = page.get_by_role("button", name="On this page"), page.locator("#pst-secondary-sidebar-modal")
            opens_and_closes(page, button, menu, hand)
            follow(menu.get_by_role("link", name="Key points"), hand)
            expect(menu).to_be_hidden()
            heading, bar = page.get_by_role("heading", name="Key points"), page.locator(".bd-header-article")
            expect(heading).to_be_in_viewport()
            below = bar.bounding_box()["y"] + bar.bounding_box()["height"]
            assert heading.bounding_box()["y"] >= below - 1, "the bar lies over the heading"
        button = page.get_by_role("button", name="Chapters", exact=True)
        if width < 992:
            menu = page.locator("#pst-primary-sidebar-modal")
            opens_and_closes(page, button, menu, hand)
        else:
            menu = page.locator("#pst-primary-sidebar")
            expect(menu).to_be_visible()
            press(page, button, hand)
            expect(menu).to_be_hidden()
            press(page, button, hand)
        follow(menu.get_by_role("link", name="Measures", exact=True), hand)
        expect(page.get_by_role("heading", level=1)).to_have_text("Measures#")


@pytest.mark.parametrize("width", [320, 390])
def test_each_control_of_the_bar_is_large_enough_for_a_finger(opened, width):
    page = opened("disk", width)
    controls = page.locator(".bd-header-article :is(a, button, summary):visible")
    assert controls.count() >= 5
    for box in (control.bounding_box() for control in controls.all()):
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_tab_shows_where_one_is_on_every_control_of_the_bar(opened, width):
    page = opened("disk", width)
    controls = page.locator(".bd-header-article :is(a, button, summary):visible")
    for _ in range(240):
        page.keyboard.press("Tab")
        if controls.first.evaluate("control => control === document.activeElement"):
            break
    for control in controls.all():
        expect(control).to_be_focused()
        line = control.evaluate(
            "control => { const s = getComputedStyle(control); return [s.outlineStyle, s.outlineWidth]; }"
        )
        assert line[0] != "none"
        assert float(line[1].removesuffix("px")) >= 2
        page.keyboard.press("Tab")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("hand", ["tap", "keyboard"])
def test_what_can_be_done_with_a_page_opens_within_the_screen_and_closes_again(opened, width, hand):
    page = opened("server", width)
    button = page.locator(".header-fold > summary")
    source = page.get_by_role("link", name="Download source file")
    press(page, button, hand)
    expect(source).to_be_visible()
    for box in (control.bounding_box() for control in page.locator(".header-fold li > *").all()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 44
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(button).to_be_focused()
    press(page, button, hand)
    expect(source).to_be_visible()
    if hand == "tap":
        page.locator(".bd-article section > p").nth(3).tap()
    else:
        for _ in range(3):
            page.keyboard.press("Tab")
    expect(source).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_list_of_chapters_stands_where_the_page_is_in_it(opened, width):
    page = opened("server", width)
    page.goto(page.url.replace(PAGE, "book/treatment/competence"))
    if width < 992:
        page.get_by_role("button", name="Chapters", exact=True).tap()
    line = page.locator(".bd-links .current > a").last
    expect(line).to_have_text("Your own competence, scope and supervision")
    expect(line).to_be_in_viewport()
    if width < 992:  # the focus is where a dialog has it, and after Escape where it came from
        assert page.locator("dialog[open]").evaluate("menu => menu.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Chapters", exact=True)).to_be_focused()
        page.get_by_role("button", name="Chapters", exact=True).tap()
        expect(line).to_be_in_viewport()
        page.keyboard.press("Escape")
    else:
        assert page.evaluate("scrollY") == 0
        page.get_by_role("link", name="First contact and the secrets policy").first.tap()  # from far down, to far up
        expect(page.locator(".bd-links .current > a").last).to_be_in_viewport()
