"""Makes scores.json: real and simulated activations of held-out windows, and their correlation scores by numpy.

    python make_scores.py

Each case has windows of different lengths. Uncounted places have no part; a side that does not vary has no score.
"""

import json
import pathlib

import numpy as np


def pearson(x, y):
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def case(random, lengths, agreement, constant=None, scale=1.0):
    windows, simulated = [], []
    for place, length in enumerate(lengths):
        real = (random.standard_normal(length) ** 3).astype(np.float32)
        values = agreement * real.astype(np.float64) + random.standard_normal(length)
        if constant is not None and place in constant:
            values[:] = 0.25
        uncounted = sorted(random.choice(length, size=random.integers(0, max(1, length // 4) + 1), replace=False).tolist())
        windows.append({"activations": [float(v) for v in real], "uncounted": uncounted})
        simulated.append([float(v) * scale for v in values])
    counted = [np.setdiff1d(np.arange(len(w["activations"])), w["uncounted"]).astype(int) for w in windows]
    real = [np.float64(np.float32(w["activations"]))[c] for w, c in zip(windows, counted)]
    found = [np.array(s)[c] / scale for s, c in zip(simulated, counted)]
    within = [score for score in map(pearson, found, real) if score is not None]
    return {
        "windows": windows,
        "simulated": simulated,
        "score": pearson(np.concatenate(found), np.concatenate(real)),
        "window_score": float(np.mean(within)) if within else None,
        "tokens": int(sum(map(len, counted))),
    }


random = np.random.default_rng(7)
cases = [
    case(random, [25, 25, 25, 25, 25], 0.8),
    case(random, [25, 12, 3, 1], 0.2),
    case(random, [9, 9], -0.5),
    case(random, [8, 10], 0.7, constant={0}),
    case(random, [6, 7], 0.7, constant={0, 1}),
    case(random, [16, 16], 0.5, scale=1e300),
    case(random, [16, 16], 0.5, scale=1e-300),
]
path = pathlib.Path(__file__).with_name("scores.json")
path.write_text(json.dumps(cases) + "\n")
