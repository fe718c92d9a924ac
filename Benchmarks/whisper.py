#!/usr/bin/env python3
"""Whisper base by viseme and by faster-whisper 1.2.1 (CTranslate2, int8): processor time, memory and words.

Whole processes with one thread each, in turn, on the same weights and the joined utterances of LibriSpeech
test-other (431 s); medians over the rounds. viseme writes word times, faster-whisper none. The Python that
--whisper-python names needs faster-whisper==1.2.1 and ctranslate2==4.8.5; --model-folder is the folder with
CTranslate2's model.bin, of which viseme's whisper-base was made.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from harness import corpus, media, report
from harness.programs import Cost, Viseme, run
from harness.trials import Contestant, Measured, alternate
from harness.words import count_errors, normalise

GREEDY, BEAM = "faster-whisper, greedy, VAD", "faster-whisper, beam 5, VAD"


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.add_argument("--whisper-python", type=Path, default=Path(sys.executable), help="has faster-whisper")
    parser.add_argument("--model-folder", type=Path, required=True, help="with model.bin of Whisper base")
    parser.add_argument("--model", default="whisper-base", help="viseme's model")
    parser.add_argument("--runs", type=int, default=5, help="rounds")
    return parser.parse_args()


def main() -> None:
    options = parse()
    utterances = corpus.recordings(options.data, "librispeech/test-other/")
    recording = media.concatenated(options.cache, "test-other", [u.path for u in utterances], pause=1)
    reference = normalise(" ".join(u.transcript for u in utterances))
    arguments = ("--model", options.model, "--language", "en", "--lips", "never", *options.viseme_args)
    ours = replace(report.viseme(options), arguments=arguments)
    before = report.machine()
    contestants = [
        Contestant("viseme", lambda: measure_viseme(ours, recording, reference)),
        Contestant(GREEDY, lambda: measure_whisper(options, recording, reference, 1)),
        Contestant(BEAM, lambda: measure_whisper(options, recording, reference, 5)),
    ]
    trials = alternate(contestants, options.runs)
    rows = [
        [
            contestant.name,
            *(trials.median(contestant.name, measure) for measure in ("cpu", "wall")),
            trials.ratio(contestant.name, "viseme", "cpu"),
            (trials.median(contestant.name, "peak_rss") or 0) / 1e6,
            trials.median(contestant.name, "wer"),
        ]
        for contestant in contestants
    ]
    print(f"{recording.name}: {media.duration(recording):.1f} s, {options.runs} rounds, one thread each\n")
    print(report.table(["program", "CPU s", "wall s", "CPU against viseme's", "peak RSS, MB", "WER %"], rows))
    report.finish(options, {"before": before, "values": trials.values})


def measure_viseme(program: Viseme, recording: Path, reference: list[str]) -> Measured:
    (transcript,), cost = program.transcribe_timed([recording])
    return measured(cost, transcript.text, reference)


def measure_whisper(options: argparse.Namespace, recording: Path, reference: list[str], beam: int) -> Measured:
    script = Path(__file__).parent / "harness" / "faster_whisper_run.py"
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [options.whisper_python, script, options.model_folder, recording, beam]
    output, cost = run(command, options.core, threads)
    return measured(cost, json.loads(output.splitlines()[-1])["text"], reference)


def measured(cost: Cost, text: str, reference: list[str]) -> Measured:
    errors = count_errors(reference, normalise(text))
    return {
        "cpu": cost.cpu, "wall": cost.wall, "peak_rss": cost.peak_rss, "wer": errors.rate,
    }


if __name__ == "__main__":
    main()
