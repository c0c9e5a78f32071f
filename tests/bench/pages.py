"""A chapter in the static host beside the same chapter with the stock widget manager: bytes, and time to a live page.

The stock page is built from the same sources with Jupyter Book's own way of showing widgets; its manager and
require.js come from npm and are served from this machine, as a program that allows no CDN would have to do.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from casework.book import host_files, host_styles
from casework.book.serve import Server
from tests.browser.conftest import ARGUMENTS, ROOT, chromium

RUNS = 7
MANY = 20
PACKAGES = ["@jupyter-widgets/html-manager@1.0.15", "requirejs@2.3.8"]
# the moment the last activity of the page can be used, in milliseconds since DOMContentLoaded
WATCH = """
  window.live = null;
  const seen = () => {
    if (window.live !== null) return;
    const want = %d;
    if (document.querySelectorAll("form.cw").length < want) return;
    window.live = performance.now();
  };
  new MutationObserver(seen).observe(document, { childList: true, subtree: true });
"""


def chapter_of_many() -> str:
    """A chapter with twenty activities of the kinds chapters use most."""
    names = ["who-first", "which-session", "private-words", "opening-words", "who-decides"]
    shown = [f"```{{practice}} assessment-at-a-glance/{names[number % len(names)]}\n```" for number in range(MANY)]
    return "# Twenty activities\n\n" + "\n\n".join(shown) + "\n"


def with_cells(page: str) -> str:
    """The same page as the stock tools want it: a cell for each activity, run by a kernel."""
    front = {
        "jupytext": {"text_representation": {"extension": ".md", "format_name": "myst"}},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    }
    cell = '```{code-cell} python\n:tags: [remove-input]\nfrom casework import practice\npractice("%s")\n```'
    cells = re.sub(r"^```\{practice\} (\S+)\n```$", lambda shown: cell % shown[1], page, flags=re.MULTILINE)
    return f"---\n{yaml.safe_dump(front)}---\n\n{cells}"


def build(folder: Path, *, stock: bool) -> Path:
    """Build the two chapters in `folder` with the course's settings, or with Jupyter Book's for widgets."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("exercises"))
    (folder / "book" / "many.md").write_text(chapter_of_many(), encoding="utf-8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    if stock:
        for page in (folder / "book" / "assessment" / "at-a-glance.md", folder / "book" / "many.md"):
            page.write_text(with_cells(page.read_text(encoding="utf-8")), encoding="utf-8")
        config["execute"]["execute_notebooks"] = "force"
        config["sphinx"]["extra_extensions"] = [
            name for name in config["sphinx"]["extra_extensions"] if name != "casework.book"
        ]
        config["sphinx"]["config"]["nb_ipywidgets_js"] = {
            "stock/require.js": {},
            "stock/paths.js": {},
            "stock/embed-amd.js": {},
        }
    (folder / "_config.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    toc = {"format": "jb-book", "root": "book/assessment/at-a-glance", "chapters": [{"file": "book/many"}]}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return folder / "_build" / "html"


def add_stock_manager(site: Path, packages: Path) -> None:
    """Put the stock manager and anywidget's own module where the stock page looks for them."""
    npm = shutil.which("npm")
    assert npm, "make bench needs npm, for the stock widget manager it compares with"
    subprocess.run(
        [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(packages), *PACKAGES],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    target = site / "_static" / "stock"
    shutil.copytree(packages / "node_modules/@jupyter-widgets/html-manager/dist", target)
    shutil.copy(packages / "node_modules/requirejs/require.js", target)
    anywidget = Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js"
    shutil.copy(anywidget, target / "anywidget.js")
    # the module path is told to require.js, so that nothing is asked of a CDN
    (target / "paths.js").write_text(
        "const at = new URL('.', document.currentScript.src).href; require.config({paths: {anywidget: at + 'anywidget'}});"
    )


def serve(folder: Path) -> Server:
    """A server for `folder` on a free port of this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def visit(browser, url: str, activities: int) -> dict:
    """Load `url` in a fresh browser: bytes asked for, and milliseconds from DOMContentLoaded to the last live activity."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH % activities)
    bodies = []
    page.on(
        "requestfinished", lambda request: request.url.startswith("http") and bodies.append(request.response().body())
    )
    page.goto(url, wait_until="load")
    page.wait_for_function("window.live !== null", timeout=60_000)
    choice = page.locator("form.cw-choice input").first
    choice.check()  # it answers a click
    assert choice.is_checked()
    live = page.evaluate("window.live - performance.getEntriesByType('navigation')[0].domContentLoadedEventStart")
    context.close()
    return {
        "ms": max(live, 0.0),
        "raw": sum(map(len, bodies)),
        "gzip": sum(len(gzip.compress(body)) for body in bodies),
    }


def main() -> None:
    """Build both, visit both in turn, print medians and ratios."""
    script = "".join(text for name, text in host_files().items() if name.endswith(".js") and "texts.js" not in name)
    ours = len(gzip.compress(script.encode())), len(gzip.compress(host_styles().encode()))
    print(
        f"front end, all kinds: script {ours[0] / 1000:.1f} kB + styles {ours[1] / 1000:.1f} kB gzipped "
        f"= {sum(ours) / 1000:.1f} kB (limit 40)"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ours").mkdir()
        (folder / "stock").mkdir()
        sites = {"ours": build(folder / "ours", stock=False), "stock": build(folder / "stock", stock=True)}
        add_stock_manager(sites["stock"], folder / "npm")
        servers = {side: serve(site) for side, site in sites.items()}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for label, path, activities in (
                ("chapter", "book/assessment/at-a-glance.html", 6),
                (f"{MANY} activities", "book/many.html", MANY),
            ):
                measured = {"ours": [], "stock": []}
                for run in range(RUNS + 1):
                    for side, server in servers.items():
                        result = visit(browser, f"http://127.0.0.1:{server.server_port}/{path}", activities)
                        if run:  # the first is a warm-up
                            measured[side].append(result)
                report(label, measured)
            browser.close()
        for server in servers.values():
            server.shutdown()


def report(label: str, measured: dict[str, list[dict]]) -> None:
    """Print one page's figures for both sides."""
    middle = {
        side: {key: statistics.median(run[key] for run in runs) for key in ("ms", "raw", "gzip")}
        for side, runs in measured.items()
    }
    for side, runs in measured.items():
        times = [run["ms"] for run in runs]
        print(
            f"{label}, {side:5}: live {middle[side]['ms']:6.0f} ms after DOMContentLoaded (min {min(times):.0f}, max {max(times):.0f}, "
            f"n={len(times)}); {middle[side]['raw'] / 1e6:.2f} MB raw, {middle[side]['gzip'] / 1e3:.0f} kB gzipped"
        )
    pairs = [b["ms"] / max(a["ms"], 0.1) for a, b in zip(measured["ours"], measured["stock"], strict=True)]
    print(
        f"{label}, stock / ours: time {statistics.median(pairs):.1f} (pairs {min(pairs):.1f} to {max(pairs):.1f}), "
        f"bytes raw {middle['stock']['raw'] / middle['ours']['raw']:.2f}, gzipped {middle['stock']['gzip'] / middle['ours']['gzip']:.2f}"
    )
    print(json.dumps({label: middle}))


if __name__ == "__main__":
    main()
