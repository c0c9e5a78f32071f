"""The safety rule of the course: from findings to a decision, who takes it, and what is done first.

The rules are data (`safety-rules.yaml`), and so is the go/no-go form (`go-no-go.yaml`). A decision is as strict as
the strictest finding: an emergency before a stop of joint work, before a stop of ketamine, before a stop for today,
before a hold, before the question whether ketamine is in proportion, before going on. A second finding may make it
stricter; none makes it milder.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.abc import Traversable

from casework.records import ContentError, build, data_file, load_yaml, with_ids

LEVELS = ("emergency", "stop-joint-work", "stop-ketamine", "stop-today", "hold", "proportionality", "go-on")
"""What may be decided, strictest first."""

URGENCIES = ("now", "today", "next")
"""How soon the first act is due, soonest first."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What follows from one finding. `tempting` is the wrong act that suggests itself; `reopen` completes "when"."""

    id: str
    text: str
    band: str
    who: str
    urgency: str
    act: str
    tempting: str
    source: str
    marks: tuple[str, ...]
    scope: str = ""
    reopen: str = ""
    moments: tuple[str, ...] = ("any",)
    keys: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("text", "act", "tempting", "source", "marks", "moments"):
            if not getattr(self, name):
                raise ContentError(f"{name}: found nothing, expected at least a line")
        if self.band == "hold" and not self.reopen:
            raise ContentError("reopen: a hold needs the condition for looking again")
        if (self.band == "no-barrier") == bool(self.scope):
            raise ContentError(f"scope: found {self.scope!r}; expected one for every band but no-barrier")
        if self.scope == "today" and self.band != "stop":
            raise ContentError("scope: only a stop may be for today")
        if self.urgency == "now" and self.band != "stop":
            raise ContentError("urgency: what must be done now is a stop")

    @property
    def level(self) -> str:
        """The decision this finding leads to if it stands alone, one of `LEVELS`."""
        if self.urgency == "now":
            return "emergency"
        if self.band == "stop":
            return f"stop-{self.scope}"
        return "go-on" if self.band == "no-barrier" else self.band


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The words shown for the ids that rules use, in the order in which they are shown."""

    level: dict[str, str]
    band: dict[str, str]
    scope: dict[str, str]
    who: dict[str, str]
    urgency: dict[str, str]
    moment: dict[str, str]
    mark: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SafetyRules:
    """The whole rule: every finding by its id, and the words for who, when and how far."""

    labels: Labels
    rules: dict[str, Rule]

    def __post_init__(self) -> None:
        for name, expected in (("level", LEVELS), ("urgency", URGENCIES)):
            found = getattr(self.labels, name)
            if tuple(found) != expected:
                raise ContentError(f"labels: {name}: found {', '.join(found)}, expected {', '.join(expected)}")
        for rule in self.rules.values():
            used = {
                "band": [rule.band],
                "scope": [rule.scope] if rule.scope else [],
                "who": [rule.who],
                "urgency": [rule.urgency],
                "moment": rule.moments,
                "mark": rule.marks,
            }
            for name, values in used.items():
                known = getattr(self.labels, name)
                for value in values:
                    if value not in known:
                        raise ContentError(
                            f"rules: {rule.id}: {name}: found {value!r}, expected one of {', '.join(known)}"
                        )

    def named(self, finding: str) -> Rule:
        """The rule of one finding; an unknown one is refused, because nothing may be waved through unread."""
        if finding not in self.rules:
            raise ContentError(
                f"there is no safety rule for the finding {finding!r}; add it to safety-rules.yaml, "
                f"or use one of {', '.join(self.rules)}"
            )
        return self.rules[finding]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What follows from all findings together; `reasons` are their rules, the most urgent first."""

    level: str
    reasons: tuple[Rule, ...]

    @property
    def who(self) -> tuple[str, ...]:
        """Everyone who decides on something here; with nothing to decide on, both must still say go."""
        return _once(rule.who for rule in self.reasons if rule.band != "no-barrier") or ("both",)

    @property
    def acts(self) -> tuple[str, ...]:
        """The first acts, the most urgent first."""
        return _once(rule.act for rule in self.reasons)

    @property
    def joint_work(self) -> bool:
        """Whether couple sessions may go on meanwhile."""
        return not any(rule.scope in ("joint-work", "today") or rule.level == "emergency" for rule in self.reasons)


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """One line of the go/no-go form: who signs it, and the findings with which nobody can."""

    id: str
    text: str
    signs: str
    fails: tuple[str, ...] = field(default=())


def decide(findings: Iterable[str]) -> Decision:
    """The decision that follows from finding ids; with none, go on to the next step."""
    rules = [load_rules().named(finding) for finding in dict.fromkeys(findings)]
    by_level = sorted(rules, key=lambda rule: (URGENCIES.index(rule.urgency), LEVELS.index(rule.level)))
    level = min((rule.level for rule in rules), key=LEVELS.index, default="go-on")
    return Decision(level=level, reasons=tuple(by_level))


def failing_lines(findings: Iterable[str]) -> tuple[str, ...]:
    """Ids of the lines of the go/no-go form that cannot be signed with these findings, in the form's order."""
    found = {load_rules().named(finding).id for finding in findings}
    return tuple(line.id for line in load_form().values() if found.intersection(line.fails))


@cache
def load_rules() -> SafetyRules:
    """The safety rules of the course."""
    return read_rules(data_file("safety-rules.yaml"))


def read_rules(path: Traversable) -> SafetyRules:
    """Safety rules from one YAML file; each entry under `rules` gets its key as id."""
    data = load_yaml(path)
    return build(SafetyRules, {**data, "rules": with_ids(data.get("rules"), f"{path}: rules")}, str(path))


@cache
def load_form() -> dict[str, FormLine]:
    """The go/no-go form, line id to line; every finding it names has a rule."""
    path = data_file("go-no-go.yaml")
    form = {
        name: build(FormLine, fields, f"{path}: {name}") for name, fields in with_ids(load_yaml(path), path).items()
    }
    for line in form.values():
        for finding in line.fails:
            load_rules().named(finding)
        if line.signs not in load_rules().labels.who:
            raise ContentError(
                f"{path}: {line.id}: signs: found {line.signs!r}, expected one of {', '.join(load_rules().labels.who)}"
            )
    return form


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
