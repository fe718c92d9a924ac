#!/usr/bin/env python3
"""Makes the sample meeting: `meeting.mp4`, and its true script as `meeting.txt` and `meeting.stm`.

Needs Python 3.11, numpy, Pillow 10.1 or newer, and an `ffmpeg` with flite and libx264 (Debian's
has both). The same versions of these make the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from maker import gallery, lips, movement, noise, script, voices

FPS = 25
HEADING = "Release planning"
SUBTITLES = [
    "Maya, Daniel, Nora and Ian",
    "A sample meeting made for Viseme. Voices and faces are synthetic.",
]
NOISE_HINT = "Construction noise outside"
FADE_SECONDS = 0.4


def speakers(meeting: voices.Meeting, frames: int) -> list[str | None]:
    """Who speaks in each frame; a speaker stays marked across short pauses."""
    active: list[str | None] = [None] * frames
    for turn in meeting.turns:
        first, last = round((turn.start - 0.1) * FPS), round((turn.end + 0.3) * FPS)
        active[first:last] = [turn.line.person.name] * (last - first)
    return active


def gazes(name: str, names: list[str], active: list[str | None]) -> list[float]:
    """Where a person looks: towards the speaker's tile, about a third of a second late."""
    column = names.index(name) % 2
    result = []
    for frame in range(len(active)):
        speaker = active[max(0, frame - 8)]
        away = 0 if speaker in (None, name) else names.index(speaker) % 2 - column
        result.append(2.0 * away)
    return result


def pictures(meeting: voices.Meeting) -> Iterator[Image.Image]:
    """All frames in order."""
    frames = round(meeting.seconds * FPS)
    names = [person.name for person in script.PEOPLE]
    active = speakers(meeting, frames)
    tracks = [
        movement.poses(
            lips.mouths(meeting.stem(person), frames, FPS),
            gazes(person.name, names, active),
            seed=index,
        )
        for index, person in enumerate(script.PEOPLE)
    ]
    title = gallery.title(HEADING, SUBTITLES)
    begin, end = meeting.noise_span
    noisy = {t.line.person.name: NOISE_HINT for t in meeting.turns if t.line.is_noisy}
    for frame in range(frames):
        time = frame / FPS
        share = (time - script.TITLE_SECONDS) / FADE_SECONDS
        if share <= 0:
            yield title
            continue
        hints = noisy if begin <= time < end else {}
        call = gallery.gallery(names, [track[frame] for track in tracks], active[frame], hints)
        yield call if share >= 1 else Image.blend(title, call, share)


def write_sound(path: Path, sound: np.ndarray) -> None:
    """16-bit mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(voices.RATE)
        file.writeframes(np.round(sound * 32767).astype("<i2").tobytes())


def encode(images: Iterator[Image.Image], sound: Path, target: Path) -> None:
    """H.264 and AAC in MP4, the same bytes whatever the machine's number of cores."""
    width, height = gallery.SIZE
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FPS)]
    video = ["-c:v", "libx264", "-preset", "slow", "-crf", "24", "-threads", "4"]
    video += ["-pix_fmt", "yuv420p", "-colorspace", "smpte170m", "-g", "250"]
    audio = ["-c:a", "aac", "-b:a", "64k", "-ar", "48000", "-ac", "1"]
    tags = ["-metadata", f"title={HEADING}", "-metadata:s:a:0", "language=eng"]
    exact = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, "-i", "pipe:0", "-i", str(sound)]
    command += ["-map", "0:v", "-map", "1:a", *video, *audio, *tags, *exact]
    command += ["-movflags", "+faststart", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for image in images:
            process.stdin.write(image.tobytes())
        process.stdin.close()
        if process.wait() != 0:
            raise SystemExit("make_meeting: ffmpeg could not encode the video")


def write_references(meeting: voices.Meeting, folder: Path) -> None:
    """What is said: plain, a turn on each line, and as NIST STM with speaker and times."""
    plain = [turn.line.text for turn in meeting.turns]
    (folder / "meeting.txt").write_text("\n".join(plain) + "\n", encoding="utf-8")
    timed = [
        f"meeting A {turn.line.person.name} {turn.start:.2f} {turn.end:.2f} "
        f"<{'noisy' if turn.line.is_noisy else 'clean'}> {turn.line.text}"
        for turn in meeting.turns
    ]
    (folder / "meeting.stm").write_text("\n".join(timed) + "\n", encoding="utf-8")


def main() -> None:
    """Makes everything, or single pictures of it to look at."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output-dir", type=Path, default=Path(__file__).parent)
    parser.add_argument(
        "--stills", type=int, metavar="N", help="write every Nth frame as PNG instead of the video"
    )
    arguments = parser.parse_args()
    folder: Path = arguments.output_dir
    folder.mkdir(parents=True, exist_ok=True)
    meeting = voices.compose()
    if arguments.stills:
        for frame, image in enumerate(pictures(meeting)):
            if frame % arguments.stills == 0:
                image.save(folder / f"frame{frame:05}.png")
        return
    write_references(meeting, folder)
    with tempfile.TemporaryDirectory() as temporary:
        sound = Path(temporary) / "meeting.wav"
        write_sound(sound, noise.mixed(meeting))
        encode(pictures(meeting), sound, folder / "meeting.mp4")
    print(f"{folder / 'meeting.mp4'}: {meeting.seconds:.2f} s")


if __name__ == "__main__":
    main()
