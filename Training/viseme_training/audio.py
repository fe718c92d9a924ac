"""Decoding, speech levels and mixtures, all at 16 kHz mono."""

import subprocess

import numpy as np
from scipy.signal import lfilter

RATE = 16000


def decode(path):
    """Samples f32 [N] in -1...1 of any recording, by the FFmpeg program."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1", "-ar", str(RATE), "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).copy()


def active_power(samples):
    """Mean square of the active speech, ITU-T P.56 (12/2011) method B without the band-pass."""
    x = np.asarray(samples, np.float64)
    x = x - x.mean()
    energy = float((x * x).sum())
    if energy <= 0:
        return 0.0
    decay = np.exp(-1 / (0.03 * RATE))
    envelope = np.abs(x)
    for _ in range(2):
        envelope = lfilter([1 - decay], [1, -decay], envelope)
    hold = int(0.2 * RATE)
    previous = None
    for exponent in range(0, 16):
        threshold = 2.0**-exponent
        above = np.flatnonzero(envelope >= threshold)
        if above.size == 0:
            continue
        active = float(np.minimum(np.diff(np.append(above, above[-1] + hold)), hold).sum())
        active = min(active, len(x) - above[0])
        level = 10 * np.log10(energy / active)
        margin = level - 20 * np.log10(threshold)
        if margin >= 15.9:
            if previous is not None and margin > previous[1]:
                share = (15.9 - previous[1]) / (margin - previous[1])
                level = previous[0] + share * (level - previous[0])
            return 10 ** (level / 10)
        previous = (level, margin)
    return energy / len(x)


def at_unit_level(samples):
    """The samples scaled to an active power of one."""
    power = active_power(samples)
    return samples / np.sqrt(power) if power > 0 else samples


def babble(recordings, count, length, rng):
    """`length` samples of `count` talkers at once, each at the same active level, one word-stream each."""
    total = np.zeros(length)
    order = rng.permutation(len(recordings))
    for talker in range(count):
        speech = recordings[order[talker % len(order)]]
        start = int(rng.integers(len(speech)))
        total += np.resize(np.roll(speech, -start), length)
    return total


def section(noise, length, rng):
    """A random section of a noise recording, looped where it is shorter."""
    if len(noise) <= length:
        return np.resize(np.roll(noise, -int(rng.integers(len(noise)))), length)
    start = int(rng.integers(len(noise) - length))
    return noise[start : start + length]


def mix(speech, noise, snr, power=None):
    """Speech plus noise at `snr` dB of active speech level to noise level, never above full scale."""
    power = active_power(speech) if power is None else power
    noise = noise - noise.mean()
    level = float((noise * noise).mean())
    if level <= 0 or power <= 0:
        return speech.astype(np.float32)
    gain = np.sqrt(power / level / 10 ** (snr / 10))
    mixture = speech + gain * noise
    peak = np.abs(mixture).max()
    return (mixture / max(peak, 1.0)).astype(np.float32)
