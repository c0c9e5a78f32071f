"""A real browser for the tests: the Chromium of this machine, which may reach nothing but this machine."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

from casework import answers
from casework.book import host_files
from casework.book.serve import Server

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = ("file:", "blob:", "data:", "about:", "http://127.0.0.1:", "ws://127.0.0.1:")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Path(sys.prefix) / "npm" / "node_modules" / "axe-core" / "axe.min.js"


def chromium() -> str:
    """The path of the machine's Chromium; `make test` sees to it that there is one."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "the browser tests need Chromium: run them through make test, or install it"
    return found


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(browser):
    """The one context in which all tests open their pages: to start another costs three processes and more time than most tests."""
    context = browser.new_context(
        accept_downloads=True,
        viewport={"width": 1280, "height": 900},
        service_workers="block",  # one would keep the whole course while another test measures its pages
    )
    context.keeper = context.new_cdp_session(context.new_page())  # its page stays open; it clears what others kept
    yield context
    context.close()


@pytest.fixture
def context(window):
    """A browser with nothing kept; after the test, errors and requests to other hosts fail it."""
    with nothing_kept(window):
        yield window


@contextmanager
def nothing_kept(window):
    """Collects the troubles of the pages opened meanwhile, then closes them, clears what they kept and fails if there were any."""
    troubles, origins = [], {"file://"}
    window.troubles = troubles

    def on_request(request):
        if not request.url.startswith(HERE):
            troubles.append(f"request to {request.url}")
        elif request.url.startswith("http:"):
            origins.add("/".join(request.url.split("/")[:3]))

    def on_console(message):
        if message.type == "error":
            troubles.append(f"console {message.text} {message.location.get('url', '')}")

    def on_error(error):
        troubles.append(f"error {error.error}")

    listeners = {"request": on_request, "console": on_console, "weberror": on_error}
    for event, listener in listeners.items():
        window.on(event, listener)
    try:
        yield
    finally:
        for page in window.pages[1:]:
            with suppress(Error):  # a page that crashed or was closed has nothing left to say
                page.goto("about:blank")  # what a page keeps as it is left, it keeps now and not after the clearing
            page.close()
        for event, listener in listeners.items():
            window.remove_listener(event, listener)
        for origin in origins:
            window.keeper.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    assert not troubles, "\n".join(dict.fromkeys(troubles))


@pytest.fixture(scope="session")
def touch(browser):
    """A browser whose screen is touched."""
    context = browser.new_context(has_touch=True, service_workers="block")
    context.keeper = context.new_cdp_session(context.new_page())
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture(scope="session")
def window_without_scripts(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture
def plain_page(window_without_scripts):
    """A page that runs no JavaScript."""
    page = window_without_scripts.new_page()
    yield page
    page.close()


@pytest.fixture
def show(tmp_path, page):
    """Opens a page from disk that holds the given widgets, as the book would hold them."""

    def show(*widgets, sheet=None, name="page.html", head=""):
        shown = [sheet.panel, *widgets] if sheet else widgets
        mounts = "\n".join(html_of(widget) for widget in shown)
        for file, text in host_files().items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text, encoding="utf-8")
        (tmp_path / name).write_text(
            f"<!doctype html><html lang=en><meta charset=utf-8><title>Page</title>{head}"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            f"<link rel=stylesheet href=casework.css><script defer src=casework.js></script>"
            f"<main><h1>Page</h1>{mounts}</main></html>",
            encoding="utf-8",
        )
        page.goto((tmp_path / name).as_uri())
        ready(page)
        return page

    return show


def html_of(widget) -> str:
    """The HTML a widget leaves in a page."""
    return widget.page_html()


KEY = "(name) => Object.keys(localStorage).find((key) => key.startsWith('casework/2 ') && key.endsWith(` ${name}`))"


def kept(page, name):
    """What the browser keeps of the course as `name`, such as an exercise's sheet, or None."""
    return page.evaluate(f"name => JSON.parse(localStorage.getItem(({KEY})(name)) ?? 'null')", name)


def keep_as_before(page, sheets) -> None:
    """Leave `sheets`, by name, in the browser as the first pages of this course kept them, and open the page anew."""
    for _ in range(5):
        page.evaluate(
            "sheets => { localStorage.clear(); for (const [name, sheet] of Object.entries(sheets)) "
            "localStorage.setItem(`casework:${name}`, JSON.stringify(sheet)); }",
            sheets,
        )
        page.reload()
        ready(page)
        if all(kept(page, name) for name in sheets):
            return  # a browser that is still clearing what the page before kept may take these with it
    raise AssertionError(f"not taken over: {sorted(sheets)}")


def keep_answers(page, given, assignment="practice", edition="", trainee="") -> None:
    """Leave a sheet with the answers `given` in the browser, as the first pages kept it, and open the page anew."""
    sheet = {"format": answers.FORMAT, "assignment": assignment, "edition": edition, "trainee": trainee}
    keep_as_before(page, {assignment: {**sheet, "saved": "2026-01-01T00:00:00Z", "answers": given}})
    page.get_by_role("button", name="Close", exact=True).click()  # the word about it has been read


def ready(page) -> None:
    """Wait until the activities of the page are live."""
    page.wait_for_selector("html[data-casework=ready]")


def barriers(page, *only) -> list:
    """What axe finds on the page against WCAG 2.2 AA and its own best practices, or by the rules `only`: each with its first places."""
    page.evaluate("scrollTo(0, 0)")  # where nothing that stays in sight lies over anything else
    page.evaluate(
        "document.getAnimations().filter((change) => change instanceof CSSTransition).forEach((change) => change.finish())"
    )  # a colour half way is nobody's colour
    if not page.evaluate("Boolean(globalThis.axe)"):
        assert AXE.is_file(), "the browser tests need axe: run them through make test, which installs it"
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # only what is wrong leaves the page: the whole account of a chapter is megabytes and takes longer than the search
    return page.evaluate(
        """options => axe.run(document, options).then(({ violations }) => violations.map(({ id, nodes }) =>
            [id, nodes.slice(0, 5).map(({ target, html }) => [target.join(" "), html.slice(0, 200)])]))""",
        {
            "preload": False,
            "resultTypes": ["violations"],
            "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": WCAG},
        },
    )


@pytest.fixture(scope="session")
def site() -> Path:
    """The built book."""
    built = ROOT / "_build" / "html"
    assert (built / "index.html").is_file(), "build the book first: make book"
    return built


@contextmanager
def serving(folder, **headers):
    """The address of `folder` on a free port of this machine; each answer carries `headers`.

    It stays until nothing more is asked for: a page that still loads would tell of a server that is gone.
    """
    last = time.monotonic()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def end_headers(self):
            nonlocal last
            last = time.monotonic()
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            super().end_headers()

    with Server(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        while time.monotonic() - last < 0.5:
            time.sleep(0.05)
        server.shutdown()


@pytest.fixture(scope="session")
def served(site):
    """The address of the book on a free port of this machine."""
    with serving(site) as address:
        yield address
