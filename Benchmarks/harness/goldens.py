"""What jiwer, MeetEval and whisper-normalizer say of given texts: values that the tests of
Sources/Evaluation compare with. Each function returns the text of one golden file.

The packages: pip install jiwer==4.0.0 meeteval==0.4.3 whisper-normalizer==0.1.15
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import corpus
from .words import normalise

COLLAR = 5
STRINGS = 1000


class SplitMix64:
    """The generator of the tests (Tests/Fixtures), number for number."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, bound: int) -> int:
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        word = self.state
        word = ((word ^ word >> 30) * 0xBF58476D1CE4E5B9) & mask
        word = ((word ^ word >> 27) * 0x94D049BB133111EB) & mask
        return (word ^ word >> 31) % bound


def random_strings() -> Iterator[tuple[list[str], list[str]]]:
    """Pairs of up to 39 words: unrelated ones, and ones with a third of the words disturbed."""
    random = SplitMix64(4)
    for _ in range(STRINGS):
        vocabulary = (2, 5, 20, 100)[random.below(4)]
        reference = [_word(random, vocabulary) for _ in range(random.below(40))]
        if random.below(2) == 0:
            hypothesis = [_word(random, vocabulary) for _ in range(random.below(40))]
        else:
            hypothesis = [new for word in reference for new in _disturbed(random, vocabulary, word)]
        yield reference, hypothesis


def _word(random: SplitMix64, vocabulary: int) -> str:
    index = random.below(vocabulary)
    return chr(ord("a") + index % 26) * (1 + index // 26)


def _disturbed(random: SplitMix64, vocabulary: int, word: str) -> list[str]:
    change = random.below(9)
    if change == 0:
        return []
    if change == 1:
        return [_word(random, vocabulary)]
    return [word, _word(random, vocabulary)] if change == 2 else [word]


def edit_counts() -> str:
    """Hits, substitutions, deletions and insertions of words, then of characters, by jiwer."""
    return "".join(f"{_counts(' '.join(r), ' '.join(h))}\n" for r, h in random_strings())


def _counts(reference: str, hypothesis: str) -> str:
    import jiwer

    characters = jiwer.process_characters(reference, hypothesis)
    return f"{_word_counts(reference, hypothesis)} {_numbers(characters)}"


def _word_counts(reference: str, hypothesis: str) -> str:
    import jiwer

    return _numbers(jiwer.process_words(reference, hypothesis))


def _numbers(output: Any) -> str:
    return f"{output.hits} {output.substitutions} {output.deletions} {output.insertions}"


def utterances(data: Path, hypotheses: Path) -> str:
    """The same for LibriSpeech test-other against what viseme wrote, with plain normalisation; then
    words with whisper-normalizer's."""
    normaliser = package_normaliser()
    heard = dict(line.split("\t") for line in hypotheses.read_text(encoding="utf-8").splitlines())
    lines = []
    for recording in corpus.recordings(data, "librispeech/test-other/"):
        name = recording.path.stem
        texts = (recording.transcript, heard[name])
        plain = _counts(*(" ".join(normalise(text)) for text in texts))
        lines.append(f"{name} {plain} {_word_counts(*map(normaliser, texts))}\n")
    return "".join(lines)


@dataclass(frozen=True)
class Turn:
    session: str
    speaker: str
    start: float
    end: float
    words: list[str]


def read_stm(path: Path) -> list[Turn]:
    turns = []
    for line in path.read_text(encoding="utf-8").splitlines():
        session, _, speaker, start, end, *text = line.split(maxsplit=5)
        turns.append(Turn(session, speaker, float(start), float(end), normalise(" ".join(text))))
    return turns


def dealt(turns: list[Turn], streams: int, late: float = 0) -> list[Turn]:
    """Pieces of five words, each session's in turn to so many streams, each `late` seconds later."""
    pieces: list[Turn] = []
    index: dict[str, int] = {}
    for turn in turns:
        share = (turn.end - turn.start) / max(len(turn.words), 1)
        for first in range(0, len(turn.words), 5):
            words = turn.words[first : first + 5]
            number = index.get(turn.session, 0)
            index[turn.session] = number + 1
            start = turn.start + share * first + late
            end = turn.start + share * (first + len(words)) + late
            pieces.append(Turn(turn.session, f"stream{number % streams}", start, end, words))
    return pieces


def thinned(turns: list[Turn]) -> list[Turn]:
    """The reference under other names, without its second, fifth, eighth … word of a turn."""
    return [
        replace(turn, speaker=f"x{turn.speaker}",
                words=[word for index, word in enumerate(turn.words) if index % 3 != 1])
        for turn in turns
    ]


def meetings(data: Path, hypotheses: Path) -> str:
    """Errors by cpWER and by tcpWER, and reference words, of the AMI openings, by MeetEval."""
    import meeteval

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    reference = read_stm(data / "ami" / "ref.stm")
    heard = read_stm(hypotheses)
    variants = {
        "whole": heard, "one": dealt(heard, 1), "two": dealt(heard, 2), "seven": dealt(heard, 7),
        "late": dealt(heard, 2, late=4), "thinned": thinned(reference),
    }
    lines = []
    for name, hypothesis in variants.items():
        for session in sorted({turn.session for turn in reference}):
            said, written = _segments(reference, session), _segments(hypothesis, session)
            cp = meeteval.wer.cp_word_error_rate(said, written)
            tcp = meeteval.wer.time_constrained_minimum_permutation_word_error_rate(
                said, written, collar=COLLAR)
            lines.append(f"{name} {session} {cp.errors} {tcp.errors} {cp.length}\n")
    return "".join(lines)


def _segments(turns: list[Turn], session: str) -> object:
    """MeetEval's list of segments; a session without any has an empty one."""
    from meeteval.io import SegLST

    chosen = [turn for turn in turns if turn.session == session] or [Turn(session, "nobody", 0, 0, [])]
    return SegLST([
        {"session_id": session, "speaker": turn.speaker, "start_time": turn.start,
         "end_time": turn.end, "words": " ".join(turn.words)}
        for turn in chosen
    ])


def package_normaliser() -> Callable[[str], str]:
    from whisper_normalizer.english import EnglishTextNormalizer

    normaliser = EnglishTextNormalizer()
    return lambda text: " ".join(normaliser(text).split())


def references(data: Path) -> list[str]:
    """The utterances of LibriSpeech test-other, then the turns of AMI as they are written."""
    stm = (data / "ami" / "ref.stm").read_text(encoding="utf-8").splitlines()
    read = [recording.transcript for recording in corpus.recordings(data, "librispeech/test-other/")]
    return read + [line.split(maxsplit=5)[5] for line in stm]


def normalised_references(data: Path) -> str:
    """FNV-1a hashes of the references as whisper-normalizer writes them; the texts stay outside."""
    normaliser = package_normaliser()
    return "".join(f"{_fnv1a(normaliser(text)):016x}\n" for text in references(data))


def _fnv1a(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return value


def normaliser_cases(path: Path) -> str:
    """The table of cases with its column of the package's results made again.

    Tab-separated: text; our result; the package's result, `=` where it is the same; the reason of
    the difference. Lines that start with `# ` are headings.
    """
    normaliser = package_normaliser()
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            text, ours, _, reason = line.split("\t")
            package = normaliser(text)
            line = "\t".join([text, ours, "=" if package == ours else package, reason])
        lines.append(f"{line}\n")
    return "".join(lines)
