"""A book of a few pages, with its own copy of the package, so that a test may edit both and build it in seconds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import v4

ROOT = Path(__file__).parents[1]

CLAIMS = """
title: "Depression"
reviewed: 2026-11-22
claims:
  c-05:
    statement: "Seven small trials favour the drug at 24 hours."
    strength: very-low
    design: "Meta-analysis"
    limitation: "Rated very low"
    source: [dean]
    status: V
  c-12:
    statement: "Remission is reported as 20% and 2%."
    strength: low
    design: "Trial"
    limitation: "Read in a news item"
    source: [loo]
    status: V2
"""
BIBLIOGRAPHY = """
@article{dean, author = {Dean, R.}, title = {Ketamine for depression}, journal = {Cochrane}, year = {2021}}

@article{loo, author = {Loo, C.}, title = {Injections}, journal = {BJP}, year = {2023}}
"""
LISTS = "\n\n## Claims\n\n```{claims}\n```\n\n## References\n\n```{footbibliography}\n```\n"
PAGES = {
    "book/start": "# Start\n\nSee [](practice.md) and [](first-claim.md).\n",
    "book/practice": "# Practice\n\nUnusual word: zymurgy.\n\n```{practice} depression/until-thursday\n```\n",
    "book/forms": "# Forms\n\n```{measure} lift-off noor phq9\n```\n\n```{couple} lift-off who\n```\n",
    "book/trials": "# Trials\n\n```{index} ! forest plot\n```\n\n```{explorer} forest\n```\n",
    "book/first-claim": f"# First claim\n\nOne.{{claim}}`c-05`{LISTS}",
    "book/second-claim": f"# Second claim\n\nTwo.{{claim}}`c-12`{LISTS}",
    "book/all-claims": "# All claims\n\n```{claim-list}\n```\n\n```{footbibliography}\n```\n",
}
NOTEBOOK = "notebooks/lab"
CELLS = [
    v4.new_markdown_cell("# Lab\n\nWords before.", id="title"),
    v4.new_code_cell("from casework import practice", id="import", metadata={"tags": ["remove-input"]}),
    v4.new_code_cell('practice("transcripts/two-walls-sunday")', id="asked", metadata={"tags": ["remove-input"]}),
    v4.new_code_cell("raise SystemExit", id="fails", metadata={"tags": ["remove-cell", "raises-exception"]}),
]
SETTINGS = """
title: "Small book"
author: Nobody
copyright: "2026"
only_build_toc_files: true
exclude_patterns: [".*/**", "src/**"]
execute: {execute_notebooks: "off"}
bibtex_bibfiles: [book/references.bib]
latex: {use_jupyterbook_latex: false}
html: {use_issues_button: false, use_repository_button: false}
sphinx:
  extra_extensions: [casework.book]
  config:
    numfig: false
    myst_footnote_transition: false
    casework_data: claimed
    bibtex_default_style: unsrt
    suppress_warnings: [myst.domains, myst.footnote]
"""


@dataclass
class Built:
    """What one build said and did."""

    status: int
    said: str
    read: set[str] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)


@dataclass
class SmallBook:
    """The book in `root`."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / "_build" / "html"

    @property
    def data(self) -> Path:
        """The data of the book's own copy of the package."""
        return self.root / "src" / "casework" / "data"

    def _read(self) -> dict[str, int]:
        """When each page was read last."""
        folder = self.root / "_build" / ".doctrees"
        return {
            path.relative_to(folder).with_suffix("").as_posix(): path.stat().st_mtime_ns
            for path in folder.rglob("*.doctree")
        }

    def page(self, name: str) -> str:
        return (self.site / f"{name}.html").read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Every published file, by its place."""
        found = (path for path in self.site.rglob("*") if path.is_file())
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in found}

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new))

    def contents(self, *pages: str) -> None:
        listed = "".join(f"  - file: {page}\n" for page in pages if page != "book/start")
        self.write("_toc.yml", f"format: jb-book\nroot: book/start\nchapters:\n{listed}")

    def build(self, **environment: str) -> Built:
        """Build as `make book` does, in a process of its own."""
        before = self._read()
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from casework import publish; sys.exit(not publish.build())"],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(self.root / "src"), "NO_COLOR": "1", **environment},
        )
        said = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr)
        read = {page for page, when in self._read().items() if before.get(page) != when}
        ran = re.search(r"running notebooks: (.*)", said)
        return Built(done.returncode, said, read, set(ran[1].split(", ")) if ran else set())


def make_book(root: Path) -> SmallBook:
    """Write the book, with a copy of the package, into `root`."""
    book = SmallBook(root)
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name, text in PAGES.items():
        book.write(f"{name}.md", text)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    book.write(f"{NOTEBOOK}.ipynb", v4.writes(v4.new_notebook(cells=CELLS, metadata=kernel)))
    book.write("book/references.bib", BIBLIOGRAPHY)
    book.write("claimed/claims/depression.yaml", CLAIMS)
    shutil.copy(ROOT / "src/casework/data/claims/scale.yaml", root / "claimed" / "claims")
    book.write("_config.yml", SETTINGS)
    book.contents(*PAGES, NOTEBOOK)
    return book


def source(book: SmallBook, cell: str, text: str) -> None:
    """Give one cell of the notebook another source."""
    path = book.root / f"{NOTEBOOK}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    next(found for found in notebook["cells"] if found["id"] == cell)["source"] = text
    path.write_text(json.dumps(notebook), encoding="utf-8")
