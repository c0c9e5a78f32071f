"""The built book: live, complete in itself, readable on a phone, and silent towards the rest of the world."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import ROOT, ready

# Rules the theme breaks on its own buttons and headings; nothing of ours is on this list.
THEME = ["label-content-name-mismatch"]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def pages():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found = [toc["root"]]

    def walk(entry):
        if isinstance(entry, dict):
            found.extend([entry["file"]] if "file" in entry else [])
            entry = list(entry.values())
        for child in entry if isinstance(entry, list) else []:
            walk(child)

    walk(toc.get("parts", []) + toc.get("chapters", []))
    return found


PAGES = pages()


@pytest.fixture(scope="module")
def served(site):
    """The address of the book on a free port of this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def live(page):
    if page.locator(".cw-mount").count():
        ready(page)
        assert page.locator(".cw-mount:not(.cw-live)").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_live_from_a_server_and_from_disk_and_asks_nothing_of_another_host(page, site, served, name):
    # the `context` fixture fails the test on any request to another host and on any error in the console
    page.goto(f"{served}/{name}.html", wait_until="networkidle")
    live(page)
    page.goto((site / f"{name}.html").as_uri(), wait_until="load")
    live(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_and_double_zoom(page, site, name):
    for width in (390, 640):  # 640 pixels are 1280 at 200 %
        page.set_viewport_size({"width": width, "height": 800})
        page.goto((site / f"{name}.html").as_uri())
        live(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_barrier_that_axe_can_find(page, site, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto((site / f"{name}.html").as_uri())
    live(page)
    rules = {rule: {"enabled": False} for rule in THEME}
    found = Axe().run(page, options={**WCAG, "preload": False, "rules": rules}).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]][:5]) for rule in found] == []


def test_a_page_of_the_book_holds_no_widget_manager_and_no_cdn(site):
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert "vnd.jupyter.widget-state" not in text, file
        for host in ("cdn.jsdelivr", "unpkg.com", "cdnjs", "googleapis"):
            assert host not in text, file


def test_what_lies_on_the_desk_fits_two_sheets_of_paper(page, site):
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 within its margins, at 96 pixels an inch
    page.emulate_media(media="print")
    sheets = {}
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        for height in page.evaluate("[...document.querySelectorAll('section[id^=at-the-desk]')].map((part) => part.getBoundingClientRect().height)"):
            sheets[name] = height / 1032
    assert len(sheets) == 6
    assert {name: share for name, share in sheets.items() if not 0.8 < share < 1.9} == {}


def test_every_couple_is_labelled_fictional(site):
    for file in [*(site / "book" / "vignettes").glob("*.html"), *(site / "book" / "exercises").rglob("*.html")]:
        assert "fictional" in file.read_text(encoding="utf-8"), file
