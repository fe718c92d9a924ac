"""The long recordings that speed and memory are measured on."""

from __future__ import annotations

from pathlib import Path

from . import corpus, media

SPEAKERS = 24


def ten_minutes(data: Path, cache: Path) -> Path:
    """More than ten minutes of read speech with pauses of a second, AAC beside a small video, mp4."""
    utterances = [item.path for item in corpus.recordings(data, "librispeech/test-other/")]
    others = [item.path for item in corpus.recordings(data, "librispeech/speakers/")]
    speech = media.concatenated(cache, "speech", utterances + others[:SPEAKERS], pause=1)
    return media.meeting(cache, "meeting", speech)


def hours(data: Path, cache: Path, count: float) -> Path:
    """The same repeated by copying packets."""
    return media.repeated(cache, ten_minutes(data, cache), 3600 * count)
