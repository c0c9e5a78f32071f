"""Questionnaires as data: items, coding, totals, bands and flags, each with its source and licence.

An instrument is one YAML file. `rules` is the one table of scoring rules its file may name; a page's script
works the same data by the same names.
"""

from casework.instruments.form import Instrument, instrument_ids, load_instrument
from casework.instruments.occasions import Change, measure_change
from casework.instruments.partners import Couple, compare_partners
from casework.instruments.scores import Score

__all__ = ["Change", "Couple", "Instrument", "Score", "compare_partners", "instrument_ids", "load_instrument",
           "measure_change"]
