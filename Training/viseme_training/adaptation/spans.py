"""The clean talking spans of a folder of recordings, with the lips of whoever talks."""

import json
import pathlib
import subprocess
from dataclasses import dataclass

import numpy as np
import torch
from safetensors.numpy import load_file

from viseme_training.adaptation.cutting import frames_of, pieces
from viseme_training.lips import shown

FRAME = 640
RATE = 16000
LEAST_LEVEL = 12.0
"""Decibels by which the speech of a span must stand above its pauses."""
STILL = 1.5
"""Among several faces, the talker's mouth must move so many times as much as the next one's."""


class Unusable(Exception):
    """Why nothing can be learnt; the text is for the user."""


@dataclass
class Span:
    """A stretch of clean speech of one visible face: samples f32 [640 S], crops u8 [S, 80, 80], quality f32 [S, 6]."""

    name: str
    recording: str
    samples: np.ndarray
    crops: np.ndarray
    quality: np.ndarray


@dataclass
class Track:
    """The mouth of one face over a recording, from lip frame `first` on."""

    first: int
    crops: np.ndarray
    quality: np.ndarray

    def part(self, first, last):
        """(crops, quality) of lip frames of the recording; None unless the face is well seen nearly all the time."""
        a, b = first - self.first, last - self.first
        if a < 0 or b > len(self.crops):
            return None
        crops, quality = self.crops[a:b], self.quality[a:b]
        seen = shown(quality)
        return (crops, quality) if seen.mean() >= 0.9 else None


def recordings_of(folder, viseme, work):
    """Runs the program over a folder: mouth crops into WORK/crops, transcripts by ear into WORK/heard."""
    paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.is_file() and not p.name.startswith("."))
    if not paths:
        raise Unusable(f"{folder}: there is no recording in it")
    stems = [p.relative_to(folder).with_suffix("").as_posix().replace("/", "_") for p in paths]
    if len(set(stems)) < len(stems):
        raise Unusable(f"{folder}: recordings that differ only in their endings cannot be told apart")
    found = []
    for path, stem in zip(paths, stems):
        crops, heard = work / "crops" / stem, work / "heard" / f"{stem}.json"
        if not heard.exists():
            crops.mkdir(parents=True, exist_ok=True)
            heard.parent.mkdir(parents=True, exist_ok=True)
            if not run([viseme, "export", "--quiet", "--force", "--output-dir", crops, path]):
                continue
            words = ["--quiet", "--force", "--lips", "never", "--lip-model", "none", "--format", "json"]
            if not run([viseme, "transcribe", *words, "--output", heard, path]):
                continue
        if heard.exists():
            found.append((stem, sorted(crops.glob("*.safetensors")), json.loads(heard.read_text())))
    if not found:
        raise Unusable(f"{folder}: no recording in it could be read, or none shows a face")
    return found


def run(words):
    """Whether the program did it; what it says of a recording goes to the user."""
    return subprocess.run([str(w) for w in words], check=False).returncode == 0


def level_above_pauses(samples):
    """Decibels of the loud frames (95th percentile of 20 ms) above the quiet ones (10th)."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    power = np.maximum((frames.astype(np.float64) ** 2).mean(1), 1e-9)
    loud, quiet = np.quantile(10 * np.log10(power), [0.95, 0.1])
    return loud - quiet


def motion(crops):
    """How much a mouth moves: mean absolute difference of neighbouring pictures over the picture's contrast."""
    x = crops[:, 20:60, 20:60].astype(np.float32)
    return float(np.abs(np.diff(x, axis=0)).mean() / (x.std() + 4))


def talker(parts):
    """The one of several faces that talks, or None."""
    if len(parts) == 1:
        return parts[0]
    moved = sorted(((motion(crops), i) for i, (crops, _) in enumerate(parts)), reverse=True)
    return parts[moved[0][1]] if moved[0][0] >= STILL * moved[1][0] else None


def spans_of(stem, files, transcript):
    """The spans of one recording."""
    tracks, samples = [], None
    for path in files:
        tensors = load_file(path)
        tracks.append(Track(int(tensors["first"][0]), tensors["crops"], tensors["quality"]))
        samples = tensors["audio"]
    if samples is None:
        return
    count, end = -(-len(samples) // FRAME), 0
    count = count if len(samples) % FRAME > FRAME // 2 else len(samples) // FRAME
    for segment in transcript["segments"]:
        for piece in pieces(segment["words"]):
            frames = frames_of(*piece, count)
            if frames is None or frames[0] < end:
                continue
            heard = samples[frames[0] * FRAME : frames[1] * FRAME]
            parts = [p for t in tracks if (p := t.part(*frames))]
            if not parts or level_above_pauses(heard) < LEAST_LEVEL or (seen := talker(parts)) is None:
                continue
            end = frames[1]
            yield Span(f"{stem}@{frames[0]}", stem, np.ascontiguousarray(heard), *seen)


def clean_spans(recordings, model, adapter, most_noisy=0.5):
    """The spans of all recordings in which the adapter hears little noise."""
    kept = []
    for recording in recordings:
        for span in spans_of(*recording):
            with torch.no_grad():
                heard = model.encode(torch.from_numpy(span.samples)[None])
                noisiness = float(torch.sigmoid(adapter.noisiness(heard)))
            if noisiness <= most_noisy:
                kept.append(span)
    return kept


def divided(spans, generator):
    """(to train, to watch, to test) of spans: a tenth and a sixth are held out, by recording where there are many."""
    names = sorted({s.recording for s in spans})
    if len(names) >= 12:
        generator.shuffle(names)
        watch, test = names[: max(len(names) // 10, 2)], names[max(len(names) // 10, 2) :][: max(len(names) // 6, 2)]
        chosen = [[s for s in spans if (s.recording in watch, s.recording in test) == k] for k in KINDS]
    else:
        place = {s.name: i / len(spans) for i, s in enumerate(spans)}
        chosen = [[s for s in spans if (0.73 <= place[s.name] < 0.83, place[s.name] >= 0.83) == k] for k in KINDS]
    if len(chosen[0]) < 30 or len(chosen[1]) < 3 or len(chosen[2]) < 5:
        raise Unusable(f"{len(spans)} clean spans of a visible talker were found; at least 50 are needed")
    return chosen


KINDS = ((False, False), (True, False), (False, True))
