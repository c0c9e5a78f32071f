"""Claims: the file of claims is sound, and the book shows, counts and checks them."""

from __future__ import annotations

import csv
import datetime
import io
import re
from importlib.resources import files
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from casework.bibliography import check_bibliography, cited_keys, in_words, read_bibliography
from casework.claims import check_claims, load_claims, load_scale, numbers_in
from casework.records import ContentError

COURSE = Path(__file__).parents[1]
WORKS = read_bibliography(COURSE)
CLAIMS = load_claims()
SCALE = load_scale()
PAGES = [path.read_text(encoding="utf-8") for path in (COURSE / "book").rglob("*.md")]

SOUND = """
title: "Depression"
reviewed: 2026-11-22
claims:
  c-05:
    statement: "Seven small trials favour the drug at 24 hours."
    strength: very-low
    design: "Meta-analysis"
    n: "185 people"
    numbers: "OR 3.94 (1.54 to 10.10)"
    limitation: "Rated very low"
    source: [dean]
    status: V
  c-12:
    statement: "Remission is reported as 20% and 2%."
    strength: low
    design: "Trial"
    limitation: "Read in a news item"
    source: [loo, dean]
    status: V2
"""
BIB = """
@article{dean, author = {Dean, R.}, title = {Ketamine for depression}, journal = {Cochrane}, year = {2021}}

@article{loo, author = {Loo, C.}, title = {Injections}, journal = {BJP}, year = {2023}}
"""
PAGE = """# Depression

*About {uncited}`12` minutes.*

Seven trials favour it.{claim}`c-05` Others are reported.{claim}`c-12` Again.{claim}`c-05`

## Claims on this page

```{claims}
```

## References

```{footbibliography}
```
"""
APPENDIX = "# All claims\n\n```{claim-list}\n```\n\n## References\n\n```{footbibliography}\n```\n"
WORDS = "(evidence-marks)=\n# Words\n\n```{claim-words} strengths\n```\n\n```{claim-words} statuses\n```\n"


# The file of claims.


@pytest.fixture
def folder(tmp_path):
    """A folder of claims with the course's own words for strength."""
    made = tmp_path / "data" / "claims"
    made.mkdir(parents=True)
    scale = files("casework.data").joinpath("claims/scale.yaml").read_text(encoding="utf-8")
    (made / "scale.yaml").write_text(scale, encoding="utf-8")
    (made / "depression.yaml").write_text(SOUND, encoding="utf-8")
    return made


def change(folder, old, new):
    assert old in SOUND
    (folder / "depression.yaml").write_text(SOUND.replace(old, new), encoding="utf-8")


def test_a_sound_folder_loads_with_section_and_date(folder):
    claim = load_claims(folder)["c-05"]
    assert (claim.id, claim.section, claim.reviewed) == ("c-05", "Depression", datetime.date(2026, 11, 22))
    assert claim.source == ("dean",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("status: V\n", "status: U\n", "c-05: status U means that nobody has read this"),
        ("status: V\n", "status: W\n", "expected one of V, V-abs, V2"),
        ("strength: low", "strength: certain", "c-12: strength: found 'certain'"),
        ("is reported as", "was", "c-12: status V2 means read only in what others say"),
        ("source: [dean]", "source: []", "c-05: source is empty"),
        ('limitation: "Rated very low"', 'limitation: ""', "c-05: limitation is empty"),
        ('    n: "185 people"', "    size: 185", "unknown key 'size'"),
        ("  c-12:", "  c_12:", "words in lower case joined by hyphens"),
        ("  c-12:", "  c-05:", "'c-05' is given twice"),
        ("reviewed: 2026-11-22\n", "", "expected title, reviewed (a date) and claims"),
        ('statement: "Seven small trials favour the drug at 24 hours."', 'note: ""', "unknown key 'note'"),
        ("status: V\n", "status: V\n    holds_until: soon\n", "c-05: holds_until: found 'soon'"),
        ("status: V\n", "status: V\n    holds_until: 2026-11-22\n", "(2026-11-22) is not after reviewed (2026-11-22)"),
    ],
)
def test_an_unsound_claim_is_refused_in_a_sentence(folder, old, new, message):
    change(folder, old, new)
    with pytest.raises(ContentError, match=re.escape(message)):
        load_claims(folder)


def test_the_same_id_in_two_files_is_refused(folder):
    (folder / "more.yaml").write_text(SOUND, encoding="utf-8")
    with pytest.raises(ContentError, match="c-05: the id is given twice"):
        load_claims(folder)


