"""Recordings built from the data with the ffmpeg command, kept in a cache folder."""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

SAMPLE_RATE = 16_000
DEFAULT_CACHE = Path(tempfile.gettempdir()) / "viseme-benchmarks"

_FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
_WAV = ["-ac", "1", "-ar", str(SAMPLE_RATE), "-c:a", "pcm_s16le"]


def _built(cache: Path, name: str, arguments: Sequence[object]) -> Path:
    """The file that ffmpeg writes for `arguments`, built once; the name carries a digest of them."""
    words = [str(argument) for argument in arguments]
    stem, _, suffix = name.rpartition(".")
    target = cache / f"{stem}-{_digest(words)}.{suffix}"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"part-{target.name}")
        subprocess.run([*_FFMPEG, *words, str(part)], check=True)
        part.replace(target)
    return target


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:10]


def silence(cache: Path, seconds: float) -> Path:
    """Digital silence, 16 kHz mono WAV."""
    source = ["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", f"{seconds:g}"]
    return _built(cache, "silence.wav", [*source, *_WAV])


def looped(cache: Path, path: Path, seconds: float) -> Path:
    """`path` repeated up to `seconds`, 16 kHz mono WAV."""
    source = ["-stream_loop", "-1", "-i", path, "-t", f"{seconds:g}"]
    return _built(cache, f"{path.stem}.wav", [*source, *_WAV])


