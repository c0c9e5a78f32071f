"""The one sheet of styles: rules that no page can need are left out, and space that says nothing, and no more."""

from __future__ import annotations

import pytest
import tinycss2

from casework.book.trim import squeezed, trim

SHEET = """/*! A licence */
/* a remark */
.a .b , .c:hover { --none: ; margin : 0 calc( 1px + 2px ) ; background: url("a  b.png") }
@media ( min-width : 10px ) { .a > .b :not(.c) { color : red !important } }
.a :is( .b, .c ) { content: "two  words" }
"""


def said(tokens):
    """The tokens without space and remarks; what brackets hold is with them."""
    found = []
    for token in tokens:
        if token.type not in ("whitespace", "comment"):
            inside = getattr(token, "content", getattr(token, "arguments", None))
            found.append((token.type, token.serialize() if inside is None else said(inside)))
    return found


def test_what_is_squeezed_says_the_same():
    short = squeezed(SHEET)
    assert said(tinycss2.parse_component_value_list(short)) == said(tinycss2.parse_component_value_list(SHEET))
    assert len(short) < 0.85 * len(SHEET)
    assert squeezed(short) == short


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        ("/*! A licence */ /* a remark */ p { top: 0 }", "/*! A licence */ p{top:0 }"),
        ("a :hover { top : 0 }", "a :hover{top :0 }"),
        ("p { --none: ; top: calc(1px + 2px) }", "p{--none:;top:calc(1px + 2px) }"),
        ('p { content: "a  b" }', 'p{content:"a  b" }'),
        ("@media screen and (width > 1px) { p { top: 0 } }", "@media screen and (width > 1px){p{top:0}}"),
        ("a/**/b { top: 0 }", "a/**/b{top:0}"),
    ],
)
def test_space_stays_where_it_says_something(sheet, kept):
    assert squeezed(sheet).strip() == kept.replace(" }", "}")


def test_a_rule_stays_whose_names_may_stand_on_a_page():
    sheet = ".on, .off { top: 0 } .on:not(.off) { top: 1px } #gone { top: 2px } @media print { .off { top: 3px } }"
    assert squeezed(trim(sheet, {"on"})) == ".on{top:0}.on:not(.off){top:1px}"
