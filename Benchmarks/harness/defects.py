"""One speech in many containers and codecs, with the defects that recorders leave; made with FFmpeg."""

from __future__ import annotations

import subprocess
import wave
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import stamped

FFMPEG = ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-y"]
PICTURE = ["-f", "lavfi", "-i", "color=gray:size=64x64:rate=5:duration=17"]
WAV = ["-c:a", "pcm_s16le", "-bitexact"]

CODECS = {
    "aac": "-c:a aac -b:a 64k",
    "ac3": "-c:a ac3 -b:a 96k",
    "eac3": "-c:a eac3 -b:a 96k",
    "adpcm_ima": "-c:a adpcm_ima_wav -ar 22050",
    "alac": "-c:a alac",
    "dts": "-c:a dca -strict -2 -ac 2",
    "flac": "-c:a flac",
    "g722": "-c:a g722 -ar 16000",
    "g723_1": "-c:a g723_1 -ar 8000 -b:a 6300",
    "gsm": "-c:a libgsm -ar 8000",
    "gsm_ms": "-c:a libgsm_ms -ar 8000",
    "mp2": "-c:a mp2 -b:a 96k",
    "mp3": "-c:a libmp3lame -b:a 64k -ar 44100",
    "mulaw": "-c:a pcm_mulaw -ar 8000",
    "nellymoser": "-c:a nellymoser -ar 22050",
    "opus": "-c:a libopus -b:a 32k",
    "pcm_f32": "-c:a pcm_f32le",
    "pcm_s16": "-c:a pcm_s16le",
    "pcm_s16be": "-c:a pcm_s16be",
    "pcm_s24": "-c:a pcm_s24le",
    "real_144": "-c:a real_144 -ar 8000",
    "sbc": "-c:a sbc -ar 48000 -b:a 128k",
    "speex": "-c:a libspeex -ar 16000",
    "truehd": "-c:a truehd -strict -2",
    "tta": "-c:a tta",
    "vorbis": "-c:a libvorbis",
    "wavpack": "-c:a wavpack",
    "wmav2": "-c:a wmav2 -b:a 64k",
}
"""Options of the encoder, by the codec's usual name."""

MUXERS = {"rf64": "-f wav -rf64 always", "w64": "-f w64", "frag.mp4": "-f mp4 -movflags +frag_keyframe+empty_moov "
          "-frag_duration 1000000", "ps.mpg": "-f vob", "g722": "-f g722", "tco": "-f g723_1", "sbc": "-f sbc",
          "dts": "-f dts", "rso": "-f rso"}
"""Options of the muxer where the ending of the name does not tell."""


TICKS = {"mkv": "1000", "webm": "1000", "flv": "1000", "asf": "1000", "ts": "90000", "ps.mpg": "90000"}
"""Timestamps a second, where they do not count samples."""


@dataclass(frozen=True)
class Case:
    """A file with what a transcript of it must be."""

    container: str
    codec: str
    defect: str
    path: Path
    reference: Path
    """A sound whose transcript has the same words."""
    stretches: list[float] = field(default_factory=lambda: [0.0])
    """Times of the reference between which gaps are hidden."""
    notes: list[str] = field(default_factory=list)
    """Regular expressions of what is told, one each."""
    allowed: tuple[str, ...] = ()
    """The same of what may be told, and is true."""
    length: float | None = None
    """Seconds that the recording has by its own account, where that is to be compared."""
    arguments: tuple[str, ...] = ()


