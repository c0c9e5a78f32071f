"""Reading offline: kept after a first visit, one edition at a time, and never at the cost of what somebody is typing."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import expect

from casework.book.offline import write_worker
from tests.browser.conftest import barriers, ready, serving

CHAPTER, WRITES = "book/assessment/what-stops", "book/assessment/consent"
SOME = [f"{name}.html" for name in ("index", "search", "book/intro", CHAPTER, WRITES)]
OLD, NEW = "This is the edition of spring. ", "This is the edition of autumn. "
NEWER = "A newer edition of this course is ready."


@pytest.fixture(scope="module")
def few(site, tmp_path_factory):
    """A few pages of the book with all they need."""
    folder = tmp_path_factory.mktemp("few")
    unused = shutil.ignore_patterns(
        "vega-*", "explorers*", "locales", "images", "fa-*", "*.map", "*.svg", "*.png", "*thebe*"
    )
    shutil.copytree(site / "_static", folder / "_static", ignore=unused)
    shutil.copy(site / "searchindex.js", folder)
    for name in SOME:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(site / name, folder / name)
    return folder


@pytest.fixture
def publish(few, tmp_path):
    """Publishes an edition whose first words are `words` into the folder `name`, as a host does, and returns the folder."""

    def publish(words=OLD, name="course", **how):
        folder = tmp_path / "host" / name
        if not folder.is_dir():
            shutil.copytree(few, folder)
        for page in (CHAPTER, WRITES):
            path = folder / f"{page}.html"
            text = re.sub(r"(<h1>)(?:This is the edition of \w+\. )?", rf"\1{words}", path.read_text(encoding="utf-8"))
            path.write_text(text, encoding="utf-8")
        write_worker(folder, **how)
        return folder

    return publish


@pytest.fixture(autouse=True)
def patience():
    """A course is kept, and an edition taken, behind everything else that a busy machine does."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def reader(browser):
    """A browser that may keep pages. Each test has an address of its own there, so that none meets what another kept."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def tab(reader):
    """Opens tabs; an error of the script that is tested fails the test."""
    errors = []

    def note(error):
        if "offline" in (error.error.stack or ""):
            errors.append(error.error.stack)

    reader.on("weberror", note)
    yield reader.new_page
    for page in reader.pages:
        page.close()
    reader.remove_listener("weberror", note)
    assert errors == []


@pytest.fixture
def host(tmp_path):
    """Serves what is published, as a host does that is not this machine, until it is closed."""
    (tmp_path / "host").mkdir()
    with ExitStack() as stack:
        stack.address = stack.enter_context(serving(tmp_path / "host")).replace("127.0.0.1", "course.localhost")
        yield stack


def visit(page, address):
    """Open a page and stay until the course is kept."""
    page.goto(address)
    page.wait_for_selector("html[data-offline=ready]")


def until(page, asked, given=None):
    """Wait until what is `asked` of the page, which answers later, is so; Playwright's own wait ends at the promise."""
    for _ in range(300):
        if page.evaluate(asked, given):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never so: {asked}")


def kept_names(page):
    return page.evaluate("caches.keys()")


def edition(page, words):
    expect(page.get_by_role("heading", level=1)).to_contain_text(words.strip())


