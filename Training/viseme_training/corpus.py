"""The recordings of ../shared/data: clips, splits, transcripts of GRID, talkers for babble."""

import csv
import pathlib
import re

import numpy as np

from viseme_training import audio

ROOT = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"
SPLITS = pathlib.Path(__file__).resolve().parents[1] / "splits"

COMMANDS = {"b": "bin", "l": "lay", "p": "place", "s": "set"}
COLOURS = {"b": "blue", "g": "green", "r": "red", "w": "white"}
PREPOSITIONS = {"a": "at", "b": "by", "i": "in", "w": "with"}
ADVERBS = {"a": "again", "n": "now", "p": "please", "s": "soon"}
DIGITS = "zero one two three four five six seven eight nine".split()


def split(name):
    """The names of one list of Training/splits."""
    return (SPLITS / f"{name}.txt").read_text().split()


def grid_transcript(stem):
    """The six words that a GRID file name stands for."""
    command, colour, preposition, letter, digit, adverb = stem
    number = "zero" if digit == "z" else DIGITS[int(digit)]
    first = [COMMANDS[command], COLOURS[colour], PREPOSITIONS[preposition], letter]
    return " ".join([*first, number, ADVERBS[adverb]])


def grid_voice(stem):
    """(start, end) of the speech in seconds, from the word timings."""
    rows = [line.split() for line in (ROOT / "grid" / "align" / f"{stem}.align").read_text().splitlines()]
    words = [(int(a) / 25000, int(b) / 25000) for a, b, word in rows if word not in ("sil", "sp")]
    return words[0][0], words[-1][1]


def words_of(text):
    """Words for scoring: lower case, no punctuation, digits spelt, a letter glued to a digit set apart."""
    text = re.sub(r"([a-z])-?(\d)", r"\1 \2", text.lower())
    text = re.sub(r"\d", lambda m: f" {DIGITS[int(m[0])]} ", text)
    return re.sub(r"[^a-z' ]", " ", text).split()


def errors(reference, hypothesis):
    """Edit distance of two word lists."""
    row = list(range(len(hypothesis) + 1))
    for i, word in enumerate(reference, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(hypothesis, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


def manifest(corpus):
    """(path, speaker, transcript) of the manifest's rows whose corpus begins so."""
    with open(ROOT / "MANIFEST.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["corpus"].startswith(corpus):
                yield row["path"], row["speaker"], row["transcript"]


def decoded(paths, store):
    """name -> samples of recordings, decoded once into the .npz at `store`."""
    if not store.exists():
        store.parent.mkdir(parents=True, exist_ok=True)
        np.savez(store, **{p.stem: audio.decode(p).astype(np.float16) for p in paths})
    with np.load(store) as file:
        return {name: file[name].astype(np.float32) for name in file.files}
