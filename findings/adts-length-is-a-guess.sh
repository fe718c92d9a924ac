#!/usr/bin/env bash
# libavformat 61.1 (in PyAV 13.1.0): an AAC file without a container that begins quietly is declared to be
# many times as long as it is.
#
# ADTS has no length, so it is guessed: size of the file over bit rate of its first packets. Where a recording
# starts with silence, these are tiny. Progress, limits on length, and memory that is set aside by the declared
# length are wrong by the same factor; with a quiet end it is too short, and who trusts it cuts the recording off.
# PyAV gives the number without saying that it is a guess. Only decoding tells the length.
#
# Seen: 60 s of sound at 64 kbit/s. Noise throughout: 61 s. Silence first for 5 s: 2546 s. Silence for the second
# half: 31 s.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps av==13.1.0 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import av
import numpy as np

RATE, SECONDS = 16_000, 60
noise = 0.1 * np.random.default_rng(0).standard_normal(SECONDS * RATE).astype(np.float32)


def lengths(silent: slice) -> tuple[int, int]:
    """Declared and real length of a minute of noise with a silent part (in seconds)."""
    sound = noise.copy()
    sound[silent] = 0
    with av.open("a.aac", "w", format="adts") as out:
        stream = out.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = 64_000
        for start in range(0, len(sound) - 1023, 1024):
            block = sound[None, start : start + 1024]
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    with av.open("a.aac") as source:
        declared = source.duration / 1e6
        real = sum(frame.samples for frame in source.decode(audio=0)) / RATE
    return round(declared), round(real)


print("libavformat", av.library_versions["libavformat"])
seen = [lengths(part) for part in (slice(0), slice(0, 5 * RATE), slice(30 * RATE, None))]
for name, (declared, real) in zip(("noise", "5 s of silence first", "silence after 30 s"), seen):
    print(f"{name}: declared {declared} s, decoded {real} s")
(full, _), (quiet_start, _), (quiet_end, _) = seen
if not (55 < full < 65 and quiet_start > 600 and quiet_end < 40 and all(real == 60 for _, real in seen)):
    raise SystemExit("changed: were 61, 2546 and 31 s declared, and 60 s decoded")
PY
