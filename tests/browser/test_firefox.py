"""The main path in Firefox as a system brings it: an exercise is live, keeps an answer, gives a file and takes it back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PUPPETEER = (
    Path(sys.prefix) / "npm" / "node_modules" / "puppeteer-core" / "lib" / "esm" / "puppeteer" / "puppeteer-core.js"
)


@pytest.mark.slow
def test_in_firefox_an_exercise_is_live_keeps_an_answer_gives_a_file_and_takes_it_back(served, tmp_path):
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    assert firefox, "install your system's Firefox (Debian: apt-get install firefox-esr)"
    page = f"{served}/book/exercises/eligibility-and-safety/eligibility-and-safety.html"
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("firefox.mjs")), str(PUPPETEER), firefox, page, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert told["said"] == []
    assert told["live"] == {"dead": 0, "chosen": -1, "trainee": ""} == told["empty"]
    answered = {"dead": 0, "chosen": told["answered"]["chosen"], "trainee": "T017"}
    assert answered["chosen"] >= 0
    assert told["answered"] == told["kept"] == told["resumed"] == answered
    assert told["file"]
