"""Makes universality.bin and universality.json: random correlated activations, and what numpy says must come of them.

Three models: a (2 layers of 24), b (2 of 24), c (3 of 17); four replicates of different size. Everything is computed in float64 from the
activations of each set of replicates anew: no algebra on stored statistics, so that nothing is shared with the program but the formulas of
the paper. The rotations are written again from the description of the generator. Run: python make_universality.py
"""
import json
import math
from pathlib import Path

import numpy as np

here = Path(__file__).parent
TAIL, DRAWS, SEED, THRESHOLD = 7, 3, 5, 0.25
SIZES = [120, 70, 160, 90]
SHAPES = {"a": (2, 24), "b": (2, 24), "c": (3, 17)}

# Activations: a few hidden causes shared by all models, an offset that differs between replicates, noise, then a kink.
rng = np.random.default_rng(11)
rows = sum(SIZES)
causes = rng.standard_normal((rows, 12))
replicate = np.repeat(np.arange(4), SIZES)
data = {}
for name, (layers, width) in SHAPES.items():
    n = layers * width
    mix = rng.standard_normal((12, n)) * (rng.random((12, n)) < 0.2)
    x = causes @ mix + rng.standard_normal((rows, n)) * rng.uniform(0.3, 1.5, n)
    x += (rng.standard_normal((4, n)) * 0.4)[replicate]
    x *= rng.uniform(0.05, 6, n)
    data[name] = np.where(x > 0, x, 0.1 * x).astype(np.float32)
