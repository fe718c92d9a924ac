#!/usr/bin/env python3
"""Measures what lips do, with `viseme eval`: word error rates by ear and by ear and lips together, over
noise and over damage of the picture, on clips of the known speaker that training never saw, on strangers,
on LibriSpeech's voices under GRID's faces, and on the known speaker's clips joined to long recordings.
Differences have the upper bound of a paired bootstrap.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from pathlib import Path

from harness import corpus, media, report
from harness.programs import run

SPLITS = corpus.REPOSITORY / "Training" / "splits"
STRANGERS = ["s2", "s3", "s4", "s22"]
PICTURES = "clean,blur,lowres,drop30,freeze,occlude,mismatch,off"
DRAWS = 2_000


def parse() -> argparse.Namespace:
    parser = report.parser(__doc__)
    parser.set_defaults(threads=2)
    parser.add_argument("sets", nargs="+", choices=["known", "pictures", "strangers", "speech", "long"])
    parser.add_argument("--noise", help="a noise of viseme eval (default: babble of unseen talkers)")
    parser.add_argument("--snr", default="clean,10,5,0,-5", help="ratios in dB")
    parser.add_argument("--limit", type=int, default=10_000, help="utterances at most")
    parser.add_argument("--output", type=Path, default=Path("lips-eval"), help="where the reports go")
    return parser.parse_args()


def said(data: Path) -> list[list[str]]:
    """Path, corpus, speaker, transcript of every recording of the data."""
    lines = (data / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


def known(data: Path) -> list[tuple[Path, str, str]]:
    names = set((SPLITS / "grid-s1-test.txt").read_text().split())
    rows = [row for row in said(data) if row[0].startswith("grid/s1/") and Path(row[0]).stem in names]
    return [(data / row[0], row[2], row[3]) for row in rows]


def joined(data: Path, cache: Path, count: int = 6) -> list[tuple[Path, str, str]]:
    """The known speaker's test clips, `count` in a row as one recording, each once."""
    rows = known(data)
    groups = [rows[first : first + count] for first in range(0, len(rows) - count + 1, count)]
    return [
        (media.shifted(cache, [path for path, _, _ in group], 0), group[0][1], " ".join(said for _, _, said in group))
        for group in groups
    ]


def strangers(data: Path) -> list[tuple[Path, str, str]]:
    wanted = tuple(f"grid/{speaker}/" for speaker in STRANGERS)
    return [(data / row[0], row[2], row[3]) for row in said(data) if row[0].startswith(wanted)]


def speech(data: Path, cache: Path) -> list[tuple[Path, str, str]]:
    """LibriSpeech test-other, each under the face of a clip of GRID, known and strange in turn."""
    faces = [path for pair in zip(known(data), strangers(data) * 6, strict=False) for path, _, _ in pair]
    rows = [row for row in said(data) if row[0].startswith("librispeech/test-other/")]
    return [
        (media.under_face(cache, data / row[0], face), row[2], row[3])
        for row, face in zip(rows, faces, strict=False)
    ]


def talkers(data: Path, folder: Path) -> Path:
    """A folder of the voices that training never heard murmur."""
    folder.mkdir()
    for name in (SPLITS / "librispeech-babble-test.txt").read_text().split():
        for path in (data / "librispeech" / "speakers").rglob(f"{name}.*"):
            (folder / path.name).symlink_to(path.resolve())
    return folder


def evaluate(options: argparse.Namespace, name: str, rows: list[tuple[Path, str, str]], *more: str) -> dict:
    """The report of `viseme eval` over the recordings."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = options.output / f"{name}.tsv"
        options.output.mkdir(parents=True, exist_ok=True)
        lines = ["path\tspeaker\ttranscript"] + ["\t".join(map(str, row)) for row in rows[: options.limit]]
        manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
        babble = talkers(options.data, Path(folder) / "talkers")
        target = options.output / name
        noise = options.noise or f"babble:{babble}"
        command = [options.viseme, "eval", manifest, "--noise", noise, f"--snr={options.snr}"]
        command += ["--quiet", "--force", "--threads", options.threads, "--output-dir", target, *more]
        run([*command, *options.viseme_args], options.core)
    return json.loads((target / "report.json").read_text(encoding="utf-8"))


def cells(document: dict) -> dict[tuple[str, str, str], dict[str, tuple[int, int]]]:
    """(mode, ratio, picture) -> utterance -> (errors, words)."""
    result = {}
    for cell in document["cells"]:
        ratio = "clean" if cell.get("snr") is None else f"{cell['snr']:g} dB"
        counts = {}
        for utterance in cell["results"]:
            words = utterance["scores"]["whisper"]["text"]["words"]
            errors = words["substitutions"] + words["deletions"] + words["insertions"]
            counts[utterance["utterance"]] = (errors, words["hits"] + words["substitutions"] + words["deletions"])
        result[cell["mode"], ratio, cell.get("picture") or ""] = counts
    return result


def rate(counts: dict[str, tuple[int, int]]) -> float:
    return 100 * sum(e for e, _ in counts.values()) / max(1, sum(w for _, w in counts.values()))


def upper(before: dict, after: dict) -> float:
    """97.5 % bound of how many points worse `after` is, over draws of utterances."""
    generator = random.Random(1)
    pairs = [(after[name][0] - before[name][0], before[name][1]) for name in before]
    draws = []
    for _ in range(DRAWS):
        chosen = generator.choices(pairs, k=len(pairs))
        draws.append(100 * sum(d for d, _ in chosen) / max(1, sum(w for _, w in chosen)))
    return sorted(draws)[int(DRAWS * 0.975)]


def show(title: str, document: dict, plain: dict | None) -> dict[str, list]:
    table = cells(document)
    bare = cells(plain) if plain else {}
    rows = []
    for (mode, ratio, picture), after in table.items():
        if mode != "fused":
            continue
        before = table["audio", ratio, ""]
        alone = [rate(bare["audio", ratio, ""])] if bare else []
        rows.append([picture, ratio, *alone, rate(before), rate(after), rate(after) - rate(before), upper(before, after)])
    header = ["picture", "ratio", *(["Moonshine"] if bare else []), "audio", "fused", "fused - audio", "97.5 % bound"]
    print(f"\n{title}: {len(document['utterances'])} utterances\n\n{report.table(header, rows)}")
    return {title: rows}


def main() -> None:
    options = parse()
    modes = ["--mode", "audio,fused"]
    results: dict[str, list] = {}
    for name in options.sets:
        if name == "speech":
            rows = speech(options.data, options.cache)
        elif name == "long":
            rows = joined(options.data, options.cache)
        else:
            rows = strangers(options.data) if name == "strangers" else known(options.data)
        pictures = {"pictures": PICTURES, "long": "clean,mismatch"}.get(name)
        visual = ["--visual", pictures] if pictures else []
        document = evaluate(options, name, rows, *modes, *visual)
        plain = evaluate(options, f"{name}-plain", rows, "--lip-model", "none")
        results |= show(name, document, plain)
    report.finish(options, results)


if __name__ == "__main__":
    main()
