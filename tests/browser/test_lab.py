"""The trainee's path in JupyterLab: the answers lie beside the notebook, and count as those of the page do."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.resources import files
from urllib.parse import quote

import nbformat
import nbformat.v4 as v4
import pytest
from playwright.sync_api import Error, expect

from casework import answers
from casework.content import load_activities
from casework.records import data_file
from tests.browser.conftest import ROOT, ready

EXERCISE = "assessment-protocol"


def run(*command, cwd, **more):
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PATH": path},
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        **more,
    )


def answers_on(port) -> bool:
    """Whether something listens on this port of this machine."""
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def jupyter(folder, runtime, app="jupyterlab"):
    """JupyterLab (or Notebook) in `folder` on a free port of this machine; yields addresses, and ends it by its process id."""
    token = secrets.token_hex(16)
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            app,
            "--no-browser",
            "--allow-root",
            "--ServerApp.port=0",
            "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={token}",
            f"--notebook-dir={folder}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ],
        cwd=folder,
        env={
            **os.environ,
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "JUPYTER_CONFIG_DIR": str(runtime / "config"),
            "IPYTHONDIR": str(runtime / "ipython"),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 240
        while not (found := [file for file in runtime.glob("jpserver-*.json") if file.stat().st_size]):
            assert server.poll() is None, "JupyterLab ended at once"
            assert time.monotonic() < deadline, "JupyterLab did not start within four minutes"
            time.sleep(0.1)
        port = json.loads(found[0].read_text())["port"]
        while not answers_on(port):  # the file is written before the port is bound
            assert server.poll() is None, "JupyterLab ended at once"
            assert time.monotonic() < deadline, "JupyterLab did not answer within four minutes"
            time.sleep(0.1)
        place = "lab/tree" if app == "jupyterlab" else "notebooks"
        yield lambda path: f"http://127.0.0.1:{port}/{place}/{path}?token={token}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def run_all(page):
    """Run every cell of the notebook that is open, and wait for the end; again, if its kernel was not there yet."""
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        with suppress(Error):  # a menu that is not ready, or nothing shown yet
            idle.wait_for(timeout=60_000)
            page.get_by_role("menuitem", name="Run", exact=True).click(timeout=5_000)
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click(timeout=5_000)
            page.locator(".jp-OutputArea .cw").first.wait_for(timeout=20_000)
            idle.wait_for(timeout=60_000)
            return
        page.keyboard.press("Escape")
    raise AssertionError("nothing is shown after four minutes")


def answer(view):
    """What the trainee answers, in either host; `view` is whatever holds the activities."""
    view.locator(".cw-choice").nth(1).get_by_role("radio").nth(1).check()
    view.locator(".cw-choice").first.get_by_role("checkbox").nth(1).check()
    names = (
        view.locator(".cw-sort")
        .first.locator("select")
        .evaluate_all("all => all.map(s => s.getAttribute('aria-label'))")
    )
    for number, name in enumerate(names):
        view.get_by_label(name).select_option(index=1 + number % 3)
    view.locator("textarea[aria-label='Your answer']").fill("We see each couple in the same way.")
    view.locator("textarea[aria-label='Your answer']").blur()
    view.get_by_label("Your id").first.fill("T017")
    view.get_by_label("Your id").first.blur()


def counted(page, number):
    """Wait until the panel counts so many answers; the same words stand, hidden, in what a saved notebook shows."""
    expect(page.get_by_text(re.compile(rf"^{number} of \d+ answered")).filter(visible=True).first).to_be_visible()


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
    with jupyter(work, runtime) as address:
        page.goto(address(notebook.relative_to(work).as_posix()))
        run_all(page)
        expect(page.locator(".cw-write textarea")).to_be_visible(timeout=60_000)
        answer(page.locator(".jp-Notebook"))
        counted(page, 4)
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


CONTROLS = ":is(input, button, select, textarea, summary, [tabindex]):visible:not(:disabled)"


@pytest.mark.slow
@pytest.mark.parametrize("app", ["jupyterlab", "notebook"])
def test_no_key_pressed_in_an_activity_reaches_the_notebook(context, page, tmp_path, app):
    gallery = list(load_activities(data_file("activities", "gallery.yaml")))
    shows = ", ".join(f'practice("gallery/{name}")' for name in gallery)
    cells = [v4.new_code_cell(f"from casework import practice\ndisplay({shows})"), v4.new_markdown_cell("The end")]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (tmp_path / "work").mkdir()
    nbformat.write(notebook, tmp_path / "work" / "keys.ipynb")
    (runtime := tmp_path / "runtime").mkdir()
    with jupyter(tmp_path / "work", runtime, app) as address:
        page.goto(address("keys.ipynb"))
        run_all(page)
        shown = page.locator(".jp-OutputArea .cw")
        expect(shown).to_have_count(len(gallery), timeout=60_000)
        for activity in shown.all():
            for control in activity.locator(CONTROLS).all():
                control.focus()
                if control.evaluate("control => control !== document.activeElement"):
                    continue  # it goes with what was chosen before it
                for key in ("ArrowDown", "a", "b", "x", "z"):
                    page.keyboard.press(key)
                assert activity.evaluate("activity => activity.contains(document.activeElement)"), control
        expect(page.locator(".jp-Notebook-cell")).to_have_count(len(cells))
        page.goto("about:blank")
    context.troubles.clear()  # JupyterLab's own console is not ours to judge


@pytest.mark.slow
@pytest.mark.parametrize("app", ["jupyterlab", "notebook"])
def test_a_kernel_that_is_started_again_is_said_where_one_answers_and_nothing_seems_saved(
    context, page, work, tmp_path, app
):
    notebook = next(work.rglob(f"{EXERCISE}.ipynb"))
    answers_file = notebook.with_name("answers.json")
    answers_file.unlink(missing_ok=True)
    (runtime := tmp_path / "runtime").mkdir()
    with jupyter(work, runtime, app) as address:
        page.goto(address(notebook.relative_to(work).as_posix()))
        run_all(page)
        choice = page.locator(".cw-choice").first
        choice.scroll_into_view_if_needed()
        choice.get_by_role("checkbox").first.check()
        counted(page, 1)
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
        page.locator(".jp-Dialog .jp-mod-accept").click()
        said = choice.get_by_role("alert")
        expect(said).to_contain_text("Not saved from here on", timeout=2_000)
        expect(choice.get_by_role("checkbox").nth(1)).to_be_disabled()
        assert len(answers.read(answers_file)["answers"]) == 1
        run_all(page)
        again = page.locator(".cw-choice").first
        expect(again.get_by_role("alert")).to_be_hidden()
        expect(again.get_by_role("checkbox").first).to_be_checked()
        again.get_by_role("checkbox").nth(1).check()
        expect(again.get_by_role("checkbox").nth(1)).to_be_checked()
        page.goto("about:blank")
    context.troubles.clear()  # JupyterLab's own console is not ours to judge


def test_a_cut_connection_closes_an_exercise_until_it_is_back_and_says_what_can_be_done(page):
    module = (
        f"data:text/javascript,{quote(files('casework.widgets').joinpath('kernel.js').read_text(encoding='utf-8'))}"
    )
    said = page.evaluate(
        """async (module) => {
            const { watchKernel } = await import(module);
            const signal = () => {
                const slots = new Set();
                return {
                    connect: (slot) => slots.add(slot), disconnect: (slot) => slots.delete(slot),
                    emit: (value) => { for (const slot of slots) slot(null, value); },
                };
            };
            const kernel = { statusChanged: signal(), connectionStatusChanged: signal(), disposed: signal() };
            document.body.innerHTML = "<form><fieldset></fieldset></form>";
            const root = document.querySelector("form");
            watchKernel({ widget_manager: { kernel }, get: () => "graded" }, root);
            const said = [];
            for (const status of ["connecting", "disconnected", "connected"]) {
                kernel.connectionStatusChanged.emit(status);
                const note = root.querySelector("[role=alert]");
                said.push([note.hidden ? "" : note.textContent, root.querySelector("fieldset").disabled]);
            }
            return said;
        }""",
        module,
    )
    assert [closed for _, closed in said] == [True, True, False]
    assert "tried again by itself" in said[0][0]
    assert "Reconnect to Kernel" in said[1][0]
    assert said[2][0] == ""


@pytest.mark.slow
@pytest.mark.parametrize("app", ["jupyterlab", "notebook"])
def test_a_saved_notebook_that_is_opened_without_running_shows_what_was_asked_and_answered(
    context, page, tmp_path, app
):
    shows = ['practice("gallery/one-choice")', 'practice("gallery/written")', "explorer('forest')", "Sheet('mine')"]
    cells = [v4.new_code_cell("from casework import Sheet, explorer, practice"), *map(v4.new_code_cell, shows)]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (tmp_path / "work").mkdir()
    nbformat.write(notebook, tmp_path / "work" / "kept.ipynb")
    (runtime := tmp_path / "runtime").mkdir()

    def pick(menu, item):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        page.get_by_role("menuitem", name=re.compile(item)).click()

    with jupyter(tmp_path / "work", runtime, app) as address:
        page.goto(address("kept.ipynb"))
        run_all(page)
        expect(page.locator(".jp-OutputArea .cw")).to_have_count(len(shows), timeout=60_000)
        words = page.locator(".jp-OutputArea .cw-saved")
        expect(words).to_have_count(len(shows))
        expect(words.filter(visible=True)).to_have_count(0)
        page.locator(".cw-choice").get_by_role("radio").nth(1).check()
        page.get_by_label("Your answer").click()
        page.keyboard.type("I hear both of them.")
        expect(page.get_by_label("Your answer")).to_have_value("I hear both of them.")
        expect(page.locator(".cw-saved li", has_text="I hear both of them.")).to_have_count(
            1, timeout=60_000
        )  # though hidden
        pick("File", "^Save Notebook(?! As)")
        saved = tmp_path / "work" / "kept.ipynb"
        deadline = time.monotonic() + 30
        while "I hear both of them." not in saved.read_text():
            assert time.monotonic() < deadline, "the notebook is not saved"
            page.wait_for_timeout(200)
        page.reload()
        expect(page.locator(".jp-OutputArea .cw:visible")).to_have_count(
            len(shows), timeout=90_000
        )  # the kernel is still there
        expect(words.filter(visible=True)).to_have_count(0)
        pick("Kernel", "^Shut Down Kernel")
        page.goto("about:blank")

        page.goto(address("kept.ipynb"))
        page.locator(".jp-Notebook").wait_for(timeout=60_000)
        expect(page.get_by_text("model not found")).to_have_count(len(shows), timeout=60_000)  # it has been looked for
        expect(page.get_by_text("model not found").filter(visible=True)).to_have_count(0)
        expect(words.filter(visible=True)).to_have_count(len(shows))
        choice = words.first
        expect(choice).to_contain_text("Begin with her side, to save time.")
        expect(choice).to_contain_text("choose Run, then Run All Cells")
        expect(choice.locator("ul").last).to_have_text("Begin with her side, to save time.")
        expect(words.nth(1)).to_contain_text("I hear both of them.")
        page.screenshot(path=tmp_path / "saved.png")
        run_all(page)  # and it goes on where it was
        expect(page.locator(".cw-choice").get_by_role("radio").nth(1)).to_be_checked(timeout=60_000)
        expect(words.filter(visible=True)).to_have_count(0)
        page.goto("about:blank")
    context.troubles.clear()  # JupyterLab's own console is not ours to judge
