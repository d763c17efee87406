"""Layers of a few neurons, and how alike they are by numpy and scipy, from the activations themselves, for SPEC 12.

`similarity.npz`: the layers `x`, `y`, … [tokens, neurons] in float64, and for each two of `pairs` in `x_y_figures` CKA, Procrustes, CCA, R² of
the second from the first, R² of the first from the second, mean correlation of the best assignment, soft matching, and the ranks.
`x_y_cosines` has for the same pairs, by uncentred cosines, the mean best one of the first layer's columns, of the second's, soft matching, and the
shares of columns that vary whose best partner is the one by ρ, of the first layer and of the second; `x_y_sizes` mean |ρ| of the best assignment
by |ρ|, soft matching by |ρ|, and the five of cosines by their size.
`assignment_…`: matrices of gains, with the largest sum in `…_total`.

    pip install numpy scipy
    python make_similarity.py     # made with numpy 2.4, scipy 1.17
"""
import numpy as np, os
from scipy.linalg import orthogonal_procrustes
from scipy.optimize import linear_sum_assignment

HERE = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(7)
TOKENS = 240

x = random.normal(size=(TOKENS, 12)) @ random.normal(size=(12, 12)) + random.normal(size=12)
y = np.tanh(x[:, :9] @ random.normal(size=(9, 9)) * 0.3) + 0.5 * random.normal(size=(TOKENS, 9))
y[:, 4] = 2.5  # never varies
layers = dict(
    x=x, y=y,
    permuted=x[:, random.permutation(12)] * 3 + 1,
    turned=x @ np.linalg.qr(random.normal(size=(12, 12)))[0],
    doubled=np.hstack([x[:, :5], x[:, :5] * 2 - 1, random.normal(size=(TOKENS, 2))]),  # rank 7 of 12
    alone=random.normal(size=(TOKENS, 12)))
PAIRS = ["x_x", "x_y", "y_x", "x_permuted", "x_turned", "x_doubled", "doubled_y", "x_alone"]


def correlations(x, y):
    x, y = x - x.mean(0), y - y.mean(0)
    with np.errstate(all="ignore"):
        standard = [np.nan_to_num(z / np.where(z.std(0) > 1e-12, z.std(0), np.inf)) for z in (x, y)]
    return standard[0].T @ standard[1] / len(x)


def soft(gains):
    return (gains.max(1).mean() + gains.max(0).mean()) / 2


def by_cosine(x, y, size=lambda value: value):
    rho = size(correlations(x, y))
    unit = [z / np.linalg.norm(z, axis=0) for z in (x, y)]
    cosines = size(unit[0].T @ unit[1])
    same = [np.mean((rho.argmax(axis) == cosines.argmax(axis))[z.std(0) > 1e-12]) for z, axis in ((x, 1), (y, 0))]
    return [cosines.max(1).mean(), cosines.max(0).mean(), soft(cosines), *same]


def by_size(x, y):
    rho = np.abs(correlations(x, y))
    rows, columns = linear_sum_assignment(rho, maximize=True)
    return [rho[rows, columns].mean(), soft(rho), *by_cosine(x, y, np.abs)]


def figures(x, y):
    rho = correlations(x, y)
    x, y = x - x.mean(0), y - y.mean(0)
    norm = np.linalg.norm
    cka = norm(y.T @ x) ** 2 / (norm(x.T @ x) * norm(y.T @ y))
    # The distance itself, with the narrower layer filled up by neurons that never vary.
    width = max(x.shape[1], y.shape[1])
    a, b = (np.pad(z / norm(z), ((0, 0), (0, width - z.shape[1]))) for z in (x, y))
    turn, _ = orthogonal_procrustes(a, b)
    procrustes = 1 - norm(a @ turn - b) ** 2 / 2

    def basis(z):
        u, s, _ = np.linalg.svd(z, full_matrices=False)
        return u[:, s > 1e-8 * s[0]]

    u, v = basis(x), basis(y)
    cca = np.linalg.svd(u.T @ v, compute_uv=False).mean()
    explained = lambda z, t: 1 - norm(t - z @ np.linalg.lstsq(z, t, rcond=1e-10)[0]) ** 2 / norm(t) ** 2
    rows, columns = linear_sum_assignment(rho, maximize=True)
    return [cka, procrustes, cca, explained(x, y), explained(y, x), rho[rows, columns].mean(), soft(rho), u.shape[1], v.shape[1]]


out = dict(layers)
for pair in PAIRS:
    a, b = pair.split("_")
    out[f"{pair}_figures"] = np.array(figures(layers[a], layers[b]))
    out[f"{pair}_cosines"] = np.array(by_cosine(layers[a], layers[b]))
    out[f"{pair}_sizes"] = np.array(by_size(layers[a], layers[b]))
    print(pair, *(np.round(out[f"{pair}_{kind}"], 4) for kind in ("figures", "cosines", "sizes")))
for name, gains in dict(
        single=np.array([[-0.3]]), square=random.uniform(-1, 1, (40, 40)), wide=random.uniform(-1, 1, (7, 23)),
        tall=random.uniform(-1, 1, (23, 7)), ties=random.integers(-2, 3, (30, 30)).astype(float), zeros=np.zeros((6, 6)),
        contested=random.uniform(0, 1, (50, 1)) + 0.01 * random.uniform(0, 1, (50, 50))).items():
    rows, columns = linear_sum_assignment(gains, maximize=True)
    out[f"assignment_{name}"], out[f"assignment_{name}_total"] = gains, np.array([gains[rows, columns].sum()])
np.savez(os.path.join(HERE, "similarity.npz"), **{key: np.ascontiguousarray(value) for key, value in out.items()})
