"""Activities, answer sheets and grading for the course; see the README for who uses what.

Content is YAML. An activity shows content and writes `response`. Scoring reads `response`. An exercise
turns the score into points.
"""

from casework.content import ContentError, ResponseError
from casework.explorers import explorer
from casework.instruments import load_instrument
from casework.sheet import Sheet, measure_of, practice
from casework.widgets import Choice, CycleMap, Interview, Number, Order, Questionnaire, Rate, Sort, Transcript, Write

__all__ = [
    "Choice",
    "ContentError",
    "CycleMap",
    "Interview",
    "Number",
    "Order",
    "Questionnaire",
    "Rate",
    "ResponseError",
    "Sheet",
    "Sort",
    "Transcript",
    "Write",
    "explorer",
    "load_instrument",
    "measure_of",
    "practice",
]
