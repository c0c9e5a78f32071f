"""Course folders to grade in; browser fixtures are in `tests/browser`."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import settings

from tests.small_course import make_course

# what is tested is what comes out, not how busy the machine is
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_collection_modifyitems(items):
    """Puts the tests of the whole course first: workers take over each other's last tests, so only one makes that course."""
    items.sort(key=lambda item: "handed_in" not in item.fixturenames)


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    """A gradebook nobody is in; nbgrader takes seconds to make one, so it is made once."""
    from casework.cli import prepare

    prepare()
    from nbgrader.api import Gradebook

    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    Gradebook(f"sqlite:///{path}", "").close()
    return path


@pytest.fixture(scope="session")
def known_gradebook(tmp_path_factory, empty_gradebook):
    """A gradebook that knows the small course's exercise, as after a first collection, and nobody in it."""
    from casework.grading.course import open_course
    from casework.grading.exercise import read_exercise
    from casework.grading.register import register

    folder = tmp_path_factory.mktemp("known")
    with pytest.MonkeyPatch.context() as patch:
        small = _ready(make_course(folder), patch, empty_gradebook)
        course = open_course(small.root)
        register(course, read_exercise(course, small.name))
    return folder / "grading" / "gradebook.db"


@pytest.fixture
def grading_course(tmp_path, monkeypatch, known_gradebook):
    """The small course as the working folder, with a gradebook that nobody is in."""
    return _ready(make_course(_folder(tmp_path)), monkeypatch, known_gradebook)


def _folder(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    return folder


def _ready(course, monkeypatch, empty_gradebook):
    (course.root / "grading").mkdir()
    shutil.copy(empty_gradebook, course.root / "grading" / "gradebook.db")
    monkeypatch.setenv("CASEWORK_KEYS", str(course.root / "keys"))
    monkeypatch.chdir(course.root)
    return course
