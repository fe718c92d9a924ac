"""Draws the lists of Training/splits: GRID s1 (test, watch, train) and LibriSpeech talkers (babble).

python Training/make_splits.py
"""

import random

from viseme_training import corpus

SEED = 5


def main():
    generator = random.Random(SEED)
    clips = sorted(p.stem for p in (corpus.ROOT / "grid" / "s1").iterdir())
    talkers = sorted(p.stem for p in (corpus.ROOT / "librispeech" / "speakers").iterdir())
    generator.shuffle(clips)
    generator.shuffle(talkers)
    lists = {
        "grid-s1-test": clips[:120],
        "grid-s1-watch": clips[120:150],
        "grid-s1-train": clips[150:],
        "librispeech-babble-test": talkers[:48],
        "librispeech-train": talkers[48:],
    }
    corpus.SPLITS.mkdir(exist_ok=True)
    for name, members in lists.items():
        (corpus.SPLITS / f"{name}.txt").write_text("\n".join(sorted(members)) + "\n")
        print(name, len(members))


if __name__ == "__main__":
    main()
