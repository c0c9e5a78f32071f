"""A real browser for the tests: the Chromium of this machine, which may reach nothing but this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from casework.book import host_script, host_styles
from casework.widgets import Panel

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


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


@pytest.fixture
def context(browser):
    """A browser with nothing kept; after the test, errors and requests to other hosts fail it."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    context.troubles = []

    def on_request(request):
        here = ("file:", "blob:", "data:", "about:", "http://127.0.0.1:", "ws://127.0.0.1:")
        if not request.url.startswith(here):
            context.troubles.append(f"request to {request.url}")

    def on_page(page):
        page.on("pageerror", lambda error: context.troubles.append(f"error {error}"))
        page.on("console", lambda message: message.type == "error"
                and context.troubles.append(f"console {message.text} {message.location.get('url', '')}"))

    context.on("request", on_request)
    context.on("page", on_page)
    yield context
    troubles = list(context.troubles)
    context.close()
    assert not troubles


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def show(tmp_path, page):
    """Opens a page from disk that holds the given widgets, as the book would hold them."""

    def show(*widgets, sheet=None, name="page.html", head=""):
        shown = [sheet.panel, *widgets] if sheet else widgets
        mounts = "\n".join(html_of(widget) for widget in shown)
        (tmp_path / "casework.js").write_text(host_script(), encoding="utf-8")
        (tmp_path / "casework.css").write_text(host_styles(), encoding="utf-8")
        (tmp_path / name).write_text(
            f"<!doctype html><html lang=en><meta charset=utf-8><title>Page</title>{head}"
            '<meta name=viewport content="width=device-width, initial-scale=1">'
            f'<link rel=stylesheet href=casework.css><script defer src=casework.js></script>'
            f"<main><h1>Page</h1>{mounts}</main></html>", encoding="utf-8")
        page.goto((tmp_path / name).as_uri())
        ready(page)
        return page

    return show


def html_of(widget) -> str:
    """The HTML a widget leaves in a page."""
    bundle = Panel._repr_mimebundle_(widget) if isinstance(widget, Panel) else widget._repr_mimebundle_()
    return bundle[0]["text/html"]


def ready(page) -> None:
    """Wait until the activities of the page are live."""
    page.wait_for_selector("html[data-casework=ready]")


@pytest.fixture(scope="session")
def site() -> Path:
    """The built book."""
    built = ROOT / "_build" / "html"
    assert (built / "index.html").is_file(), "build the book first: make book"
    return built
