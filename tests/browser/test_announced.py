"""What a screen reader hears at each step of each kind: read from the accessibility tree, once, in order."""

from __future__ import annotations

import re

import pytest

from tests.browser.test_every_kind import GALLERY, widgets

# Notes what a live region says anew: a log and a region that is not read whole say what is added, a status all of it.
LISTEN = """window.heard = [];
const LIVE = "[role=status], [role=alert], [role=log], [aria-live]";
new MutationObserver((records) => {
    const said = new Map();
    for (const { target, addedNodes } of records) {
        const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
        const region = element?.closest(LIVE);
        if (!region || !region.checkVisibility()) continue;
        const whole = region.matches("[role=status], [role=alert]");
        const words = whole ? [region.innerText] : [...addedNodes].map((node) => node.innerText ?? node.textContent);
        said.set(region, whole ? words : [...(said.get(region) ?? []), ...words]);
    }
    for (const words of said.values()) {
        const text = words.join(" ").replace(/\\s+/g, " ").trim();
        if (text) heard.push(text);
    }
}).observe(document, { subtree: true, childList: true, characterData: true });"""

LIVE = ("status", "alert", "log")


def live_texts(page):
    """The texts of the live regions as the accessibility tree gives them to a screen reader."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def text(node):
        if node.get("role", {}).get("value") == "StaticText":
            return [node["name"]["value"]]
        return [part for child in node.get("childIds", []) if child in by_id for part in text(by_id[child])]

    def is_live(node):
        live = [one for one in node.get("properties", []) if one["name"] == "live"]
        return node.get("role", {}).get("value") in LIVE or (live and live[0]["value"]["value"] != "off")

    return [squeezed(" ".join(text(node))) for node in nodes if not node.get("ignored") and is_live(node)]


def squeezed(text):
    return re.sub(r"\s+", "", text)


def pick(role, name, **how):
    return lambda activity: activity.get_by_role(role, name=name, **how).first.check()


def press(name):
    return lambda activity: activity.get_by_role("button", name=name).first.press("Enter")


def choose(name, option):
    return lambda activity: activity.get_by_role("combobox", name=name).first.select_option(label=option)


def write(name, text):
    def write(activity):
        field = activity.get_by_label(name).first
        field.fill(text)
        field.press("Tab")

    return write


SAID = {
    "one-choice": [
        (press("Check"), ["Nothing to check yet: answer first."]),
        (pick("radio", "Begin with her side"), []),
        (press("Check"), ["Not this one: read the reason, then choose again."]),
        (press("Show all reasons"), ["All reasons are shown."]),
        (pick("radio", "Wait with her"), []),
        (press("Check"), ["Try 2. Right."]),
    ],
    "several-choices": [(pick("checkbox", "Whose idea"), []), (press("Check"), ["1 of 2 options that apply chosen."])],
    "order-of-steps": [
        (press("Move down: Feedback to both"), ["Now 2 of 3."]),
        (press("Check"), ["1 of 3 steps in place."]),
    ],
    "cards-into-bins": [
        (choose("Where to put: How did you meet?", "Together"), ["Moved to Together. 1 card left."]),
        (choose("Where to put: Are you ever afraid", "Alone"), ["Moved to Alone. All cards are placed."]),
        (press("Check"), ["Right: every card is where it belongs."]),
    ],
    "a-number": [
        (write("Your answer", "x"), ["That is not a number."]),
        (write("Your answer", "3"), []),
        (press("Check"), ["Right."]),
    ],
    "a-rating": [(pick("radio", "2 A little"), []), (press("Check"), ["Close: one point away."])],
    "written": [
        (press("Compare with criteria"), ["Write first: then compare."]),
        (write("Your answer", "I see everyone alone."), []),
        (press("Compare with criteria"), ["Criteria are shown below."]),
    ],
    "deliberate-practice": [
        (write("Your answer to Tom", "What did you see?"), []),
        (press("I have answered"), []),  # the focus goes to the first question about the answer
    ],
    "code-the-turns": [
        (choose("2 Lena", "1 Criticise"), ["Turn 2: Criticise. 2 turns left."]),
        (press("Check"), ["100 % agreement, kappa not defined. 2 turns not coded."]),
    ],
    "short-interview": [
        (
            press("I would like to hear it from each of you"),
            ["You I would like to hear it from each of you.", "Lena: growing, +1. Tom: growing, +1."],
        ),
        (press("Undo one step"), ["One step taken back."]),
    ],
    "draw-the-cycle": [
        (
            choose("Where to put: Lonely", "What Lena feels beneath"),
            ["Moved to What Lena feels beneath. 6 cards left."],
        ),
        (press("Check"), ["1 of 7 cards right, 6 not placed."]),
    ],
    "a-questionnaire": [(pick("radio", "Not at all (0)"), ["No total: 6 of 7 items not answered."])],
}
"""Steps of each kind, and a part of all that is announced at each, in order. What a control says of itself is not announced again."""


def test_every_kind_is_listened_to():
    assert set(SAID) == set(GALLERY)


@pytest.mark.parametrize("name", GALLERY)
def test_each_step_is_announced_once_and_in_order(show, page, name):
    page.add_init_script(LISTEN)
    page = show(*widgets([name]))
    activity, stale = page.locator(".cw"), ""
    for step, said in SAID[name]:
        page.evaluate("heard.length = 0")
        step(activity)
        page.evaluate("new Promise((after) => requestAnimationFrame(() => setTimeout(after)))")
        heard = page.evaluate("heard")
        assert len(heard) == len(said), heard
        for text, part in zip(heard, said, strict=True):
            assert part in text
            (region,) = [region for region in live_texts(page) if squeezed(part) in region]
            assert region.count(squeezed(part)) == 1
        if stale and not said:
            assert not [region for region in live_texts(page) if squeezed(stale) in region], "said of an earlier answer"
        stale = said[-1] if said else ""
