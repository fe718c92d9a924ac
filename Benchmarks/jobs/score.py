#!/usr/bin/env python3
"""A job from end to end: another recogniser's CTM scored.

    python3 Benchmarks/jobs/score.py OTHER.ctm REFERENCE.stm --output scored --chromium /usr/bin/chromium

What a researcher does, with nothing but README and `--help`: scores what another recogniser wrote with intervals,
reads the table, and looks at the errors page (a screenshot is kept for people to look at). With `--second CTM` a
second system is scored and both are compared. Ends with 1 where a rate lacks its interval or the page its errors.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def run(*command: object) -> str:
    """Runs a command, shows it, and returns what it printed; recordings that are left out are no failure."""
    words = [str(word) for word in command]
    print("$", *words, flush=True)
    done = subprocess.run(words, capture_output=True, text=True)
    print(done.stdout + done.stderr, end="", flush=True)
    if done.returncode not in (0, 65):
        raise SystemExit(f"{words[0]} ended with {done.returncode}")
    return done.stdout


def rates(value: Any) -> list[dict[str, Any]]:
    """Every word error rate of a report, wherever it stands."""
    if isinstance(value, dict):
        own = [value["wordErrorRate"]] if value.get("wordErrorRate") else []
        return own + [rate for part in value.values() for rate in rates(part)]
    return [rate for part in value for rate in rates(part)] if isinstance(value, list) else []


def look(chromium: str | None, page: Path, shot: Path) -> str:
    """Keeps what a page looks like; returns its text."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1200, "height": 800})
        opened.goto(page.as_uri())
        opened.screenshot(path=str(shot))
        text = opened.locator("body").inner_text()
        browser.close()
    return text


def main() -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hypotheses", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--second", type=Path)
    parser.add_argument("--output", type=Path, default=Path("scored"))
    parser.add_argument("--viseme", default="viseme")
    parser.add_argument("--chromium", default=None)
    given = parser.parse_args()
    folder = given.output.resolve()
    table = run(given.viseme, "eval", "score", given.hypotheses, "--reference", given.reference, "-d", folder / "first",
                "--force")
    report = json.loads((folder / "first/report.json").read_text(encoding="utf-8"))
    names = [utterance["id"] for utterance in report["utterances"]]
    text = look(given.chromium, folder / "first/errors.html", folder / "errors.png")
    checks = {
        "every rate has its interval": bool(rates(report)) and all(rate.get("interval") for rate in rates(report)),
        "the table has an interval": re.search(r"\d\.\d\d \(\d+\.\d+–\d+\.\d+\)", table),
        "the errors page has every recording": bool(names) and all(name in text for name in names),
    }
    if given.second:
        run(given.viseme, "eval", "score", given.second, "--reference", given.reference, "-d", folder / "second", "--force")
        checks["both systems are compared"] = bool(
            run(given.viseme, "eval", "compare", folder / "first", folder / "second").strip())
    for what, holds in checks.items():
        print("ok  " if holds else "FAIL", what)
    return int(not all(checks.values()))


if __name__ == "__main__":
    sys.exit(main())
