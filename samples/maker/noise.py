"""What is heard besides voices: room tone, a chime, and construction work outside."""

from __future__ import annotations

import numpy as np

from .voices import RATE, Meeting, Signal

SNR_DB = 9.0
"""Speech to construction noise on the noisy stretch, in decibels."""


def mixed(meeting: Meeting) -> Signal:
    """The sound of the whole meeting, mono, at `RATE`."""
    generator = np.random.default_rng(20260609)
    sound = meeting.stem()
    sound += _room_tone(len(sound), generator)
    chime = _chime()
    first = round(3.6 * RATE)
    sound[first : first + len(chime)] += chime
    _add_construction(sound, meeting, generator)
    return np.clip(sound, -0.98, 0.98)


def _coloured(length: int, slope: float, generator: np.random.Generator) -> Signal:
    """Noise of unit power whose amplitude spectrum falls as frequency ** -slope."""
    size = 1 << (length - 1).bit_length()
    spectrum = np.fft.rfft(generator.standard_normal(size))
    frequency = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 30.0)
    shaped = np.fft.irfft(spectrum * frequency**-slope)[:length]
    return (shaped / np.sqrt(np.mean(shaped**2))).astype(np.float32)


def _room_tone(length: int, generator: np.random.Generator) -> Signal:
    return 2e-4 * _coloured(length, 0.5, generator)


def _chime() -> Signal:
    """Two soft notes, as a call makes when the others join."""
    clock = np.arange(round(0.8 * RATE)) / RATE
    notes = np.zeros_like(clock)
    for frequency, begin in ((659.3, 0.0), (880.0, 0.16)):
        age = clock - begin
        tone = np.sin(2 * np.pi * frequency * age) + 0.3 * np.sin(4 * np.pi * frequency * age)
        notes += np.where(age >= 0, np.exp(-7 * np.maximum(age, 0)) * tone, 0)
    return (0.05 * notes).astype(np.float32)


def _jackhammer(length: int, generator: np.random.Generator) -> Signal:
    """Bursts of blows, about 17 a second, each a knock that rings, over an engine's rumble."""
    knock_clock = np.arange(round(0.05 * RATE)) / RATE
    ring = sum(np.sin(2 * np.pi * f * knock_clock) for f in (310.0, 870.0, 1930.0, 2750.0))
    hiss = _coloured(len(knock_clock), 0.3, generator)
    knock = (ring + 1.5 * hiss) * np.exp(-70 * knock_clock)
    blows = np.zeros(length + len(knock), np.float32)
    position = 0.0
    while position < length:
        first = int(position)
        # Two seconds of hammering, then half a second to move the tool.
        if (position / RATE) % 2.5 < 2.0:
            blows[first : first + len(knock)] += knock * generator.uniform(0.7, 1.0)
        position += RATE / 17 * generator.uniform(0.92, 1.08)
    blows = blows[:length]
    blows /= np.sqrt(np.mean(blows**2))
    return 0.8 * blows + 0.6 * _coloured(length, 1.0, generator)


def _add_construction(sound: Signal, meeting: Meeting, generator: np.random.Generator) -> None:
    begin, end = (round(time * RATE) for time in meeting.noise_span)
    noise = _jackhammer(end - begin, generator)
    fade = round(0.4 * RATE)
    noise[:fade] *= np.linspace(0, 1, fade)
    noise[-fade:] *= np.linspace(1, 0, fade)
    voice = np.concatenate([turn.samples for turn in meeting.turns if turn.line.is_noisy])
    ratio = np.sqrt(np.mean(voice**2) / np.mean(noise**2)) * 10 ** (-SNR_DB / 20)
    sound[begin:end] += ratio * noise
