"""The scripts of the book: modules as files, the loader of a page, and their texts for a page opened from disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from graphlib import TopologicalSorter
from importlib.resources import files

from casework.widgets.front_end import Modules, for_loader, imported

_IMPORTS = re.compile(r'^import \{([^}]*)\} from "\./([a-z-]+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


def own(name: str) -> str:
    """The text of one file of the book's front end, such as `host.css`."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def page_files(name: str, modules: Modules, first: str) -> dict[str, str]:
    """What a page needs that starts the module `first`: a classic script `name`.js, the modules as files, and as texts.

    Their folder is named after what is in it, so that no browser takes an older one from its store.
    """
    texts = json.dumps(for_loader(modules), ensure_ascii=False)
    folder = f"{name}-{hashlib.sha256(texts.encode()).hexdigest()[:10]}"
    script = own("loader.js").replace("(FOLDER, FIRST)", f"({json.dumps(folder)}, {json.dumps(first)})")
    kept = f"globalThis[{json.dumps(f'texts of {folder}')}] = {texts};\n"
    return {
        f"{name}.js": script,
        f"{folder}/texts.js": kept,
        **{f"{folder}/{stem}.js": text for stem, text in modules.items()},
    }


def gathered(modules: Modules, first: str) -> dict[str, str]:
    """`modules` with `first`, all it imports and whatever else two of them import as one, which the others import.

    Over most lines a browser asks for six files at once, and each round costs a way there and back. Raises `ValueError`
    for a module that cannot stand with others: one with a default, or with a name that another gives too.
    """
    times = Counter(neighbour for text in modules.values() for neighbour in imported(text))
    inside = needed(modules, [first, *(stem for stem, number in times.items() if number > 1)])
    order = TopologicalSorter({stem: imported(modules[stem]) for stem in inside}).static_order()
    parts: list[str] = []
    given: dict[str, str] = {}
    for stem in order:
        text = _IMPORTS.sub(
            lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = {_name(found[2])};\n", modules[stem]
        )
        names = _EXPORT.findall(text)
        text = _EXPORT.sub("", text)
        if left := re.search(r"^(?:import|export)\b.*", text, re.MULTILINE):
            raise ValueError(f"{stem}.js: {left[0]!r} has no place in one module with others")
        if twice := sorted(given.keys() & set(names)):
            raise ValueError(f"{stem}.js gives {', '.join(twice)}, as {given[twice[0]]}.js does")
        given |= dict.fromkeys(names, stem)
        parts.append(f"const {_name(stem)} = (() => {{\n{text}\nreturn {{ {', '.join(names)} }};\n}})();\n")
        parts.append(f"export const {{ {', '.join(names)} }} = {_name(stem)};\n" if names else "")
    others = {stem: _from_one(text, inside, first) for stem, text in modules.items() if stem not in inside}
    return {first: "".join(parts), **others}


def _name(stem: str) -> str:
    return f"${stem.replace('-', '_')}"


def _from_one(text: str, inside: Iterable[str], first: str) -> str:
    return re.sub(rf'from "\./(?:{"|".join(inside)})\.js"', f'from "./{first}.js"', text)


def needed(modules: Modules, stems: Iterable[str]) -> list[str]:
    """Those of `stems` that are modules, and all they import, in one order."""
    found: set[str] = set()
    left = [stem for stem in stems if stem in modules]
    while left:
        stem = left.pop()
        if stem not in found:
            found.add(stem)
            left += imported(modules[stem])
    return sorted(found)
