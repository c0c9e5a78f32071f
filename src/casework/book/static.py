"""The one folder from which the book's own scripts and styles get into the site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from casework.book.fresh import workplace


def static_folder(app: Sphinx) -> Path:
    """The folder, which is kept between builds."""
    folder = workplace(app) / "static"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def offer(app: Sphinx, config: Config, texts: Mapping[str, str | bytes]) -> None:
    """Put files, name to text, where pages can ask for them; to be called when the settings are read.

    A name may be `FOLDER-DIGEST/NAME`: an older FOLDER of another digest goes.
    """
    folder = static_folder(app)
    for name in {name.split("/")[0] for name in texts if "/" in name}:
        for kept in (folder, Path(app.outdir) / "_static"):
            for older in kept.glob(f"{name.rpartition('-')[0]}-*/"):
                if older.name != name:
                    shutil.rmtree(older)
        (folder / name).mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    # relative, since Sphinx writes a digest of this setting into the site, which is the same wherever it is built
    place = os.path.relpath(folder, app.confdir)
    if place not in config.html_static_path:
        config.html_static_path = [*config.html_static_path, place]
