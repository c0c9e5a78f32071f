"""Questionnaires as data: items, coding, totals, bands and flags, each with its source and licence.

An instrument is one YAML file, and `schema` its plain data. `rules` is the one table of scoring rules its file may
name; a page's script works the same data by the same names.
"""

from casework.instruments.library import instrument_ids, load_instrument
from casework.instruments.occasions import Change, measure_change
from casework.instruments.partners import SideBySide, compare_partners
from casework.instruments.schema import Instrument
from casework.instruments.scores import Score, score_answers

__all__ = [
    "Change",
    "Instrument",
    "Score",
    "SideBySide",
    "compare_partners",
    "instrument_ids",
    "load_instrument",
    "measure_change",
    "score_answers",
]
