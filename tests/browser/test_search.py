"""The search: what a reader types leads to the page that teaches it, from a server and from disk."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ready

# what is typed, and the page whose place the first hit must be
FINDS = {
    "violence": "assessment/what-stops",
    "kill": "assessment/what-stops",
    "threat to kill": "assessment/what-stops",
    "he said he could kill her": "assessment/what-stops",
    "afraid": "assessment/what-stops",
    "helpline": "assessment/what-stops",
    "strangulation": "assessment/what-stops",
    "hotline": "assessment/what-stops",
    "coercive control": "assessment/what-stops",
    "fear of the partner": "assessment/what-stops",
    "duty to warn": "assessment/what-stops",
    "emergency": "assessment/what-stops",
    "suicide risk": "assessment/what-stops",
    "safety questions": "assessment/individual-sessions",
    "first call": "assessment/first-contact",
    "secret": "assessment/first-contact",
    "sensitivity": "assessment/history-and-sensitivities",
    "consent": "assessment/consent",
    "touch": "assessment/consent",
    "formulation": "assessment/formulation",
    "go/no-go": "assessment/feedback-and-decision",
    "eligibility": "assessment/eligibility",
    "personality disorder": "assessment/eligibility",
    "51.5": "assessment/measures",
    "CSI": "assessment/measures",
    "PHQ-9": "assessment/measures",
    "GAD-7": "assessment/measures",
    "HARK": "assessment/measures",
    "mania": "assessment/measures",
    "reliable change": "assessment/measures",
    "crossing the line": "assessment/measures",
    "bladder": "evidence/safety",
    "blood pressure": "evidence/safety",
    "140/90": "treatment/medicine-day",
    "naltrexone": "evidence/safety",
    "esketamine": "evidence/what-ketamine-is",
    "off label": "evidence/what-ketamine-is",
    "telehealth": "evidence/what-ketamine-is",
    "depression": "evidence/depression",
    "lozenge": "evidence/depression",
    "PTSD": "evidence/other-conditions",
    "EFT": "evidence/couple-therapy",
    "MDMA": "evidence/the-two-together",
    "blinding": "evidence/reading-a-study",
    "Maya": "vignettes/walls-too-high",
    "what if one says no": "treatment/stopping",
    "portal": "treatment/records",
    "countertransference": "treatment/competence",
    "integration": "treatment/integration",
    "preparation": "treatment/preparation",
}


@pytest.mark.parametrize("place", ["server", "disk"])
def test_what_is_typed_leads_first_to_the_page_that_teaches_it(page, site, served, place):
    lost = {}
    page.goto(f"{served}/book/intro.html" if place == "server" else (site / "book" / "intro.html").as_uri())
    for typed, wanted in FINDS.items() if place == "server" else list(FINDS.items())[::9]:
        page.keyboard.press("Control+k")
        field = page.locator("input[name=q]:visible").first
        field.fill(typed)
        with page.expect_navigation():
            field.press("Enter")
        first = page.locator("#search-results li a").first
        expect(first, typed).to_be_visible()
        found = first.get_attribute("href").split("?")[0].split("#")[0]
        if not found.endswith(f"book/{wanted}.html"):
            lost[typed] = found
    assert lost == {}


def test_a_hit_is_marked_where_it_stands(page, site, served):
    page.goto(f"{served}/search.html?q=strangulation")
    page.locator("#search-results li a").first.click()
    expect(page.locator("article .highlighted").first).to_be_visible()


def hits(page, served, typed):
    """The hits for `typed` in their order."""
    page.goto(f"{served}/search.html?{urlencode({'q': typed})}")
    expect(page.locator("#search-results [role=status]")).to_contain_text("found")
    return page.locator("#search-results li")


@pytest.mark.parametrize("typed", ["prescriber", "bladder", "what if one says no", "telehealth", "suicide risk"])
def test_each_page_is_one_hit_with_a_passage_of_its_text(page, served, typed):
    """The passage is a paragraph as it reads, not the page's list of contents nor words of two boxes run together."""
    found = hits(page, served, typed)
    addresses = [link.get_attribute("href").split("?")[0] for link in found.locator("a").all()]
    assert len(set(addresses)) == len(addresses)
    expect(page.locator("#search-results [role=status]")).to_contain_text(f"{len(addresses)} page")
    for hit in found.all()[:5]:
        hit.scroll_into_view_if_needed()
        passage = hit.locator(".context")
        expect(passage).to_be_visible()
        said = passage.text_content()
        assert len(said) <= 250
        assert "Contents" not in said
        assert not re.search(r"[a-z][A-Z][a-z]|[.:?][A-Z][a-z]", said), said
    if typed in ("prescriber", "bladder"):
        expect(found.first.locator(".highlighted").first).to_have_text(re.compile(typed, re.IGNORECASE))


def test_one_more_word_finds_no_more_pages(page, served):
    """A small word whose stem is another one is found too, and a subject with a word more in it is still that subject."""
    fewer, more = (
        hits(page, served, typed).count() for typed in ("what if one partner says no", "what if one says no")
    )
    assert fewer <= more
    expect(hits(page, served, "what if one partner says no").first).to_contain_text("Stopping and ending")
    assert page.locator("#search-results .highlighted", has_text=re.compile("^one$", re.IGNORECASE)).count() == 0


def test_what_was_found_is_marked_on_that_page_alone_until_it_is_hidden(page, served):
    hits(page, served, "bladder").first.locator("a").click()
    marks = page.locator(".highlighted")
    expect(marks.first).to_be_visible()
    expect(page.get_by_text("Marked from your search: bladder")).to_be_visible()
    page.get_by_role("button", name="Hide the marks").press("Enter")
    expect(marks).to_have_count(0)
    page.reload()
    expect(marks).to_have_count(0)
    hits(page, served, "bladder")
    page.goto(f"{served}/book/evidence/safety.html")  # not by way of a hit
    ready(page)
    expect(marks).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Hide")
