#!/usr/bin/env python3
"""A job from end to end: the minutes of a meeting of four.

    python3 Benchmarks/jobs/minutes.py MEETING.flac --output minutes --chromium /usr/bin/chromium

What a secretary does, with nothing but README and `--help`: transcribes with `--speakers 4`, opens the page, names the
speakers, corrects a word and joins two paragraphs in the browser (Playwright, real keys and clicks), saves the JSON,
and makes DOCX and PDF of it: by LibreOffice where it is installed, and by the browser's print. Screenshots are kept
for people to look at. `--transcript` takes a JSON that is there already. Ends with 1 where a correction is lost.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

NAMES = ["Anna", "Ben", "Chloé", "Dmitri"]


def run(*command: object) -> None:
    """Runs a command and shows it."""
    words = [str(word) for word in command]
    print("$", *words, flush=True)
    subprocess.run(words, check=True)


def name_speakers(page: Any) -> None:
    """Gives the four voices their names, each at its first paragraph."""
    for index, name in enumerate(NAMES, start=1):
        who = page.locator(".who", has_text=f"Speaker {index}").first
        who.click()
        page.locator("#name").fill(name)
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)


def correct(page: Any) -> str:
    """Corrects the first unsure word, and joins the third paragraph to the one before; returns the correction."""
    page.locator(".w.low").first.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("Corrected")
    page.keyboard.press("Enter")
    page.locator("section").nth(2).locator(".w").first.click()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Backspace")
    return "Corrected"


def in_browser(playwright: Any, chromium: str | None, folder: Path, stem: str) -> str:
    """Corrects the page, saves it and prints it; returns the word that was put in."""
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto((folder / f"{stem}.html").as_uri())
    page.wait_for_selector(".w")
    page.screenshot(path=str(folder / "1-opened.png"))
    name_speakers(page)
    word = correct(page)
    page.screenshot(path=str(folder / "2-corrected.png"))
    with page.expect_download() as download:
        page.locator("#saveJSON").click()
    download.value.save_as(folder / "corrected.json")
    page.pdf(path=str(folder / "printed.pdf"), format="A4")
    browser.close()
    return word


def main() -> int:
    """Returns the exit status."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("meeting", type=Path)
    parser.add_argument("--output", type=Path, default=Path("minutes"))
    parser.add_argument("--viseme", default="viseme")
    parser.add_argument("--chromium", default=None)
    parser.add_argument("--transcript", type=Path)
    given = parser.parse_args()
    folder, stem = given.output, given.meeting.stem
    folder.mkdir(parents=True, exist_ok=True)
    # The page plays the recording that lies beside it.
    beside = folder / given.meeting.name
    if not beside.exists():
        beside.symlink_to(given.meeting.resolve())
    if given.transcript:
        shutil.copy(given.transcript, folder / f"{stem}.json")
    else:
        run(given.viseme, "transcribe", given.meeting, "--speakers", 4, "--format", "json", "--output-dir", folder,
            "--force")
    run(given.viseme, "render", folder / f"{stem}.json", "--format", "html", "--numbers", "auto", "--force")
    with sync_playwright() as playwright:
        word = in_browser(playwright, given.chromium, folder, stem)
    run(given.viseme, "render", folder / "corrected.json", "--format", "docx,txt", "--force")
    if office := shutil.which("soffice"):
        run(office, "--headless", "--convert-to", "pdf", "--outdir", folder, folder / "corrected.docx")
    else:
        print("LibreOffice is not there: no PDF of the document, that of the browser only")
    saved = json.loads((folder / "corrected.json").read_text(encoding="utf-8"))
    text = (folder / "corrected.txt").read_text(encoding="utf-8")
    with zipfile.ZipFile(folder / "corrected.docx") as document:
        body = document.read("word/document.xml").decode()
    voices = {segment.get("speaker") for segment in saved["segments"]} - {None}
    checks = {
        "all four are named": voices == set(NAMES),
        "the correction is in the text": word in text,
        "the correction is in the document": word in body and all(name in body for name in NAMES),
        "the transcript says that it was corrected": "corrected by hand" in saved["notes"],
    }
    for what, holds in checks.items():
        print("ok  " if holds else "FAIL", what)
    return int(not all(checks.values()))


if __name__ == "__main__":
    sys.exit(main())
