"""The first command on the machine people have: its Python, its user, and a folder of any name."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import nbformat.v4 as v4
import pytest

from tests.small_course import NAME, ROOT, make_course

ANY_NAME = "x y/100%20 ünï? #1/course"  # what a shell, make, an address, a pattern or an ini file reads in its own way
PYTHONS = ["3.11.0", "3.12", "3.13", "3.14"]  # the lowest that is promised, and one of each later series
DEBIAN = Path("/usr/bin/python3")


def pins(text):
    """Every `name==version` in `text`, spelled as an index spells it."""
    found = re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


# -- a folder of any name -----------------------------------------------------------------------------


def tiny_book(folder):
    """The small course as a book of two pages, one of them run, in the environment of these tests."""
    folder.mkdir(parents=True)
    make_course(folder)
    for file in ("Makefile", "constraints.txt", "pyproject.toml", "_config.yml"):
        shutil.copy(ROOT / file, folder)
    (folder / "book" / "images").mkdir()
    for file in ("book/images/favicon.svg", "book/references.bib"):
        shutil.copy(ROOT / file, folder / file)
    cited = ",".join(re.findall(r"^@\w+\{([^,\s]+)", (folder / "book" / "references.bib").read_text(), re.MULTILINE))
    (folder / "book" / "first-page.md").write_text(
        f"# The first page\n\n*About 10 minutes to read.* {{footcite}}`{cited}`\n\n```{{footbibliography}}\n```\n"
    )
    asks = 'from casework import Choice\n\nChoice(id="first", prompt="Who is seen first?", options={"a": "Both", "b": "One"})'
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    lab = v4.new_notebook(
        cells=[v4.new_markdown_cell("# A lab"), v4.new_code_cell(asks)], metadata={"kernelspec": kernel}
    )
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "a lab.ipynb").write_text(v4.writes(lab))
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/first-page\nchapters:\n  - file: notebooks/a lab\n")
    (folder / "src").symlink_to(ROOT / "src")
    (folder / ".venv").symlink_to(sys.prefix)


def make(folder, *arguments):
    return subprocess.run(
        ["make", "-o", ".venv/.course", *arguments],
        cwd=folder,
        env={**without_make(os.environ), "CASEWORK_KEYS": "keys"},
        capture_output=True,
        text=True,
    )


def without_make(environment):
    """`environment` without what a make around these tests tells a make inside them."""
    return {name: value for name, value in environment.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}


def test_a_book_is_built_once_in_a_folder_of_any_name(tmp_path):
    folder = tmp_path / ANY_NAME
    tiny_book(folder)
    done = make(folder, "book")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Who is seen first?" in (folder / "_build" / "html" / "notebooks" / "a lab.html").read_text()
    assert (folder / "book" / "exercises" / NAME / f"{NAME}.ipynb").is_file()
    again = make(folder, "book")
    assert (again.returncode, again.stdout) == (0, "make: Nothing to be done for 'book'.\n")
    (folder / "notebooks" / "a lab.ipynb").touch()
    assert make(folder, "--question", "book").returncode == 1, "a page whose name has a space is not watched"


@pytest.mark.parametrize("name", ["[new] course", "{course}", "course: new", "a$HOME b"])
def test_a_folder_that_nbgrader_or_python_cannot_read_is_refused_in_a_sentence(name, tmp_path):
    (folder := tmp_path / name).mkdir()
    for file in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    done = subprocess.run(["make", "course"], cwd=folder, env=without_make(os.environ), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == (
        f"nbgrader and Python cannot work in a folder with one of [ ] {{ }} : $ in its name: rename {folder}.\n"
    )
    assert not (folder / ".venv").exists()


def test_work_is_graded_in_a_folder_of_any_name(tmp_path, monkeypatch):
    folder = tmp_path / ANY_NAME
    folder.mkdir(parents=True)
    course = make_course(folder)
    monkeypatch.setenv("CASEWORK_KEYS", str(folder / "keys"))
    monkeypatch.chdir(folder)
    (course.inbox / "mine.json").write_text(json.dumps(course.sheet("T1")))
    for verb in (["collect", "inbox"], ["grade", NAME], ["feedback", NAME], ["export", "-o", "marks.csv"]):
        assert course.run(*verb) == 0, verb
    assert "T1,first-meeting,who-first,2,2,scored" in (folder / "marks.csv").read_text()
    assert (folder / "grading" / "gradebook.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["x y"], "the gradebook lies elsewhere"


def test_a_gradebook_is_made_where_the_environment_lies_in_a_folder_of_any_name(tmp_path, monkeypatch):
    import nbgrader.dbutil
    from nbgrader.api import get_alembic_version

    from casework.grading.course import open_course

    expected, package = get_alembic_version(), tmp_path / ANY_NAME / "nbgrader"
    shutil.copytree(nbgrader.dbutil.ALEMBIC_DIR, package / "alembic")
    monkeypatch.setattr(nbgrader.dbutil, "ALEMBIC_DIR", str(package / "alembic"))
    monkeypatch.setattr(nbgrader.dbutil, "__file__", str(package / "dbutil.py"))
    open_course(make_course(tmp_path).root)
    assert get_alembic_version() == expected


# -- every promised Python ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_every_pin_installs_without_a_compiler(version):
    pinned = pins((ROOT / "constraints.txt").read_text())
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    command += ["--python-version", version, "--only-binary", ":all:"]
    alone = subprocess.run([*command, "constraints.txt"], cwd=ROOT, capture_output=True, text=True)
    assert alone.returncode == 0, alone.stderr
    assert pins(alone.stdout) == pinned
    command += ["--extra", "course", "--extra", "test", "--constraint", "constraints.txt", "pyproject.toml"]
    course = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert course.returncode == 0, course.stderr
    assert pins(course.stdout).items() <= pinned.items(), "something is installed that is not pinned"


@pytest.mark.slow
def test_the_citation_is_one_that_others_can_read():
    # in an environment of its own, since it wants an older jsonschema than nbgrader
    tool = [sys.executable, "-m", "uv", "tool", "run", "--quiet", "--from", "cffconvert==2.0.0", "cffconvert"]
    said = subprocess.run([*tool, "--validate", "-i", "CITATION.cff"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


# -- Debian's Python, an ordinary user -----------------------------------------------------------------


def ordinary_user():
    """What starts a program as somebody who is not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def unpack_course(folder, user):
    """Put what git has of this folder, changes included, into `folder`, as `user`'s own."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    tar = ["tar", "--create", "--null", "--files-from=-", "--ignore-failed-read"]
    archive = subprocess.run(tar, cwd=ROOT, input=files, capture_output=True, check=True).stdout
    subprocess.run(["mkdir", "-p", folder], check=True, **user)
    subprocess.run(["tar", "--extract", "--directory", folder], input=archive, check=True, **user)


@pytest.fixture
def home():
    """A folder that belongs to an ordinary user, who could not enter pytest's own."""
    with tempfile.TemporaryDirectory(prefix="casework-home-") as folder:
        if user := ordinary_user():
            os.chown(folder, user["user"], user["group"])
        yield Path(folder)


