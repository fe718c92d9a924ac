"""How well agreement tells who speaks, when, and at which offset, of people whom training never saw.

    python Training/evaluate_agreement.py --crops /tmp/people --work /tmp/viseme-many

Prints a line of JSON for each condition: percent of right moments (1 s and 3 s), of right faces among four (3 s and
10 s), of 20 s recordings whose offset of -400 to 400 ms comes out within 40 ms. Clips of the net have offsets of their
own, which one half of each clip tells (in the first condition) and which are taken out of the other half.
"""

import argparse
import pathlib

import numpy as np
import torch
from safetensors.torch import load_file

from viseme_training import bundle, corpus, evidence, moments, people, store
from viseme_training.hearings import CONDITIONS, Hearings, KeptOut, embedded
from viseme_training.moonshine import Moonshine

HERE = pathlib.Path(__file__).resolve().parent
DELAYS = (-0.4, -0.31, -0.2, -0.09, 0.0, 0.13, 0.24, 0.35, 0.4)


def halves(clip):
    """The frames of a clip's first half and of its second."""
    count = len(clip.crops)
    return slice(0, count // 2), slice(count // 2, count)


def own_offsets(clips, found):
    """Seconds by which the lips come later than the sound, of each half of each clip as it is."""
    return [[moments.offset_of([v.part(h.start, h.stop)]) for h in halves(c)] for c, v in zip(clips, found)]


def offsets(network, clips, heard, lips, own):
    """Percent of recordings of 20 s and delays whose offset is found within 40 ms, and how many there were.

    Recordings are made of halves of clips, each freed from what its clip's other half tells of the clip's own offset.
    """
    right = total = 0
    for person in dict.fromkeys(c.person for c in clips):
        for half in (0, 1):
            recording, frames = [], 0
            for i in (i for i, c in enumerate(clips) if c.person == person):
                recording.append(i)
                frames += len(clips[i].crops) // 2
                if frames < 500:
                    continue
                for delay in DELAYS:
                    parts = []
                    for j in recording:
                        there = halves(clips[j])[half]
                        moved = moments.vectors_of(network, clips[j], heard[j], delay - own[j][1 - half], lips[j])
                        parts.append(moved.part(there.start, there.stop))
                    right += abs(moments.offset_of(parts) - delay) <= 0.0401
                    total += 1
                recording, frames = [], 0
    return 100 * right / max(total, 1), total


def measured(network, clips, heard, lips, own, ratio=None):
    """The figures of one condition."""
    found = [moments.vectors_of(network, c, h, lips=u) for c, h, u in zip(clips, heard, lips)]
    rows = {f"moments_{n // 25}s": moments.moments(found, n) for n in (25, 75)}
    if len({c.person for c in clips}) >= 4:
        rows |= {f"faces_{n // 25}s": moments.right_face(found, n, np.random.default_rng(4)) for n in (75, 250)}
    rows["offset"] = offsets(network, clips, heard, lips, own)
    if ratio is not None:
        scores, seconds, right = evidence.trials(found, np.random.default_rng(5))
        llr = ratio(scores, seconds)
        rows["evidence_bits"] = (1 - float(np.logaddexp(0, np.where(right, -llr, llr)).mean() / np.log(2)), len(llr))
        for t in (3, 10):
            own, other = llr[right & (seconds == t)], llr[~right & (seconds == t)]
            rows[f"own_sure_{t}s"] = (100 * float((own > 3).mean()), len(own))
            rows[f"other_sure_{t}s"] = (100 * float((other > 3).mean()), len(other))
    return {name: (round(value, 2), number) for name, (value, number) in rows.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--people", default="people-test", help="a list of Training/splits, or one person's folder")
    parser.add_argument("--weights", type=pathlib.Path, default=HERE / "weights/lips-many.safetensors")
    parser.add_argument("--conditions", nargs="+", default=["clean", "babble 0"], choices=CONDITIONS)
    parser.add_argument("--least", type=int, default=people.LEAST, help="lip frames that a clip must show")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    whole = bundle.of_checkpoints(arguments.work, HERE / "weights/lips-grid-s1.safetensors")
    hearings = Hearings(Moonshine(), whole.adapter, KeptOut(arguments.work))
    named = load_file(arguments.weights)
    kept = [float(named.pop(f"evidence.{n}", torch.zeros(1))) for n in ("slope", "intercept", "saturation")]
    bundle.load(whole, named)
    persons = corpus.split(arguments.people) if arguments.people.startswith("people-") else arguments.people.split(",")
    clips = [c for p in persons for c in people.clips_of(arguments.crops, p, arguments.least)]
    network = whole.reader
    lips = [moments.lip_vectors(network, c) for c in clips]
    ratio = evidence.Evidence(*kept) if kept[2] else None
    store.log(people=persons, clips=len(clips), minutes=sum(int(c.shown.sum()) for c in clips) / 1500)
    path = arguments.work / f"heard-{arguments.people.replace(',', '-')}.pt"
    own = None
    for condition, heard in embedded(clips, arguments.conditions, hearings, path).items():
        if own is None:
            own = own_offsets(clips, [moments.vectors_of(network, c, h, lips=u) for c, h, u in zip(clips, heard, lips)])
            spread = np.median(np.abs(own), axis=0)
            store.log(own_offsets={"first half": float(spread[0]), "second half": float(spread[1])})
        store.log(condition=condition, **measured(network, clips, heard, lips, own, ratio))


if __name__ == "__main__":
    main()