def test_sound_claims_are_kept_beside_unsound_ones(folder):
    change(folder, "status: V\n", "status: U\n")
    claims, problems = check_claims(folder)
    assert list(claims) == ["c-12"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("reviewed", "following"),
    [
        ("2026-11-22", "2028-05-22"),
        ("2026-08-31", "2028-02-29"),
        ("2026-12-31", "2028-06-30"),
        ("2026-01-01", "2027-07-01"),
    ],
)
def test_a_claim_is_due_after_eighteen_months_and_not_before(folder, reviewed, following):
    change(folder, "2026-11-22", reviewed)
    claim, day = load_claims(folder)["c-05"], datetime.date.fromisoformat(following)
    assert claim.next_review(SCALE) == day
    assert claim.due(SCALE, day)
    assert not claim.due(SCALE, day - datetime.timedelta(days=1))


def test_a_claim_is_due_on_the_last_day_it_holds_if_that_comes_first(folder):
    change(folder, "status: V\n", "status: V\n    holds_until: 2026-12-31\n")
    claim, day = load_claims(folder)["c-05"], datetime.date(2026, 12, 31)
    assert claim.next_review(SCALE) == day
    assert claim.due(SCALE, day)
    assert not claim.due(SCALE, day - datetime.timedelta(days=1))


def test_a_claim_that_holds_for_longer_is_still_due_after_eighteen_months(folder):
    change(folder, "status: V\n", "status: V\n    holds_until: 2031-12-31\n")
    assert load_claims(folder)["c-05"].next_review(SCALE) == datetime.date(2028, 5, 22)


# The course's claims.


def test_no_claim_of_the_course_is_called_strong():
    # the page on marks and the scale say so; when one is, both have to change
    assert not [claim.id for claim in CLAIMS.values() if claim.strength == "strong"]


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_is_one_printable_sentence(claim):
    assert claim.statement.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", claim.statement)
    assert claim.status in ("V", "V-abs", "V2")
    if claim.status == "V2":
        assert re.search(r"\breported(ly)?\b", claim.statement)
    for text in (claim.statement, claim.numbers):
        assert not re.search(r"(?<![\w-])-\d", text), "a minus sign is −"


def test_what_rests_on_the_temporary_rule_on_prescribing_by_video_is_due_when_the_rule_ends():
    named = {claim.id for claim in CLAIMS.values() if "31 December 2026" in claim.statement}
    assert named
    assert {name for name in named if CLAIMS[name].next_review(SCALE) != datetime.date(2026, 12, 31)} == set()


def test_every_key_of_a_claim_and_a_trial_is_in_the_bibliography_and_every_key_is_used():
    assert check_bibliography(WORKS.entries, PAGES, Path(str(files("casework.data"))), CLAIMS) == []


def test_every_key_a_page_cites_is_in_the_bibliography():
    assert set().union(*(cited_keys(page) for page in PAGES)) <= set(WORKS.entries)


SAID = re.compile(r"([^{}]*)((?:\{claim\}`[^`]+`)+)")


@pytest.mark.parametrize("path", sorted((COURSE / "book").rglob("*.md")), ids=lambda path: path.stem)
def test_a_page_says_reported_where_it_says_what_nobody_here_has_read(path):
    text = path.read_text(encoding="utf-8")
    silent = []
    for passage in re.split(r"\n\s*\n|\n(?=[-|\d])", text):
        for said, marks in SAID.findall(passage):
            only_told = [name for name in re.findall(r"`([^`]+)`", marks) if CLAIMS[name].status == "V2"]
            if only_told and not re.search(r"\breport", said, re.IGNORECASE):
                silent.append((only_told, said[-120:]))
    assert silent == []


def test_every_reference_can_be_printed():
    assert len(in_words(WORKS, WORKS.entries, "unsrt")) == len(WORKS.entries)


def test_trials_hold_only_numbers_that_were_read_reported_or_computed():
    rows = list(csv.DictReader(io.StringIO(files("casework.data").joinpath("trials.csv").read_text(encoding="utf-8"))))
    assert {row["verified"] for row in rows} == {"yes", "reported", "derived"}
    assert not [row for row in rows if "memory" in row["comment"]]
    for row in rows:
        assert row["source_url"] == "" or row["source_url"].startswith("https://")
        if row["ci_low"]:
            assert float(row["ci_low"]) <= float(row["estimate"]) <= float(row["ci_high"])
        if row["treat_events"] and row["treat_n"]:
            assert int(row["treat_events"]) <= int(row["treat_n"])


