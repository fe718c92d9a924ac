"""A folder of recordings as an archive has them: of many kinds, a fifth of them broken in twenty ways."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from . import media

GOOD, BROKEN = 160, 40

Maker = Callable[[Path, random.Random], None]


def ffmpeg(*words: object) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, words)], check=True)


def tone(path: Path, *words: object) -> bytes:
    """A second of sound in the format of `path`; its bytes."""
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", *words, path)
    return path.read_bytes()


def wave_header(rate: int = 16_000, channels: int = 1, data: int = 32_000) -> bytes:
    align = 2 * channels
    return b"RIFF" + struct.pack("<I", 36 + data) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, channels, rate, (rate * align) & 0xFFFFFFFF, align & 0xFFFF, 16
    ) + b"data" + struct.pack("<I", data)


def raw(suffix: str, content: Callable[[random.Random], bytes]) -> Maker:
    def make(path: Path, chance: random.Random) -> None:
        path.with_suffix(suffix).write_bytes(content(chance))
    return make


def text(content: str) -> Maker:
    return raw(".mp4", lambda _: content.encode())


def changed(suffix: str, change: Callable[[bytes], bytes], *words: object) -> Maker:
    """A second of sound whose bytes are changed."""
    def make(path: Path, _: random.Random) -> None:
        path = path.with_suffix(suffix)
        path.write_bytes(change(tone(path, *words)))
    return make


def silent_picture(path: Path, _: random.Random) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x48", "-c:v", "mpeg4", path.with_suffix(".mp4"))


def still(path: Path, _: random.Random) -> None:
    ffmpeg("-f", "lavfi", "-i", "testsrc=d=1:s=64x48", "-frames:v", 1, "-f", "image2", "-c:v", "png",
           path.with_suffix(".mov"))


def zeroed(content: bytes) -> bytes:
    """The media data of an MP4 set to zero."""
    at = content.index(b"mdat")
    length = struct.unpack(">I", content[at - 4:at])[0]
    return content[:at + 4] + bytes(length - 8) + content[at - 4 + length:]


WAYS: list[Maker] = [
    raw(".wav", lambda _: b""),
    raw(".mp4", lambda chance: chance.randbytes(50_000)),
    text("Minutes of the meeting of the third of May.\n" * 20),
    text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n../other.ts\n#EXT-X-ENDLIST\n"),
    text("ffconcat version 1.0\nfile other.mp4\n"),
    text("1\n00:00:01,000 --> 00:00:02,000\nA subtitle\n\n" * 5),
    changed(".mp4", lambda all: all[:len(all) // 2], "-c:a", "aac"),
    changed(".m4a", lambda all: all[:40], "-c:a", "aac"),
    changed(".m4a", zeroed, "-c:a", "aac"),
    changed(".m4a", lambda all: all.replace(b"mp4a", b"zzzz").replace(b"esds", b"zzzz"), "-c:a", "aac"),
    changed(".mkv", lambda all: all[:60] + bytes(len(all) - 60), "-c:a", "flac"),
    changed(".flac", lambda all: all[:60], "-c:a", "flac"),
    changed(".ogg", lambda all: all[:58], "-c:a", "libopus"),
    silent_picture,
    still,
    raw(".wav", lambda _: wave_header(rate=0) + bytes(32_000)),
    raw(".wav", lambda _: wave_header(rate=100_000_000) + bytes(32_000)),
    raw(".wav", lambda _: wave_header(channels=200) + bytes(32_000)),
    raw(".m4a", lambda chance: b"PK\x03\x04" + chance.randbytes(2000)),
    raw(".mp4", lambda _: gzip.compress(b"a recording, packed" * 100, mtime=0)),
]


def broken(folder: Path) -> int:
    """Files in which nothing can be transcribed, each way twice; their number."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    for number in range(BROKEN):
        WAYS[number % len(WAYS)](folder / f"broken{number:02}", chance)
    return len(list(folder.iterdir()))


def take(sources: Iterable[Path], count: int, folder: Path, suffix: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(sources)[:count]:
        if suffix is None:
            shutil.copyfile(source, folder / source.name)
        else:
            ffmpeg("-i", source, "-vn", (folder / source.name).with_suffix(suffix))


def good(data: Path, sample: Path, folder: Path) -> int:
    """GRID, LibriSpeech, AMI in several formats, and the sample meeting; their number."""
    ami = list((data / "ami").glob("*.flac"))
    for suffix in [None, ".mp3", ".m4a", ".ogg", ".wav", ".mka", ".ts", ".avi"]:
        take(ami, len(ami), folder / "ami" / (suffix or "flac").lstrip("."), suffix)
    take((data / "librispeech" / "test-other").glob("*.flac"), 50, folder / "librispeech")
    (folder / "meeting").mkdir(exist_ok=True)
    shutil.copyfile(sample, folder / "meeting" / sample.name)
    rest = GOOD - sum(1 for path in folder.rglob("*") if path.is_file())
    clips = [path for path in (data / "grid").rglob("*") if path.suffix in {".mkv", ".mpg"}]
    # All speakers, one of whom has most of the clips.
    clips.sort(key=lambda path: (path.suffix == ".mkv", path.name))
    for number, clip in enumerate(clips[:rest]):
        target = folder / "grid" / clip.parent.name / clip.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(clip, target)
    return sum(1 for path in folder.rglob("*") if path.is_file())


def build(data: Path, sample: Path, folder: Path) -> Path:
    """The whole batch, made once."""
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        assert good(data, sample, folder / "in") == GOOD
        assert broken(folder / "in" / "broken") == BROKEN
        (folder / "complete").touch()
    return folder / "in"


LONG = [".m4a", ".mkv", ".opus"]


def long(data: Path, folder: Path, count: int, seconds: float) -> list[Path]:
    """`count` recordings of `seconds` as meetings have them: AMI's openings and LibriSpeech's utterances in
    turn, in an order of each one's own; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "in").mkdir(exist_ok=True)
    sources = sorted((data / "ami").glob("*.flac")) + sorted((data / "librispeech" / "test-other").glob("*.flac"))
    targets = []
    for number in range(count):
        target = (folder / "in" / f"long{number:02}").with_suffix(LONG[number % len(LONG)])
        targets.append(target)
        if target.exists():
            continue
        order = random.Random(number).sample(sources, len(sources))
        joined = media.concatenated(folder, target.stem, order, pause=0.5)
        part = folder / f"part{target.suffix}"
        ffmpeg("-stream_loop", -1, "-i", joined, "-t", f"{seconds:g}", "-ar", 48_000, "-b:a", "64k", part)
        part.replace(target)
        joined.unlink()
    return targets


def outputs(folder: Path) -> dict[str, bytes]:
    """The transcripts in a folder by their paths."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in {".json", ".srt", ".vtt", ".txt"}
        and ".viseme" not in path.parts
    }


def strays(folder: Path) -> list[str]:
    """Files that are neither transcripts nor documented."""
    kept = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        parts = path.relative_to(folder).parts
        hidden = ".viseme" in parts
        documented = hidden and (path.suffix == ".json" or path.name == "probes.tsv") and "work" not in parts
        report = path.name.startswith("report") and path.suffix == ".jsonl"
        if not (documented or report or (not hidden and path.suffix in {".json", ".srt", ".vtt", ".txt"})):
            kept.append(os.path.join(*parts))
    return sorted(kept)
