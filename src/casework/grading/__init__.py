"""The bridge to nbgrader: release, collect, grade, feedback, export. Knows nothing of JavaScript."""

from pathlib import Path

templates = Path(__file__).with_name("templates")


class CannotStart(Exception):
    """A command cannot do anything at all; the message says what to do first."""
