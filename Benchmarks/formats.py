#!/usr/bin/env python3
"""Reads every format of a transcript back with the tools that people read it with.

    formats.py TRANSCRIPT.json [--viseme PROGRAM]

`viseme render --format all` writes into a temporary folder; pysubs2, webvtt-py, ttconv, meeteval,
python-docx, jsonschema and the csv module read. Each must find the transcript's words (meeteval, CTM and
JSON: their times too). Prints a line for each format and exits with 1 where one differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "schema" / "transcript-1.json"


def plain(texts: Iterable[str]) -> list[str]:
    """The words of all texts, parted at white space."""
    return " ".join(texts).split()


class Transcript:
    """The JSON that all formats are made of."""

    def __init__(self, path: Path) -> None:
        self.json = json.loads(path.read_text(encoding="utf-8"))
        self.segments = self.json["segments"]
        self.words = [word for segment in self.segments for word in segment["words"]]
        self.text = plain(word["text"] for word in self.words)
        self.speakers = {segment.get("speaker") for segment in self.segments} - {None}

    def unnamed(self, texts: Iterable[str]) -> list[str]:
        """The words of texts, some of which begin with the name of a speaker."""
        names = "|".join(re.escape(name) for name in self.speakers)
        return plain(re.sub(rf"^(?:{names}): ", "", text) if names else text for text in texts)


def subtitles(path: Path, transcript: Transcript) -> bool:
    """SubRip and Advanced SubStation Alpha by pysubs2, which Aegisub's users know."""
    import pysubs2

    events = pysubs2.load(str(path)).events
    return transcript.unnamed(event.plaintext for event in events) == transcript.text


def web(path: Path, transcript: Transcript) -> bool:
    """WebVTT by webvtt-py."""
    import webvtt

    captions = webvtt.read(str(path)).captions
    return plain(caption.text for caption in captions) == transcript.text


def markup(path: Path, transcript: Transcript) -> bool:
    """TTML by ttconv, whose IMSC reader is the one of its authors."""
    import xml.etree.ElementTree as ET

    import ttconv.imsc.reader
    from ttconv.model import Br, P, Text

    document = ttconv.imsc.reader.to_model(ET.parse(path))
    assert document is not None
    texts = []
    for paragraph in document.get_body().dfs_iterator():
        if isinstance(paragraph, P):
            parts = [
                " " if isinstance(part, Br) else part.get_text()
                for part in paragraph.dfs_iterator()
                if isinstance(part, (Br, Text))
            ]
            texts.append("".join(parts))
    return transcript.unnamed(texts) == transcript.text


def timed(path: Path, transcript: Transcript) -> bool:
    """CTM by meeteval, with its times."""
    import meeteval

    found = sorted(
        (float(line["start_time"]), line["words"]) for line in meeteval.io.load(path).to_seglst()
    )
    wanted = sorted(
        (word["start"], word["text"].replace(" ", "_")) for word in transcript.words
    )
    return [text for _, text in found] == [text for _, text in wanted] and all(
        abs(one - two) < 0.0015 for (one, _), (two, _) in zip(found, wanted)
    )


def segments(path: Path, transcript: Transcript) -> bool:
    """STM and SegLST by meeteval, with their times."""
    import meeteval

    found = sorted(
        (float(line["start_time"]), float(line["end_time"]), line["words"])
        for line in meeteval.io.load(path).to_seglst()
    )
    wanted = sorted((one["start"], one["end"], one["text"]) for one in transcript.segments)
    return found == wanted


def turns(path: Path, transcript: Transcript) -> bool:
    """RTTM by meeteval."""
    import meeteval

    found = [float(line["start_time"]) for line in meeteval.io.load(path).to_seglst()]
    return found == [one["start"] for one in transcript.segments]


def document(path: Path, transcript: Transcript) -> bool:
    """DOCX by python-docx."""
    import docx

    paragraphs = docx.Document(str(path)).paragraphs
    return plain(p.text for p in paragraphs if p.style.name == "Speech") == transcript.text


def table(path: Path, transcript: Transcript) -> bool:
    """CSV and TSV by Python's csv module."""
    dialect = "excel" if path.suffix == ".csv" else "excel-tab"
    quoting = csv.QUOTE_MINIMAL if path.suffix == ".csv" else csv.QUOTE_NONE
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, dialect=dialect, quoting=quoting))
    return plain(re.sub(r"^'(?=[=+\-@])", "", row["text"]) for row in rows) == transcript.text


def whisper(path: Path, transcript: Transcript) -> bool:
    """Whisper's JSON, as its readers use it."""
    result = json.loads(path.read_text(encoding="utf-8"))
    words = [word for segment in result["segments"] for word in segment["words"]]
    times = [(word["start"], word["end"]) for word in words]
    return (
        plain([result["text"]]) == transcript.text
        and plain(word["word"] for word in words) == transcript.text
        and times == [(word["start"], word["end"]) for word in transcript.words]
    )


def own(path: Path, transcript: Transcript) -> bool:
    """Our JSON by its schema."""
    import jsonschema

    found = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    return [one["words"] for one in found["segments"]] == [
        one["words"] for one in transcript.segments
    ]


def captions(path: Path, transcript: Transcript) -> bool:
    """FCPXML as XML; every time must be a whole number of frames."""
    import xml.etree.ElementTree as ET

    root = ET.parse(path).getroot()
    frame = root.find("resources/format").get("frameDuration").rstrip("s").split("/")
    found = list(root.iter("caption"))
    whole = all(
        (value := one.get(name)) == "0s"
        or int(value.rstrip("s").split("/")[0]) % int(frame[0]) == 0
        for one in found
        for name in ("offset", "duration")
    )
    texts = ["".join(one.find("text").itertext()) for one in found]
    return whole and transcript.unnamed(texts) == transcript.text


def labels(path: Path, transcript: Transcript) -> bool:
    """Audacity's labels: two times and a text."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(float(start) <= float(end) for start, end, _ in rows)
    return transcript.unnamed(text for _, _, text in rows) == transcript.text


CHECKS: dict[str, Callable[[Path, Transcript], bool]] = {
    "srt": subtitles,
    "ass": subtitles,
    "vtt": web,
    "words.vtt": web,
    "ttml": markup,
    "ctm": timed,
    "stm": segments,
    "seglst.json": segments,
    "rttm": turns,
    "docx": document,
    "csv": table,
    "tsv": table,
    "whisper.json": whisper,
    "json": own,
    "fcpxml": captions,
    "labels.txt": labels,
}


def main() -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("transcript", type=Path)
    parser.add_argument("--viseme", default=".build/release/viseme")
    arguments = parser.parse_args()
    transcript = Transcript(arguments.transcript)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        command = [arguments.viseme, "render", str(arguments.transcript), "--format", "all", "--verbatim"]
        subprocess.run([*command, "--output-dir", folder, "--quiet"], check=True)
        for suffix, check in CHECKS.items():
            path = Path(folder) / f"{arguments.transcript.stem}.{suffix}"
            try:
                verdict = "same" if check(path, transcript) else "DIFFERS"
            except Exception as error:  # A reader may fail in any way; all of them are told.
                verdict = f"FAILED: {type(error).__name__}: {error}"
            failed += verdict != "same"
            print(f"{suffix:14} {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