@dataclass
class Maker:
    """Makes files in a folder from one speech of `seconds`, with pauses at `pauses`."""

    folder: Path
    speech: Path
    seconds: float
    pauses: list[float]
    cases: list[Case] = field(default_factory=list)

    def ffmpeg(self, name: str, *arguments: object) -> Path:
        path = self.folder / name
        words = [word for argument in arguments for word in
                 (argument.split() if isinstance(argument, str) else [str(argument)])]
        subprocess.run([*FFMPEG, *words, str(path)], check=True)
        return path

    def name(self, container: str, codec: str, defect: str) -> str:
        return f"{len(self.cases):03}-{defect.replace(' ', '-')}-{codec}.{container}"

    def decoded(self, path: Path, graph: str = "anull", counted: bool = False) -> Path:
        """FFmpeg's own decode, from time 0, and through a filter that does to it what is to be heard; `counted`: sample
        by sample from the first, whatever the timestamps say."""
        # RealAudio's packets have all one time.
        counted = counted or path.suffix == ".rm"
        clock = "asetpts=N/SR/TB" if counted else "aresample=async=1:first_pts=0"
        digest = zlib.crc32(f"{graph} {counted}".encode())
        target = self.folder / f"ref-{path.name.replace('.', '-')}-{digest:08x}.wav"
        if not target.exists():
            self.ffmpeg(target.name, "-i", path, "-map 0:a:0 -filter_complex",
                        f"[0:a]{clock},aformat=channel_layouts=mono,{graph}", *WAV)
        return target

    def reference(self, container: str, codec: str, graph: str = "anull") -> Path:
        """The speech once through the codec."""
        container = container if container in OWN else HOLDERS.get(codec, "nut")
        path = self.folder / f"plain-{codec}.{container}"
        if not path.exists():
            self.ffmpeg(path.name, "-i", self.speech, CODECS[codec], MUXERS.get(container, ""))
        return self.decoded(path, graph)

    def add(self, container: str, codec: str, defect: str, path: Path, *, graph: str = "anull",
            reference: Path | None = None, **facts: Any) -> None:
        reference = reference or self.reference(container, codec, graph)
        self.cases.append(Case(container, codec, defect, path, reference, **facts))

    def with_silences(self, path: Path, silences: list[tuple[float, float]]) -> Path:
        """A WAV of ours with silences put in: at such a time, so long."""
        target = self.folder / f"ref-{zlib.crc32(repr(silences).encode()):08x}.wav"
        with wave.open(str(path)) as file, wave.open(str(target), "wb") as out:
            out.setparams(file.getparams())
            (rate, width), done = (file.getframerate(), file.getsampwidth()), 0
            for at, length in silences:
                out.writeframes(file.readframes(round(at * rate) - done) + bytes(width * round(length * rate)))
                done = round(at * rate)
            out.writeframes(file.readframes(file.getnframes() - done))
        return target

    # Defects.

    def plain(self, container: str, codec: str) -> None:
        path = self.ffmpeg(self.name(container, codec, "none"), "-i", self.speech, CODECS[codec],
                           MUXERS.get(container, ""))
        self.add(container, codec, "none", path, length=self.seconds)

    def offset(self, container: str, codec: str, late: float = 3.3, primed: float = 0.0) -> None:
        """The sound begins later than the picture, by what the encoder puts in front less."""
        path = self.ffmpeg(self.name(container, codec, "offset"), *PICTURE, f"-itsoffset {late} -i", self.speech,
                           "-map 0:v -map 1:a -c:v mpeg4 -g 10", CODECS[codec], MUXERS.get(container, ""))
        self.add(container, codec, "offset", path, graph=f"adelay={1000 * (late - primed):.0f}")

    def times(self, container: str, codec: str, defect: str, expression: str, counted: bool = False,
              **facts: Any) -> None:
        """Timestamps by an expression of FFmpeg's `setts`, in which RATE is how many there are a second. `counted`: the
        reference is the same file sample by sample."""
        ticks = TICKS.get(container, "SR")
        path = self.ffmpeg(self.name(container, codec, defect), "-i", self.speech, CODECS[codec],
                           f"-bsf:a setts=ts={expression.replace(' ', '').replace('RATE', ticks)}",
                           MUXERS.get(container, ""))
        reference = self.decoded(path, counted=True) if counted else None
        self.add(container, codec, defect, path, reference=reference, **facts)

    def burst(self, container: str, codec: str) -> None:
        expression = "floor(TS/RATE/0.13)*0.13*RATE + 0.13*RATE + mod(N\\,8)*RATE/1000"
        self.times(container, codec, "burst", expression)

    def stand(self, container: str, codec: str) -> None:
        # ASF tells what the encoder put in front by its first times alone, which are gone here.
        self.times(container, codec, "stand", "N*RATE/1000", counted=container == "asf")

    def drift(self, container: str, codec: str, rate: float) -> None:
        graph = f"asetrate=48000/{rate},aresample=48000"
        self.times(container, codec, f"drift {100 * (rate - 1):+.1f} %", f"TS*{rate}", graph=f"aresample=48000,{graph}")

    def gap(self, container: str, codec: str, length: float = 1.5) -> None:
        at = self.pauses[0]
        self.times(container, codec, "gap", f"TS + gte(TS/RATE\\,{at})*{length}*RATE", 
                   graph=f"asplit[a][b];[a]atrim=end={at}[c];[b]atrim=start={at},adelay={1000 * length:.0f},"
                   f"asetpts=PTS-STARTPTS[d];[c][d]concat=v=0:a=1",
                   notes=[rf"({length - 0.1:.1f}|{length:.1f}|{length + 0.1:.1f}) s of audio missing"],
                   length=self.seconds + length)

    def jump(self, container: str, codec: str) -> None:
        at = self.pauses[0]
        self.times(container, codec, "jump", f"TS + gte(TS/RATE\\,{at})*30000*RATE", notes=["1 jump in the timestamps"])

    def wrap(self, codec: str) -> None:
        """The 33-bit clock of a transport stream begins anew after 26.5 hours."""
        path = self.ffmpeg(self.name("ts", codec, "wrap"), "-i", self.speech, CODECS[codec],
                           "-output_ts_offset 95436 -f mpegts")
        self.add("ts", codec, "wrap", path, length=self.seconds)

    def cut(self, container: str, codec: str, notes: list[str], share: float = 0.6) -> None:
        whole = self.ffmpeg(f"whole-{self.name(container, codec, 'cut')}", "-i", self.speech, CODECS[codec],
                            MUXERS.get(container, ""))
        data = whole.read_bytes()
        path = self.folder / self.name(container, codec, "cut")
        path.write_bytes(data[: int(len(data) * share)])
        self.add(container, codec, "cut", path, reference=self.decoded(path), notes=notes,
                 allowed=("^1 corrupt packet skipped",))

    def chain(self, container: str, codec: str, second: str, **facts: Any) -> None:
        """Two files, cut in the middle of a pause, one after the other; the second with other parameters."""
        at = self.pauses[0]
        parts = []
        for n, (where, more) in enumerate([(f"-t {at}", ""), (f"-ss {at}", second)]):
            parts.append(self.ffmpeg(f"part{n}-{self.name(container, codec, 'chain')}", where, "-i", self.speech,
                                     CODECS[codec], more, MUXERS.get(container, "")))
        path = self.folder / self.name(container, codec, "chain")
        path.write_bytes(b"".join(part.read_bytes() for part in parts))
        # MP3s have silence of their encoder at both ends, which is there where they were joined, but for that at the
        # beginning, of which the first header tells. FFmpeg's own decode of what was joined keeps it, and loses time
        # where the rate or the channels change.
        whole = ["-flags2", "skip_manual"] if codec == "mp3" else []
        begin = f"atrim=start_sample={LAME_DELAY},asetpts=PTS-STARTPTS," if codec == "mp3" else ""
        joined = self.ffmpeg(f"ref-{path.name}.wav", *whole, "-i", parts[0], *whole, "-i", parts[1], "-filter_complex",
                             f"[0:a]{begin}aresample=48000,aformat=channel_layouts=mono[a];"
                             "[1:a]aresample=48000,aformat=channel_layouts=mono[b];[a][b]concat=v=0:a=1", *WAV)
        reference = self.decoded(path) if codec == "mp3" and not second else joined
        self.add(container, codec, f"chain {second or 'alike'}".strip(), path, reference=reference,
                 **{"length": self.seconds, **facts})

    def channels(self, container: str, codec: str, defect: str, routes: str, **facts: Any) -> None:
        path = self.ffmpeg(self.name(container, codec, defect), "-i", self.speech, "-filter_complex",
                           f"[0:a]pan={routes}", CODECS[codec], MUXERS.get(container, ""))
        self.add(container, codec, defect, path, **facts)

    def unplaced(self, count: int, carrier: int) -> None:
        """Microphones of a recorder that writes no channel mask, one of which has the voice."""
        name = self.name("wav", "pcm_s16", f"{count} without places")
        with wave.open(str(self.speech)) as speech, wave.open(str(self.folder / name), "wb") as file:
            file.setparams((count, 2, speech.getframerate(), 0, "NONE", ""))
            samples = speech.readframes(speech.getnframes())
            before, after = bytes(2 * carrier), bytes(2 * (count - 1 - carrier))
            file.writeframes(b"".join(before + samples[n : n + 2] + after for n in range(0, len(samples), 2)))
        self.add("wav", "pcm_s16", f"{count} without places", self.folder / name, length=self.seconds,
                 graph=f"volume={1 / count}")

    def packets(self, container: str, defect: str, edit: Edit, **facts: Any) -> None:
        """AAC with packets and times as `edit` leaves them."""
        stream = self.aac()
        frames, times = edit(stream.frames, stream.times())
        path = self.folder / self.name(container, "aac", defect)
        edited = stamped.Stream(frames, stream.rate, stream.channels, stream.setup)
        (stamped.write_flash if container == "flv" else stamped.write_matroska)(path, edited, times)
        self.add(container, "aac", defect, path, reference=self.decoded(self.folder / "packets.aac"), **facts)

    def aac(self) -> stamped.Stream:
        path = self.folder / "packets.aac"
        if not path.exists():
            self.ffmpeg(path.name, "-i", self.speech, CODECS["aac"])
        return stamped.read_adts(path.read_bytes())


LAME_DELAY = 1105
"""Samples that LAME puts in front, and its decoder."""

Edit = Callable[[list[bytes], list[float]], tuple[list[bytes], list[float]]]

OWN = {"avi", "flv", "asf", "ts"}
"""Containers that do not say what an encoder put in front: their own decode is the reference."""

HOLDERS = {"aac": "m4a", "opus": "ogg", "g722": "wav", "gsm": "gsm", "g723_1": "tco", "gsm_ms": "wav", "real_144": "rm",
           "sbc": "sbc", "truehd": "thd", "tta": "tta", "alac": "m4a", "wavpack": "wv", "mp3": "mp3", "speex": "ogg",
           "vorbis": "ogg", "adpcm_ima": "wav", "nellymoser": "flv", "wmav2": "asf", "dts": "dts", "ac3": "ac3",
           "eac3": "eac3", "mp2": "mp2", "flac": "flac"}
"""The container of a codec from which FFmpeg's decode is taken."""
