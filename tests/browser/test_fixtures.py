"""The browser that all tests of a worker share: what one test breaks fails that test alone, and what it keeps is gone for the next."""

from __future__ import annotations

from types import ModuleType

import pytest

ELSEWHERE = "http://127.0.0.2:9/"  # another host than pages may ask; Chromium opens no connection to port 9
BROKEN = {
    "an error": ("throw Error('broken here')", "error broken here"),
    "a promise refused": ("Promise.reject(Error('refused here'))", "error refused here"),
    "a line in the console": ("console.error('said here')", "console said here"),
    "a picture": (f"document.body.append(Object.assign(new Image(), {{src: '{ELSEWHERE}a.png'}}))", "a.png"),
    "a script": (f"import('{ELSEWHERE}a.js').catch(() => 0)", "a.js"),
    "a question": (f"fetch('{ELSEWHERE}a.json').catch(() => 0)", "a.json"),
    "a frame": (f"document.body.append(Object.assign(document.createElement('iframe'), {{src: '{ELSEWHERE}a.html'}}))", "a.html"),
    "a window": (f"open('{ELSEWHERE}b.html')", "b.html"),
    "a beacon": (f"navigator.sendBeacon('{ELSEWHERE}beacon')", "beacon"),
    "every millisecond": (f"setInterval(() => fetch('{ELSEWHERE}tick').catch(() => 0), 1)", "tick"),
}  # fmt: skip


@pytest.fixture
def tested(pytester, browser):
    """Runs the source of a test file with the fixtures of this folder, in the browser that is already open."""

    already_open = ModuleType("already_open")
    already_open.browser = pytest.fixture(scope="session")(lambda: browser)
    pytester.makeconftest("from tests.browser.conftest import context, page, window")

    def tested(source):
        pytester.makepyfile(source)
        return pytester.runpytest_inprocess("-v", "-p", "no:cacheprovider", "-p", "no:xdist", plugins=[already_open])

    return tested


def test_errors_and_requests_to_other_hosts_fail_the_test_that_caused_them_and_no_other(tested):
    found = tested(f"""
        import pytest
        BROKEN = {BROKEN}
        @pytest.mark.parametrize("name", [name + end for name in BROKEN for end in ("", " and then a sound page")])
        def test_a_page(page, tmp_path, name):
            script, said = BROKEN.get(name, ("", ""))
            (tmp_path / "page.html").write_text("<!doctype html><title>Page</title><body><script>" + script + "</script>")
            page.goto((tmp_path / "page.html").as_uri())
            page.evaluate("new Promise(after => requestAnimationFrame(after))")
    """)
    found.assert_outcomes(passed=2 * len(BROKEN), errors=len(BROKEN))
    for name, (_, said) in BROKEN.items():
        found.stdout.fnmatch_lines([f"*ERROR at teardown of test_a_page[[]{name}]*", f"E  *{said}*"])


def test_what_a_test_keeps_is_gone_for_the_next(tested):
    found = tested("""
        import threading
        from functools import partial
        from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
        import pytest

        KEEP = '''async () => {
            localStorage.setItem("kept", "1");
            sessionStorage.setItem("kept", "1");
            document.cookie = "kept=1";
            await new Promise(done => { indexedDB.open("kept").onsuccess = done; });
            addEventListener("pagehide", () => localStorage.setItem("kept at the last moment", "1"));
        }'''
        KEPT = '''async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
            ...(await indexedDB.databases()).map(({ name }) => name)].filter(Boolean)'''

        @pytest.fixture(scope="module")
        def places(tmp_path_factory):
            folder = tmp_path_factory.mktemp("site")
            (folder / "page.html").write_text("<!doctype html><title>Page</title><link rel=icon href=data:>")
            with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                yield [(folder / "page.html").as_uri(), f"http://127.0.0.1:{server.server_port}/page.html"]
                server.shutdown()

        @pytest.mark.parametrize("turn", range(5))
        def test_keeping(page, places, turn):
            for place in places:
                page.goto(place)
                assert page.evaluate(KEPT) == []
                page.evaluate(KEEP)
                assert len(page.evaluate(KEPT)) >= 3
    """)
    found.assert_outcomes(passed=5)


def test_a_test_that_changes_the_window_leaves_the_next_one_its_own(tested):
    found = tested("""
        import pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_a_window(page, turn):
            page.goto("data:text/html,<title>Page</title>")
            seen = page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('print').matches, window.mark]")
            assert seen == [1280, False, False, None]
            page.set_viewport_size({"width": 390, "height": 700})
            page.emulate_media(color_scheme="dark", media="print", reduced_motion="reduce", forced_colors="active")
            page.add_init_script("window.mark = 1")
            page.context.new_page()
            assert len(page.context.pages) == 3
    """)
    found.assert_outcomes(passed=2)
