"""The scripts of the book: modules as files, the loader of a page, and their texts for a page opened from disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files

from casework.widgets.front_end import Modules, for_loader, imported


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
