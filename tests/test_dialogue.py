"""Transcript, Interview and CycleMap: what an author may write, what a response may be, and what it earns."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import ContentError, CycleMap, Interview, ResponseError, Transcript
from casework.content import KINDS, load_activities
from casework.keys import ItemKey
from casework.scoring import check_key, credit, judge
from casework.scoring.interview import score_path
from casework.scoring.transcript import agreement, score_codes
from tests.situations import situations

TRANSCRIPT = {
    "id": "sunday-talk",
    "prompt": "Ines and Tom (fictional) speak about Sunday.\n\nWhich code fits each turn?",
    "takeaway": "A code names what a turn does, and says nothing about who is to blame.",
    "source": "Invented for this course",
    "speakers": {"ines": "Ines", "tom": "Tom", "therapist": "Therapist"},
    "codes": {
        "criticise": {"text": "Criticise", "meaning": "finds fault with the person"},
        "defend": {"text": "Defend", "meaning": "explains, counters or excuses"},
        "withdraw": {"text": "Withdraw", "meaning": "leaves the talk, in words or in silence"},
        "soften": {"text": "Soften", "meaning": "shows a need or a hurt without blame"},
        "reflect": {"text": "Reflect", "meaning": "gives back what was said or felt"},
    },
    "turns": {
        "opening": {"speaker": "therapist", "text": "Who would like to begin?", "coded": False},
        "never": {
            "speaker": "ines",
            "text": "You never plan anything. I do all of it.",
            "code": "criticise",
            "feedback": "“Never” and “all” make it about him, not about Sunday.",
        },
        "worked": {
            "speaker": "tom",
            "text": "I had worked until six. When was I meant to plan?",
            "code": "defend",
            "feedback": "He answers the charge and not the wish in it.",
        },
        "hear": {
            "speaker": "therapist",
            "text": "So the plan matters to you, and the long day to you.",
            "code": "reflect",
            "feedback": "Both are given back, neither is judged.",
        },
        "whatever": {
            "speaker": "tom",
            "text": "Fine. Whatever you say.",
            "code": "withdraw",
            "feedback": "Agreement that ends the talk.",
        },
        "alone": {
            "speaker": "ines",
            "text": "When you go quiet I feel alone with it, and I miss you.",
            "code": "soften",
            "feedback": "A hurt and a wish, and no charge.",
        },
        "missed": {
            "speaker": "tom",
            "text": "I did not know you missed me.",
            "code": "soften",
            "feedback": "He lets it reach him, and shows it.",
        },
    },
}

INTERVIEW = {
    "id": "first-session",
    "prompt": "Ines and Tom (fictional) come to a first session.\n\nLead it to a safe end.",
    "takeaway": "Ask about fear alone, and let private words stay private.",
    "source": "Invented for this course",
    "partners": {"ines": "Ines", "tom": "Tom"},
    "start": "arrive",
    "topics": {
        "silence": "Days of silence after quarrels",
        "wish": "Both wish for help",
        "fear": {"text": "Fear at home, asked alone", "safety": True},
        "suicide": {"text": "Thoughts of ending life, asked alone", "safety": True},
        "doubt": {"text": "Tom doubts the plan", "private_to": "tom"},
    },
    "nodes": {
        "arrive": {
            "scene": "Both sit down. Tom looks at the door.",
            "lines": [
                {"who": "therapist", "text": "Welcome. What brings you here?"},
                {"who": "ines", "text": "We have not really talked since spring."},
            ],
            "choices": {
                "ask-both": {
                    "text": "Ask each of them how it looks from their chair.",
                    "next": "hub",
                    "learns": ["silence"],
                    "alliance": {"ines": 1, "tom": 1},
                    "quality": 2,
                    "page": "The couple session",
                    "reason": "Two chairs, two accounts: each of them is heard before anything is explained.",
                },
                "side-with-ines": {
                    "text": "“Tom, why do you not talk to her?”",
                    "next": "hub",
                    "learns": ["silence"],
                    "alliance": {"ines": 1, "tom": -2},
                    "page": "The couple session",
                    "reason": "It takes one account for the truth, and he has not spoken yet.",
                },
            },
        },
        "hub": {
            "lines": [{"who": "tom", "text": "After a quarrel the house is quiet for days."}],
            "choices": {
                "ask-wish": {
                    "text": "“What do you each hope for?”",
                    "next": "hoped",
                    "learns": ["wish"],
                    "quality": 1,
                    "alliance": {"ines": 1, "tom": 1},
                    "reason": "A hope gives the session a direction.",
                    "page": "The couple session",
                },
                "see-alone": {
                    "text": "See each of them alone, as agreed.",
                    "next": "alone",
                    "quality": 2,
                    "reason": "What is asked about safety is asked alone.",
                    "page": "Asking alone",
                },
                "skip-alone": {
                    "text": "Go straight to the plan with both.",
                    "next": "end-early",
                    "reason": "There is no safe moment left to ask about fear.",
                    "page": "Asking alone",
                },
            },
        },
        "hoped": {
            "lines": [{"who": "ines", "text": "That we laugh again."}, {"who": "tom", "text": "That too."}],
            "choices": {
                "go-back": {
                    "text": "Stay with that for a moment, then go on.",
                    "next": "hub",
                    "alliance": {"tom": 1},
                    "reason": "A warm moment is worth a breath.",
                    "page": "The couple session",
                }
            },
        },
        "alone": {
            "scene": "Tom, alone.",
            "lines": [{"who": "tom", "text": "Honestly? I doubt this plan. Please do not tell her."}],
            "choices": {
                "ask-safety": {
                    "text": "Ask about fear, and about thoughts of ending life.",
                    "next": "together",
                    "learns": ["doubt"],
                    "covers": ["fear", "suicide"],
                    "quality": 3,
                    "alliance": {"tom": 1},
                    "reason": "Asked plainly, alone, of each.",
                    "page": "Asking alone",
                },
                "ask-fear-only": {
                    "text": "Ask about fear only.",
                    "next": "together",
                    "learns": ["doubt"],
                    "covers": ["fear"],
                    "quality": 1,
                    "reason": "Half of what has to be asked.",
                    "page": "Asking alone",
                },
            },
        },
        "together": {
            "scene": "Both are back.",
            "lines": [{"who": "ines", "text": "So, what did he say?"}],
            "choices": {
                "keep-private": {
                    "text": "“What is said alone stays with the one who said it.”",
                    "next": "end-well",
                    "quality": 2,
                    "reason": "The rule was agreed, and it holds for both.",
                    "page": "Private words",
                },
                "pass-on": {
                    "text": "“Tom has his doubts about the plan.”",
                    "next": "end-harm",
                    "tells": ["doubt"],
                    "quality": -2,
                    "alliance": {"tom": -4},
                    "page": "Private words",
                    "reason": "His private words, passed on: he will not speak freely again.",
                },
            },
        },
        "end-well": {"end": {"title": "A next session", "text": "Both will come again.", "outcome": "sound"}},
        "end-early": {
            "end": {"title": "A plan without its ground", "text": "They leave with a plan.", "outcome": "mixed"}
        },
        "end-harm": {
            "lines": [{"who": "tom", "text": "I see."}],
            "end": {"title": "Tom leaves early", "text": "He does not come again.", "outcome": "harm"},
        },
    },
}

BEST = ["ask-both", "ask-wish", "go-back", "see-alone", "ask-safety", "keep-private"]

CYCLE = {
    "id": "their-cycle",
    "prompt": "Ines and Tom (fictional).\n\nWhat turns round between them?",
    "takeaway": "What protects the one alarms the other.",
    "partners": {"ines": "Ines", "tom": "Tom"},
    "cards": {
        "asks": {"text": "Asks, then asks again, louder", "slot": "ines-does", "feedback": "It is what he sees."},
        "quiet": {"text": "Goes quiet and mends the bike", "slot": "tom-does", "feedback": "It is what she sees."},
        "lonely": {"text": "Lonely", "slot": "ines-feels", "feedback": "Beneath the asking."},
        "ashamed": {"text": "Ashamed", "slot": "tom-feels", "feedback": "Beneath the silence."},
        "unwanted": {"text": "“I am not wanted”", "slot": "ines-fears", "feedback": "What his silence comes to mean."},
        "failed": {"text": "“I have failed again”", "slot": "tom-fears", "feedback": "What her asking comes to mean."},
        "rent": {
            "text": "The rent went up",
            "slot": "none",
            "feedback": "A strain from outside: it feeds the cycle and is no move in it.",
        },
    },
}


def transcript(**more) -> Transcript:
    return Transcript(**copy.deepcopy(TRANSCRIPT | more))


def interview(**more) -> Interview:
    return Interview(**copy.deepcopy(INTERVIEW | more))


def cycle(**more) -> CycleMap:
    return CycleMap(**copy.deepcopy(CYCLE | more))


def key(**fields) -> ItemKey:
    return ItemKey(points=2.0, rationale="Because.", source=("a choice of this course",), canary="heron-0000", **fields)


def changed(data: dict, *way, to=None) -> dict:
    """A copy of `data` in which the value at the end of `way` is `to`, or is gone."""
    data = copy.deepcopy(data)
    inner = data
    for step in way[:-1]:
        inner = inner[step]
    if to is None:
        del inner[way[-1]]
    else:
        inner[way[-1]] = to
    return data


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            Transcript,
            changed(TRANSCRIPT, "turns", "never", "speaker", to="nobody"),
            "never: found speaker 'nobody', expected one of ines",
        ),
        (
            Transcript,
            changed(TRANSCRIPT, "turns", "never", "code", to="shout"),
            "never: found code 'shout', expected one of criticise",
        ),
        (Transcript, changed(TRANSCRIPT, "turns", "never", "code"), "never: code is missing, and other turns have one"),
        (
            Transcript,
            changed(TRANSCRIPT, "turns", "opening", "code", to="soften"),
            "opening: found a code for a turn that is not coded",
        ),
        (
            Transcript,
            changed(TRANSCRIPT, "codes", to={"soften": {"text": "Soften", "meaning": "m"}}),
            "two or more codes",
        ),
        (
            Transcript,
            changed(TRANSCRIPT, "turns", to={name: TRANSCRIPT["turns"][name] for name in ("alone", "missed")}),
            "every turn has the code 'soften'",
        ),
        (Transcript, changed(TRANSCRIPT, "codes", "soften", "colour", to="red"), "unknown key 'colour'"),
        (CycleMap, changed(CYCLE, "partners", "tom"), "exactly two partners"),
        (
            CycleMap,
            changed(CYCLE, "cards", "rent", "slot", to="tom-thinks"),
            "rent: found slot 'tom-thinks', expected one of ines-does",
        ),
        (Interview, changed(INTERVIEW, "partners", "tom"), "exactly two"),
        (Interview, changed(INTERVIEW, "start", to="nowhere"), "start: found 'nowhere'"),
        (
            Interview,
            changed(INTERVIEW, "nodes", "arrive", "choices", "ask-both", "next", to="nowhere"),
            "ask-both: next: found 'nowhere'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "lost", to={"end": {"title": "t", "text": "t"}}),
            "lost: no path from the start leads here",
        ),
        (Interview, changed(INTERVIEW, "nodes", "end-well", "end"), "end-well: expected either choices or an end"),
        (
            Interview,
            changed(INTERVIEW, "nodes", "end-well", to={"choices": {"round": {"text": "t", "next": "end-well"}}}),
            "end-well: no path from here reaches an end",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "hoped", "choices", to={"ask-wish": {"text": "t", "next": "hub"}}),
            "'ask-wish' is given twice",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "arrive", "lines", to=[{"who": "nobody", "text": "t"}]),
            "lines: who: found 'nobody'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "alone", "choices", "ask-safety", "covers", to=["silence"]),
            "covers \\(safety topics\\): found 'silence'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "alone", "choices", "ask-safety", "learns", to=["unheard"]),
            "learns: found 'unheard'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "together", "choices", "pass-on", "tells", to=["silence"]),
            "tells \\(topics private to a partner\\): found 'silence'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "together", "choices", "pass-on", "quality", to=1),
            "pass-on: passes on what was told alone",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "hub", "choices", "ask-wish", "alliance", to={"nobody": 1}),
            "alliance: found 'nobody'",
        ),
        (Interview, changed(INTERVIEW, "nodes", "hub", "choices", "ask-wish", "reason"), "ask-wish: reason is missing"),
        (
            Interview,
            changed(INTERVIEW, "nodes", "end-well", "end", "outcome", to="perfect"),
            "outcome: found 'perfect'",
        ),
        (
            Interview,
            changed(INTERVIEW, "nodes", "alone", "choices", "ask-safety", "covers"),
            "covers every safety topic",
        ),
    ],
)
def test_an_author_is_told_what_is_wrong(kind, data, said):
    with pytest.raises(ContentError, match=said):
        kind(**data)


def test_each_kind_is_read_from_a_file(tmp_path):
    import yaml

    file = tmp_path / "page.yaml"
    for kind, data in (("Transcript", TRANSCRIPT), ("Interview", INTERVIEW), ("CycleMap", CYCLE)):
        rest = {name: value for name, value in data.items() if name != "id"}
        file.write_text(yaml.safe_dump({data["id"]: {"kind": kind, **rest}}, sort_keys=False), encoding="utf-8")
        activity = load_activities(file)[data["id"]]
        assert type(activity) is KINDS[kind]
        assert activity.outline()


@pytest.mark.parametrize(
    ("widget", "response"),
    [
        (transcript(), {"opening": "soften"}),
        (transcript(), {"never": "shout"}),
        (transcript(), {"never": 1}),
        (transcript(), ["never"]),
        (transcript(), "never"),
        (cycle(), {"rent": "bin"}),
        (cycle(), {"rain": "none"}),
        (cycle(), 3),
        (cycle(), {"rent": None}),
        (interview(), ["see-alone"]),
        (interview(), ["ask-both", "ask-both"]),
        (interview(), "ask-both"),
        (interview(), [["ask-both"]]),
        (interview(), {"ask-both": 1}),
        (interview(), [*BEST, "ask-both"]),
    ],
)
def test_a_response_that_does_not_fit_is_refused(widget, response):
    with pytest.raises(ResponseError):
        widget.response = response
    assert not widget.activity.is_complete(response) or isinstance(response, dict)


def test_responses_are_complete_only_at_the_end():
    assert not interview().activity.is_complete(BEST[:-1])
    assert interview().activity.is_complete(BEST)
    assert not transcript().activity.is_complete({"never": "defend"})
    assert not cycle().activity.is_complete({"rent": "none"})


def test_what_gives_an_answer_away_is_named_as_a_key_field():
    assert {"never.code", "never.feedback", "takeaway"} <= set(transcript().activity.key_fields())
    assert {"rent.slot", "rent.feedback"} <= set(cycle().activity.key_fields())
    names = {name.partition(".")[2] for name in interview().activity.key_fields()}
    assert {"alliance", "reason", "page", "quality", "tells", "outcome"} <= names


# --- coding ---

CODES = ["a", "b", "c", "d"]
coded = st.integers(1, 14).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from(CODES), min_size=n, max_size=n),
        st.lists(st.sampled_from([*CODES, ""]), min_size=n, max_size=n),
    )
)


def as_turns(codes: list[str]) -> dict[str, str]:
    return {f"turn-{number}": code for number, code in enumerate(codes) if code}


def test_kappa_of_a_table_worked_by_hand():
    # 50 turns, two codes: 20 and 15 alike, 5 and 10 not; observed 0.7, chance 0.5
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    assert agreement(pairs) == (35, pytest.approx(0.4))
    assert agreement([("a", "a")] * 3) == (3, None)
    assert agreement([]) == (0, None)
    assert agreement([("a", "b"), ("b", "a")]) == (0, -1)


@given(coded)
def test_codes_the_key_earns_one_a_blank_nothing(case):
    expert, own = case
    right = as_turns(expert)
    assert score_codes(right, right) == 1
    assert score_codes({}, right) == 0
    assert 0 <= score_codes(as_turns(own), right) <= 1


@given(coded, st.data())
def test_codes_a_right_code_made_wrong_or_taken_away_never_helps(case, data):
    expert, own = case
    right, response = as_turns(expert), as_turns(own)
    for turn, code in right.items():
        if response.get(turn) == code:
            worse = {**response, turn: data.draw(st.sampled_from([other for other in CODES if other != code]))}
            score = score_codes(response, right)
            assert score_codes(worse, right) <= score
            assert score_codes({name: given for name, given in response.items() if name != turn}, right) <= score


@given(coded, st.data())
def test_codes_a_wrong_code_is_no_better_than_none(case, data):
    expert, own = case
    right, response = as_turns(expert), as_turns(own)
    for turn, code in right.items():
        if turn not in response:
            wrong = data.draw(st.sampled_from([other for other in CODES if other != code]))
            assert score_codes({**response, turn: wrong}, right) <= score_codes(response, right)


def test_one_code_for_every_turn_earns_nothing():
    right = {name: turn["code"] for name, turn in TRANSCRIPT["turns"].items() if "code" in turn}
    assert score_codes(dict.fromkeys(right, "soften"), right) == 0


# --- interviews ---


def test_a_walk_tells_what_changed():
    state = interview().activity.walk(["ask-both", "see-alone", "ask-fear-only", "pass-on"])
    assert (state.node, state.ended) == ("end-harm", True)
    assert state.alliance == {"ines": 1, "tom": -3}
    assert (state.learnt, state.covered, state.told) == (("silence", "doubt"), ("fear",), ("doubt",))


def test_alliance_stays_on_its_scale():
    around = ["ask-both", *["ask-wish", "go-back"] * 6]
    assert interview().activity.walk(around).alliance == {"ines": 4, "tom": 4}


def test_the_best_path_is_found_and_earns_all():
    activity = interview().activity
    most, path = activity.best_path(activity.quality)
    assert (most, set(path)) == (10, set(BEST))
    assert score_path(activity, list(path), activity.quality) == 1
    assert score_path(activity, ["side-with-ines", *BEST[1:]], activity.quality) == 0.8
    assert score_path(activity, [], activity.quality) == 0


@pytest.mark.parametrize(
    "path",
    [
        BEST[:-1],
        ["ask-both", "ask-wish", "go-back", "see-alone", "ask-fear-only", "keep-private"],
        ["ask-both", "ask-wish", "go-back", "see-alone", "ask-safety", "pass-on"],
    ],
)
def test_a_path_that_is_not_sound_earns_at_most_half(path):
    activity = interview().activity
    assert activity.points(path, activity.quality) > 5
    assert score_path(activity, path, activity.quality) == 0.5


def test_going_round_earns_nothing_more():
    activity = interview().activity
    again = [*BEST[:3], *BEST[1:3], *BEST[1:3], *BEST[3:]]
    assert score_path(activity, again, activity.quality) == 1
    assert activity.points(again, activity.quality) == activity.points(BEST, activity.quality)


@given(st.data())
def test_no_walk_earns_more_than_the_best_path(data):
    activity = interview().activity
    node, path = activity.start, []
    while activity.nodes[node].choices and len(path) < 12:
        name = data.draw(st.sampled_from(list(activity.nodes[node].choices)))
        path.append(name)
        node = activity.steps[name].next
    assert 0 <= score_path(activity, path, activity.quality) <= 1
    if activity.is_sound(path, activity.quality):
        assert activity.points(path, activity.quality) <= activity.best


@given(st.data())
def test_the_best_path_is_the_best_of_all_simple_ones(data):
    """On random small interviews, also with ways back, against trying every path that takes each choice once at most."""
    size = data.draw(st.integers(2, 5))
    nodes = {
        f"n-{number}": {
            "choices": {
                f"c-{number}-{way}": {
                    "text": "t",
                    "next": f"n-{data.draw(st.integers(0, size))}",
                    "covers": data.draw(st.sampled_from([[], ["s"]])),
                }
                for way in range(data.draw(st.integers(1, 2)))
            }
            | {f"on-{number}": {"text": "t", "next": f"n-{number + 1}"}}
        }
        for number in range(size)
    } | {f"n-{size}": {"end": {"title": "t", "text": "t"}}}
    activity = Interview(
        id="i",
        prompt="?",
        partners={"a": "A", "b": "B"},
        start="n-0",
        nodes=nodes,
        topics={"s": {"text": "S", "safety": True}},
    ).activity
    quality = {name: data.draw(st.integers(-1, 3)) for name in activity.steps}

    def tried(node, path):
        if not activity.nodes[node].choices:
            yield path
        for name, step in activity.nodes[node].choices.items():
            if name not in path:
                yield from tried(step.next, [*path, name])

    sound = [path for path in tried("n-0", []) if activity.is_sound(path, quality)]
    most, found = activity.best_path(quality)
    # a way that takes a choice twice may reach more than any that does not
    assert most >= max((activity.points(path, quality) for path in sound), default=0)
    if found:
        assert activity.is_sound(list(found), quality)
        assert activity.points(list(found), quality) == most


def test_a_long_interview_is_searched_quickly():
    hub = {
        f"ask-{n}": {"text": "t", "next": f"told-{n}", "quality": 1, "learns": [f"topic-{n}"], "reason": "r"}
        for n in range(8)
    }
    nodes = {"hub": {"choices": {**hub, "leave": {"text": "t", "next": "step-0", "reason": "r"}}}}
    nodes |= {f"told-{n}": {"choices": {f"back-{n}": {"text": "t", "next": "hub", "reason": "r"}}} for n in range(8)}
    nodes |= {
        f"step-{n}": {
            "choices": {
                f"good-{n}": {"text": "t", "next": f"step-{n + 1}", "quality": 2, "reason": "r"},
                f"poor-{n}": {"text": "t", "next": f"step-{n + 1}", "reason": "r"},
            }
        }
        for n in range(30)
    }
    nodes["step-30"] = {"end": {"title": "t", "text": "t"}}
    activity = Interview(
        id="i",
        prompt="?",
        partners={"a": "A", "b": "B"},
        start="hub",
        nodes=nodes,
        topics={f"topic-{n}": f"Topic {n}" for n in range(8)},
    ).activity
    assert activity.best == 68


def test_every_situation_has_a_path_that_leads_to_it():
    activity = interview().activity
    for there, path in situations(activity).items():
        state = activity.walk(list(path))
        assert (there.node, there.learnt, there.covered, there.told) == (
            state.node,
            set(state.learnt),
            set(state.covered),
            set(state.told),
        )
    assert {there.node for there in situations(activity)} == set(activity.nodes)


# --- graded work ---

BARE = {
    "transcript": changed(
        TRANSCRIPT,
        "turns",
        to={
            name: {part: value for part, value in turn.items() if part in ("speaker", "text", "coded")}
            for name, turn in TRANSCRIPT["turns"].items()
        },
    ),
    "interview": changed(
        INTERVIEW,
        "nodes",
        to={
            name: {
                **{part: node[part] for part in ("scene", "lines") if part in node},
                **(
                    {
                        "choices": {
                            c: {
                                part: value
                                for part, value in step.items()
                                if part in ("text", "next", "learns", "covers")
                            }
                            for c, step in node["choices"].items()
                        }
                    }
                    if "choices" in node
                    else {}
                ),
                **({"end": {part: node["end"][part] for part in ("title", "text")}} if "end" in node else {}),
            }
            for name, node in INTERVIEW["nodes"].items()
        },
    ),
    "cyclemap": changed(CYCLE, "cards", to={name: card["text"] for name, card in CYCLE["cards"].items()}),
}


def bare(kind: str):
    """The activity as an exercise asks it, with no key in it."""
    data = {name: value for name, value in BARE[kind].items() if name not in ("takeaway", "source")}
    return {"transcript": Transcript, "interview": Interview, "cyclemap": CycleMap}[kind](**copy.deepcopy(data))


KEYS = {
    "transcript": key(right={name: turn["code"] for name, turn in TRANSCRIPT["turns"].items() if "code" in turn}),
    "interview": key(
        right=BEST, weights={name: float(points) for name, points in interview().activity.quality.items()}
    ),
    "cyclemap": key(
        right={name: card["slot"] for name, card in CYCLE["cards"].items()}, unsafe={"none": ("tom-does",)}
    ),
}


@pytest.mark.parametrize("kind", BARE)
def test_graded_work_holds_no_key_and_is_scored_by_one(kind):
    activity = bare(kind).activity
    assert activity.key_fields() == []
    assert "best" not in activity.as_data()
    check_key(activity, KEYS[kind], "keys/x.yaml")
    assert credit(activity, KEYS[kind].right, KEYS[kind]) == 1
    assert judge(activity, KEYS[kind].right, KEYS[kind]).points == 2
    assert judge(activity, None, KEYS[kind]).state == "blank"
    assert judge(activity, "nonsense", KEYS[kind]).state == "ungraded"
    assert activity.describe(KEYS[kind].right)


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("interview", {"right": BEST, "weights": {"shout": 1.0}}, "unknown choice shout"),
        ("interview", {"right": BEST}, "does not earn full credit"),
        ("interview", {"right": BEST[:2], "weights": {"ask-both": 1.0}}, "leaves something unanswered"),
        ("transcript", {"right": {"never": "criticise"}}, "leaves something unanswered"),
        ("cyclemap", {"right": {"rent": "attic"}}, "'attic' is not a slot"),
        ("cyclemap", {"right": KEYS["cyclemap"].right, "unsafe": {"none": ("attic",)}}, "unknown attic"),
    ],
)
def test_a_key_that_cannot_judge_is_refused(kind, fields, said):
    with pytest.raises(ContentError, match=said):
        check_key(bare(kind).activity, key(**fields), "keys/x.yaml")
