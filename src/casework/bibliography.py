"""The bibliography: which files it is, `_config.yml` says; what is in them, pybtex says, here and in the book alike."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pybtex.database import BibliographyData, Entry
from pybtex.database.input.bibtex import Parser
from pybtex.plugin import find_plugin, register_plugin

from casework.claims import Claim

_CITED = re.compile(r"\{(?:foot)?cite(?::\w+)?\}`([^`]+)`")


def read_bibliography(root: Path) -> BibliographyData:
    """Every work of the course in the folder `root`, by its key."""
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    parser = Parser()
    for name in settings["bibtex_bibfiles"]:
        parser.parse_file(str(root / name))
    return parser.data


def in_words(works: BibliographyData, keys: Iterable[str], style: str = "plain") -> list[str]:
    """The references of `keys`, as far as there are such works, in alphabetical order."""
    entries = [works.entries[key] for key in sorted(keys) if key in works.entries]
    backend = find_plugin("pybtex.backends", "plaintext")()
    formatted = find_plugin("pybtex.style.formatting", style)().format_entries(entries)
    return sorted(entry.text.render(backend) for entry in formatted)


def short_name(work: Entry) -> str:
    """A work in a word or two and its year, as one speaks of it: Papp 2009, Hess and others 2024."""
    people = [
        " ".join(person.prelast_names + person.last_names).strip("{}") for person in work.persons.get("author", [])
    ]
    if not people:
        return str(work.fields.get("title", work.key)).replace("{", "").replace("}", "")
    names = " and ".join(people) if len(people) < 3 else f"{people[0]} and others"
    return " ".join(filter(None, [names, str(work.fields.get("year", ""))]))


def keep_style(name: str) -> None:
    """Look up a style and its parts once; pybtex does so for each citation, in all that is installed."""
    style = find_plugin("pybtex.style.formatting", name)
    parts = {  # where a style names no part, the second is pybtex's own default
        "pybtex.style.formatting": name,
        "pybtex.style.names": style.default_name_style or "plain",
        "pybtex.style.labels": style.default_label_style or "number",
        "pybtex.style.sorting": style.default_sorting_style or "none",
    }
    for group, part in parts.items():
        register_plugin(group, part, find_plugin(group, part), force=True)


def cited_keys(text: str) -> set[str]:
    """The keys a page or notebook cites."""
    return {key.strip() for keys in _CITED.findall(text) for key in keys.split(",")}


def check_bibliography(
    defined: Iterable[str], pages: Iterable[str], data: Any, claims: Mapping[str, Claim]
) -> list[str]:
    """A sentence for each key that is used but not defined, or defined and used nowhere."""
    defined = set(defined)
    needed = {key: f"claim {claim.id}" for claim in claims.values() for key in claim.source}
    if (trials := data / "trials.csv").is_file():
        rows = csv.DictReader(trials.read_text(encoding="utf-8").splitlines())
        needed |= {row["bibkey"]: "trials.csv" for row in rows}
    used = set(needed).union(*(cited_keys(page) for page in pages))
    unused = defined - used
    if unused:  # an instrument or an activity may name a key in its own words
        words = set()
        for path in data.rglob("*.yaml"):
            words |= set(re.findall(r"[\w.-]+", path.read_text(encoding="utf-8")))
        unused -= words
    problems = [f"{key} is used by {needed[key]} but not defined" for key in sorted(set(needed) - defined)]
    problems += [f"{key} is defined but used by no page, claim or data file" for key in sorted(unused)]
    return problems
