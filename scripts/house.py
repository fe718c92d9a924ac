#!/usr/bin/env python3
"""Checks the house rules that the formatter does not know.

No source file over 400 lines, no function over 60, no `try!`, no `default:` where errors get their
sentences, no number or name of one speech model outside its own folders, and no path of somebody's
machine in a tracked file. Numbers from outside are converted and added with care: no bare
`Int(someDouble)`, which traps at what is too large, and no plain sum of whole numbers that were decoded
from a file. Names each offender as `file:line: what` and exits with 1 if there is one.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

MAX_FILE = 400
MAX_FUNCTION = 60
SOURCES = {".swift", ".c", ".h", ".py", ".sh"}

MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:work|root|home|Users)/\w")
DECLARATION = re.compile(
    r"(?<![.\w`])(?:func\s+[^\s(<]+|init[?]?(?=\s*[(<])|deinit\b|subscript(?=\s*[(<]))"
)
NEXT_DECLARATION = re.compile(
    r"(?:func|init|deinit|subscript|var|let|case|typealias|struct|enum)\b"
)

# Widths, strides, limits and spellings of Moonshine: they belong into folders called Moonshine. The
# files below know the family by name, to choose it; no other may.
MODEL_NUMBER = re.compile(
    r"(?<![\w.])(?:288|416|1152|1664|0\.024|0\.028|3_?400)(?![\w.])|\b24 ms|tinyEnglish"
    r"|U\+2581|u\{2581\}|\\xe2\\x96\\x81|moonshine-(?:tiny|base)"
)
MODEL_NAME = re.compile(r"moonshine", re.IGNORECASE)
MODEL_CHOICES = {
    "Sources/ModelStore/Import/ConvertedModel.swift",
    "Sources/ModelStore/Import/ConvertedModel+Sizes.swift",
    "Sources/ModelStore/Store/KnownModel.swift",
    "Sources/ModelStore/Store/ModelStore+Import.swift",
    "Sources/ModelStore/Store/ModelDescription.swift",
    "Sources/SpeechModels/SpeechModel+Load.swift",
    "Sources/viseme/Options/ModelsArguments.swift",
}
# Numbers of other things: the code lengths of DEFLATE, the layers of the face detector.
OTHER_NUMBERS = {
    "Sources/ModelStore/Archive/Inflate.swift",
    "Sources/ModelStore/Import/TensorList.swift",
    "Sources/LipEncoder/FaceDetectorWeights.swift",
}

# Sentences for errors have no `default:`, so that a new error does not compile without its own. These
# files write characters, of which there are too many to list.
SENTENCES = re.compile(r"Sources/viseme/(?:.*/)?\w*Text\.swift")
OPEN_SWITCHES = {
    "Sources/viseme/Output/DisplayedText.swift",
    "Sources/viseme/Text/JSONText.swift",
}

CONVERSION = re.compile(r"(?<![\w.])U?Int(?:8|16|32|64)?\((?!\s*\w+\s*:)")
FLOATING = re.compile(
    r"\.rounded\(|\.squareRoot\(|\bDouble\(|\bFloat\(|\b(?:floor|ceil|pow|exp2|sqrt)\("
    r"|\d\.\d|[sS]econds\b|\b(?:fraction|ratio|limit / size)\b"
)
DECODED = re.compile(r"\b(?:struct|class|enum)\s+\w+\s*:[^{]*\b(?:Codable|Decodable)\b")
WHOLE_FIELD = re.compile(r"\b(?:var|let)\s+(\w+)\s*:\s*U?Int(?:8|16|32|64)?\??\s*$", re.M)
SUM = re.compile(
    r"\+=\s*\w+[?]?\.(\w+)\b(?![.(])|\$0 \+ \$1\.(\w+)\b(?![.(])|\.(\w+) \?\? 0\)? \+ "
)
IN_RANGE = {
    # Why no number in these files is too large for the type that it is converted to.
    "Sources/AudioEncoder/Activity/SegmentCutter.swift": "settings of ours, checked by isValid",
    "Sources/Evaluation/Mixing/WaveFile.swift": "held to the sixteen bits before",
    "Sources/Evaluation/Report/ChartAxes.swift": "an error rate over a step of its own size",
    "Sources/Evaluation/Report/TextWidth.swift": "the width of a picture of ours",
    "Sources/Evaluation/Run/Cell.swift": "-60 to 60 where it is read",
    "Sources/Evaluation/Scoring/EditTrace.swift": "the root of a count",
    "Sources/Evaluation/Scoring/SpeakerOverlap.swift": "seconds within a recording",
    "Sources/Speakers/Diarization/VoicePieces.swift": "held to 127 before, which min makes of NaN",
    "Sources/Demux/AudioTrack.swift": "limits of ours",
    "Sources/ModelStore/Import/Whisper/WhisperImport.swift": "a value over the largest of its row",
    "Sources/viseme/LanguageText.swift": "a probability in percent",
    "Sources/Demux/ClockHistory.swift": "a share of a count",
    "Sources/Demux/ClockRule.swift": "differences of times below 1e9 seconds (ExactTime)",
    "Sources/Demux/DriftRule.swift": "held to the largest correction before",
    "Sources/Demux/ExactTime.swift": "below 1e9 seconds by the guard before",
    "Sources/Demux/GapRule.swift": "the mean of a few small corrections",
    "Sources/Demux/Scaler.swift": "sides of a picture, which are bounded",
    "Sources/Demux/StreamDescription.swift": "an angle, which FFmpeg holds to 360 degrees",
    "Sources/Fusion/LipAgreement.swift": "held to the frames before",
    "Sources/LipEncoder/Appearance.swift": "an angle in turns",
    "Sources/LipEncoder/FaceDetector.swift": "sides of a picture, which are bounded",
    "Sources/LipEncoder/MouthStream.swift": "clamped to a byte before",
    "Sources/NN/Embeddings.swift": "held to the frames before",
    "Sources/Transcript/Cue.swift": "a checked profile, and times held to 1e9 seconds",
    "Sources/Transcript/SubtitleWriter.swift": "a share of one",
    "Sources/Pipeline/Reading/Reader.swift": "the length of a segment",
    "Sources/Pipeline/Reading/SecondReading.swift": "paddings of ours",
    "Sources/Pipeline/Reading/WordTiming.swift": "the length of a segment",
    "Sources/Pipeline/Recording/CuttingStage.swift": "settings of ours, checked by isValid",
    "Sources/Batch/Run/MemoryBudget.swift": "held to 1e6 seconds before",
    "Sources/viseme/Output/ProgressLine.swift": "held to 1e15 by the guard before; a fraction",
}

SUMS_IN_RANGE = {
    # Whose sums share a field's name with a decoded one, and what they add.
    "Sources/Transcript/Numbers/NumberReader.swift": "words of one text",
    "Sources/Evaluation/Scoring/UtteranceScore.swift": "EditCounts, checked where it is decoded",
}
NOT_DECODED = {
    # Fields that share a name with a decoded one, and what they are.
    "count": "of a collection, by the standard library",
    "hits": "checked where it is decoded (EditCounts)",
    "insertions": "checked where it is decoded (EditCounts)",
    "deletions": "checked where it is decoded (EditCounts)",
    "substitutions": "checked where it is decoded (EditCounts)",
}

Finding = tuple[int, str]
Function = tuple[str, int, int]
"""Name, first line and last line."""


def tracked_files() -> list[Path]:
    """The files git knows, or will know when they are added; all but builds without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
        names = [Path(name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [path for path in Path().rglob("*") if path.parts[0] not in (".git", ".build")]
    return sorted({name for name in names if name.is_file()})


def string_end(text: str, start: int) -> int:
    """The index after the Swift string literal (plain, multi-line or raw) at `start`."""
    opening = text.index('"', start)
    hashes = text[start:opening]
    quote = '"""' if text.startswith('"""', opening) else '"'
    index = opening + len(quote)
    escape = "\\" + hashes
    while index < len(text):
        if text.startswith(quote + hashes, index):
            return index + len(quote + hashes)
        if text.startswith(escape, index):
            index += len(escape)
            index = interpolation_end(text, index) if text[index : index + 1] == "(" else index + 1
        else:
            index += 1
    return index


def interpolation_end(text: str, start: int) -> int:
    """The index after the parenthesis that closes the one at `start`, inside a string."""
    depth, index = 0, start
    while index < len(text):
        if text[index] == '"':
            index = string_end(text, index)
            continue
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        index += 1
        if depth == 0:
            break
    return index


def comment_end(text: str, start: int) -> int:
    """The index after the comment at `start`; Swift's block comments nest."""
    if text.startswith("//", start):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    depth, index = 0, start
    while index < len(text):
        if text.startswith("/*", index):
            depth, index = depth + 1, index + 2
        elif text.startswith("*/", index):
            depth, index = depth - 1, index + 2
            if depth == 0:
                break
        else:
            index += 1
    return index


def bare(text: str) -> str:
    """Swift without comments and strings, of the same length and with the same lines."""
    pieces, index = [], 0
    for match in re.finditer(r'//|/\*|#*"', text):
        if match.start() < index:
            continue
        is_string = match.group().endswith('"')
        end = (string_end if is_string else comment_end)(text, match.start())
        pieces.append(text[index : match.start()])
        pieces.append(re.sub(r"[^\n]", " ", text[match.start() : end]))
        index = end
    return "".join([*pieces, text[index:]])


def body_start(code: str, start: int) -> int | None:
    """The brace that opens the body declared at `start`; none for a requirement."""
    depth, index = 0, start
    while index < len(code):
        character = code[index]
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth == 0 and character == "{":
            return index
        is_next = code[index - 1].isspace() and NEXT_DECLARATION.match(code, index)
        if depth < 0 or (depth == 0 and (character == "}" or is_next)):
            return None
        index += 1
    return None


def block_end(code: str, start: int) -> int:
    """The brace that closes the one at `start`."""
    depth = 0
    for match in re.compile("[{}]").finditer(code, start):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(code)


def swift_functions(text: str) -> Iterator[Function]:
    """Functions, initialisers and subscripts."""
    code = bare(text)
    for match in DECLARATION.finditer(code):
        opening = body_start(code, match.end())
        if opening is not None:
            first = code.count("\n", 0, match.start()) + 1
            last = code.count("\n", 0, block_end(code, opening)) + 1
            yield " ".join(match.group().split()), first, last


def c_functions(text: str) -> Iterator[Function]:
    """Whatever opens a brace at the end of a line that starts at the margin."""
    first, name = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"[A-Za-z_]", line) and "(" in line:
            first, name = number, line.split("(")[0].split()[-1]
        elif line.startswith("}") and first:
            yield name, first, number
            first = 0


def python_functions(text: str) -> Iterator[Function]:
    """Functions and methods."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno or node.lineno


FUNCTIONS = {
    ".swift": swift_functions,
    ".c": c_functions,
    ".h": c_functions,
    ".py": python_functions,
}


def argument(code: str, start: int) -> str:
    """What stands between the parenthesis before `start` and the one that closes it."""
    depth = 1
    for match in re.compile("[()]").finditer(code, start):
        depth += 1 if match.group() == "(" else -1
        if depth == 0:
            return code[start : match.start()]
    return code[start:]


def decoded_fields(texts: Iterable[str]) -> set[str]:
    """Names of the whole-number fields of types that are decoded."""
    names: set[str] = set()
    for text in texts:
        code = bare(text)
        for match in DECODED.finditer(code):
            opening = code.find("{", match.end())
            if opening >= 0:
                names |= set(WHOLE_FIELD.findall(code[opening : block_end(code, opening)]))
    return names


def number_findings(path: Path, text: str, decoded: set[str]) -> Iterator[Finding]:
    """Conversions and sums that trap at a number from outside."""
    code = bare(text)
    for match in CONVERSION.finditer(code):
        if path.as_posix() not in IN_RANGE and FLOATING.search(argument(code, match.end())):
            line = code.count("\n", 0, match.start()) + 1
            yield line, "a bare conversion to a whole number; see Int(saturating:), or IN_RANGE here"
    if path.as_posix() in SUMS_IN_RANGE:
        return
    for number, line in enumerate(code.splitlines(), 1):
        added = SUM.search(line)
        if added and (decoded - NOT_DECODED.keys()) & set(added.groups()):
            yield number, "a plain sum with a decoded number; see saturatingSum"


def source_findings(path: Path, text: str) -> Iterator[Finding]:
    """What is wrong with the size and the habits of a source file."""
    lines = text.count("\n")
    if lines > MAX_FILE:
        yield 1, f"{lines} lines (at most {MAX_FILE})"
    for name, first, last in FUNCTIONS.get(path.suffix, lambda _: iter(()))(text):
        if last - first + 1 > MAX_FUNCTION:
            yield first, f"{name} has {last - first + 1} lines (at most {MAX_FUNCTION})"
    if path.suffix == ".swift":
        for number, line in enumerate(bare(text).splitlines(), 1):
            if re.search(r"\btry!", line):
                yield number, "try!"


def model_findings(path: Path, text: str) -> Iterator[Finding]:
    """Where the program knows more of one speech model than `SpeechModel` tells."""
    name = path.as_posix()
    if not name.startswith("Sources/") or "/Moonshine/" in name:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if MODEL_NUMBER.search(line) and name not in OTHER_NUMBERS:
            yield number, f"a number or name of one speech model: {line.strip()}"
        elif MODEL_NAME.search(line) and name not in MODEL_CHOICES:
            yield number, f"the name of one speech model: {line.strip()}"


def sentence_findings(path: Path, text: str) -> Iterator[Finding]:
    """Where an error could go without a sentence of its own."""
    name = path.as_posix()
    if SENTENCES.fullmatch(name) and name not in OPEN_SWITCHES:
        for number, line in enumerate(bare(text).splitlines(), 1):
            if re.match(r"\s*(?:@unknown\s+)?default\s*:", line):
                yield number, "default: in the sentences for errors; name the cases"


def findings(path: Path, decoded: set[str]) -> Iterator[Finding]:
    """Everything wrong with a file; what is not text has nothing to check."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if MACHINE_PATH.search(line):
            yield number, f"a path of one machine: {line.strip()}"
    if path.suffix in SOURCES:
        yield from source_findings(path, text)
        yield from model_findings(path, text)
        yield from sentence_findings(path, text)
    if path.suffix == ".swift" and path.parts[0] == "Sources":
        yield from number_findings(path, text, decoded)


def main() -> int:
    """Prints every finding; 1 if there is one."""
    count = 0
    files = tracked_files()
    sources = [path for path in files if path.suffix == ".swift" and path.parts[0] == "Sources"]
    decoded = decoded_fields(path.read_text(encoding="utf-8") for path in sources)
    for path in files:
        for number, what in findings(path, decoded):
            print(f"{path}:{number}: {what}")
            count += 1
    print(f"house: {len(files)} files, {count} findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
