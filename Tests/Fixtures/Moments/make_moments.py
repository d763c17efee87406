"""Moments of pre-activations in float64 from the formulas of SPEC 4 and 5, for made-up neurons.

`moments.npz` has `products` [rows, context, neurons] and `bias` [neurons], float32: pre-activations are their float32 sums. Of these
`mean`, `var`, `skew`, `kurt`, `sparsity`, `sparsity_paper`, `position_score` [neurons], float64. Neurons: normal ones of several means and
deviations, the last of them narrow and far from 0; skewed; heavy tails; sparse; one that fires at the first positions, one that fires at
even ones; silent (constant, no moments beyond the mean); always on.

    pip install numpy
    python make_moments.py     # made with numpy 2.4
"""
import os
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, CONTEXT = 40, 48
random = np.random.default_rng(7)
normal = lambda mean, deviation: mean + deviation * random.standard_normal((ROWS, CONTEXT))
position = np.arange(CONTEXT)[None, :]
columns = [
    normal(0, 1), normal(-2, 0.7), normal(0.05, 0.2), normal(10, 0.1), normal(-6, 3),
    random.exponential(1, (ROWS, CONTEXT)) - 0.8,
    random.standard_t(3, (ROWS, CONTEXT)) - 1,
    np.where(random.random((ROWS, CONTEXT)) < 0.01, 4, -1.5) + 0.1 * random.standard_normal((ROWS, CONTEXT)),
    np.where(position < 6, 1.0, -1.0) + normal(0, 0.6),
    np.where(position % 2 == 0, 1.0, -1.0) + normal(0, 0.4),
    np.full((ROWS, CONTEXT), -0.75),
    normal(3, 0.3),
]
products = np.stack(columns, -1).astype(np.float32)
bias = (np.arange(len(columns)) % 4 * 0.125).astype(np.float32)
bias[10] = 0
x = (products + bias).astype(np.float64)
flat = x.reshape(-1, x.shape[-1])
mean = flat.mean(0)
centred = flat - mean
var = (centred**2).mean(0)
with np.errstate(divide="ignore", invalid="ignore"):
    skew = (centred**3).mean(0) / var**1.5
    kurt = (centred**4).mean(0) / var**2
    fires = x > 0
    p = fires.mean((0, 1))
    share = fires.mean(0)
    terms = np.where(share > 0, share * np.log(share / p), 0) + np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - p)), 0)
    score = np.where((p > 0) & (p < 1), terms.mean(0), 0)
# The authors' edges: 256 from -10 to 15; they add up the bins from the edge below 0 on.
edge = np.float32(np.linspace(-10, 15, 256)[101])
assert abs(edge + 0.098) < 1e-3
np.savez_compressed(
    os.path.join(HERE, "moments.npz"), products=products, bias=bias, mean=mean, var=var, skew=skew, kurt=kurt,
    sparsity=(flat > 0).mean(0), sparsity_paper=(x.astype(np.float32) > edge).mean((0, 1)), position_score=score)
print(np.round(np.stack([mean, var, skew, kurt, (flat > 0).mean(0), score]), 4))