# Numbers that need a source.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("47 of 100 people", ["47", "100"]),
        ("d 1.8 (1.4 to 2.2), p<0.001", ["1.8", "1.4", "2.2", "0.001"]),
        ("a 24-hour wait, then 2,092 couples and 8.8%.", ["24-hour", "2,092", "8.8%"]),
        ("between −0.87 and +3", ["0.87", "3"]),
        ("15% in 2019", ["15%"]),
        ("week 6 and day 14", ["6", "14"]),
        ("12/20 or 9/20", ["12", "20", "9", "20"]),
        ("on 12 August 1999, in January 2025, in the 1990s, 2015–2019 and 2021.", []),
        ("PHQ-9, GAD-7, CYP3A4 and mTORC1", []),
        ("see section 3, table 2 and phase 3", []),
        ("seven trials, twice as many, Schedule III", []),
    ],
)
def test_numbers_that_need_a_source_are_told_from_names_and_dates(text, found):
    assert numbers_in(text) == found


# The book.


@pytest.fixture
def book(tmp_path, folder, monkeypatch):
    """Build a small book: the warnings and the text of each page."""

    def build(pages=(), *, builder="html", bib=BIB, **settings):
        source = tmp_path / "source"
        everything = {
            "index": "# Start\n",
            "book/evidence/depression": PAGE,
            "book/appendix/claims": APPENDIX,
            "book/appendix/words": WORDS,
            **dict(pages),
        }
        entries = "\n".join(name for name in everything if name != "index")
        everything["index"] += f"\n```{{toctree}}\n{entries}\n```\n"
        for name, text in everything.items():
            path = source / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (source / "references.bib").write_text(bib, encoding="utf-8")
        (source / "conf.py").write_text("", encoding="utf-8")
        warnings = io.StringIO()
        app = SphinxTestApp(
            builder,
            source,
            warning=warnings,
            freshenv=True,
            confoverrides={
                "extensions": ["myst_nb", "sphinxcontrib.bibtex", "casework.book"],
                # said, since Sphinx writes what an extension adds into a default that every build of a process shares
                "source_suffix": {".rst": "restructuredtext", ".md": "myst-nb"},
                "nitpicky": True,
                "bibtex_bibfiles": ["references.bib"],
                "bibtex_default_style": "unsrt",
                "nb_execution_mode": "off",
                "casework_data": str(folder.parent),
                "keep_warnings": False,
                "myst_footnote_transition": False,
                "suppress_warnings": ["myst.footnote"],
                "casework_today": "2026-12-01",
                **settings,
            },
        )
        try:
            app.build()
            kind = {"html": ".html", "text": ".txt"}[builder]
            shown = {name: (Path(app.outdir) / f"{name}{kind}").read_text(encoding="utf-8") for name in everything}
        finally:
            app.cleanup()
        return re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()), shown

    return build


def test_a_sound_book_builds_without_a_warning(book):
    warnings, shown = book()
    assert warnings == ""
    page = shown["book/evidence/depression"]
    assert page.count('href="#claim-c-05"') == 2
    assert page.count('<details class="cw-claim-details"') == 2
    assert ">very low certainty</a>" in page
    assert "OR 3.94 (1.54 to 10.10)" in page
    assert "Reported by others; the source itself was not read" in page
    assert "22 November 2026; next by 22 May 2028" in page
    assert 'href="#use-c-05-2"' in page
    assert 'id="use-c-05-2"' in page
    assert "Ketamine for depression" in page, "the references hold the claims' sources"
    assert "Injections" in page
    assert "_static/site.js" in page, "which holds what opens a claim"


def test_the_appendix_lists_every_claim_and_the_pages_that_use_it(book):
    page = book(
        {"book/evidence/other": "# Other\n\nOne.{claim}`c-05`\n\n```{claims}\n```\n\n```{footbibliography}\n```\n"}
    )[1]["book/appendix/claims"]
    line = re.search(r"c-05 · used in (.*?)</p>", page, re.S)[1]
    assert re.findall(r'href="([^"]*)"[^>]*>([^<]*)', line) == [
        ("../evidence/depression.html#claim-c-05", "Depression"),
        ("../evidence/other.html#claim-c-05", "Other"),
    ]
    assert "Other" not in re.search(r"c-12 · used in (.*?)</p>", page, re.S)[1]


def test_the_page_of_words_shows_every_word_of_the_scale(book):
    page = book()[1]["book/appendix/words"]
    for word in (*SCALE.strengths.values(), *SCALE.statuses):
        assert word.label[1:] in page


def test_a_plain_text_book_shows_the_claims_whole(book):
    warnings, shown = book(builder="text")
    assert warnings == ""
    assert "OR 3.94 (1.54 to 10.10)" in shown["book/evidence/depression"]
    assert "used in Depression" in shown["book/appendix/claims"]


