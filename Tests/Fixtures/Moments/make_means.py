"""Sums and means of activations by token of the vocabulary, from the formulas of SPEC 4, for made-up neurons.

`means.npz` has `tokens` [rows, context], int32, of a vocabulary of 700; `masked`, the ids that do not count; `activations` [rows, context,
neurons], float32. Of the counted places `ids`, `counts` [ids] and `sums` [ids, neurons], int64: activations in units of 2^-16, each rounded
to nearest, ties to even, and limited to ±1,024. `mean_token`, `mean_count`, `mean_value` [neurons, 12]: the tokens that count at least 10
times with the highest means, then by id; `exact` [neurons, 12]: their means without any rounding. Neurons: two like GELU's outputs; one beyond
the limit; one of halves of a unit only; one of few values, so that many means are equal.

    pip install numpy
    python make_means.py     # made with numpy 2.4
"""
import os
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, CONTEXT, VOCABULARY, LEAST, TOP = 30, 48, 700, 10, 12
random = np.random.default_rng(11)
# Few tokens are frequent; the strip of ids from 256 to 511 has some of both kinds, those above mostly rare ones.
ranks = np.minimum(random.zipf(1.4, (ROWS, CONTEXT)) - 1, 399)
tokens = random.permutation(VOCABULARY)[ranks].astype(np.int32)
masked = np.unique(tokens)[[3, 40]].astype(np.int32)
shape = (ROWS, CONTEXT)
of_token = random.standard_normal(VOCABULARY)[tokens]
x = of_token + random.standard_normal(shape)
activations = np.stack(
    [
        np.where(x > 0, x, 0.05 * np.exp(x) * x), np.where(x < 0, -x, -0.17 * np.exp(-x)), 900 * x,
        (random.integers(-9, 9, shape) + 0.5) / 65536, np.round(of_token)], -1).astype(np.float32)
counted = ~np.isin(tokens, masked)
units = np.rint(np.clip(activations, -1024, 1024).astype(np.float64) * 65536).astype(np.int64)
ids, places = np.unique(tokens[counted], return_inverse=True)
counts = np.bincount(places)
neurons = activations.shape[-1]
sums = np.zeros((len(ids), neurons), np.int64)
np.add.at(sums, places, units[counted])
exact = np.zeros((len(ids), neurons))
np.add.at(exact, places, np.clip(activations, -1024, 1024).astype(np.float64)[counted])
exact /= counts[:, None]
assert np.abs(sums / (counts[:, None] * 65536.0) - exact).max() <= 2**-17
means = sums / (counts[:, None] * 65536.0)
often = np.flatnonzero(counts >= LEAST)
assert TOP < len(often) < len(ids) / 2
first = np.stack([often[np.lexsort((ids[often], -means[often, neuron]))][:TOP] for neuron in range(neurons)])
assert any(len(np.unique(means[first[n], n])) < TOP for n in range(neurons))
take = lambda values: np.take_along_axis(values.T, first, 1)
np.savez_compressed(
    os.path.join(HERE, "means.npz"), tokens=tokens, masked=masked, activations=activations, ids=ids.astype(np.int32), counts=counts,
    sums=sums, mean_token=ids[first].astype(np.int32), mean_count=counts[first], mean_value=take(means), exact=take(exact))
print(len(ids), "tokens,", len(often), "of them often;", np.unique(ids // 256, return_counts=True), np.abs(activations).max())
print(np.round(take(means), 3))
