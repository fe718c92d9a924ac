#!/usr/bin/env bash
# faster-whisper 1.2.1: one loud bang changes Whisper's features of the whole recording, also of minutes before.
#
# Log-mel features are floored at 80 dB below their maximum. WhisperModel.transcribe computes all of them at once,
# before the file is cut into windows of 30 s, so the maximum is the whole file's. The features of a window depend
# on sound that is not in it: quiet speech loses its weak parts to a door that is slammed an hour later, and a
# piece of a recording does not give what the whole gives. (BatchedInferencePipeline computes chunk by chunk.) To
# repeat a result, compare whole files.
#
# Seen: buzzes at -58 dBFS over noise of -90 dBFS, and a bang of 10 ms at 50 s. In the first 30 s, 41 % of the
# values are not what they were without the bang; the largest change is 0.59, where the features span 1.73.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-deps faster-whisper==1.2.1 numpy==2.2.6
"$folder/venv/bin/python" - <<'PY'
import importlib.util
import pathlib
import sysconfig

import numpy as np

# The module alone: the package would ask for an inference engine that is not needed here.
path = pathlib.Path(sysconfig.get_paths()["purelib"]) / "faster_whisper" / "feature_extractor.py"
spec = importlib.util.spec_from_file_location("feature_extractor", path)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
extract = module.FeatureExtractor()

RATE = 16_000
noise = np.random.default_rng(1)
# A quiet buzz like a voice's source: harmonics of 120 Hz that fall by 6 dB an octave, on and off.
time = np.arange(60 * RATE) / RATE
buzz = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 60)) * (time % 1 < 0.6)
quiet = 10 ** (-55 / 20) * buzz + 10 ** (-90 / 20) * noise.standard_normal(len(time))
banged = quiet.copy()
banged[50 * RATE : 50 * RATE + 160] += noise.uniform(-1, 1, 160)

before, after = (extract(sound.astype(np.float32))[:, :3000] for sound in (quiet, banged))
level = 10 * np.log10(np.mean(quiet**2))
changed = float(np.mean(np.abs(after - before) > 0.01))
most = float(np.max(np.abs(after - before)))
print(f"level {level:.1f} dBFS; features of the first 30 s: from {before.min():.2f} to {before.max():.2f}")
print(f"with a bang at 50 s: {100 * changed:.1f} % of them changed, by up to {most:.2f}")
if changed < 0.1:
    raise SystemExit("changed: a bang at 50 s no longer changes the first 30 s")
PY
