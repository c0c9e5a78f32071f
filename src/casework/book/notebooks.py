"""Notebooks of the book: each is run in a kernel and kept, until its code, its data or this package changes.

MyST-NB executes nothing here (`nb_execution_mode` is off): it is given each notebook with the outputs that were kept,
which lie beside the built pages and never among them.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from casework.book.fresh import CODE, digest, file_digest, made_with, workplace
from casework.records import data_file
from casework.storage import write_file

AT_ONCE = 2
"""How many kernels run at the same time."""

_READS = Path(__file__).with_name("reads.py")
_log = logging.getLogger(__name__)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


@dataclass(frozen=True)
class Run:
    """What is kept of a notebook that was run: its code by a digest, each file it read by one, and its outputs."""

    code: str
    reads: dict[str, str]
    outputs: list[list[dict[str, Any]]]


def kept_run(app: Sphinx, docname: str) -> Run | None:
    """The run that was kept of a notebook, if there is one that this version can read."""
    try:
        return Run(**json.loads(_place(app, docname).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_fresh(run: Run | None, notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook would give the same again: nothing that `run` came from has changed."""
    if run is None or run.code != _code_digest(notebook):
        return False
    return all(file_digest(Path(path)) == before for path, before in run.reads.items())


def _place(app: Sphinx, docname: str) -> Path:
    return workplace(app) / "notebooks" / f"{docname}.json"


def _code_digest(notebook: Mapping[str, Any]) -> str:
    cells = [("".join(cell["source"]), cell["metadata"].get("tags")) for cell in _code_cells(notebook)]
    return digest((made_with(), cells))


def _code_cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _run_stale(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    stale: dict[str, NotebookNode] = {}
    for docname in docnames:
        if (path := Path(env.doc2path(docname))).suffix == ".ipynb":
            text = path.read_text(encoding="utf-8")
            if not is_fresh(kept_run(app, docname), json.loads(text)):
                stale[docname] = nbformat.reads(text, as_version=4)
    if stale:
        _log.info("running notebooks: %s", ", ".join(stale))
        problems = asyncio.run(_run_all(app, stale))
        if problems:
            raise ExtensionError("\n\n".join(problems))


async def _run_all(app: Sphinx, notebooks: dict[str, NotebookNode]) -> list[str]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def run(docname: str, notebook: NotebookNode) -> str:
        async with turns:
            try:
                done = await _run(app, notebook)
            except Exception as error:  # whatever a cell or its kernel does, the reader of the build is told where
                return f"{app.env.doc2path(docname)}: {_COLOUR.sub('', str(error)).strip()}"
        write_file(_place(app, docname), json.dumps(vars(done)).encode())
        return ""

    problems = await asyncio.gather(*(run(docname, notebook) for docname, notebook in notebooks.items()))
    return [problem for problem in problems if problem]


async def _run(app: Sphinx, notebook: NotebookNode) -> Run:
    """Run a notebook where nothing lies: what an author answered beside it is nobody's page."""
    with tempfile.TemporaryDirectory() as folder:
        reads = Path(folder) / "reads.txt"
        (work := Path(folder) / "work").mkdir()
        client = NotebookClient(
            notebook,
            timeout=app.config.nb_execution_timeout,
            allow_errors=app.config.nb_execution_allow_errors,
            resources={"metadata": {"path": str(work)}},
            record_timing=False,
            store_widget_state=False,
            extra_arguments=[
                f"--IPKernelApp.exec_files={[str(_READS)]}",
                "--log-level=ERROR",
                "--IPythonDisplayFormatter.enabled=False",  # a widget as one output: the page has its own host
            ],
        )
        await client.async_execute(env={**os.environ, "CASEWORK_READS": str(reads)})
        opened = {Path(line) for line in reads.read_text(encoding="utf-8").splitlines()}
    return Run(
        code=_code_digest(notebook),
        reads={str(path): file_digest(path) for path in sorted(opened) if _is_data(path, Path(app.srcdir))},
        outputs=[cell["outputs"] for cell in _code_cells(notebook)],
    )


def _is_data(path: Path, root: Path) -> bool:
    """Whether a file is the course's, and neither code nor built."""
    if path.suffix in (*CODE, ".pyc") or not path.is_file():
        return False
    if path.is_relative_to(str(data_file())):
        return True
    inside = path.relative_to(root).parts if path.is_relative_to(root) else (".elsewhere",)
    return not any(part.startswith((".", "_build")) for part in inside)


def _give(app: Sphinx, docname: str, source: list[str]) -> None:
    """Hand MyST-NB the notebook with its outputs, and make the page depend on what was read for them."""
    if Path(app.env.doc2path(docname)).suffix != ".ipynb":
        return
    run, notebook = kept_run(app, docname), json.loads(source[0])
    if run is None:
        return
    for cell, outputs in zip(_code_cells(notebook), run.outputs, strict=True):
        cell["outputs"] = outputs
    for path in run.reads:
        app.env.note_dependency(path)
    source[0] = json.dumps(notebook)


def setup(app: Sphinx) -> None:
    """Register what runs the notebooks that are to be read, and what gives their outputs to MyST-NB."""
    app.connect("env-before-read-docs", _run_stale)
    app.connect("source-read", _give)
