"""Makes comparison.json: two tables of the same neurons, and what numpy and scipy say of them. Run: python make_comparison.py

The variances of the numbers of neurons in both sets and in either are not taken from a formula: all outcomes of the neurons that are near
the threshold are enumerated with their probabilities.
"""
import itertools
import json
from pathlib import Path

import numpy as np
from scipy import stats

here = Path(__file__).parent
rng = np.random.default_rng(3)
WIDTH, THRESHOLD, FREEDOM = 8, 0.5, (3, 7)
neurons = [(layer, neuron) for layer in range(3) for neuron in range(WIDTH)]
n = len(neurons)

# Far from the threshold but for eight neurons; errors as large as what separates those from it.
near = rng.permutation(n)[:8]
excess = np.where(rng.random(n) < 0.4, 0.75, 0.2)
excess[near] = THRESHOLD + rng.normal(0, 0.02, 8)
other = excess + rng.normal(0, 0.015, n)
errors = np.where(np.isin(np.arange(n), near), rng.uniform(0.01, 0.03, n), 0.001)
other_errors = np.where(np.isin(np.arange(n), near), rng.uniform(0.01, 0.03, n), 0.001)

# Few values, so that many ranks are shared; two cells are empty.
kurt = rng.integers(1, 6, n).astype(float)
other_kurt = kurt + rng.integers(-1, 2, n)
empty = rng.permutation(n)[:2]
other_kurt[empty] = np.nan


def agreement(name, x, y, tolerance):
    known = np.isfinite(x) & np.isfinite(y)
    places, x, y = np.flatnonzero(known), x[known], y[known]
    difference = x - y
    limit = tolerance if name == "excess_corr" else tolerance * x.std()
    return {
        "column": name, "neurons": len(x), "meanDifference": difference.mean(), "rootMeanSquare": np.sqrt((difference**2).mean()),
        "largest": np.abs(difference).max(), "largestAt": int(places[np.abs(difference).argmax()]), "tolerance": limit,
        "withinTolerance": int((np.abs(difference) <= limit).sum()), "pearson": stats.pearsonr(x, y)[0],
        "spearman": stats.spearmanr(x, y)[0],
    }


p = stats.t.cdf((excess - THRESHOLD) / errors, FREEDOM[0])
q = stats.t.cdf((other - THRESHOLD) / other_errors, FREEDOM[1])

# Neurons far from the threshold add variances of less than one in a million: they are taken by themselves, the near ones in all outcomes.
moments = np.zeros(5)
index_squared = index = 0.0
far = [i for i in range(n) if i not in near]
far_both, far_either = (p * q)[far], (p + q - p * q)[far]
for outcome in itertools.product(((0, 0), (0, 1), (1, 0), (1, 1)), repeat=8):
    probability = np.prod([(p[i] if a else 1 - p[i]) * (q[i] if b else 1 - q[i]) for i, (a, b) in zip(near, outcome)])
    both = sum(a and b for a, b in outcome) + far_both.sum()
    either = sum(a or b for a, b in outcome) + far_either.sum()
    moments += probability * np.array([both, either, both * both, either * either, both * either])
    index += probability * both / either
    index_squared += probability * (both / either) ** 2
both, either = moments[0], moments[1]
of_both = moments[2] - both**2 + (far_both * (1 - far_both)).sum()
of_either = moments[3] - either**2 + (far_either * (1 - far_either)).sum()
together = moments[4] - both * either + (far_both * (1 - far_either)).sum()
ratio = both / either
standard_error = np.sqrt(of_both - 2 * ratio * together + ratio**2 * of_either) / either

values = np.round(rng.normal(size=40), 1)
others = np.round(values + rng.normal(size=40), 1)
content = {
    "neurons": neurons, "threshold": THRESHOLD, "degreesOfFreedom": FREEDOM,
    "first": {"excess": excess.tolist(), "errors": errors.tolist(), "kurt": kurt.tolist()},
    "second": {"excess": other.tolist(), "errors": other_errors.tolist(), "kurt": [None if np.isnan(k) else k for k in other_kurt]},
    "tolerance": 0.01,
    "columns": [agreement("excess_corr", excess, other, 0.01), agreement("kurt", kurt, other_kurt, 0.01)],
    "probabilities": [p.tolist(), q.tolist()],
    "universal": [int((excess > THRESHOLD).sum()), int((other > THRESHOLD).sum()),
                  int(((excess > THRESHOLD) & (other > THRESHOLD)).sum()), int(((excess > THRESHOLD) | (other > THRESHOLD)).sum())],
    "jaccardStandardError": standard_error,
    "jaccardDeviation": np.sqrt(index_squared - index**2),
    "ranks": {"values": values.tolist(), "ranks": stats.rankdata(values).tolist(), "others": others.tolist(),
              "spearman": stats.spearmanr(values, others)[0], "pearson": stats.pearsonr(values, others)[0]},
}
(here / "comparison.json").write_text(json.dumps(content, indent=1) + "\n")
print(content["universal"], standard_error, content["jaccardDeviation"])
