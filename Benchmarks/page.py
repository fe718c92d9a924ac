#!/usr/bin/env python3
"""Uses the page of a transcript as people do, in headless Chromium, and measures a long one.

    page.py TRANSCRIPT.json [--viseme PROGRAM] [--chromium PROGRAM] [--shots FOLDER] [--axe axe.min.js]

The recording should lie beside the transcript. Exits with 1 where the page does not do what it should.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FRAMES = """async () => {
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 180; i += 1) {
    scrollBy(0, 60);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
  }
  times.sort((a, b) => a - b);
  return [times[90], times[171], times[179]];
}"""

BARE = """() => [...document.querySelectorAll("button, input, select, video")]
  .filter((one) => !(one.textContent.trim() || one.labels?.length || one.getAttribute("aria-label")))
  .map((one) => one.outerHTML)"""


def render(program: str, transcript: Path, kind: str, folder: Path) -> None:
    """Writes a format of the transcript."""
    command = [program, "render", str(transcript), "--format", kind, "--output-dir", str(folder)]
    subprocess.run([*command, "--quiet", "--force"], check=True)


def long_transcript(short: dict[str, Any], hours: float) -> dict[str, Any]:
    """Made-up speech of the words of a short transcript, by four speakers."""
    chance = random.Random(1)
    words = [word["text"] for segment in short["segments"] for word in segment["words"]]
    segments: list[dict[str, Any]] = []
    seconds, count = 1.0, 0
    while seconds < hours * 3600:
        start, said = seconds, []
        for _ in range(chance.randint(5, 60)):
            end = seconds + chance.uniform(0.15, 0.45)
            said.append({
                "text": words[count % len(words)], "start": round(seconds, 3),
                "end": round(end, 3), "confidence": round(chance.betavariate(6, 1), 3),
            })
            seconds, count = end + chance.choice([0, 0, 0, 0.1]), count + 1
        segments.append({
            "start": round(start, 3), "end": round(seconds, 3), "track": 1,
            "speaker": chance.choice(["Anna", "Ben", "Chloé", "Dmitri"]), "confidence": 0.9,
            "text": " ".join(word["text"] for word in said), "words": said,
        })
        seconds += chance.choice([0.3, 0.5, 1, 3])
    return {**short, "segments": segments}


class Check:
    """Counts what is not as it should be."""

    failed = 0

    def __call__(self, what: str, isTrue: object) -> None:
        """Prints whether `what` holds."""
        print(f"{'ok  ' if isTrue else 'FAIL'} {what}", flush=True)
        self.failed += not isTrue


def use(page: Any, folder: Path, name: str, shots: Path | None, check: Check) -> None:
    """Plays, corrects, names, searches, saves and undoes."""
    errors: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / f"{name}.html").as_uri())
    page.wait_for_timeout(1000)
    words = page.locator(".w")
    before = page.locator("main").inner_text()
    if page.locator("#absent").is_hidden():
        words.nth(10).click()
        start = page.evaluate("document.querySelectorAll('.w')[10].word.start")
        # The page forbids `eval`, by which Playwright would wait.
        for _ in range(100):
            if page.evaluate("player.currentTime") > start:
                break
            page.wait_for_timeout(100)
        check("a click plays from the word", 0 < page.evaluate("player.currentTime") - start < 3)
        page.keyboard.press("Space")
        check("space pauses", page.evaluate("player.paused"))
    else:
        print("skip playing: the recording is not there or Chromium cannot play it")
    words.nth(2).dblclick()
    page.keyboard.type("two words")
    page.keyboard.press("Enter")
    check("a word is corrected to two", words.nth(3).inner_text() == "words")
    words.nth(0).dblclick()
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    check("an empty word is deleted", words.nth(1).inner_text() == "two")
    page.keyboard.press("s")
    page.locator("#name").fill('A, <b>"Z"')
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    check("a speaker is named", page.locator(".who").first.inner_text() == 'A <b>"Z"')
    sections = page.locator("section").count()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Enter")
    check("a paragraph is parted", page.locator("section").count() == sections + 1)
    page.locator("#search").fill("TWO WÓRDS")
    page.wait_for_timeout(400)
    check("search finds across words", page.locator(".hit").count() >= 2)
    if shots:
        page.screenshot(path=str(shots / "light.png"))
    save(page, folder)
    for _ in range(4):
        page.locator("#undo").click()
    check("undo brings all back", page.locator("main").inner_text() == before)
    check("one word is marked at most", page.locator(".now").count() <= 1)
    check("there is no more to undo", page.locator("#undo").is_disabled())
    check("every control has a name", page.evaluate(BARE) == [])
    check("no error, no file but page and recording", not errors and len(set(asked)) <= 2)


def save(page: Any, folder: Path) -> None:
    """Saves JSON and text."""
    for button, name in ("#saveJSON", "saved.json"), ("#saveText", "saved.text"):
        with page.expect_download() as download:
            page.locator(button).click()
        download.value.save_as(folder / name)


def show(page: Any, shots: Path) -> None:
    """Keeps what the page looks like in the dark and on paper."""
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=str(shots / "dark.png"))
    page.emulate_media(media="print", color_scheme="light")
    page.screenshot(path=str(shots / "print.png"))
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 360, "height": 800})
    page.screenshot(path=str(shots / "narrow.png"))
    page.set_viewport_size({"width": 1200, "height": 800})


def accessible(browser: Any, path: Path, axe: str, check: Check) -> None:
    """Asks axe-core for faults in light, in the dark, on a narrow screen and on paper."""
    for scheme, width, media in ("light", 1200, "screen"), ("dark", 1200, "screen"), ("light", 360, "screen"), ("light", 1200, "print"):
        # The page's policy lets no script in from outside.
        context = browser.new_context(bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector(".w")
        page.emulate_media(media=media)
        page.evaluate(axe)
        faults = page.evaluate("async () => (await axe.run()).violations.map((one) => [one.impact, one.id, one.help, "
                               "one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120))])")
        for fault in faults:
            print(f"     {fault}")
        check(f"axe-core finds no fault ({scheme}, {width} wide, {media})", not faults)
        wide = page.evaluate("document.documentElement.scrollWidth")
        check(f"nothing is wider than the screen ({width})", wide <= width)
        context.close()


def renderer() -> tuple[float, Path]:
    """The memory in MB (Pss) and the folder in /proc of the largest process that draws pages."""
    found = (0.0, Path())
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if b"--type=renderer" in (place / "cmdline").read_bytes():
                rollup = (place / "smaps_rollup").read_text(encoding="ascii")
                size = next(int(line.split()[1]) / 1000 for line in rollup.splitlines() if line.startswith("Pss:"))
                found = max(found, (size, place))
        except (OSError, StopIteration):
            continue
    return found


def worked(process: Path) -> dict[str, float]:
    """Seconds of processor time of a process: of its main thread, of all others."""
    times = {"main": 0.0, "others": 0.0}
    for stat in process.glob("task/*/stat"):
        try:
            fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        name = "main" if stat.parent.name == process.name else "others"
        times[name] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return times


def scroll(page: Any, what: str) -> None:
    """Prints how long a frame takes while scrolling, and the work in it, which other load changes little."""
    page.evaluate("scrollTo(0, 0)")
    process = renderer()[1]
    before = worked(process)
    median, most, worst = page.evaluate(FRAMES)
    after = worked(process)
    work = ", ".join(f"{name} {1000 * (after[name] - before[name]) / 180:.1f} ms" for name in after)
    print(f"frames while scrolling {what}: median {median:.1f} ms, 95 % {most:.1f} ms, worst {worst:.1f} ms; "
          f"work in a frame: {work}; load {os.getloadavg()[0]:.1f}")


def measure(page: Any, path: Path) -> None:
    """Prints how a long page behaves."""
    begin = time.monotonic()
    page.goto(path.as_uri())
    count = page.locator(".w").count()
    print(f"{count} words, {path.stat().st_size / 1e6:.1f} MB: opened in {time.monotonic() - begin:.2f} s")
    scroll(page, "the page")
    scroll(page, "the page again")
    page.evaluate("scrollTo(0, 0)")
    # A single letter is not searched for.
    word = max(page.locator(".w").all_inner_texts()[:9], key=len).strip(" .,?!")
    for what, action in {
        "correct": lambda: (
            page.locator(".w").nth(20).dblclick(), page.keyboard.type("x"),
            page.keyboard.press("Enter"), page.evaluate("1"),
        ),
        "search": lambda: (page.locator("#search").fill(word), page.wait_for_selector(".hit")),
    }.items():
        begin = time.monotonic()
        action()
        print(f"{what}: {time.monotonic() - begin:.2f} s")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    print(f"memory of the page's process (Pss): {renderer()[0]:.0f} MB")
    print(f"heap of the script: {heap:.0f} MB; load of the machine {os.getloadavg()[0]:.1f}")


def embedded(browser: Any, arguments: Any, folder: Path, transcript: dict[str, Any], check: Check) -> None:
    """Opens a long page that has its sound inside, and plays from its last word."""
    sound = folder / "long.flac"
    tone = f"sine=300:sample_rate=16000:duration={arguments.hours * 3600}"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", tone, str(sound)], check=True)
    words = long_transcript(transcript, arguments.hours)
    words["source"] = {**words["source"], "file": sound.name, "duration": arguments.hours * 3600}
    path = folder / "sound.json"
    path.write_text(json.dumps(words), encoding="utf-8")
    begin = time.monotonic()
    subprocess.run([arguments.viseme, "render", str(path), "--format", "html", "--embed-audio", "-q"], check=True)
    print(f"made with sound in {time.monotonic() - begin:.1f} s")
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    measure(page, folder / "sound.html")
    start = page.evaluate("[...document.querySelectorAll('.w')].at(-20).word.start")
    page.locator(".w").nth(-20).click()
    for _ in range(100):
        if page.evaluate("player.currentTime") > start:
            break
        page.wait_for_timeout(100)
    reached = page.evaluate("[player.currentTime, player.duration]")
    check(f"the sound inside plays from {start:.0f} s", 0 < reached[0] - start < 3)
    check("it lasts as long as the recording", abs(reached[1] - arguments.hours * 3600) < 0.1)
    page.close()


def main() -> int:
    """Returns the exit status."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("transcript", type=Path)
    parser.add_argument("--viseme", default=".build/release/viseme")
    parser.add_argument("--chromium", default=None)
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--axe", type=Path, help="axe-core's script, as in the package axe-playwright-python")
    parser.add_argument("--embed", action="store_true", help="three hours of sound inside the page, too")
    parser.add_argument("--hours", type=float, default=3)
    arguments = parser.parse_args()
    check = Check()
    transcript = json.loads(arguments.transcript.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        recording = arguments.transcript.parent / transcript["source"]["file"]
        if recording.exists():
            (folder / recording.name).symlink_to(recording.resolve())
        name = arguments.transcript.stem
        render(arguments.viseme, arguments.transcript, "html", folder)
        options = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=options)
        size = {"width": 1200, "height": 800}
        page = browser.new_page(viewport=size)
        use(page, folder, name, arguments.shots, check)
        if arguments.shots:
            show(page, arguments.shots)
        if arguments.axe:
            accessible(browser, folder / f"{name}.html", arguments.axe.read_text(encoding="utf-8"), check)
        render(arguments.viseme, folder / "saved.json", "txt", folder)
        text = (folder / "saved.txt").read_text(encoding="utf-8").split()
        saved = (folder / "saved.text").read_text(encoding="utf-8").split()
        check("the saved JSON is read and says what the saved text does", text == saved)
        path = folder / "long.json"
        path.write_text(json.dumps(long_transcript(transcript, arguments.hours)), encoding="utf-8")
        render(arguments.viseme, path, "html", folder)
        # The largest process is the one that is measured, so no other page may be open.
        page.close()
        long = browser.new_page(viewport=size)
        measure(long, folder / "long.html")
        long.close()
        if arguments.embed:
            embedded(browser, arguments, folder, transcript, check)
        # What this browser and machine take for a page of the same kind without anything in it.
        blank = browser.new_page(viewport=size)
        blank.set_content("<body style='height: 400000px'>")
        scroll(blank, "an empty page")
        browser.close()
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
