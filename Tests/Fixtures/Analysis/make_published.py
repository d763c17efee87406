"""Makes published-universal.csv and published-predictions.csv, tables of made-up neurons of a model of 2 layers of 20 in the form in which the
paper's authors publish theirs, and published.json: what numpy says of their columns. Run: python make_published.py

pandas has written theirs: of numbers the shortest decimals that read back as the same, of float32 where a column is float32 (weights, moments),
of float64 where it is computed from others; correlations were rounded to four decimals; truth values are True and False.
"""
import json
from pathlib import Path

import numpy as np

here = Path(__file__).parent
rng = np.random.default_rng(17)
NEURONS = [(0, 3), (0, 7), (0, 8), (0, 15), (0, 19), (1, 0), (1, 2), (1, 5), (1, 11), (1, 12), (1, 13), (1, 18)]
n = len(NEURONS)


def float32(values):
    return np.asarray(values, dtype=np.float32)


# Of three other models.
correlations = np.round(rng.uniform(0.72, 0.98, (n, 3)), 4)
baselines = np.round(rng.uniform(0.1, 0.2, (n, 3)), 4)
w_in, w_out = float32(rng.uniform(0.3, 0.6, n)), float32(rng.uniform(0.3, 0.5, n))
columns = {
    "layer": [layer for layer, _ in NEURONS], "neuron": [neuron for _, neuron in NEURONS],
    "max_corr": correlations.max(1), "mean_corr": correlations.mean(1), "min_corr": correlations.min(1),
    "max_baseline": baselines.max(1), "min_baseline": baselines.min(1), "mean_baseline": baselines.mean(1),
    "w_in_norm": w_in, "input_bias": float32(rng.normal(-0.3, 0.2, n)), "w_out_norm": w_out, "in_out_sim": float32(rng.normal(0, 0.1, n)),
    "l2_penalty": w_in.astype(float) ** 2 + w_out.astype(float) ** 2,
    "mean": float32(rng.normal(-0.7, 0.3, n)), "var": float32(rng.uniform(0.1, 0.6, n)), "skew": float32(rng.normal(1, 1, n)),
    "kurt": float32(rng.uniform(3, 24, n)), "vocab_mean": float32(rng.normal(0, 1e-4, n)), "vocab_var": float32(rng.uniform(9e-4, 2e-3, n)),
    "vocab_skew": float32(rng.normal(0, 0.2, n)), "vocab_kurt": float32(rng.uniform(2.9, 12, n)), "sparsity": float32(rng.uniform(0.01, 0.3, n)),
}
columns["excess_corr"] = columns["mean_corr"] - columns["mean_baseline"]
assert (columns["excess_corr"] > 0.5).all()


def cell(value):
    return str(value) if isinstance(value, (int, np.float32)) else repr(float(value))


lines = [",".join(columns)] + [",".join(cell(column[row]) for column in columns.values()) for row in range(n)]
(here / "published-universal.csv").write_text("\n".join(lines) + "\n")

# A neuron may be explained by two features.
PREDICTIONS = [
    (1, 12, "all_caps", False), (1, 3, "all_caps", True), (1, 12, "is_year", False), (0, 19, "end_w_ing", True),
    (1, 18, "is_female_pronoun", False), (1, 3, "end_w_ing", True),
]
lines = ["layer,neuron,feature,is_surpress"] + [",".join(map(str, row)) for row in PREDICTIONS]
(here / "published-predictions.csv").write_text("\n".join(lines) + "\n")

numbers = {name: np.asarray(column, dtype=float) for name, column in columns.items() if name not in ("layer", "neuron")}
content = {
    "neurons": NEURONS, "columns": list(columns),
    # What is no correlation and no share of something is compared in standard deviations.
    "deviations": {
        name: column.std() for name, column in numbers.items()
        if name.startswith(("w_", "input_", "l2_", "vocab_")) or name in ("mean", "var", "skew", "kurt")
    },
    "means": {name: column.mean() for name, column in numbers.items()},
    "predictions": sorted({(layer, neuron) for layer, neuron, _, _ in PREDICTIONS}), "predictionRows": len(PREDICTIONS),
}
(here / "published.json").write_text(json.dumps(content, indent=1) + "\n")
print(n, "universal neurons,", len(content["predictions"]), "of predictions,", len(content["deviations"]), "columns in deviations")
