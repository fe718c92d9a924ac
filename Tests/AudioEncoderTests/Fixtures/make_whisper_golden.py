"""Golden values of Whisper's front end and encoder: faster-whisper 1.2.1 and CTranslate2 4.8.5 in float32.

    python3 make_whisper_golden.py BASE_FOLDER TINY_EN_FOLDER RECORDING > whisper_golden.json

The folders hold `model.bin` and `config.json` as the pinned wheels bring them.
"""

import json
import sys

import ctranslate2
import numpy
from faster_whisper.audio import decode_audio
from faster_whisper.feature_extractor import FeatureExtractor

FRAMES = [0, 7, 100, 357, 549, 552, 900, 1499]
BANDS = [0, 1, 20, 41, 79]
COLUMNS = [0, 63, 64, 200, 383]


def embeddings(folder, mel):
    model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="float32")
    view = ctranslate2.StorageView.from_array(numpy.ascontiguousarray(mel[None]))
    return numpy.array(model.encode(view, to_cpu=True))[0]


def chosen(values, rows, columns, digits):
    return [[round(float(values[row, column]), digits) for column in columns] for row in rows]


def main(base, tiny, recording):
    samples = decode_audio(recording)[:480000]
    padded = numpy.pad(samples, (0, 480000 - len(samples)))
    mel = FeatureExtractor(feature_size=80)(padded)[:, :3000].astype(numpy.float32)
    base, tiny = embeddings(base, mel), embeddings(tiny, mel)
    golden = {
        "frames": FRAMES,
        "bands": BANDS,
        "logMel": chosen(mel.T, [2 * frame for frame in FRAMES], BANDS, 5),
        "columns": COLUMNS,
        "base": chosen(base, FRAMES, COLUMNS, 4),
        "englishTiny": chosen(tiny, FRAMES, COLUMNS, 4),
        "baseRMS": float(numpy.sqrt((base**2).mean())),
        "tinyRMS": float(numpy.sqrt((tiny**2).mean())),
    }
    json.dump(golden, sys.stdout)


main(*sys.argv[1:])
