"""Lighthouse on pages of each sort, and how soon an activity lives on a slow line, beside the stock book of the same tree.

Run `python -m tests.bench.lighthouse [RUNS]`. Lighthouse (npm, its mobile preset and its own throttling) asks a server of
ours that compresses as any host does. The stock book is built from the same pages without the course's extension where
that can be: its chapter with stock widgets, as `tests.bench.pages` builds it.
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from playwright.sync_api import sync_playwright

from casework.book.serve import Server
from tests.bench.pages import add_stock_manager, build
from tests.browser.conftest import ARGUMENTS, ROOT, chromium

PAGES = {
    "start": "book/intro.html",
    "chapter": "book/assessment/at-a-glance.html",
    "vignette": "book/vignettes/walls-too-high.html",
    "exercise": "book/exercises/measures/measures.html",
    "explorer": "book/evidence/see-for-yourself.html",
}
KINDS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
LIMITS = (
    "performance 95, the others 100, LCP 1.8 s, a chapter cold 200 kB, an activity live 0.8 s after DOMContentLoaded"
)
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
ZIPPED = (".html", ".js", ".css", ".svg", ".json")


@cache
def _zipped(path: str, changed: float) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6, mtime=0)


class _Compressing(SimpleHTTPRequestHandler):
    """Serves files as a host does: compressed, and over one connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = self.translate_path(self.path)
        if not path.endswith(ZIPPED) or not os.path.isfile(path):
            super().do_GET()
            return
        body = _zipped(path, os.path.getmtime(path))
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if "_static" in path else "no-cache")
        self.end_headers()
        self.wfile.write(body)


def serve(folder: Path) -> Server:
    """A compressing server for `folder` on a free port of this machine."""
    server = Server(("127.0.0.1", 0), partial(_Compressing, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def judge(url: str) -> dict[str, float]:
    """Lighthouse's four marks out of 100, its figures in seconds, and the kilobytes that came over the line."""
    done = subprocess.run(
        [
            str(Path(sys.prefix) / "npm-bench/node_modules/.bin/lighthouse"), url, "--quiet", "--output=json",
            f"--only-categories={','.join(KINDS)}", f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
        ],
        capture_output=True, text=True, check=False, env={**os.environ, "CHROME_PATH": chromium()},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"lighthouse {url}: {done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    audits = report["audits"]
    for kind in KINDS:
        for found in report["categories"][kind]["auditRefs"]:
            audit = audits[found["id"]]
            if kind != "performance" and found["weight"] and audit["score"] not in (None, 1):
                print(f"  {url.rpartition('/')[2]}: {kind}: {audit['title']}", flush=True)
    return {
        **{kind: round(100 * report["categories"][kind]["score"]) for kind in KINDS},
        "FCP": audits["first-contentful-paint"]["numericValue"] / 1000,
        "LCP": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "TBT": audits["total-blocking-time"]["numericValue"] / 1000,
        "CLS": audits["cumulative-layout-shift"]["numericValue"],
        "kB": audits["total-byte-weight"]["numericValue"] / 1000,
    }


def live(browser, url: str) -> tuple[float, float]:
    """Seconds from DOMContentLoaded to the first live activity and to the last, on a slow line and a processor four times
    as slow."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(
        "new MutationObserver(() => { if (document.querySelector('.cw-live')) window.first ??= performance.now();"
        " if (document.documentElement.dataset.casework) window.last ??= performance.now(); })"
        ".observe(document, { attributes: true, subtree: true });"
    )
    page.goto(url)
    page.wait_for_function("window.last", timeout=60_000)
    first, last = page.evaluate(
        "[window.first, window.last].map((at) =>"
        " (at - performance.getEntriesByType('navigation')[0].domContentLoadedEventStart) / 1000)"
    )
    context.close()
    return max(0.0, first), max(0.0, last)


def main(runs: int = 3) -> None:
    """Judge each page `runs` times, the stock chapter in turn with them, and print the medians."""
    print(f"Lighthouse, mobile, medians of {runs}; wanted: {LIMITS}", flush=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        stock = build(folder / "stock", stock=True)
        add_stock_manager(stock, folder / "npm")
        ours, theirs = serve(ROOT / "_build" / "html"), serve(stock)
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        places = {f"{label}": f"http://127.0.0.1:{ours.server_port}/{path}" for label, path in PAGES.items()}
        places["chapter, stock"] = f"http://127.0.0.1:{theirs.server_port}/{PAGES['chapter']}"
        for label, url in places.items():
            found = [judge(url) for _ in range(runs)]
            middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
            row = [f"{value:.0f}" if key in KINDS or key == "kB" else f"{value:.2f}" for key, value in middle.items()]
            print(
                f"{label:16}" + "  ".join(f"{key} {value}" for key, value in zip(middle, row, strict=True)), flush=True
            )
            if "stock" in label or label == "start":
                continue
            first, last = zip(*(live(browser, url) for _ in range(runs)), strict=True)
            print(f"{'':16}live: first {statistics.median(first):.2f}  all {statistics.median(last):.2f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
