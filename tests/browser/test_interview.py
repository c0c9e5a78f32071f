"""A session on a phone, by touch: what was said and what may be said next are in sight together, and so is where one stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from casework import Order
from casework.activities import practice_activity
from casework.emblems import emblem_on
from tests.browser.conftest import barriers, nothing_kept, ready, serving
from tests.browser.test_dialogue import data_url
from tests.test_interviews import SESSIONS

WALKED = {
    "told-alone-interview/leah-alone": "book/vignettes/told-alone",
    "two-veterans-interview/two-hours": "book/vignettes/two-veterans",
    "couple-session-maya-and-daniel/session": "book/vignettes/walls-too-high-sessions",
}
SEEN = """form => {
    const edge = (node, name) => node.getBoundingClientRect()[name];
    const heard = form.querySelector(".cw-talk").lastElementChild.lastElementChild;
    const choices = [...form.querySelectorAll(".cw-next button")];
    return {
        over: edge(form.querySelector(".cw-aside"), "bottom"), // what lies over the conversation ends here
        begins: edge(heard, "top"), ends: edge(heard, "bottom"),
        first: choices.length && edge(choices[0], "bottom"), last: choices.length && edge(choices.at(-1), "bottom"),
        below: innerHeight, wide: document.documentElement.scrollWidth,
    }
}"""


def first_way(activity) -> list[str]:
    """The texts of a way that takes the first choice of each moment, and none twice."""
    node, taken = activity.nodes[activity.start], []
    while node.choices:
        name = next((name for name in node.choices if name not in taken), next(iter(node.choices)))
        taken.append(name)
        node = activity.nodes[node.choices[name].next]
    return [activity.steps[name].text for name in taken]


@pytest.fixture(scope="module")
def phone(browser):
    """A browser on a phone: small, and touched."""
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    context.keeper = context.new_cdp_session(context.new_page())
    yield context
    context.close()


def opened(phone, served, address, width, height):
    page = phone.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{served}/{WALKED[address]}.html")
    ready(page)
    return page, page.locator("form.cw-interview").first


@pytest.mark.parametrize("size", [(390, 844), (360, 640)], ids=["390", "360"])
@pytest.mark.parametrize("address", WALKED)
def test_after_each_step_the_last_reply_and_the_choices_are_in_sight(phone, served, address, size):
    way, height = first_way(practice_activity(address)), size[1]
    with nothing_kept(phone):
        _, form = opened(phone, served, address, *size)
        asked = form.get_by_text("What do you say or do next?")
        expect(asked).to_contain_text("At the beginning")
        for number, text in enumerate(way, 1):
            form.locator(".cw-next").get_by_role("button").filter(has_text=text).first.tap()
            seen = form.evaluate(SEEN)
            assert seen["wide"] == size[0], f"step {number}: the page is wider than the phone"
            if number == len(way):
                break
            assert seen["over"] < seen["ends"] < seen["first"] <= height, f"step {number}: {seen}"
            if seen["last"] - seen["ends"] + 40 < height - seen["over"]:  # a line of the reply, and all choices
                assert seen["last"] <= height, f"step {number}: a choice lies below the fold: {seen}"
            expect(asked).to_contain_text(" left")
            expect(asked).to_be_focused()
        expect(form.get_by_text("Debrief", exact=True)).to_be_focused()


def test_each_reply_is_read_once_and_in_order_with_the_name_and_then_come_the_choices(phone, served):
    with nothing_kept(phone):
        page, form = opened(phone, served, "two-veterans-interview/two-hours", 390, 844)
        activity = practice_activity("two-veterans-interview/two-hours")
        node, said = activity.nodes[activity.start], []
        for _ in range(4):
            _, step = next(iter(node.choices.items()))
            form.locator(".cw-next").get_by_role("button", name=step.text).tap()
            node = activity.nodes[step.next]
            said = [f"You {step.text}", *filter(None, [node.scene])]
            said += [f"{activity.partners.get(line.who, 'You')} {line.text}" for line in node.lines]
            heard = form.get_by_role("log").locator("> :last-child > p")
            assert [" ".join(text.split()) for text in heard.all_text_contents()] == [" ".join(x.split()) for x in said]
        assert form.get_by_role("log").get_by_text(said[0].removeprefix("You ")).count() == 1
        page.keyboard.press("Tab")
        expect(form.locator(".cw-next button").first).to_be_focused()
        assert barriers(page) == []


def test_a_partner_is_known_by_side_and_drawing_before_the_name_is_read(phone, served):
    with nothing_kept(phone):
        _, form = opened(phone, served, "told-alone-interview/leah-alone", 390, 844)
        leah, marcus = (form.get_by_role("log").locator(f".cw-{side}").first for side in ("one", "two"))
        boxes = [who.bounding_box() for who in (leah, marcus)]
        assert boxes[0]["x"] < boxes[1]["x"]
        assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"] + boxes[1]["width"]
        for who, name in ((leah, "leah"), (marcus, "marcus")):
            own = emblem_on("told-alone").paths[name]
            assert who.locator("svg .cw-own").get_attribute("d") == own
            assert who.locator("svg").bounding_box()["width"] >= 24
        colours = [who.locator("b").evaluate("name => getComputedStyle(name).color") for who in (leah, marcus)]
        assert len(set(colours)) == 2


def test_the_steps_that_are_left_are_those_of_the_session(page, served):
    page.goto(f"{served}/search.html")
    found = page.evaluate(
        """async ([source, sessions]) => {
        const { remaining, placeOf } = await import(source);
        return sessions.map((session) => Object.fromEntries(Object.entries(remaining(session)).map(
            ([id, left]) => [id, [left.fewest, left.most === 1 / 0 ? null : left.most, placeOf(3, left)]])));
    }""",
        [data_url("interview"), [session.as_data() for session in SESSIONS.values()]],
    )
    for session, left in zip(SESSIONS.values(), found, strict=True):
        for name, node in session.nodes.items():
            fewest, most, said = left[name]
            ways = [left[step.next] for step in node.choices.values()]
            assert fewest == (1 + min(way[0] for way in ways) if ways else 0), name
            endless = any(way[1] is None for way in ways)
            assert most == (None if endless else 1 + max(way[1] for way in ways) if ways else 0), name
            assert "way" in said or "end" in said
    assert placed_words(page) == ["At the beginning", "About a third of the way", "Near the end"]


def placed_words(page) -> list[str]:
    return page.evaluate(
        """async (source) => {
        const { placeOf } = await import(source);
        return [[0, 9], [4, 8], [9, 1]].map(([taken, mean]) =>
            placeOf(taken, { fewest: 1, most: 9, mean }).split(",")[0]);
    }""",
        data_url("interview"),
    )


# --- emblems ---


def test_menu_and_page_show_the_emblem_without_a_script_and_under_a_strict_policy(plain_page, site):
    with serving(site, Content_Security_Policy="default-src 'self'; script-src 'self'; img-src 'self'") as address:
        plain_page.set_viewport_size({"width": 1280, "height": 900})
        plain_page.goto(f"{address}/book/vignettes/yes-both.html")
        head = plain_page.locator("h1 > svg.cw-emblem")
        assert head.bounding_box()["width"] >= 24
        assert head.evaluate("drawing => getComputedStyle(drawing).fill") == "none"
        menu = plain_page.locator(".bd-links")
        for title in ("Two walls: Maya and Daniel", "Lift-off: Elise and Noor", "Exercise: one case"):
            expect(menu.get_by_role("link", name=title).locator("svg")).to_have_count(1)
        expect(menu.get_by_role("link", name="“Yes. Both.”").locator("svg")).to_have_count(1)
        expect(menu.get_by_role("link", name="Measures", exact=True).locator("svg")).to_have_count(0)


# --- dragging ---


def long_order():
    steps = {
        f"step-{n}": f"Step {n}: " + "something that takes several lines on a phone, and is said in full. " * 2
        for n in range(1, 9)
    }
    return Order(id="long-way", prompt="In which order?", steps=steps, right=sorted(steps, reverse=True))


def in_sight(page, locator):
    box = locator.bounding_box()
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


@pytest.mark.parametrize("hand", ["mouse", "finger"])
def test_a_step_is_dragged_to_a_place_below_the_fold(show, page, context, hand):
    page.set_viewport_size({"width": 390, "height": 500})
    page = show(long_order())
    page.locator(".cw-step").first.scroll_into_view_if_needed()
    moved = page.locator(".cw-step").first
    name = moved.locator(".cw-step-text").inner_text()
    start, before = in_sight(page, moved.locator(".cw-grip")), page.evaluate("scrollY")
    stop = {"x": start["x"], "y": 492}
    touch = context.new_cdp_session(page)

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    if hand == "mouse":
        page.mouse.move(**start)
        page.mouse.down()
        page.mouse.move(**stop, steps=5)
    else:
        send("touchStart", start)
        for part in range(1, 6):
            send("touchMove", {"x": start["x"], "y": start["y"] + (stop["y"] - start["y"]) * part / 5})
    page.wait_for_function("scrollY + innerHeight >= document.documentElement.scrollHeight - 2 || scrollY > 900")
    assert page.evaluate("scrollY") > before + 200
    assert abs(in_sight(page, moved.locator(".cw-grip"))["y"] - stop["y"]) < 12, "the step stays under the pointer"
    if hand == "mouse":
        page.mouse.up()
    else:
        send("touchEnd")
    place = page.locator(".cw-step-text").all_inner_texts().index(name)
    assert place >= 4, f"the step came to place {place + 1}"
