"""Who is in the meeting, what they say, and when."""

from __future__ import annotations

from dataclasses import dataclass

TITLE_SECONDS = 4.0
"""How long the title slide stands before the gallery appears."""

CLOSING_SECONDS = 2.5
"""Silence after the last word."""


@dataclass(frozen=True)
class Person:
    """One participant: the flite voice and how it is changed to be told apart."""

    name: str
    voice: str
    pitch: float = 1.0
    tempo: float = 1.0


@dataclass(frozen=True)
class Line:
    """One turn: `pause` seconds of silence, then `text` (exactly what is synthesised)."""

    person: Person
    text: str
    pause: float = 0.5
    is_noisy: bool = False


MAYA = Person("Maya", "slt")
DANIEL = Person("Daniel", "rms")
NORA = Person("Nora", "slt", pitch=0.92)
IAN = Person("Ian", "awb")

PEOPLE = (MAYA, DANIEL, NORA, IAN)

SCRIPT = (
    Line(
        MAYA,
        "Good morning everyone, and thanks for joining. "
        "Today we need to pick a date for the release.",
        pause=1.6,
    ),
    Line(
        DANIEL,
        "Good morning. The new build passed all of its tests last night, "
        "two hundred and forty of them.",
    ),
    Line(MAYA, "That is wonderful. How many problems are there now?", pause=0.6),
    Line(
        DANIEL,
        "There are seven problems, but only two of them are serious. I can fix both by Wednesday.",
    ),
    Line(
        NORA,
        "Our customers keep asking about subtitles. I want to finish the manual first.",
        pause=0.7,
    ),
    Line(MAYA, "How much time do you need for that?", pause=0.45),
    Line(NORA, "About three days. I have written fifteen pages, and there are five more to go."),
    Line(
        IAN,
        "Sorry about the noise. They are fixing the road outside my window. "
        "The server will be moved on Friday, so please do not release on that day.",
        pause=2.0,
        is_noisy=True,
    ),
    Line(
        MAYA,
        "Thank you, Ian. So Friday is out. What about Tuesday, the ninth of June?",
        pause=4.0,
    ),
    Line(DANIEL, "Yes, Tuesday is fine for me.", pause=0.5),
    Line(NORA, "I agree.", pause=0.4),
    Line(IAN, "Good. Then we have four days to check everything.", pause=0.5),
    Line(
        MAYA,
        "Then it is decided. Our date is Tuesday, the ninth of June, "
        "at ten in the morning. Thank you all, and have a nice day.",
        pause=0.7,
    ),
)
