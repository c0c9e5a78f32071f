"""All exercises together, as a program runs them: handed in, graded, returned, compared, and no key in any of it."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import statistics

import pytest

from casework.bibliography import read_bibliography
from casework.blueprint import CHOICE, chapter_file, chapter_title, load_blueprint, load_program, study_minutes
from casework.book.blueprint import PARTS
from casework.claims import load_claims
from casework.content import load_activities
from casework.content.rate import Rate
from casework.grading.attempts import read_attempts
from casework.grading.course import open_course
from casework.grading.leaks import find_secrets, load_secrets, search_folder
from casework.keys import load_key
from casework.records import ContentError
from casework.scoring import is_automatic
from tests.small_course import ROOT, copy_course
from tests.test_exercise_items import BANK, EXERCISES, near_misses, rights, wrong_answers

BLUEPRINT = load_blueprint(ROOT / "exercises")
WORKS = {*read_bibliography(ROOT).entries, *load_claims(), CHOICE}
WRITTEN_IN = list(BLUEPRINT.domains)[-4:]


def of(name):
    return [item for item in BANK if item.exercise == name]


def answers(name, kind):
    """One trainee's answers to one exercise, and the points each should earn (None: a supervisor's)."""
    given, expected = {}, {}
    for item in of(name):
        written = not is_automatic(item.activity)
        made = {
            "right": lambda item=item: rights(item)[0] if isinstance(item.activity, Rate) else item.key.right,
            "blank": lambda: None,
            "near": lambda item=item: next(iter(near_misses(item)), item.key.right),
            "wrong": lambda item=item: wrong_answers(item)[0],
        }[kind]
        if written:
            given[item.activity.id] = "" if kind == "blank" else "Dear both."
            expected[item.activity.id] = 0 if kind == "blank" else None
        else:
            given[item.activity.id] = made()
            expected[item.activity.id] = item.points(given[item.activity.id])
    return {name: answer for name, answer in given.items() if answer is not None}, expected


# -- the blueprint --------------------------------------------------------------------------------


def test_there_are_eight_exercises_with_ten_scored_items_each_and_eighty_in_all():
    assert len(BLUEPRINT.domains) == 8
    assert set(EXERCISES) == {*BLUEPRINT.domains, *BLUEPRINT.forms}
    scored = {name: sum(item.automatic for item in EXERCISES[name].items.values()) for name in BLUEPRINT.domains}
    assert min(scored.values()) >= 10
    assert sum(scored.values()) >= 80


@pytest.mark.parametrize("name", WRITTEN_IN)
def test_the_last_four_exercises_have_a_written_item(name):
    assert any(not item.automatic for item in EXERCISES[name].items.values())


@pytest.mark.parametrize("name", BLUEPRINT.domains)
def test_an_exercise_asks_in_several_ways(name):
    kinds = {(item.activity.kind, getattr(item.activity, "many", False)) for item in of(name)}
    assert len(kinds) >= 4


@pytest.mark.parametrize("aim", BLUEPRINT.aims)
def test_every_aim_has_a_chapter_an_item_and_a_source(aim):
    found = BLUEPRINT.aims[aim]
    assert chapter_file(ROOT, found.chapter)
    assert study_minutes(ROOT, found.chapter) > 0
    assert any(ids for name, ids in found.items.items() if name in BLUEPRINT.domains)
    assert found.sources
    assert set(found.sources) <= WORKS


@pytest.mark.parametrize("name", EXERCISES)
def test_every_item_has_an_aim_and_no_aim_names_an_item_that_is_not_there(name):
    assert set(BLUEPRINT.aims_of(name)) == set(EXERCISES[name].items)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_key_rests_on_something_that_can_be_looked_up(name):
    for item_id, key in load_key(name, ROOT / "keys").items.items():
        assert key.source, item_id
        assert set(key.source) <= WORKS, (item_id, set(key.source) - WORKS)


def test_an_item_belongs_to_the_exercise_of_its_aims_domain():
    for name, domain in BLUEPRINT.domains.items():
        for aim in domain.aims.values():
            assert set(aim.items) <= {name, *BLUEPRINT.forms}


def test_there_are_about_six_to_eight_items_for_each_hour_of_study():
    hours = sum(study_minutes(ROOT, chapter) for chapter in {aim.chapter for aim in BLUEPRINT.aims.values()}) / 60
    items = sum(len(EXERCISES[name].items) for name in BLUEPRINT.domains)
    assert 5.5 <= items / hours <= 8.5


def test_the_forms_of_the_test_are_parallel():
    before, after = BLUEPRINT.forms
    for name, aim in BLUEPRINT.aims.items():
        pair = [[EXERCISES[form].items[item] for item in aim.items.get(form, ())] for form in (before, after)]
        assert [(i.activity.kind, i.points) for i in pair[0]] == [(i.activity.kind, i.points) for i in pair[1]], name
    for domain in BLUEPRINT.domains.values():
        assert sum(len(aim.items.get(before, ())) for aim in domain.aims.values()) == 2
    read = {
        form: statistics.fmean(len(" ".join(item.activity.prompt.split())) for item in EXERCISES[form].items.values())
        for form in (before, after)
    }
    assert 0.8 <= read[before] / read[after] <= 1.25


@pytest.mark.parametrize("form", BLUEPRINT.forms)
def test_confidence_is_asked_beside_each_question_of_a_test_and_nowhere_else(form):
    assert list(EXERCISES[form].unscored) == [f"sure-{item}" for item in EXERCISES[form].items]
    assert all(not EXERCISES[name].unscored for name in BLUEPRINT.domains)


def grams(text, size=5):
    found = re.findall(r"[\w']+", text.casefold())
    return {tuple(found[n : n + size]) for n in range(len(found) - size + 1)}


def texts(activity):
    """The words of an item that are its own: neither a published form nor the code book, which stay the same."""

    def strings(part):
        if isinstance(part, str):
            yield part
        for value in part.values() if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else ():
            yield from strings(value)

    shown = {
        name: part
        for name, part in activity.as_data().items()
        if name not in ("codes", "form", "rubric", "bins", "scale")
    }
    return " ".join(strings(shown))


def test_no_item_repeats_another_one_or_a_practice_activity():
    others = {
        f"{path.stem}/{activity.id}": grams(texts(activity))
        for path in sorted((ROOT / "src/casework/data/activities").glob("*.yaml"))
        for activity in load_activities(path).values()
    }
    assert len(others) > 100
    alike = []
    for item in BANK:
        own = grams(texts(item.activity))
        alike += [
            (item.activity.id, name)
            for name, theirs in others.items()
            if len(own & theirs) > max(5, 0.1 * len(own))
            and not {item.exercise, name.partition("/")[0]} <= set(BLUEPRINT.forms)
        ]  # those are parallel on purpose
        others[f"{item.exercise}/{item.activity.id}"] = own
    assert alike == []


# -- everything handed in, graded and returned ----------------------------------------------------


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory, empty_gradebook):
    """A copy of the course in which four trainees have handed in everything, and all was graded and released."""
    from tests.conftest import _ready

    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("whole") / "course"
        folder.mkdir()
        course = _ready(copy_course(folder), patch, empty_gradebook)
        expected = {}
        for name in EXERCISES:
            course.name = name
            edition = course.edition
            for trainee, kind in {"T1": "right", "T2": "blank", "T3": "near", "T4": "wrong"}.items():
                given, expected[trainee, name] = answers(name, kind)
                if name in BLUEPRINT.forms:
                    given |= {sure: {"T1": 4, "T2": 1, "T3": 3, "T4": 4}[trainee] for sure in EXERCISES[name].unscored}
                if not (trainee == "T4" and name == BLUEPRINT.tests.after):  # who did not finish
                    course.hand_in(trainee, given, edition=edition)
                else:
                    del expected[trainee, name]
            assert course.run("grade", name) == 0
        assert course.run("release") == 0
    return course, expected


@pytest.fixture
def run_course(handed_in, monkeypatch):
    """That course as the working folder, and what everybody should earn in it."""
    monkeypatch.setenv("CASEWORK_KEYS", str(handed_in[0].root / "keys"))
    monkeypatch.chdir(handed_in[0].root)
    return handed_in


def export(course, *arguments):
    path = course.root / "grading" / "table.csv"
    assert course.run(*arguments, "-o", path) == 0
    return list(csv.DictReader(io.StringIO(path.read_text())))


def test_right_blank_near_and_wrong_earn_what_they_should(run_course):
    course, expected = run_course
    rows = export(course, "export")
    found = {(row["trainee"], row["assignment"], row["item"]): row["points"] for row in rows}
    wanted = {
        (trainee, name, item): points for (trainee, name), items in expected.items() for item, points in items.items()
    }
    assert found == {where: "" if points is None else f"{points:g}" for where, points in wanted.items()}
    verdicts = {(row["trainee"], row["verdict"]) for row in rows}
    assert verdicts == {
        ("T1", "scored"),
        ("T1", "waiting for a supervisor"),
        ("T2", "blank"),
        ("T3", "scored"),
        ("T3", "waiting for a supervisor"),
        ("T4", "scored"),
        ("T4", "waiting for a supervisor"),
    }


def test_release_of_the_real_course_is_clean(run_course):
    course, _ = run_course
    assert course.run("verify", course.root / "book") == 0
    secrets = load_secrets(course.root / "keys")
    assert len(secrets) > 10
    for course.name in EXERCISES:
        assert find_secrets(course.release.read_text(), secrets) == []


def test_every_page_a_trainee_gets_has_strengths_or_next_steps_and_no_key(run_course):
    course, _ = run_course
    secrets = load_secrets(course.root / "keys")
    for name in EXERCISES:
        assert course.run("feedback", name) == 0
    for folder in ("grading", "book"):
        assert search_folder(course.root / folder, secrets) == []
    for name in EXERCISES:
        course.name = name
        best, none = (course.step("feedback", trainee, f"{name}.html").read_text() for trainee in ("T1", "T2"))
        assert "<h2>Strengths</h2>" in best
        assert "<h2>Next steps</h2>" in none
        assert "<h2>Strengths</h2>" not in none
        assert none.count("Revisit:") == len(set(BLUEPRINT.aims_of(name).values()))
        assert ("neither passed nor failed" in best) == (name in BLUEPRINT.forms)


def test_standing_follows_the_program_and_waits_where_points_are_to_come(run_course):
    course, expected = run_course
    program = load_program(course.root / "exercises")
    rows = {(row["trainee"], row["assignment"]): row for row in export(course, "cohort")}
    assert {name for _, name in rows} == set(BLUEPRINT.domains)
    for (trainee, name), items in expected.items():
        if name in BLUEPRINT.forms:
            continue
        most = sum(item.points for item in EXERCISES[name].items.values())
        earned = sum(points or 0 for points in items.values())
        to_come = sum(EXERCISES[name].items[item].points for item, points in items.items() if points is None)
        needed = program.pass_mark / 100 * most
        wanted = "passed" if earned >= needed else "open" if earned + to_come >= needed else "not yet"
        assert rows[trainee, name]["standing"] == wanted
        assert rows[trainee, name]["attempts"] == "1"
    assert rows["T2", "measures"]["standing"] == "not yet"
    assert rows["T1", "measures"]["standing"] == "passed"


def test_items_are_described_over_everybody(run_course):
    course, expected = run_course
    rows = {(row["assignment"], row["item"]): row for row in export(course, "cohort", "--items")}
    for (name, item), row in rows.items():
        shares = [
            items[item] / EXERCISES[name].items[item].points
            for (_, of_), items in expected.items()
            if of_ == name and items[item] is not None
        ]
        assert float(row["facility"]) == pytest.approx(statistics.fmean(shares), abs=0.006)
        assert row["blank"] == "1"
        assert row["separation"] == ""


def test_the_difference_is_told_of_those_who_answered_both_and_the_rest_is_named(run_course, capsys):
    course, _ = run_course
    capsys.readouterr()
    rows = {row["trainee"]: row for row in export(course, "learning")}
    said = capsys.readouterr().out
    assert "3 both, 1 only the one before, 0 only the one after" in said
    assert "no interval: fewer than 5" in said
    assert "Those who did not answer the second form had 0 % before" in said
    assert "1 of 3 left more than a quarter of the form before open" in said
    assert rows["T4"]["after"] == rows["T4"]["change"] == ""
    assert (rows["T1"]["before"], rows["T1"]["after"], rows["T1"]["sure_before"]) == ("100", "100", "4")


def test_the_pack_holds_every_item_with_its_key_and_only_where_nobody_publishes(run_course, capsys):
    course, _ = run_course
    for folder in (
        "book",
        "_build",
        "exercises",
        "grading",
        "grading/feedback",
        "grading/submitted/T1",
        "work/../book",
        ".",
    ):
        assert course.run("pack", "-o", course.root / folder) == 2
        assert "holds every key" in capsys.readouterr().err
    bibliography = course.root / "book" / "references.bib"
    bibliography.parent.mkdir(exist_ok=True)
    bibliography.write_text((ROOT / "book" / "references.bib").read_text(encoding="utf-8"), encoding="utf-8")
    (course.root / "_config.yml").write_text((ROOT / "_config.yml").read_text(encoding="utf-8"), encoding="utf-8")
    for part in {aim.chapter for aim in BLUEPRINT.aims.values()}:
        source = chapter_file(ROOT, part)
        target = course.root / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    assert course.run("pack", "-o", course.root / "grading" / "pack") == 0
    page = (course.root / "grading" / "pack" / "evidence-pack.html").read_text()
    lines = list(csv.DictReader(io.StringIO((course.root / "grading" / "pack" / "items.csv").read_text())))
    assert [line["item"] for line in lines] == [
        item for name in [*BLUEPRINT.domains, *BLUEPRINT.forms] for item in EXERCISES[name].items
    ]
    assert all(line["key"] and line["rationale"] and line["source"] for line in lines)
    for item in BANK:
        assert f"({item.activity.id}, {item.activity.kind}," in page
    for aim in BLUEPRINT.aims.values():
        assert page.count(aim.text.split("'")[0]) >= 1
    assert "approved sponsor" in page
    assert " ".join(load_program(course.root / "exercises").rules) in html.unescape(page)
    assert page.count("<li>") > len(BANK)
    form = (course.root / "grading" / "pack" / "evaluation-form.html").read_text()
    assert all(domain.title in form for domain in BLUEPRINT.domains.values())
    secrets = load_secrets(course.root / "keys")
    assert search_folder(course.root / "grading" / "pack", secrets), (
        "the pack holds keys, and the search would find them"
    )
    for path in (course.root / "grading" / "pack").iterdir():
        path.unlink()


def test_attempts_are_answers_that_were_graded_and_no_more_are_taken_than_allowed(grading_course, capsys):
    def send(**fields):
        (grading_course.inbox / "a.json").write_text(json.dumps(grading_course.sheet("T1", **fields)))
        return grading_course.run("collect", "inbox")

    for day, given in enumerate([{}, {"who-first": "one"}], 1):
        assert send(answers=given, saved=f"2026-11-0{day}T10:00:00Z") == 0
        assert send(answers=given, saved=f"2026-11-0{day}T10:00:00Z") == 0
        grading_course.run("grade", grading_course.name)
        grading_course.run("grade", grading_course.name)
        assert len(read_attempts(open_course(grading_course.root)).of("T1", grading_course.name)) == day
    capsys.readouterr()
    assert send(answers={"who-first": "couple"}, saved="2026-11-09T10:00:00Z") == 1
    assert "has used all 2 attempts" in capsys.readouterr().out
    grading_course.run("grade", grading_course.name)
    rows = {row["item"]: row["points"] for row in export(grading_course, "export")}
    assert rows["who-first"] == "0"
    record = grading_course.root / "grading" / "attempts" / "T1" / f"{grading_course.name}.txt"
    record.parent.mkdir(parents=True)
    record.write_bytes(b"\xef\xbb\xbf+1\r\n")
    assert send(answers={"who-first": "couple"}, saved="2026-11-09T10:00:00Z") == 0


def test_what_could_not_be_graded_or_says_the_same_uses_up_no_attempt(grading_course):
    def made():
        return len(read_attempts(open_course(grading_course.root)).of("T1", grading_course.name))

    grading_course.hand_in("T1").write_text("{")
    assert grading_course.run("grade", grading_course.name) == 1
    grading_course.hand_in("T1", {"findings": {"fear": "a bin that was"}}, edition="abcdef")
    assert grading_course.run("grade", grading_course.name) == 1
    assert made() == 0
    for given in ({"who-first": "either"}, {"who-first": "either", "goals": [], "letter": "  "}):
        grading_course.hand_in("T1", given)
        assert grading_course.run("grade", grading_course.name) == 0
        assert made() == 1
    for number, who in enumerate(("couple", "one"), 2):  # an answer that cannot be graded beside others hides none
        grading_course.hand_in("T1", {"who-first": who, "findings": {"fear": "nowhere"}})
        assert grading_course.run("grade", grading_course.name) == 1
        assert made() == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pass_mark: 0\nattempts: 2", "pass_mark: found 0"),
        ("pass_mark: 75\nattempts: 0", "attempts: found 0"),
        ("pass_mark: 75", "attempts is missing"),
        ("pass_mark: 75\nattempts: 2\nretake: yes", "unknown key 'retake'"),
    ],
)
def test_settings_of_a_program_that_mean_nothing_are_refused(text, said, tmp_path):
    (tmp_path / "program.yaml").write_text(text)
    with pytest.raises(ContentError, match=re.escape(said)):
        load_program(tmp_path)


def test_a_release_states_the_programs_rules_and_one_that_states_others_is_found(run_course, capsys):
    course, _ = run_course
    for name in EXERCISES:
        course.name = name
        stated = "**Passing.** 75 % of all points are needed, and you may hand in twice" in course.release.read_text()
        assert stated == (name not in BLUEPRINT.forms)
        assert ("This form is handed in once" in course.release.read_text()) == (name in BLUEPRINT.forms)
    settings = course.root / "exercises" / "program.yaml"
    before = settings.read_text()
    settings.write_text(before.replace("75", "80"))
    capsys.readouterr()
    assert course.run("verify") == 1
    assert "states other rules than program.yaml" in capsys.readouterr().out
    settings.write_text(before)


def test_an_item_without_an_aim_stops_the_release(grading_course, capsys):
    path = grading_course.root / "exercises" / "blueprint.yaml"
    path.write_text(path.read_text().replace("- goals", "- gaols"))
    assert grading_course.run("release") == 1
    said = capsys.readouterr().out
    assert "items without an aim: goals" in said
    assert "not asked: gaols" in said


def test_the_page_for_programs_prints_every_aim_with_its_chapter_and_the_hours():
    printed = " ".join(node.astext() for node in PARTS["aims"](ROOT, BLUEPRINT))
    for aim in BLUEPRINT.aims.values():
        assert aim.text in printed
        assert chapter_title(ROOT, aim.chapter) in printed
        assert ", ".join(aim.sources) in printed
    minutes = sum(study_minutes(ROOT, chapter) for chapter in {aim.chapter for aim in BLUEPRINT.aims.values()})
    items = sum(len(EXERCISES[name].items) for name in BLUEPRINT.domains)
    last = PARTS["time"](ROOT, BLUEPRINT)[0].astext()
    assert f"{minutes} ({minutes / 60:.1f} hours)" in last
    assert f"{items} ({items / (minutes / 60):.1f} for each hour)" in last