def own_environment(home):
    """What a login gives, and how this machine reaches an index."""
    reach = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name.endswith("_PROXY")}
    return {**reach, "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.mark.slow
@pytest.mark.skipif(not DEBIAN.exists(), reason="this machine has no Python of its system's packages")
def test_the_first_command_serves_the_course_to_an_ordinary_user_of_debians_python(home):
    user, folder = ordinary_user(), home / ANY_NAME
    unpack_course(folder, user)
    started = {"cwd": folder, "env": own_environment(home), "text": True, **user}
    command = ["timeout", "1800", "make", f"PYTHON={DEBIAN}", "PORT=0", "course"]
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **started
    ) as serving:
        for line in serving.stdout:
            print(line, end="", flush=True)
            said.append(line)
            if address := re.search(r"The course is at (\S+)", line):
                break
        else:
            pytest.fail("".join(said[-40:]))
        try:
            with urllib.request.urlopen(f"{address[1]}book/intro.html") as page:
                assert b"Ketamine-Assisted Couple Therapy" in page.read()
        finally:
            os.killpg(serving.pid, signal.SIGINT)
    assert any("Downloading jupyterlab-" in line for line in said), "pip does not show that it is working"
    assert re.findall(r"Created wheel for ([\w-]+)", "".join(said)) == ["casework"], "something else is compiled"
    subprocess.run(["make", "--question", "book"], check=True, **started)
    subprocess.run([folder / ".venv" / "bin" / "casework", "export"], check=True, **started)
    assert (folder / "grading" / "gradebook.db").is_file()
