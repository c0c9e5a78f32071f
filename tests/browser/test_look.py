"""What a reader sees: the typeface, the colours of the parts, callouts, tables on a phone, and paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework.book import look
from casework.book.contents import NUMBERED
from tests.browser.conftest import serving

PAGES = {
    "evidence": "book/evidence/depression",
    "assessment": "book/assessment/at-a-glance",
    "couples": "book/vignettes/walls-too-high-without",
    "medicine": "book/treatment/preparation",
    "more": "book/exercises/test-form-a/test-form-a",
}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:"
)

SMALL = """() => [...document.querySelectorAll("body *")]
    .filter((part) => part.checkVisibility() && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((part) => parseFloat(getComputedStyle(part).fontSize) < 12)
    .map((part) => part.outerHTML.slice(0, 100))"""

COLOURS = """(names) => {
    const probe = document.body.appendChild(document.createElement("i"));
    return Object.fromEntries(names.map((name) => {
        probe.style.color = `var(--${name})`;
        return [name, getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number)];
    }));
}"""


def luminance(colour):
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_typeface_comes_from_the_site_itself_under_a_strict_policy_and_is_used(page, site):
    with serving(site, Content_Security_Policy=POLICY) as address:
        page.goto(f"{address}/{PAGES['couples']}.html")
        page.evaluate("document.fonts.ready")
        page.wait_for_selector("html[data-casework=ready]")
        loaded = page.evaluate(
            "[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)"
        )
        asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert any("Literata" in family for family in loaded)
    assert next(name for name in asked if "literata-upright" in name).startswith(f"{address}/_static/fonts-")
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.bd-article section > p:not([class])')).fontFamily"
    ).startswith("Literata")


def test_the_licence_travels_with_the_typeface_and_a_page_fetches_what_it_shows(page, site):
    (folder,) = (site / "_static").glob("fonts-*")
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert {file.stem: file.stat().st_size // 1000 for file in folder.glob("*.woff2")} == {
        "literata-upright": 19,
        "literata-upright-more": 12,
        "literata-italic": 11,
        "literata-italic-more": 7,
        "literata-italic-bold": 18,
    }
    fetched = {}
    with serving(site) as address:
        for name in ("book/assessment/at-a-glance", "book/treatment/stopping"):
            page.goto(f"{address}/{name}.html")
            page.wait_for_selector("html[data-casework=ready]")
            page.evaluate("document.fonts.ready")
            asked = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
            fetched[name] = sorted(re.findall(r"literata-([a-z-]+)\.woff2", " ".join(asked)))
    assert fetched == {
        "book/assessment/at-a-glance": ["italic", "upright"],
        "book/treatment/stopping": ["italic", "italic-bold", "upright"],
    }


def covered():
    """The letters for which `look.css` names a file, by the style and the weight of its face."""
    faces = {}
    for face in re.findall(r'@font-face \{\s*font-family: "Literata";([^}]*)\}', look.styles()):
        style = "italic" if "italic;" in face else "upright"
        letters = faces.setdefault((style, re.search(r"font-weight: ([^;]*);", face)[1]), set())
        for low, high in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face):
            letters |= set(range(int(low, 16), int(high or low, 16) + 1))
    return faces


def test_every_letter_of_the_course_is_in_the_typeface():
    faces = covered()
    assert set(faces) == {("upright", "400 650"), ("italic", "400"), ("italic", "600")}
    assert len({frozenset(held) for held in faces.values()}) == 1, "a face lacks letters that another has"
    texts = [
        path
        for room in ("book", "src/casework/data")
        for path in Path(room).rglob("*")
        if path.suffix in (".md", ".yaml")
    ]
    letters = {letter for path in texts for letter in path.read_text(encoding="utf-8") if letter.isalpha()}
    for held in faces.values():
        assert {letter for letter in letters if ord(letter) not in held} <= {"β"}  # in one sign of a receptor


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_is_read_on_paper_and_no_part_is_paler_than_text_may_be(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto((site / "book/intro.html").as_uri())
    grounds, inks = ["paper", "card", "surface"], ["ink", "red", "neutral", *NUMBERED]
    shown = page.evaluate(COLOURS, [*grounds, *inks, "quiet", "edge"])
    poor = {
        (ink, ground): round(found, 2)
        for ink, least in [*((ink, 7) for ink in inks), ("quiet", 4.5), ("edge", 3)]
        for ground in grounds
        if (found := contrast(shown[ink], shown[ground])) < least
    }
    assert poor == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_shows_its_part_reads_at_320_pixels_and_prints_as_light(page, site, scheme):
    seen = {}
    for part, name in PAGES.items():
        page.emulate_media(color_scheme=scheme, media="screen")
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_selector("html[data-casework=ready]")
        assert page.locator("body").get_attribute("data-part") == part
        wanted = page.evaluate(COLOURS, [part if part != "more" else "neutral"]).popitem()[1]
        line = page.evaluate("getComputedStyle(document.querySelector('.part-name')).color")
        assert [float(value) for value in re.findall(r"[\d.]+", line)] == wanted
        seen[part] = page.locator(".part-name").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert page.evaluate(SMALL) == [], name
        page.emulate_media(color_scheme=scheme, media="print")
        shown = page.evaluate(COLOURS, ["paper", "ink"])
        assert luminance(shown["paper"]) > 0.9, name
        assert luminance(shown["ink"]) < 0.1, name
    assert seen["evidence"] == "I · The evidence"
    assert len(set(seen.values())) == len(PAGES)


def test_each_part_has_its_colour_in_the_menu_of_every_page(page, site):
    page.goto((site / f"{PAGES['couples']}.html").as_uri())
    captions = page.locator(".bd-sidebar-primary nav p.caption")
    names = [text.split(" · ")[0] for text in captions.all_inner_texts()]
    shown = captions.evaluate_all("all => all.map((one) => getComputedStyle(one).color)")
    colours = dict(zip(names, ([float(part) for part in re.findall(r"[\d.]+", one)] for one in shown), strict=True))
    for number, part in zip(("I", "II", "III", "IV"), NUMBERED, strict=True):
        assert colours[number] == page.evaluate(COLOURS, [part])[part]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_callout_says_its_kind_in_a_word_and_a_sign(page, site, scheme):
    places = {
        "red-flag": "book/assessment/at-a-glance",
        "from-the-article": "book/assessment/at-a-glance",
        "our-choice": "book/assessment/eligibility",
        "in-session": "book/treatment/preparation",
        "evidence": "book/evidence/depression",
    }
    assert places.keys() == look.CALLOUTS.keys()
    page.emulate_media(color_scheme=scheme)
    for kind, name in places.items():
        page.goto((site / f"{name}.html").as_uri())
        title = page.locator(f".admonition.{kind} > .admonition-title .callout-kind").first
        assert title.inner_text().strip().rstrip("s") == look.CALLOUTS[kind][0]
        box = title.locator("svg").bounding_box()
        assert box["width"] >= 16
        assert box["height"] >= 16


def test_on_a_phone_a_wide_table_says_beside_each_finding_what_it_is(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((site / "book/evidence/depression.html").as_uri())
    table = page.locator("table.stacks")
    box = table.bounding_box()
    assert box["x"] + box["width"] <= 390
    assert table.evaluate("(table) => table.parentElement.scrollWidth <= table.parentElement.clientWidth")
    assert (
        table.locator("td .cell-head").nth(1).evaluate("(head) => getComputedStyle(head, '::before').content")
        == '"Against what"'
    )


def test_nothing_floats_over_what_is_read(page, site):
    page.goto((site / "book/assessment/at-a-glance.html").as_uri())
    page.mouse.wheel(0, 2000)
    page.mouse.wheel(0, -600)
    assert not page.locator("#pst-back-to-top").is_visible()


OUT_OF_SIGHT = """() => [...document.querySelectorAll("header a, header button, header summary, main a, main button, main p")]
    .filter((part) => part.checkVisibility() && !part.closest("svg, .bd-sidebar-secondary, .pst-scrollable-table-container"))
    .filter((part) => {
        const { left, right, width } = part.getBoundingClientRect();
        return width > 1 && right > 0 && (left < 0 || right > innerWidth + 1);
    })
    .map((part) => part.outerHTML.slice(0, 120))"""
CUT = """() => [...document.querySelectorAll("main *, .bd-sidebar-primary *")]
    .filter((part) => part.checkVisibility() && part.clientWidth > 1 && part.scrollWidth > part.clientWidth + 1)
    .filter((part) => ["hidden", "clip"].includes(getComputedStyle(part).overflowX))
    .map((part) => part.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "name", ["intro", *(path.removeprefix("book/") for path in PAGES.values()), "your-work", "appendix/claims"]
)
def test_text_at_twice_its_size_is_twice_as_large_and_nothing_of_it_is_cut(page, served, name, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.goto(f"{served}/book/{name}.html")
    page.wait_for_selector("html[data-casework=ready]")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 1
    assert page.evaluate(OUT_OF_SIGHT) == page.evaluate(CUT) == []


def test_the_link_past_the_menus_can_be_read(page, site):
    page.goto((site / f"{PAGES['evidence']}.html").as_uri())
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.reload()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        colours = page.locator(".skip-link a").evaluate(
            """link => [getComputedStyle(link).color, getComputedStyle(link.parentElement).backgroundColor]
                .map((colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number))"""
        )
        assert contrast(*colours) >= 4.5, theme


def test_no_word_is_broken_where_the_pages_before_and_after_are_named(page, site):
    page.set_viewport_size({"width": 320, "height": 800})
    for name in ("book/appendix/claims", "book/evidence/how-it-may-work", "book/evidence/couple-therapy"):
        page.goto((site / f"{name}.html").as_uri())
        for title in page.locator(".prev-next-title").all():
            broken = title.evaluate("""title => {
                const [text, range] = [title.firstChild, document.createRange()];
                return [...text.data.matchAll(/\\S+/g)].filter((word) => {
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
                }).map(([word]) => word);
            }""")
            assert broken == []


def test_on_paper_the_contents_of_the_page_take_no_room(page, site):
    page.goto((site / f"{PAGES['evidence']}.html").as_uri())
    page.emulate_media(media="print")
    expect(page.locator("#jb-print-toc")).to_be_hidden()
    expect(page.locator("h1:visible")).to_have_count(1)
