"""From a response and a key to credit: pure functions, no files and no widgets; a module for each rule.

Every rule returns a fraction in [0, 1]: the key earns 1, a blank earns 0, and adding a wrong choice never
raises it.
"""

from casework.records import import_all
from casework.scoring.judge import Verdict, check_key, credit, is_automatic, judge, judge_item, rights_of

__all__ = ["Verdict", "check_key", "credit", "is_automatic", "judge", "judge_item", "rights_of"]

import_all(__name__)
