"""Sets the thresholds: when the adapter opens, which faces are known, how much agreement is asked for.

python Training/calibrate.py adapter --work /tmp/viseme-training
python Training/calibrate.py switch --work /tmp/viseme-training --crops /tmp/lips/ROOT/s1
"""

import argparse
import pathlib

import numpy as np
import torch

from viseme_training import bundle, calibration, corpus, noise, store
from viseme_training.adapter import Adapter
from viseme_training.moonshine import Moonshine


def adapter(arguments):
    """Below `low` lie all clean segments and half as much again; at `high` half of those at 5 to 12 dB are passed.

    The change is weakened to --strength: whole, it makes more of few talkers than others bear out.
    """
    network = Adapter()
    network.load_state_dict(store.load(arguments.work / "adapter.pt")["network"])
    network.eval()
    items = [
        i for name in ("libri.pt", "grid.pt") for i in (store.load(arguments.work / name) or {"items": []})["items"]
    ]
    step = max(len(items) // 3000, 1)
    clean, noisy = [], []
    with torch.no_grad():
        for number, item in enumerate(items):
            middling = item["snr"] is not None and 5 <= item["snr"] <= 12
            if number % step and item["snr"] is not None or not (middling or item["snr"] is None):
                continue
            value = float(torch.sigmoid(network.noisiness(item["noisy"].float()[None])))
            (clean if item["snr"] is None else noisy).append(value)
    low = 1.5 * max(clean)
    high = max(float(np.median(noisy)), low + 0.1)
    with torch.no_grad():
        network.output.weight *= arguments.strength
        network.output.bias *= arguments.strength
    network.opening.copy_(torch.tensor([low, high]))
    store.log(
        clean=len(clean),
        noisy=len(noisy),
        low=low,
        high=high,
        quantiles=np.quantile(clean, [0.5, 0.9, 1]).round(3).tolist(),
    )
    store.save(arguments.work / "adapter-final.pt", network=network.state_dict())


def switch(arguments):
    """Known faces from the training clips; thresholds from the watched clips, 97 % and more of them open."""
    generator = np.random.default_rng(8)
    network = bundle.of_checkpoints(arguments.work)
    train, watch = corpus.split("grid-s1-train"), corpus.split("grid-s1-watch")
    lips = store.lips_of(arguments.crops, train[::3] + watch)
    held = [lips[n] for n in watch]
    distances = calibration.know_faces(network, [lips[n] for n in train[::3] if n in lips], held, generator)
    store.log(distance=[round(float(torch.quantile(distances, q)), 1) for q in (0.5, 0.9, 0.99, 1)])
    network.switch.noisiness.copy_(network.adapter.opening[:1])
    clips = corpus.decoded([], arguments.work / "grid-s1.npz")
    source = noise.of_split("librispeech-train", arguments.work)
    rows = calibration.scores(network, held, [clips[n] for n in watch], Moonshine(), source, generator)
    line = calibration.lowest_line(rows[:, 0], rows[:, 1])
    network.switch.agreement.copy_(torch.tensor(line))
    asked = line[0] + line[1] * rows[:, 0]
    store.log(
        line=[round(float(v), 3) for v in line],
        right=float((rows[:, 1] >= asked).mean()),
        wrong=float((rows[:, 2] >= asked).mean()),
    )
    store.log(
        right_scores=np.quantile(rows[:, 1], [0.01, 0.1, 0.5]).round(3).tolist(),
        wrong_scores=np.quantile(rows[:, 2], [0.5, 0.9, 0.99]).round(3).tolist(),
    )
    store.save(arguments.work / "calibration.pt", known=network.known.state_dict(), switch=network.switch.state_dict())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["adapter", "switch"])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--crops", type=pathlib.Path)
    parser.add_argument("--strength", type=float, default=0.5, help="of the adapter's change")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(9)
    {"adapter": adapter, "switch": switch}[arguments.what](arguments)


if __name__ == "__main__":
    main()
