"""The trainee's path in JupyterLab: the answers lie beside the notebook, and count as those of the page do."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from casework import answers
from tests.browser.conftest import ROOT, ready

EXERCISE = "assessment-protocol"


def run(*command, cwd, **more):
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return subprocess.run(command, cwd=cwd, env={**os.environ, "PATH": path}, text=True, capture_output=True,
                          stdin=subprocess.DEVNULL, check=False, **more)


@contextmanager
def jupyter_lab(folder, runtime):
    """A JupyterLab in `folder` on a free port of this machine; yields its address, and ends it by its process id."""
    token = secrets.token_hex(16)
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1",
         f"--IdentityProvider.token={token}", f"--notebook-dir={folder}", "--LabApp.news_url=None",
         "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
        cwd=folder, env={**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(runtime / "config"),
                         "IPYTHONDIR": str(runtime / "ipython")},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not (found := list(runtime.glob("jpserver-*.json"))):
            assert server.poll() is None, "JupyterLab ended at once"
            assert time.monotonic() < deadline, "JupyterLab did not start within a minute"
            time.sleep(0.1)
        port = json.loads(found[0].read_text())["port"]
        yield lambda path: f"http://127.0.0.1:{port}/lab/tree/{path}?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def answer(view):
    """What the trainee answers, in either host; `view` is whatever holds the activities."""
    view.locator(".cw-choice").nth(1).get_by_role("radio").nth(1).check()
    view.locator(".cw-choice").first.get_by_role("checkbox").nth(1).check()
    names = view.locator(".cw-sort").first.locator("select").evaluate_all("all => all.map(s => s.getAttribute('aria-label'))")
    for number, name in enumerate(names):
        view.get_by_label(name).select_option(index=1 + number % 3)
    view.locator("textarea[aria-label='Your answer']").fill("We see each couple in the same way.")
    view.locator("textarea[aria-label='Your answer']").blur()
    view.get_by_label("Your id").first.fill("T017")
    view.get_by_label("Your id").first.blur()


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A trainee's folder, as `make lab` makes it."""
    folder = tmp_path_factory.mktemp("work")
    done = run(sys.executable, "-m", "casework.cli", "lab", str(folder), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return folder


def test_answers_given_in_jupyterlab_are_those_of_the_page(context, page, site, work, tmp_path):
    notebook = next(work.rglob(f"{EXERCISE}.ipynb"))
    (runtime := tmp_path / "runtime").mkdir()
    with jupyter_lab(work, runtime) as address:
        page.goto(address(notebook.relative_to(work).as_posix()))
        page.locator(".jp-Notebook").wait_for(timeout=60_000)
        expect(page.get_by_text("(ipykernel) | Idle")).to_be_visible(timeout=60_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(page.locator(".cw-write textarea")).to_be_visible(timeout=60_000)
        answer(page.locator(".jp-Notebook"))
        expect(page.get_by_text(re.compile(r"^4 of \d+ answered")).first).to_be_visible()
        sheet = answers.read(notebook.with_name("answers.json"))
        page.goto("about:blank")
    context.troubles.clear()  # JupyterLab's own console is not ours to judge; other hosts are, below
    assert sheet["trainee"] == "T017"

    page.goto((site / "book" / "exercises" / EXERCISE / f"{EXERCISE}.html").as_uri())
    ready(page)
    answer(page)
    with page.expect_download() as event:
        page.get_by_role("button", name="Download my answers").first.click()
    event.value.save_as(tmp_path / "page.json")
    of_the_page = answers.read(tmp_path / "page.json")
    assert of_the_page["answers"] == sheet["answers"]
    assert of_the_page["edition"] == sheet["edition"]

    said = run("nbgrader", "validate", notebook.name, cwd=notebook.parent)
    for item in ("hidden-loan", "nine-findings", "rafael-asks"):
        assert f"({item}) is not answered" in said.stdout
    assert "(eight-suggestions)" not in said.stdout