def test_a_claim_past_its_date_is_shown_as_due_and_fails_nothing(book):
    warnings, shown = book(casework_today="2028-05-22")
    assert warnings == ""
    assert "Review due" in shown["book/evidence/depression"]
    assert "due since 22 May 2028" in shown["book/evidence/depression"]


def test_a_claim_says_until_when_it_holds_and_is_shown_as_due_then(book, folder):
    change(folder, "status: V\n", "status: V\n    holds_until: 2026-12-31\n")
    warnings, shown = book(casework_today="2026-12-30")
    assert warnings == ""
    assert "22 November 2026; holds until 31 December 2026; review due then" in shown["book/evidence/depression"]
    assert "Review due" not in shown["book/evidence/depression"]
    warnings, shown = book(casework_today="2026-12-31")
    assert warnings == ""
    assert shown["book/evidence/depression"].count("Review due") == 1
    assert "22 November 2026; due since 31 December 2026" in shown["book/evidence/depression"]


def test_the_words_page_may_be_missing(book):
    assert book({"book/appendix/words": "# Nothing\n"})[0] == ""


def test_an_unknown_claim_fails_the_build(book):
    warnings, _ = book({"book/evidence/other": "# Other\n\nOne.{claim}`c-99`\n"})
    assert "other.md:3: WARNING: there is no claim c-99 that may be printed" in warnings


def test_a_claim_nobody_has_read_fails_the_build_and_is_not_printed(book, folder):
    change(folder, "status: V\n", "status: U\n")
    warnings, shown = book()
    assert "c-05: status U means that nobody has read this" in warnings
    assert "there is no claim c-05 that may be printed" in warnings
    assert "3.94" not in "".join(shown.values())


def test_claims_that_are_cited_and_not_listed_fail_the_build(book):
    warnings, _ = book({"book/evidence/other": "# Other\n\nOne.{claim}`c-05`\n\n```{footbibliography}\n```\n"})
    assert "claim c-05 is cited, but no {claims} list follows it" in warnings


LISTS = "\n\n```{claims}\n```\n\n```{footbibliography}\n```\n"


UNCITED = [
    "In all 40 people took part.",
    "- One.{claim}`c-05`\n- In all 40 people",
    "1. One\n   - with 40 people",
    "| A | B |\n| --- | --- |\n| one | 40 people |\n| two | 1{claim}`c-05` |",
    "> 40 people",
    "```{note}\n40 people\n```",
    "```{admonition} 40 people\nText\n```",
    "In {uncited}`12` minutes 40 people left.",
    "Forty.{claim}`c-05`\n\nThen 40 people.",
]
HARMLESS = [
    "In all 40 people took part.{claim}`c-05`",
    "In all 40 people{footcite:p}`loo` took part.",
    "- In all 40 people{claim}`c-05`\n- None",
    "| A | 24 hours |\n| --- | --- |\n| 40 people | 1{claim}`c-05` |",
    "It takes {uncited}`40` minutes.",
    "## The 40 people",
    "`40`",
    "```python\n40\n```",
    "In 2021, on 12 August 1999, forty people had PHQ-9.",
]


def test_an_uncited_number_fails_the_build_and_a_cited_or_harmless_one_passes(book):
    pages = {
        f"book/evidence/{kind}-{n}": f"# Other\n\n{text}{LISTS}"
        for kind, texts in (("uncited", UNCITED), ("harmless", HARMLESS))
        for n, text in enumerate(texts)
    }
    warnings, _ = book(pages)
    named = re.findall(r"/(\w+)-(\d)\.md:\d+: WARNING: a number without a source: 40\.", warnings)
    assert sorted((kind, int(n)) for kind, n in named) == [("uncited", n) for n in range(len(UNCITED))]
    assert warnings.count("WARNING") == len(UNCITED)


def test_numbers_elsewhere_in_the_book_need_no_source(book):
    assert book({"book/assessment/other": "# Other\n\nIn all 40 people took part.\n"})[0] == ""


@pytest.mark.parametrize(
    ("bib", "message"),
    [
        (BIB + "\n@misc{spare, title = {Spare}}\n", "spare is defined but used by no page, claim or data file"),
        (BIB.split("\n\n", maxsplit=1)[0], "loo is used by claim c-12 but not defined"),
    ],
)
def test_a_key_that_is_not_used_or_not_defined_fails_the_build(book, bib, message):
    assert message in book(bib=bib)[0]


def test_a_page_that_cites_an_undefined_key_fails_the_build(book):
    warnings, _ = book({"book/evidence/other": "# Other\n\nOne.{footcite:p}`nobody`\n"})
    assert 'could not find bibtex key "nobody"' in warnings
