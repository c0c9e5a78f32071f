"""Couples: every file can be used, what it states is worked out again, and an author is told what is wrong."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from docutils import nodes

from casework import ContentError, load_instrument, measure_of
from casework.book.couples import PARTS
from casework.couples import Couple, couple_ids, load_couple, read_couple
from casework.grading.leaks import find_secrets, load_secrets
from casework.instruments import score_answers
from casework.safety import LEVELS, failing_lines, load_form
from tests.test_dialogue import changed as changed_in

ROOT = Path(__file__).parent.parent
WALLS = yaml.safe_load((ROOT / "src/casework/data/couples/walls-too-high.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", couple_ids())
def test_every_couple_can_be_used(name):
    couple = load_couple(name)
    assert couple.fictional
    assert couple.decision.id in LEVELS
    for partner, taken in couple.measures.items():
        for instrument in taken:
            assert not couple.score(partner, instrument).undecided, f"{partner}: {instrument}"


@pytest.mark.parametrize("name", couple_ids())
def test_a_flag_of_a_safety_measure_is_among_the_findings(name):
    couple = load_couple(name)
    told_by = {
        ("phq9", "item-9-above-zero"): {"thoughts-of-death"},
        ("hark", "any-yes"): {
            "violence-yes-unassessed",
            "violence-yes-cleared",
            "violence-now",
            "coercive-control",
            "fear-of-partner",
            "forced-sex",
            "past-low-level-violence",
            "lethality-signs",
        },
        ("mdq", "positive-screen"): {"mania-screen-positive", "mania-now"},
        ("auditc", "at-or-above-cut-off"): {"substance-screen-positive", "substance-disorder"},
        ("cssrs-screener", "emergency-pathway"): {"suicide-risk-high"},
    }
    for partner, taken in couple.measures.items():
        for instrument in taken:
            for flag in couple.score(partner, instrument).flags:
                findings = told_by.get((instrument, flag))
                assert not findings or findings & set(couple.findings), f"{partner}: {instrument}: {flag}"


@pytest.mark.parametrize("name", couple_ids())
def test_what_a_partner_never_wants_told_is_not_in_what_both_heard(name):
    couple = load_couple(name)
    heard = " ".join(said.text for said in couple.together)
    for lines in couple.alone.values():
        for line in lines:
            for quote in re.findall(r'"([^"]{12,})"', line.text) if line.private else []:
                assert quote.strip(" .,") not in heard


def changed(*way, to=None):
    """The walls-too-high couple in which the value at the end of `way` is `to`, or is gone."""
    return changed_in(WALLS, *way, to=to)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed("fictional"), "fictional is missing"),
        (changed("fictional", to=False), "fictional: found false; every couple of this course is invented"),
        (changed("colour", to="red"), "unknown key 'colour'; expected one of id, fictional"),
        (changed("partners", "daniel"), "partners: found 1, expected two"),
        (changed("partners", "maya", "age", to="41"), "partners: maya: age: found '41', expected a whole number"),
        (
            changed("together", to=[{"who": "aunt", "text": "Hm."}]),
            "together: who: found 'aunt', expected one of maya, daniel",
        ),
        (changed("aims", to=[]), "aims: found nothing, expected at least one"),
        (changed("alone", "daniel"), "alone: expected both partners, maya and daniel"),
        (
            changed("alone", "maya", 0, "may_be_told", to="sometimes"),
            "alone: maya: may_be_told: found 'sometimes', expected one of with-yes, never",
        ),
        (
            changed("alone", "maya", 0, "may_be_told", to=False),
            "may_be_told: found False, expected text in quotation marks",
        ),
        (
            changed("cycle", "not_drawn", to="There is fear."),
            "cycle: expected text, positions; or not_drawn with the reason",
        ),
        (changed("cycle", "positions"), "cycle: positions is missing"),
        (changed("formulation", to={}), "formulation: expected differences, sensitivities, load, pattern; or withheld"),
        (
            changed("measures", "maya", "mood-scale", to={"responses": [1]}),
            "measures: maya: mood-scale: 'mood-scale' is not an instrument of this course",
        ),
        (
            changed("measures", "maya", "phq9", "total", to=10),
            "measures: maya: phq9: total: found 10, but these answers give 9",
        ),
        (
            changed("measures", "maya", "phq9", "band", to="moderate"),
            "phq9: band: found 'moderate', but these answers give 'mild'",
        ),
        (changed("measures", "maya", "phq9", "band"), "phq9: band: found None, but these answers give 'mild'"),
        (
            changed("measures", "maya", "gad7", "flags"),
            "gad7: flags: found [], but these answers give ['at-or-above-10']",
        ),
        (changed("measures", "maya", "phq9", "responses", to=[1, 1]), "phq9: PHQ-9: found 2 answers, expected 9"),
        (
            changed("measures", "maya", "phq9", "responses", 0, to=7),
            "phq9: PHQ-9: item-1: found 7; allowed are 0, 1, 2, 3",
        ),
        (
            changed("measures", "daniel", "auditc", "context"),
            "auditc: band: found 'below the cut-off', but these answers give None",
        ),
        (
            changed("measures", "maya", "ecr-s", to={"responses": [4] * 12}),
            "ecr-s: this course does not score it; leave it out",
        ),
        (changed("measures", "maya", "ace", to={"responses": []}), "ace: this course does not score it; leave it out"),
        (
            changed("findings", "bad-feeling", to="A hunch."),
            "findings: there is no safety rule for the finding 'bad-feeling'",
        ),
        (
            changed("findings", "pregnancy", to="A test."),
            "decision: found go-on, and the findings lead to stop-ketamine; expected an exception",
        ),
        (changed("decision", "id", to="perhaps"), "decision: id: found 'perhaps', expected one of emergency"),
        (changed("decision", "id", to="hold"), "decision: found hold, and the findings lead to go-on"),
        (
            changed("decision", "exception", to={"reason": "We know them."}),
            "decision: found go-on with an exception, and the findings lead to go-on",
        ),
        (changed("tempting", "book-the-dose", "why"), "tempting: book-the-dose: why is missing"),
    ],
)
def test_an_author_is_told_what_is_wrong(tmp_path, data, said):
    with pytest.raises(ContentError) as error:
        read(tmp_path, data)
    assert str(error.value).startswith("some-couple.yaml")
    assert said in str(error.value)


def read(tmp_path, data):
    path = tmp_path / "some-couple.yaml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return read_couple(path)


DRUNK = changed("findings", "intoxication-today", to="He smells of drink at ten.")


def test_a_milder_decision_names_the_finding_it_goes_without(tmp_path):
    reason = "Drink on the day ends that session only."
    for exception in ({"reason": reason}, {"reason": reason, "without": "old-hurt"}):
        with pytest.raises(ContentError, match="milder than the rule"):
            read(tmp_path, DRUNK | {"decision": {**WALLS["decision"], "exception": exception}})
    couple = read(
        tmp_path,
        DRUNK | {"decision": {**WALLS["decision"], "exception": {"reason": reason, "without": "intoxication-today"}}},
    )
    assert couple.reasons.level == "go-on"


def test_a_stricter_decision_only_gives_its_reason(tmp_path):
    stricter = {"id": "hold", "text": "Wait.", "exception": {"reason": "Both are exhausted."}}
    assert read(tmp_path, changed("decision", to=stricter)).decision.id == "hold"


def test_an_unknown_couple_is_refused_by_name():
    with pytest.raises(
        ContentError, match=r"'nobody' is not a couple of this course; expected one of .*walls-too-high"
    ):
        load_couple("nobody")


# --- the how-to page ---

PAGE = (ROOT / "book/appendix/add-a-couple.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_couple_on_the_how_to_page_is_complete(tmp_path):
    couple = read(tmp_path, EXAMPLES[0])
    assert couple.names == "Ada and Tove"
    assert couple.reasons.level == couple.decision.id == "proportionality"


def test_the_exception_on_the_how_to_page_is_one(tmp_path):
    whole = yaml.safe_load(EXAMPLES[0])
    whole["findings"] = {"substance-disorder": "Every day.", "intoxication-today": "At ten."}
    couple = read(tmp_path, whole | yaml.safe_load(EXAMPLES[1]))
    assert couple.reasons.level == "hold"


def test_one_more_file_is_one_more_couple(tmp_path, monkeypatch):
    (tmp_path / "moving-boxes.yaml").write_text(EXAMPLES[0], encoding="utf-8")
    monkeypatch.setattr("casework.couples.data_file", lambda _, *names: tmp_path.joinpath(*names))
    assert couple_ids() == ("moving-boxes",)
    assert load_couple("moving-boxes").names == "Ada and Tove"


def test_the_how_to_page_names_every_part_of_a_couple():
    parts = {field.name for field in dataclasses.fields(Couple)} - {"id"}
    assert {part for part in parts if f"`{part}`" not in PAGE} == set()


@pytest.mark.parametrize("name", couple_ids())
def test_every_part_of_every_couple_can_be_shown(name):
    for part, (_, draw) in PARTS.items():
        assert draw(load_couple(name)), part


@pytest.mark.parametrize("name", couple_ids())
def test_answers_on_safety_are_never_set_side_by_side(name):
    couple = load_couple(name)
    tables = [node for node in PARTS["measures"][1](couple) if isinstance(node, nodes.table)]
    apart = {
        load_instrument(measure).short_title
        for taken in couple.measures.values()
        for measure in taken
        if load_instrument(measure).couple_rule.apart
    }
    beside = {row.children[0].astext() for table in tables for row in table.findall(nodes.row)}
    assert not apart & beside


# --- a form to score by hand ---


def every_measure():
    return [
        (couple.id, partner, instrument)
        for couple in map(load_couple, couple_ids())
        for partner, taken in couple.measures.items()
        for instrument in taken
    ]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # practice is kept in the working folder


@pytest.mark.parametrize(("couple", "partner", "instrument"), every_measure(), ids="-".join)
def test_any_form_a_partner_answered_can_be_scored_by_hand(elsewhere, couple, partner, instrument):
    widget = measure_of(couple, partner, instrument)
    measure, form, asked = load_couple(couple).measures[partner][instrument], widget.activity.form, widget.activity
    name = load_couple(couple).partners[partner].name
    assert widget.name == f"{couple}/{partner}-{instrument}"
    assert asked.who == f"{name} (fictional)"
    assert asked.who in asked.prompt
    assert f"belongs to {name}'s own record" in asked.prompt or not form.couple_rule.apart
    score = score_answers(form, list(asked.case), asked.context)
    assert (score.total, score.band) == (measure.total, measure.band)
    assert sorted(score.flags) == sorted(measure.flags)


@pytest.mark.parametrize(
    ("couple", "partner", "instrument", "said"),
    [
        ("nobody", "jonah", "mdq", "'nobody' is not a couple of this course"),
        ("fine-on-paper", "walter", "mdq", "fine-on-paper: found 'walter', expected one of jonah, priya"),
        ("fine-on-paper", "priya", "mdq", "fine-on-paper: priya: mdq was not taken; expected one of csi16, phq9"),
        ("fine-on-paper", "priya", "mood-scale", "'mood-scale' is not an instrument of this course"),
        ("walls-too-high", "maya", "ecr-s", "walls-too-high: maya: ecr-s: "),
        ("walls-too-high", "maya", "ace", "walls-too-high: maya: ace: "),
    ],
)
def test_a_form_that_cannot_be_shown_is_refused_by_name(elsewhere, couple, partner, instrument, said):
    with pytest.raises(ContentError) as error:
        measure_of(couple, partner, instrument)
    assert said in str(error.value)


# --- couples kept for an examination ---

KEPT = {path.stem: path for path in sorted((ROOT / "keys" / "couples").glob("*.yaml"))}


@pytest.mark.parametrize("name", KEPT)
def test_a_couple_kept_for_an_examination_is_checked_like_the_others(name):
    couple = read_couple(KEPT[name])
    assert couple.names
    for part, (_, draw) in PARTS.items():
        assert draw(couple), part


@pytest.mark.parametrize("name", KEPT)
def test_a_couple_kept_for_an_examination_is_on_no_page_and_in_no_package(name):
    pages = "".join(
        path.read_text(encoding="utf-8")
        for folder, kinds in (("book", ("*.md",)), ("notebooks", ("*.ipynb",)), ("src", ("*.yaml", "*.py")))
        for kind in kinds
        for path in (ROOT / folder).rglob(kind)
    )
    assert name not in pages
    assert read_couple(KEPT[name]).names not in pages
    assert name not in couple_ids()


@pytest.mark.parametrize("name", KEPT)
def test_what_is_decided_about_such_a_couple_is_looked_for_in_all_that_is_published(name):
    couple, secrets = read_couple(KEPT[name]), load_secrets(ROOT / "keys")
    for text in (couple.decision.text, *(wrong.why for wrong in couple.tempting.values())):
        assert find_secrets(f"<p>{text}</p>", secrets)


@pytest.mark.parametrize("name", couple_ids())
def test_a_decision_names_what_could_not_be_signed_and_nothing_else(name):
    couple = load_couple(name)
    said = "\n".join(node.astext() for node in PARTS["decision"][1](couple))
    unsigned = failing_lines(rule.id for rule in couple.reasons.reasons)
    assert {line.id for line in load_form().values() if line.text in said} == set(unsigned)