data["b"][:, 24 + 5] = data["a"][:, 24 + 9] * np.float32(0.5) + rng.standard_normal(rows).astype(np.float32) * np.float32(0.02)
data["c"][:, 40] = data["a"][:, 24 + 9]
data["a"][:, 3] = 1.25          # no variance at all
data["b"][:, 30] = -0.5
data["c"][:190, 2] = 0.75       # none in the first two replicates

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix64(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def absorb(h, v):
    return mix64(h ^ mix64((v + GAMMA) & MASK))


def half(word):
    k = word & 0xFFFFFFFF
    k = k - (1 << 32) if k >= 1 << 31 else k
    return (2 * k + 1) / 2**32


def ln(s):
    m, e = math.frexp(s)        # m in [0.5, 1)
    m, e = 2 * m, e - 1
    if m > math.sqrt(2):
        m, e = m / 2, e + 1
    t = (m - 1) / (m + 1)
    total = 1 / 23
    for d in range(21, 0, -2):
        total = total * (t * t) + 1 / d
    return e * 0.6931471805599453 + 2 * t * total


def deviates(model, layer, draw, row, count):
    name = 0xCBF29CE484222325
    for byte in model.encode():
        name = ((name ^ byte) * 0x100000001B3) & MASK
    key = absorb(absorb(absorb(absorb(absorb(0, SEED), name), layer), draw), row)
    out = []
    p = 0
    while len(out) < count:
        word = mix64((key + GAMMA * (p + 1)) & MASK)
        while True:
            u, v = half(word >> 32), half(word)
            s = u * u + v * v
            if s < 1:
                break
            word = mix64((word + GAMMA) & MASK)
        f = math.sqrt(-2 * ln(s) / s)
        out += [u * f, v * f]
        p += 1
    return np.array(out[:count])


def rotation(kind, model, layer, draw, n):
    if kind == "gaussian":
        r = np.stack([deviates(model, layer, draw, k, n) for k in range(n)])
        return r / np.sqrt((r**2).sum(1, keepdims=True))
    q = np.eye(n)
    d = np.ones(n)
    for k in range(n):
        x = deviates(model, layer, draw, k, n - k)
        sign = 1 if x[0] >= 0 else -1
        v = np.zeros(n)
        v[k:] = x
        v[k] += sign * np.linalg.norm(x)
        v /= np.linalg.norm(v)
        q = q @ (np.eye(n) - 2 * np.outer(v, v))
        d[k] = -sign
    return q @ np.diag(d)


def correlate(x, y):
    x = x - x.mean(0)
    y = y - y.mean(0)
    sx, sy = np.sqrt((x**2).mean(0)), np.sqrt((y**2).mean(0))
    sx[sx < 1e-9], sy[sy < 1e-9] = np.inf, np.inf
    return (x.T @ y) / len(x) / np.outer(sx, sy)


def take(name, members):
    return data[name].astype(np.float64)[np.isin(replicate, list(members))]


def rotate(kind, name, draw, members):
    layers, width = SHAPES[name]
    x = take(name, members)
    return np.concatenate(
        [x[:, l * width:(l + 1) * width] @ ROTATIONS[kind, name, l, draw].T for l in range(layers)], axis=1)


ROTATIONS = {(kind, name, l, d): rotation(kind, name, l, d, SHAPES[name][1])
             for kind in ("gaussian", "orthogonal") for name in "bc" for l in range(SHAPES[name][0]) for d in range(DRAWS)}
ALL = (0, 1, 2, 3)
cache = {}


def best(members, strength=np.asarray):
    """Mean over b and c of each neuron's best correlation, and of each draw's best rotated one: [n], {kind: [draws, n]}.

    strength is what a correlation counts for: itself, or by np.abs its size, where columns are directions.
    """
    if (members, strength) not in cache:
        plain = {m: strength(correlate(take("a", members), take(m, members))).max(1) for m in "bc"}
        rotated = {kind: {m: np.stack([strength(correlate(take("a", members), rotate(kind, m, d, members))).max(1) for d in range(DRAWS)])
                          for m in "bc"} for kind in ("gaussian", "orthogonal")}
        cache[members, strength] = plain, rotated
    return cache[members, strength]


def jackknife(members, statistic):
    """Variance by the delete-m jackknife for unequal m, from the definition with pseudo-values."""
    sizes = np.array([SIZES[r] for r in members], float)
    n, g = sizes.sum(), len(members)
    whole = np.asarray(statistic(members), float)
    parts = np.stack([np.asarray(statistic(tuple(r for r in members if r != out)), float) for out in members])
    h = (n / sizes).reshape(-1, *([1] * whole.ndim))
    theta_j = g * whole - ((1 - 1 / h) * parts).sum(0)
    pseudo = h * whole - (h - 1) * parts
    return ((pseudo - theta_j) ** 2 / (h - 1)).sum(0) / g


def mean_corr(members, strength=np.asarray):
    plain, _ = best(members, strength)
    return (plain["b"] + plain["c"]) / 2


def base_draws(kind, members, strength=np.asarray):
    _, rotated = best(members, strength)
    return (rotated[kind]["b"] + rotated[kind]["c"]) / 2


def excess(kind, members, strength=np.asarray):
    return mean_corr(members, strength) - base_draws(kind, members, strength).mean(0)


def count(kind, members, strength=np.asarray):
    return (excess(kind, members, strength) > THRESHOLD).sum()


def count_variance(kind, members):
    draws = base_draws(kind, members)
    left = np.array([(mean_corr(members) - np.delete(draws, d, 0).mean(0) > THRESHOLD).sum() for d in range(DRAWS)], float)
    return jackknife(members, lambda s: count(kind, s)) + (DRAWS - 1) / DRAWS * ((left - left.mean()) ** 2).sum()


expected = {}


def put(name, values):
    expected[name] = [float(v) for v in np.asarray(values, float).ravel()]


def moments(prefix, x):
    m = x.mean(1, keepdims=True)
    c = x - m
    var = (c**2).mean(1)
    safe = np.where(var > 0, var, 1)
    put(prefix + "corr_mean", m)
    put(prefix + "corr_var", var)
    put(prefix + "corr_skew", np.where(var > 0, (c**3).mean(1) / safe**1.5, 0))
    put(prefix + "corr_kurt", np.where(var > 0, (c**4).mean(1) / safe**2, 0))


def direction(prefix, rho):
    # Ties exist only among exact zeros; a stable sort keeps the smaller index first.
    top = np.argsort(-rho, axis=1, kind="stable")[:, :TAIL]
    bottom = np.argsort(rho, axis=1, kind="stable")[:, :TAIL]
    put(prefix + "max_tail_corr_ix", top)
    put(prefix + "max_tail_corr", np.take_along_axis(rho, top, 1))
    put(prefix + "min_tail_corr_ix", bottom)
    put(prefix + "min_tail_corr", np.take_along_axis(rho, bottom, 1))
    edges = np.linspace(-1, 1, 100)
    put(prefix + "bin_counts", [np.bincount(np.searchsorted(edges, row), minlength=101) for row in rho.astype(np.float32)])
    moments(prefix, rho)


def index_pairs(prefix, rho, same_shape):
    n, m = rho.shape
    put(prefix + "diag_corr", [rho[i, i] if same_shape and i < m else -9 for i in range(n)])
    put(prefix + "obo_corr", [rho[i, i + 1] if same_shape and i + 1 < m else -9 for i in range(n)])


for x, y in (("a", "b"), ("a", "c"), ("b", "c")):
    rho = correlate(take(x, ALL), take(y, ALL))
    direction(f"{x}-{y}.{x}_", rho)
    direction(f"{x}-{y}.{y}_", rho.T)
    index_pairs(f"{x}-{y}.{x}_", rho, SHAPES[x][1] == SHAPES[y][1])
    index_pairs(f"{x}-{y}.{y}_", rho.T, SHAPES[x][1] == SHAPES[y][1])

def place(layer, layers, other):
    """The layer of equal relative depth in the shallower one of a and another model."""
    depth = min(SHAPES["a"][0], SHAPES[other][0])
    return math.floor(layer * (depth - 1) / (layers - 1) + 0.5)


silent = [3]
for m in "bc":
    plain, rotated = best(ALL)
    halves = [(0, 2), (1, 3)]
    rho = [correlate(take("a", h), take(m, h)) for h in halves]
    n = np.arange(rho[0].shape[0])
    put(f"{m}.crossfit", (rho[1][n, rho[0].argmax(1)] + rho[0][n, rho[1].argmax(1)]) / 2)
    put(f"{m}.best_se", np.sqrt(jackknife(ALL, lambda s: best(s)[0][m])))
    for kind in ("gaussian", "orthogonal"):
        put(f"{m}.baseline_{kind}", rotated[kind][m].mean(0))
        put(f"{m}.baseline_{kind}_sd", rotated[kind][m].std(0, ddof=1))
    partner = correlate(take("a", ALL), take(m, ALL)).argmax(1)
    matrix = np.zeros((2, SHAPES[m][0]), int)
    for i in n:
        if i not in silent:
            matrix[i // 24, partner[i] // SHAPES[m][1]] += 1
    put(f"{m}.layers", matrix)
    # In a band of 0: layers of equal relative depth, in layers of the shallower model, halves up.
    within = np.stack([[place(i // 24, 2, m) == place(j // SHAPES[m][1], SHAPES[m][0], m) for j in range(rho[0].shape[1])] for i in n])
    banded = [np.where(within, r, -np.inf) for r in rho]
    put(f"{m}.crossfit_band0", (rho[1][n, banded[0].argmax(1)] + rho[0][n, banded[1].argmax(1)]) / 2)
    partner = np.where(within, correlate(take("a", ALL), take(m, ALL)), -np.inf).argmax(1)
    matrix = np.zeros((2, SHAPES[m][0]), int)
    for i in n:
        if i not in silent:
            matrix[i // 24, partner[i] // SHAPES[m][1]] += 1
    put(f"{m}.layers_band0", matrix)

put("mean_corr", mean_corr(ALL))
put("mean_corr_se", np.sqrt(jackknife(ALL, mean_corr)))
for kind in ("gaussian", "orthogonal"):
    put(f"{kind}.excess", excess(kind, ALL))
    spread = base_draws(kind, ALL).var(0, ddof=1) / DRAWS
    put(f"{kind}.excess_se", np.sqrt(jackknife(ALL, lambda s: excess(kind, s)) + spread))
    put(f"{kind}.count", count(kind, ALL))
    put(f"{kind}.count_se", np.sqrt(count_variance(kind, ALL)))
    average = jackknife(ALL, lambda s: excess(kind, s).mean())
    put(f"{kind}.average_excess", excess(kind, ALL).mean())
    put(f"{kind}.average_excess_se", np.sqrt(average + base_draws(kind, ALL).mean(1).var(ddof=1) / DRAWS))
put("prefix_counts", [count("gaussian", tuple(range(k))) for k in (1, 2, 4)])
put("prefix_count_se", [np.sqrt(count_variance("gaussian", tuple(range(k)))) for k in (2, 4)])
put("mean_corr_average", mean_corr(ALL).mean())
put("mean_corr_average_se", np.sqrt(jackknife(ALL, lambda s: mean_corr(s).mean())))

# Columns that are directions: everything by |rho|, partners with their signs.
for x, y in (("a", "b"), ("a", "c"), ("b", "c")):
    rho = correlate(take(x, ALL), take(y, ALL))
    for own, r in ((x, rho), (y, rho.T)):
        top = np.argsort(-np.abs(r), axis=1, kind="stable")[:, :TAIL]
        put(f"directions.{x}-{y}.{own}_max_tail_corr_ix", top)
        put(f"directions.{x}-{y}.{own}_max_tail_corr", np.take_along_axis(r, top, 1))
for m in "bc":
    rho = [correlate(take("a", h), take(m, h)) for h in ((0, 2), (1, 3))]
    n = np.arange(rho[0].shape[0])
    chosen = [np.abs(r).argmax(1) for r in rho]
    # The half that chooses a partner decides its sign as well.
    read = [np.sign(rho[w][n, chosen[w]]) * rho[1 - w][n, chosen[w]] for w in range(2)]
    put(f"directions.{m}.crossfit", (read[0] + read[1]) / 2)
    put(f"directions.{m}.best_se", np.sqrt(jackknife(ALL, lambda s: best(s, np.abs)[0][m])))
    for kind in ("gaussian", "orthogonal"):
        put(f"directions.{m}.baseline_{kind}", best(ALL, np.abs)[1][kind][m].mean(0))
put("directions.mean_corr", mean_corr(ALL, np.abs))
put("directions.mean_corr_se", np.sqrt(jackknife(ALL, lambda s: mean_corr(s, np.abs))))
for kind in ("gaussian", "orthogonal"):
    put(f"directions.{kind}.excess", excess(kind, ALL, np.abs))
    spread = base_draws(kind, ALL, np.abs).var(0, ddof=1) / DRAWS
    put(f"directions.{kind}.excess_se", np.sqrt(jackknife(ALL, lambda s: excess(kind, s, np.abs)) + spread))
    put(f"directions.{kind}.count", count(kind, ALL, np.abs))
print("partners of opposite sign", [int((np.array(expected[f"directions.a-{m}.a_max_tail_corr"])[::TAIL] < 0).sum()) for m in "bc"])

put("deviates", deviates("b", 1, 2, 3, 9))
put("rotation_gaussian", ROTATIONS["gaussian", "c", 2, 1])
put("rotation_orthogonal", ROTATIONS["orthogonal", "c", 2, 1])
put("rotation_orthogonal_large", rotation("orthogonal", "wide", 0, 0, 150)[::29, ::7])

matrix = np.concatenate([data[m] for m in "abc"], axis=1)
(here / "universality.bin").write_bytes(matrix.astype("<f4").tobytes())
head = {"tokens": SIZES, "columns": matrix.shape[1], "tail": TAIL, "draws": DRAWS, "seed": SEED, "threshold": THRESHOLD,
        "values": {k: [float(f"{v:.9g}") for v in values] for k, values in expected.items()}}
(here / "universality.json").write_text(json.dumps(head, separators=(",", ":")) + "\n")
excesses = np.array(expected["gaussian.excess"])
print("counts", expected["prefix_counts"], expected["prefix_count_se"], expected["gaussian.count_se"])
print("closest to the threshold", min(abs(excess(kind, *key) - THRESHOLD).min() for key in cache for kind in ("gaussian", "orthogonal")))
