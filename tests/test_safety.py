"""The safety rule: the couples' decisions follow from it, more findings never loosen it, and pages agree with it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import ContentError
from casework.content import load_activities
from casework.safety import LEVELS, FormLine, Rule, decide, failing_lines, load_form, load_rules, read_rules

RULES = load_rules().rules
BOOK = Path(__file__).parent.parent / "book"
ACTIVITIES = {
    path.stem: load_activities(path)
    for path in sorted(Path(str(files("casework.data").joinpath("activities"))).glob("*.yaml"))
}
SORTS = [(page, sort) for page, activities in ACTIVITIES.items() for sort in activities.values() if sort.kind == "sort"]

# Couple, findings at this point of their story, the decision their story states, and whether couple work may go on.
COUPLES = [
    ("maya-and-daniel", {"earlier-couple-therapy", "old-hurt", "low-mood-or-worry", "light-drinking"}, "go-on", True),
    (
        "rosa-and-tomas",
        {
            "affair-just-revealed",
            "thoughts-of-death",
            "suicide-risk-low",
            "violence-yes-cleared",
            "substance-screen-positive",
            "low-mood-or-worry",
        },
        "hold",
        True,
    ),
    (
        "andre-and-keisha",
        {
            "violence-yes-unassessed",
            "weapon-at-home",
            "other-illness",
            "interacting-medicines",
            "couple-therapy-not-tried",
            "low-mood-or-worry",
        },
        "hold",
        False,
    ),
    (
        "leah-and-marcus",
        {"fear-of-partner", "coercive-control", "crossing-the-line", "consent-not-free"},
        "stop-joint-work",
        False,
    ),
    ("walter-and-grace", {"pressure-raised", "light-drinking"}, "hold", True),
    ("jonah-and-priya", {"past-psychosis", "relative-with-psychosis", "light-drinking"}, "stop-ketamine", True),
    (
        "reto-and-bridget",
        {"substance-disorder", "other-illness", "pressure-raised", "intoxication-today"},
        "hold",
        True,
    ),
    (
        "elise-and-noor",
        {"mania-now", "bipolar-unstable", "mania-screen-positive", "substance-screen-positive"},
        "stop-joint-work",
        False,
    ),
    ("hiro-and-ben", {"consent-not-free", "low-mood-or-worry", "light-drinking"}, "stop-ketamine", True),
    ("anneke-and-paul", {"secret-relationship", "light-drinking"}, "hold", False),
    ("sofia-and-luca", {"suicide-risk-high", "thoughts-of-death", "substance-screen-positive"}, "emergency", False),
    ("amara-and-chidi", {"pregnancy"}, "stop-ketamine", True),
    ("fatima-and-omar", {"mild-distress", "couple-therapy-not-tried", "no-indication"}, "proportionality", True),
]

# Where the story states something milder than the rule: the finding that makes the difference, and why.
EXCEPTIONS = {
    "reto-and-bridget": (
        "intoxication-today",
        "drink on the day ends that session only; the story states the decision that outlasts the day",
    ),
}

# Referrals of the lab, by the stem of their activities, with the findings in the letter.
REFERRALS = {
    "ilse-and-kwame": {"cleared-condition", "earlier-couple-therapy", "low-mood-or-worry"},
    "dov-and-anjali": {"interacting-medicines", "low-mood-or-worry"},
    "wen-and-halvard": {"fear-of-partner", "coercive-control"},
    "teresa-and-gil": {"mild-distress", "couple-therapy-not-tried", "no-indication"},
    "naledi-and-joost": {"relative-with-psychosis"},
    "cormac-and-lucia": {"suicide-risk-high", "low-mood-or-worry"},
    "yusuf-and-camila": {"affair-worked-through", "old-hurt", "low-mood-or-worry", "earlier-couple-therapy"},
    "farid-and-elena": {"violence-yes-unassessed"},
    "bea-and-sunil": {"breast-feeding", "low-mood-or-worry"},
    "ruth-and-amos": {"language-or-access"},
    "marit-and-osei": {"thoughts-of-harming"},
}

# Cases run through the form on the page about feedback: what each shows, and lines no finding stands for.
FORM_CASES = {
    "run-the-form": ({"interacting-medicines"}, {"formulation-agreed"}),
    "find-the-line": ({"consent-uncertain"}, set()),
}

some_findings = st.sets(st.sampled_from(sorted(RULES)), max_size=8)


@pytest.mark.parametrize(("couple", "findings", "stated", "joint_work"), COUPLES, ids=[c[0] for c in COUPLES])
def test_each_couples_decision_follows_from_the_rule_or_names_its_exception(couple, findings, stated, joint_work):
    finding, reason = EXCEPTIONS.get(couple, ("", ""))
    if finding:
        assert reason
        assert LEVELS.index(decide(findings).level) < LEVELS.index(stated), "this is no exception any more"
    decision = decide(findings - {finding})
    assert (decision.level, decision.joint_work) == (stated, joint_work)


def test_an_unknown_finding_is_refused_and_not_waved_through():
    with pytest.raises(ContentError, match="no safety rule for the finding 'tired'; add it to safety-rules"):
        decide(["fear-of-partner", "tired"])
    with pytest.raises(ContentError, match="no safety rule for the finding 'tired'"):
        failing_lines(["tired"])


@given(some_findings, st.sampled_from(sorted(RULES)))
def test_one_more_finding_never_loosens_a_decision(findings, more):
    before, after = decide(findings), decide({*findings, more})
    assert LEVELS.index(after.level) <= LEVELS.index(before.level)
    assert before.joint_work or not after.joint_work
    assert set(before.reasons) <= set(after.reasons)
    assert set(before.acts) <= set(after.acts)
    assert set(failing_lines(findings)) <= set(failing_lines({*findings, more}))


@given(st.lists(st.sampled_from(sorted(RULES)), max_size=8))
@settings(max_examples=50)
def test_neither_order_nor_repetition_of_findings_changes_a_decision(findings):
    one, other = decide(findings), decide([*reversed(findings), *findings])
    assert (one.level, one.joint_work, set(one.who)) == (other.level, other.joint_work, set(other.who))


def test_a_decision_names_everyone_who_decides_and_the_most_urgent_act_first():
    decision = decide(["pressure-raised", "fear-of-partner", "suicide-risk-high"])
    assert decision.who == ("either", "therapist", "prescriber")
    assert decision.acts[0].startswith("Stay with the person")
    assert decision.reasons[-1].id == "pressure-raised"


def test_with_nothing_found_both_professionals_must_still_say_go():
    decision = decide([])
    assert (decision.level, decision.who, decision.joint_work) == ("go-on", ("both",), True)
    assert "not yet a go" in load_rules().labels.level["go-on"]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_rule_has_who_a_first_act_and_a_source(rule: Rule):
    assert rule.who in load_rules().labels.who
    assert rule.act.endswith((".", "?"))
    assert rule.tempting.endswith((".", "?"))
    assert rule.source.endswith(".")
    assert rule.keys or "our-choice" in rule.marks, "without a reference it is a choice of this course"
    assert ("our-choice" in rule.marks) or "choice of this course" not in rule.source


def test_every_source_of_a_rule_is_cited_on_a_page_of_the_book():
    pages = "".join(path.read_text(encoding="utf-8") for path in BOOK.rglob("*.md"))
    assert [
        key for key in sorted({key for rule in RULES.values() for key in rule.keys}) if f"`{key}`" not in pages
    ] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"band": "perhaps"}, "past-psychosis: band: found 'perhaps', expected one of stop, hold"),
        ({"who": "receptionist"}, "past-psychosis: who: found 'receptionist'"),
        ({"urgency": "whenever"}, "past-psychosis: urgency: found 'whenever'"),
        ({"moments": ["sunday"]}, "past-psychosis: moment: found 'sunday'"),
        ({"marks": ["rumour"]}, "past-psychosis: mark: found 'rumour'"),
        ({"act": ""}, "past-psychosis: act: found nothing"),
        ({"band": "hold"}, "reopen: a hold needs the condition"),
        ({"band": "hold", "reopen": "x", "urgency": "now"}, "what must be done now is a stop"),
        ({"band": "hold", "reopen": "x", "scope": "today"}, "only a stop may be for today"),
        ({"scope": ""}, "expected one for every band but no-barrier"),
        ({"dose": "x"}, "unknown key 'dose'"),
    ],
)
def test_a_rule_an_author_got_wrong_stops_the_course_and_says_where(tmp_path, change, said):
    import yaml

    data = yaml.safe_load(files("casework.data").joinpath("safety-rules.yaml").read_text(encoding="utf-8"))
    data["rules"]["past-psychosis"].update(change)
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    with pytest.raises(ContentError, match=r"rules\.yaml") as error:
        read_rules(path)
    assert said in str(error.value)


def test_each_finding_that_bars_the_way_fails_a_line_of_the_go_no_go_form():
    # what shows itself only on a medicine day or after it is past the form, and ends or reschedules instead
    before_the_day = [
        rule.id for rule in RULES.values() if rule.band != "no-barrier" and set(rule.moments) & {"any", "medical"}
    ]
    assert [finding for finding in before_the_day if not failing_lines([finding])] == []
    assert not failing_lines(rule.id for rule in RULES.values() if rule.band == "no-barrier")


def test_the_form_has_twelve_lines_and_each_is_signed_by_a_professional():
    form = load_form()
    assert len(form) == 12
    assert all(
        isinstance(line, FormLine) and line.signs in ("therapist", "prescriber", "both") for line in form.values()
    )


@pytest.mark.parametrize(("page", "sort"), SORTS, ids=[f"{page}/{sort.id}" for page, sort in SORTS])
def test_a_practice_card_named_after_a_finding_stands_where_the_rule_puts_it(page, sort):
    labels = load_rules().labels
    field = next(
        (name for name in ("band", "who", "urgency", "scope") if set(sort.bins) <= set(getattr(labels, name))), ""
    )
    wrong = [
        name for name, card in sort.cards.items() if field and name in RULES and card.bin != getattr(RULES[name], field)
    ]
    assert wrong == []


def test_some_practice_cards_are_findings():
    assert sum(name in RULES for _, sort in SORTS for name in sort.cards) >= 20


@pytest.mark.parametrize("referral", REFERRALS)
def test_each_referral_of_the_lab_is_decided_as_the_rule_decides(referral):
    decision = decide(REFERRALS[referral])
    options = ACTIVITIES["eligibility-board"][f"{referral}-decision"].options
    (right,) = [name for name, option in options.items() if option.right]
    assert right == {"go-on": "go-on", "proportionality": "another-route"}.get(
        decision.level, f"{decision.level}-{decision.reasons[0].who}"
    )
    assert f"{referral}-first" in ACTIVITIES["eligibility-board"]


def test_the_lab_shows_every_referral_and_nothing_else():
    decisions = [
        name.removesuffix("-decision") for name in ACTIVITIES["eligibility-board"] if name.endswith("-decision")
    ]
    assert decisions == list(REFERRALS)


@pytest.mark.parametrize("case", FORM_CASES)
def test_the_lines_that_fail_in_a_practice_case_are_those_the_form_fails(case):
    findings, beside = FORM_CASES[case]
    options = ACTIVITIES["feedback-and-decision"][case].options
    assert set(options) <= set(load_form())
    assert {name for name, option in options.items() if option.right} == {*failing_lines(findings), *beside}


def test_the_pages_print_the_rule_from_its_data_and_hold_no_copy_of_it():
    text = {path.stem: path.read_text(encoding="utf-8") for path in (BOOK / "assessment").glob("*.md")}
    assert "{safety-rules}" in text["eligibility"]
    assert "{safety-rules}" in text["what-stops"]
    assert "{go-no-go}" in text["feedback-and-decision"]
    assert not [rule.id for rule in RULES.values() for page in text.values() if rule.act in page]


# -- danger from the one who speaks -------------------------------------------------------------------

ASKED = "hurting or killing your partner, a child, or anybody else"


def test_danger_from_the_one_who_speaks_is_an_emergency_and_thoughts_alone_are_looked_into_the_same_day():
    danger, thoughts, unwanted = (
        RULES[name] for name in ("danger-from-speaker", "thoughts-of-harming", "unwanted-thoughts")
    )
    assert (danger.level, danger.scope, danger.who) == ("emergency", "joint-work", "either")
    assert (thoughts.level, thoughts.scope, thoughts.who) == ("hold", "joint-work", "therapist-with-supervisor")
    assert thoughts.urgency == "today"
    assert "specialist" in thoughts.act
    assert unwanted.level == "go-on"
    assert {"tarasoffat25", "johnson2014tarasoff", "ncsl_duty"} <= set(danger.keys)
    for rule in (danger, thoughts):
        assert "your law" in rule.act
        assert "suicide" in rule.act
        assert not decide([rule.id]).joint_work
        assert failing_lines([rule.id]) == ("safety-asked",)
    assert decide(["unwanted-thoughts", "low-mood-or-worry"]).level == "go-on"


def test_the_individual_session_asks_everybody_about_harming_somebody():
    page = " ".join((BOOK / "assessment" / "individual-sessions.md").read_text(encoding="utf-8").split())
    assert ASKED in page
    assert ASKED in (BOOK / "assessment" / "what-stops.md").read_text(encoding="utf-8")
    assert page.index("Violence, received and used") < page.index(ASKED) < page.index("Suicide and self-harm")


@pytest.mark.parametrize("page", ["first-contact", "individual-sessions", "what-stops", "consent"])
def test_a_promise_of_private_words_names_its_exceptions(page):
    text = " ".join((BOOK / "assessment" / f"{page}.md").read_text(encoding="utf-8").split())
    assert "protect or warn" in text
    assert "high risk of suicide" in text.lower()


def test_nothing_reaches_the_other_names_its_exceptions_wherever_it_stands():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (BOOK / "assessment").glob("*.md")}
    for page in ("first-contact", "at-a-glance", "what-stops"):
        assert re.search("two exceptions", pages[page], re.IGNORECASE), page
        assert (
            "a duty to protect or warn; a high risk of suicide, with whoever is safe for that person" in pages[page]
        ), page
    for page, text in pages.items():
        assert not re.search(r"never (?:pass|reach(?:es)? the partner)", text), page
    assert not [rule.id for rule in RULES.values() if re.search(r"reaches the other\.|never passed", rule.act)]


def test_a_partner_who_may_be_the_danger_is_not_called_in_because_somebody_wants_to_die():
    texts = {path.name: path.read_text(encoding="utf-8") for path in (BOOK / "assessment").glob("*.md")}
    texts |= {rule.id: rule.act for rule in RULES.values()}
    assert [
        name for name, text in texts.items() if re.search(r"as (?:you|the person) agrees? or (?:as )?danger", text)
    ] == []
    assert "A partner who is feared or controls is not brought in" in RULES["suicide-risk-high"].act
    policy = texts["first-contact.md"].partition("Two exceptions, said beforehand")[2]
    assert "Your partner only where that does not endanger you" in policy


def test_everybody_is_asked_about_a_gun_and_threats_and_the_two_rules_on_guns_do_not_overlap():
    page = (BOOK / "assessment" / "individual-sessions.md").read_text(encoding="utf-8")
    asked = page.partition("1. **Violence, received and used.**")[2].partition("\n2. ")[0]
    for said in ("a hand on the throat", "threatened to kill", "an animal", "a gun at home", "who has a key"):
        assert said in asked, said
    assert "gun" in (BOOK / "assessment" / "at-a-glance.md").read_text(encoding="utf-8")
    assert "not been assessed" in RULES["weapon-at-home"].text
    assert "found to have used violence" in RULES["lethality-signs"].text
    assert "medical care today" in RULES["lethality-signs"].act


def test_what_somebody_who_used_violence_tells_is_not_handled_as_if_it_had_been_done_to_them():
    page = (BOOK / "assessment" / "individual-sessions.md").read_text(encoding="utf-8")
    assert "**After a yes to violence received," in page
    used = page.partition("**Violence, control or force used:**")[2].partition("\n\n")[0]
    for said in ("Before this person leaves", "safe tonight", "Do not plan the ending with this person"):
        assert said in used, said
    assert "If the one who used it told you" in RULES["violence-now"].act


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if "day-of-dose" in rule.moments], ids=lambda r: r.id)
def test_nobody_is_sent_home_unseen_when_a_day_stops(rule):
    assert re.search(r"(?:See|Ask) each alone", rule.act)


def test_the_first_call_asks_where_somebody_is_before_it_asks_about_danger():
    page = (BOOK / "assessment" / "first-contact.md").read_text(encoding="utf-8")
    assert 0 < page.index("| **Where, and a number**") < page.index("| **The rule**") < page.index("| **Danger**")
    order = ACTIVITIES["first-contact"]["order-the-call"].right
    assert order.index("where-number") < order.index("danger-now")


def test_numbers_to_call_have_one_home_a_country_a_day_and_a_word_on_the_log():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in BOOK.rglob("*.md")}
    assert [page for page, text in pages.items() if re.search(r"800-\d{3}-\d{4}|call or text 988", text)] == [
        "what-stops"
    ]
    _, _, rest = pages["what-stops"].partition("(numbers-to-call)=")
    home = rest.partition("## Mind")[0]
    for said in ("United States", "29 November 2026", "Check them", "log", "clinic's telephone"):
        assert said in home, said
    for page in ("first-contact", "individual-sessions"):
        assert "<numbers-to-call>" in pages[page], page


def test_each_session_that_asks_about_violence_also_asks_about_harming_somebody():
    alone = {"alone-with-maya", "alone-with-daniel"}
    for page in alone:
        session = ACTIVITIES[page]["session"]
        assert session.topics["harm"].safety
        assert any("harm" in step.covers for step in session.steps.values())


def test_crossing_the_line_bars_nothing_and_asks_again_alone():
    rule = RULES["crossing-the-line"]
    assert rule.level == "go-on"
    assert "Ask each again, alone" in rule.act
