"""An instrument as its file gives it, and the loader; see `schema` for the parts of the file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from casework.content.build import ContentError, build, load_yaml
from casework.instruments import occasions, partners, scores
from casework.instruments.checks import check
from casework.instruments.schema import (
    Bands,
    ChangeRule,
    Claim,
    Context,
    CoupleRule,
    Flag,
    Item,
    Licence,
    Option,
    Scoring,
    Use,
    Vector,
)


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One questionnaire. `direction` says what a higher total is: worse, better or neither.

    `spoken`: a clinician asks aloud, alone with the person, and it is never sent home as a form.

    `unestablished` names fields whose content was not seen in a source that could be read, each with the
    reason. They stand in the file only so that their arithmetic can be checked: nothing of them is shown, and
    `score` does not use them unless it is told to.
    """

    id: str
    title: str
    short_title: str
    reviewed: str
    sources: tuple[str, ...]
    construct: Claim
    form: Claim
    use: Use
    direction: str
    higher_means: str
    licence: Licence
    reliability: Claim
    change_rule: ChangeRule
    couple_rule: CoupleRule
    means: tuple[Claim, ...]
    means_not: tuple[Claim, ...]
    not_scored: str = ""
    spoken: bool = False
    items: tuple[Item, ...] = ()
    options: tuple[Option, ...] = ()
    context: dict[str, Context] = field(default_factory=dict)
    scoring: Scoring | None = None
    bands: Bands | None = None
    cutoffs: dict[str, Flag] = field(default_factory=dict)
    flags: dict[str, Flag] = field(default_factory=dict)
    unestablished: dict[str, str] = field(default_factory=dict)
    vectors: tuple[Vector, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    def score(self, responses: Any, *, provisional: bool = False, **context: str) -> scores.Score:
        """The `Score` of one person's answers: a list in item order, or a mapping of item id to code.

        None in the list, or an id absent from the mapping, is a missing answer. `context` gives what the
        instrument's `context` asks for, such as `sex="female"` for AUDIT-C; without it the band stays open
        and `why` says so. `provisional` works a key that is not established, to check arithmetic and never for
        a person. Raises `ResponseError` naming item, value and what is allowed.
        """
        return scores.score(self, responses, context, provisional)

    def explain(self, score: scores.Score) -> list[str]:
        """One of this instrument's scores in words: the result, the band's consequence, each flag, what is open."""
        return scores.explain(self, score)

    def change(self, before: Any, after: Any) -> occasions.Change:
        """The change from `before` to `after`: see `measure_change`."""
        return occasions.measure_change(self, before, after)

    def compare(self, a: Any, b: Any, *, names: tuple[str, str] = ("Partner A", "Partner B")) -> partners.Couple:
        """Two partners' results side by side: see `compare_partners`."""
        return partners.compare_partners(self, a, b, names=names)

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The options of one item."""
        return item.options or self.options

    def flag(self, name: str) -> Flag:
        """The cut-off or flag of this id."""
        return (self.cutoffs | self.flags)[name]

    def as_data(self) -> dict:
        """Plain JSON data of what a page may show and needs for scoring; nothing that is not established."""
        hidden = {"vectors", *self.unestablished}
        plain = _plain(dataclasses.asdict(self))
        return {key: value for key, value in plain.items() if key not in hidden}


def instrument_ids() -> tuple[str, ...]:
    """The ids of all instruments, in alphabetical order."""
    return tuple(sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir()
                        if path.name.endswith(".yaml")))


@cache
def load_instrument(name: str) -> Instrument:
    """The instrument of this id, for example `"phq9"`; underscores are read as hyphens.

    Raises `ContentError` where there is no such instrument or its file cannot be used.
    """
    name = name.replace("_", "-")
    if name not in instrument_ids():
        raise ContentError(f"{name!r} is not an instrument of this course; "
                           f"expected one of {', '.join(instrument_ids())}")
    return read_instrument(_folder() / f"{name}.yaml")


def read_instrument(path: Any) -> Instrument:
    """The instrument in one YAML file; its id is the file's name."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ContentError(f"{path}: found {type(data).__name__}, expected a mapping")
    return build(Instrument, {"id": path.name.removesuffix(".yaml"), **data}, path.name)


def _folder() -> Any:
    return files("casework.data") / "instruments"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        filled = {key: _plain(part) for key, part in value.items()}
        return {key: part for key, part in filled.items() if part is not None and part not in ("", [], {})}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
