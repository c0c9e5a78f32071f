"""The instruments of the course: every file of `data/instruments/`, checked when it is read."""

from __future__ import annotations

from functools import cache
from importlib.abc import Traversable

from casework.instruments.checks import check
from casework.instruments.schema import Instrument
from casework.records import ContentError, data_file, names_in, read_record


def instrument_ids() -> tuple[str, ...]:
    """The ids of all instruments, in alphabetical order."""
    return names_in(data_file("instruments"))


@cache
def load_instrument(name: str) -> Instrument:
    """The instrument of this id, for example `"phq9"`; underscores are read as hyphens.

    Raises `ContentError` where there is no such instrument or its file cannot be used.
    """
    name = name.replace("_", "-")
    if name not in instrument_ids():
        raise ContentError(
            f"{name!r} is not an instrument of this course; expected one of {', '.join(instrument_ids())}"
        )
    return read_instrument(data_file("instruments", f"{name}.yaml"))


def read_instrument(path: Traversable) -> Instrument:
    """The instrument in one YAML file; its id is the file's name."""
    form = read_record(Instrument, path)
    try:
        check(form)
    except ContentError as error:
        raise ContentError(f"{path.name}: {error}") from None
    return form