def test_after_one_visit_chapters_activities_and_search_need_no_server(tab, publish, host):
    publish()
    page = tab()
    page.goto(f"{host.address}/course/{CHAPTER}.html")
    said = page.get_by_text("This course is kept for reading offline.")
    expect(said).to_be_hidden()  # nothing is claimed before it is true
    expect(said).to_be_visible()
    host.close()

    page.goto(f"{host.address}/course/{CHAPTER}.html?highlight=threat#at-the-desk")
    ready(page)
    page.get_by_role("radio").first.check()
    page.reload()
    ready(page)
    expect(page.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Control+k")
    page.keyboard.type("strangulation")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.click()
    edition(page, OLD)
    page.goto(f"{host.address}/course/")
    page.wait_for_url("**/book/intro.html")
    page.goto(f"{host.address}/course/book/never-written.html")
    expect(page.get_by_role("heading")).to_have_text("This page is not kept for reading offline")
    assert barriers(page) == []
    page.get_by_role("link", name="start of the course").click()
    page.wait_for_url("**/book/intro.html")


def test_a_newer_edition_is_offered_to_one_who_writes_and_taken_with_what_was_typed_when_asked_for(
    tab, reader, publish, host
):
    publish()
    writing = tab()
    visit(writing, f"{host.address}/course/{WRITES}.html")
    writing.reload()
    ready(writing)
    field = writing.get_by_role("textbox", name="Your answer").first
    field.click()
    writing.keyboard.type("We would first ")
    publish(NEW)
    fetched = []

    def note(request):
        if request.service_worker and request.url.endswith(".html"):
            fetched.append(request.url.split("/course/")[1])

    reader.on("request", note)
    other = tab()
    other.goto(f"{host.address}/course/{CHAPTER}.html")  # the browser looks for a newer edition with every page
    edition(other, OLD)  # and none is mixed with another

    offer = writing.get_by_role("region", name="Newer edition")
    expect(offer.get_by_role("status")).to_have_text(NEWER)
    reader.remove_listener("request", note)
    assert sorted(fetched) == [f"{WRITES}.html", f"{CHAPTER}.html"], "only what changed is fetched"
    assert barriers(writing, "label-content-name-mismatch") == []  # the theme's search button
    writing.keyboard.type("ask each of them alone")
    expect(field).to_be_focused()
    edition(writing, OLD)
    bar, header = offer.bounding_box(), writing.locator(".bd-header-article").bounding_box()
    assert bar["y"] == 0, "it is in sight wherever the reader is"
    assert bar["height"] <= header["y"], "and covers nothing that stays in sight too"

    expect(other.get_by_text(NEWER)).to_be_visible()
    other.get_by_role("button", name="Later").click()
    expect(other.get_by_text(NEWER)).to_be_hidden()
    other.goto(f"{host.address}/course/{WRITES}.html")
    other.wait_for_selector("html[data-offline=ready]")
    expect(other.get_by_text(NEWER)).to_be_hidden()

    writing.keyboard.type(".")
    offer.get_by_role("button", name="Use it now").focus()
    writing.keyboard.press("Enter")
    edition(writing, NEW)
    ready(writing)
    expect(field).to_have_value("We would first ask each of them alone.")
    expect(other.get_by_text("used in another tab")).to_be_visible()  # offered there, not forced either
    edition(other, OLD)
    writing.wait_for_selector("html[data-offline=ready]")
    assert len(kept_names(writing)) == 1


def test_while_files_of_two_editions_lie_on_the_server_readers_keep_the_older_one_whole(tab, publish, host):
    folder = publish()
    page = tab()
    visit(page, f"{host.address}/course/{CHAPTER}.html")
    newer = {name: (publish(NEW) / name).read_bytes() for name in (f"{CHAPTER}.html", f"{WRITES}.html")}
    (folder / f"{WRITES}.html").write_text("half way", encoding="utf-8")
    page.reload()
    page.wait_for_selector("html[data-offline=ready]")
    until(page, "caches.keys().then((names) => names.length === 2)")  # what fits is kept for the next try
    edition(page, OLD)
    (folder / f"{WRITES}.html").write_bytes(newer[f"{WRITES}.html"])
    page.reload()
    page.get_by_role("button", name="Use it now").click()
    edition(page, NEW)


def test_two_editions_in_two_folders_of_one_host_keep_apart_under_the_strictest_policy(tab, publish, tmp_path):
    for name in ("spring", "spring/autumn"):
        publish(name=name)
    with serving(tmp_path / "host", Content_Security_Policy="script-src 'self'") as address:
        address = address.replace("127.0.0.1", "course.localhost")
        page = tab()
        visit(page, f"{address}/spring/autumn/{CHAPTER}.html")
        (inner,) = kept_names(page)
        visit(page, f"{address}/spring/{CHAPTER}.html")
        (outer,) = {*kept_names(page)} - {inner}
        assert f"{address}/spring/ " in outer
        publish(NEW, name="spring/autumn")
        page.goto(f"{address}/spring/autumn/{CHAPTER}.html")
        page.get_by_role("button", name="Use it now").click()
        edition(page, NEW)
        page.wait_for_selector("html[data-offline=ready]")
        assert outer in kept_names(page)
        assert inner not in kept_names(page)
        page.goto(f"{address}/spring/{CHAPTER}.html")
        edition(page, OLD)


@pytest.mark.parametrize("way", ["says so", "is of a version that knew of none"])
def test_a_program_that_withdraws_it_is_read_from_the_server_again(tab, publish, host, way):
    folder = publish()
    page = tab()
    visit(page, f"{host.address}/course/{CHAPTER}.html")
    publish(NEW, keeps=False)
    if way != "says so":
        (folder / "offline-worker.js").unlink()
    page.reload()
    until(page, "caches.keys().then((names) => names.length === 0)")
    page.wait_for_selector("html:not([data-offline])")
    expect(page.get_by_text("kept for reading offline")).to_be_hidden()
    page.reload()
    edition(page, NEW)


def test_on_an_authors_machine_a_page_made_again_is_seen_at_once_and_the_kept_one_when_the_server_is_off(
    tab, publish, tmp_path
):
    publish()
    with serving(tmp_path / "host") as address:
        page = tab()
        visit(page, f"{address}/course/{CHAPTER}.html")
        (before,) = kept_names(page)
        publish(NEW)
        page.reload()
        edition(page, NEW)
        until(page, "name => caches.keys().then((names) => names.length === 1 && names[0] !== name)", before)
        expect(page.get_by_role("region", name="Newer edition")).to_be_hidden()
    page.reload()
    edition(page, NEW)


def test_a_host_that_takes_the_ending_from_addresses_is_kept_too(tab, publish, tmp_path, monkeypatch):
    def without_endings(self):
        if self.path.endswith(".html"):
            self.send_response(301)
            self.send_header("Location", self.path.removesuffix(".html"))
            return self.end_headers()
        if Path(f"{self.translate_path(self.path)}.html").is_file():
            self.path += ".html"
        return plain(self)

    plain = SimpleHTTPRequestHandler.do_GET
    monkeypatch.setattr(SimpleHTTPRequestHandler, "do_GET", without_endings)
    publish()
    with serving(tmp_path / "host") as address:
        address = address.replace("127.0.0.1", "course.localhost")
        page = tab()
        visit(page, f"{address}/course/{CHAPTER}")
    for ending in ("", ".html"):
        page.goto(f"{address}/course/{CHAPTER}{ending}")
        edition(page, OLD)


def test_where_there_is_no_room_or_little_data_or_only_a_frame_the_site_works_and_nothing_is_claimed(
    tab, reader, publish, host, tmp_path
):
    publish()
    sparing = tab()
    sparing.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    sparing.goto(f"{host.address}/course/{WRITES}.html")
    framed = tab()
    (tmp_path / "host" / "frame.html").write_text(
        f'<title>x</title><iframe src="course/{CHAPTER}.html"></iframe>'
        f'<iframe sandbox="allow-scripts" src="course/{CHAPTER}.html"></iframe>'
    )
    framed.goto(f"{host.address}/frame.html")
    framed.wait_for_timeout(3000)  # longer than a page waits before it begins
    assert framed.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0

    full = tab()
    quota = {"origin": host.address, "quotaSize": 1_000_000}
    reader.new_cdp_session(full).send("Storage.overrideQuotaForOrigin", quota)
    with reader.expect_event("serviceworker"):
        full.goto(f"{host.address}/course/{CHAPTER}.html")
    until(full, "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")
    until(full, "caches.keys().then((names) => names.length === 0)")
    for page in (full, sparing):
        ready(page)
        expect(page.locator("html")).not_to_have_attribute("data-offline", "ready")
