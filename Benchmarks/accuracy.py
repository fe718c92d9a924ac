#!/usr/bin/env python3
"""Word error rates on read speech: whole utterances, one long file, and known passages.

test-other: the 50 utterances of LibriSpeech test-other, each as a file of its own.
joined: the same utterances in one file with one-second pauses.
two_cities, jfk: passages whose text is known. beckett: compared with the float control's text.
The control decodes each utterance whole in float32 (harness/float_moonshine.py).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness import corpus, media, report
from harness.words import Errors, count_errors, marked_differences, normalise

CONTROL = "float control"


@dataclass(frozen=True)
class Passage:
    """Recordings scored together; the file of a joined passage holds all its reference words."""

    name: str
    files: list[Path]
    references: list[str]


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__, peer=True)
    report.add_program_choice(parser)
    parser.add_argument("--no-control", action="store_true", help="leave the float control out")
    parser.add_argument("--models", type=Path, default=default_models(), help="installed models")
    parser.add_argument("--passages", type=Path, default=installed_passages(), metavar="FOLDER",
                        help="where two_cities.wav and beckett.wav lie; in the package's assets")
    parser.add_argument("--show-errors", action="store_true", help="print what differs, file by file")
    return parser.parse_args()


def default_models() -> Path:
    """Where `viseme models install` puts models."""
    if root := os.environ.get("VISEME_MODELS"):
        return Path(root)
    share = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(share) / "viseme" / "models"


def installed_passages() -> Path | None:
    """The assets of the moonshine-voice package, if this Python has it."""
    found = importlib.util.find_spec("moonshine_voice")
    return Path(found.origin).parent / "assets" if found and found.origin else None


def passages(options: argparse.Namespace) -> list[Passage]:
    utterances = corpus.recordings(options.data, "librispeech/test-other/")
    files, texts = [u.path for u in utterances], [u.transcript for u in utterances]
    joined = media.concatenated(options.cache, "test-other", files, pause=1)
    (jfk,) = corpus.recordings(options.data, "jfk.flac")
    result = [
        Passage("test-other", files, texts),
        Passage("joined", [joined], [" ".join(texts)]),
        Passage("jfk", [jfk.path], [jfk.transcript]),
    ]
    if options.passages:
        result.append(Passage("two_cities", [options.passages / "two_cities.wav"], [corpus.TWO_CITIES]))
    return result


def control(options: argparse.Namespace) -> Callable[[list[Path]], list[str]]:
    from harness.float_moonshine import FloatMoonshine  # needs numpy

    model = FloatMoonshine(options.models / "moonshine-tiny-en")
    return lambda files: [model.transcribe(file) for file in files]


def score(references: list[str], texts: list[str]) -> Errors:
    pairs = zip(references, texts, strict=True)
    return sum((count_errors(normalise(said), normalise(text)) for said, text in pairs), Errors())


def measure(
    options: argparse.Namespace, name: str, transcribe: Callable[[list[Path]], list[str]],
    chosen: list[Passage],
) -> list[dict[str, Any]]:
    results = []
    for passage in chosen:
        texts = transcribe(passage.files)
        errors = score(passage.references, texts)
        results.append({"program": name, "passage": passage.name, "wer": errors.rate, **asdict(errors),
                        "texts": texts})
        if options.show_errors:
            show(name, passage, texts)
    return results


def show(name: str, passage: Passage, texts: list[str]) -> None:
    for file, reference, text in zip(passage.files, passage.references, texts, strict=True):
        print(f"{name}: {file.name}: {marked_differences(normalise(reference), normalise(text))}")


def main() -> None:
    options = parse()
    chosen, results = passages(options), []
    if not options.no_control:
        decode = control(options)
        # A whole-file control of the joined file is the one of its utterances.
        results += measure(options, CONTROL, decode, [p for p in chosen if p.name != "joined"])
        if options.passages:
            beckett = [options.passages / "beckett.wav"]
            chosen.append(Passage("beckett", beckett, decode(beckett)))
    for program in report.programs(options):
        results += measure(options, program.name, texts_of(program), chosen)
    header = ["program", "passage", "words", "WER %", "substituted", "lost", "added"]
    keys = ["program", "passage", "words", "wer", "substitutions", "deletions", "insertions"]
    print(report.table(header, [[row[key] for key in keys] for row in results]))
    report.finish(options, {"results": results})


def texts_of(program: Any) -> Callable[[list[Path]], list[str]]:
    return lambda files: [transcript.text for transcript in program.transcribe(files)]


if __name__ == "__main__":
    main()