def concatenated(cache: Path, name: str, paths: Sequence[Path], pause: float) -> Path:
    """The files one after the other with `pause` seconds of silence between them, 16 kHz mono WAV."""
    target = cache / f"{name}-{_digest([*map(str, paths), f'{pause:g}'])}.wav"
    if not target.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"part-{target.name}")
        with wave.open(str(part), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            for path in paths:
                file.writeframesraw(b"" if path is paths[0] else bytes(2 * int(pause * SAMPLE_RATE)))
                file.writeframesraw(_samples(path))
        part.replace(target)
    return target


def starts(paths: Sequence[Path], pause: float) -> list[float]:
    """When each of the files begins in what `concatenated` makes of them, in seconds."""
    result, now = [], 0
    for path in paths:
        result.append(now / SAMPLE_RATE)
        now += len(_samples(path)) // 2 + int(pause * SAMPLE_RATE)
    return result


def _samples(path: Path) -> bytes:
    """16 kHz mono, signed 16-bit."""
    command = [*_FFMPEG, "-i", str(path), "-map", "0:a:0", "-f", "s16le", *_WAV, "-"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def meeting(cache: Path, name: str, speech: Path) -> Path:
    """`speech` as AAC in mp4 beside a low-resolution video track (160x90, 5 frames a second)."""
    inputs = ["-i", speech, "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=5"]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-g", "50", "-pix_fmt", "yuv420p"]
    audio = ["-c:a", "aac", "-b:a", "64k", "-ar", "48000"]
    return _built(cache, f"{name}.mp4", [*inputs, "-map", "1:v", "-map", "0:a", *video, *audio, "-shortest"])


def repeated(cache: Path, recording: Path, seconds: float) -> Path:
    """`recording` repeated up to `seconds` by copying its packets."""
    arguments = ["-stream_loop", "-1", "-i", recording, "-t", f"{seconds:g}", "-map", "0", "-c", "copy"]
    return _built(cache, f"{recording.stem}-{seconds:g}s{recording.suffix}", arguments)


def duration(path: Path) -> float:
    """Seconds, as ffprobe reports them for the container."""
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def under_face(cache: Path, voice: Path, face: Path) -> Path:
    """`voice` with the picture of `face`, looped, as Matroska."""
    source = ["-stream_loop", "-1", "-i", face, "-i", voice, "-map", "0:v", "-map", "1:a"]
    return _built(cache, f"{voice.stem}-{face.stem}.mkv", [*source, "-shortest", "-c:v", "copy", "-c:a", "flac"])


def shifted(cache: Path, clips: Sequence[Path], seconds: float) -> Path:
    """The clips one after another as Matroska, their picture `seconds` later than their sound."""
    joined = "".join(f"[{i}:v][{i}:a]" for i in range(len(clips)))
    inputs = [word for clip in clips for word in ("-i", clip)]
    graph = ["-filter_complex", f"{joined}concat=n={len(clips)}:v=1:a=1[v][a]", "-map", "[v]", "-map", "[a]"]
    coded = [*graph, "-c:v", "libx264", "-crf", "16", "-c:a", "flac"]
    whole = _built(cache, f"joined-{clips[0].stem}.mkv", [*inputs, *coded])
    late = ["-itsoffset", f"{max(0.0, seconds):g}", "-i", whole]
    early = ["-itsoffset", f"{max(0.0, -seconds):g}", "-i", whole]
    return _built(cache, f"shifted-{clips[0].stem}.mkv", [*late, *early, "-map", "0:v", "-map", "1:a", "-c", "copy"])


def piece(cache: Path, clip: Path, start: float, end: float, late: float) -> Path:
    """The picture of `clip` from `start` to `end` seconds at 25 a second with the sound `late` seconds before it."""
    frames = round(25 * (end - start))
    cut = f"atrim=start={start - late:.4f},asetpts=PTS-STARTPTS,apad,atrim=end={frames / 25:.4f}"
    seen = f"[0:v]fps=25,trim=start={start - 0.001:.4f},setpts=PTS-STARTPTS,trim=end_frame={frames}[v]"
    graph = ["-filter_complex", f"{seen};[0:a]aresample=16000,{cut}[a]", "-map", "[v]", "-map", "[a]"]
    coded = ["-c:v", "libx264", "-crf", "12", "-c:a", "flac"]
    return _built(cache, f"piece-{clip.stem}.mkv", ["-i", clip, *graph, *coded])


def joined(cache: Path, clips: Sequence[Path], seconds: float) -> Path:
    """The beginning of the clips one after another, 224 x 224 at 25 a second, as Matroska."""
    inputs = [word for clip in clips for word in ("-i", clip)]
    each = "[{0}:v]fps=25,scale=224:224,setsar=1[v{0}];[{0}:a]aresample=16000[a{0}];"
    sized = "".join(each.format(i) for i in range(len(clips)))
    ends = "".join(f"[v{i}][a{i}]" for i in range(len(clips)))
    graph = f"{sized}{ends}concat=n={len(clips)}:v=1:a=1[v][a]"
    coded = ["-map", "[v]", "-map", "[a]", "-t", f"{seconds:g}"]
    coded += ["-c:v", "libx264", "-crf", "12", "-c:a", "flac"]
    return _built(cache, f"person-{clips[0].stem}.mkv", [*inputs, "-filter_complex", graph, *coded])


def row(cache: Path, tiles: Sequence[Path], heard: Path, babble: Sequence[Path], ratio: float) -> Path:
    """Recordings side by side, 360 x 360 each, with the sound of `heard`, `ratio` dB above all of `babble`.

    Loudness is the mean power of the whole, as FFmpeg's `volumedetect` tells it.
    """
    inputs = [word for path in (*tiles, heard) for word in ("-i", path)]
    inputs += [word for path in babble for word in ("-stream_loop", "-1", "-i", path)]
    count = len(tiles)
    sized = "".join(f"[{i}:v]scale=360:360,setsar=1[v{i}];" for i in range(count))
    beside = f"hstack=inputs={count}" if count > 1 else "null"
    seen = f"{sized}{''.join(f'[v{i}]' for i in range(count))}{beside}[v]"
    if babble:
        gains = [level(heard) - ratio - level(path) - 10 * math.log10(len(babble)) for path in babble]
        quiet = [f"[{count + 1 + i}:a]aresample=16000,volume={gain:.2f}dB[b{i}];" for i, gain in enumerate(gains)]
        ends = "".join(f"[b{i}]" for i in range(len(babble)))
        mix = f"amix=inputs={len(babble) + 1}:duration=first:normalize=0,volume=-6dB[a]"
        sound = f"[{count}:a]aresample=16000[h];{''.join(quiet)}[h]{ends}{mix}"
    else:
        sound = f"[{count}:a]aresample=16000[a]"
    coded = ["-map", "[v]", "-map", "[a]", "-c:v", "libx264", "-crf", "18", "-c:a", "flac", "-shortest"]
    return _built(cache, f"row-{heard.stem}.mkv", [*inputs, "-filter_complex", f"{seen};{sound}", *coded])


def level(path: Path) -> float:
    """Mean power of a recording's sound in dB of full scale."""
    command = ["ffmpeg", "-nostdin", "-i", str(path), "-map", "0:a", "-af", "volumedetect", "-f", "null", "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"mean_volume: (-?[0-9.]+) dB", told)[-1])


def gallery(cache: Path, clips: Sequence[Path], speaker: int) -> Path:
    """Four clips as tiles of one picture, row by row, with the sound of one of them, as Matroska."""
    inputs = [word for clip in clips for word in ("-i", clip)]
    sized = "".join(f"[{i}:v]scale=360:288,fps=25[t{i}];" for i in range(4))
    graph = f"{sized}[t0][t1][t2][t3]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0[v]"
    coded = ["-map", "[v]", "-map", f"{speaker}:a", "-c:v", "libx264", "-crf", "16", "-c:a", "flac", "-shortest"]
    name = f"gallery-{clips[speaker].stem}.mkv"
    return _built(cache, name, [*inputs, "-filter_complex", graph, *coded])
