"""Writes entropy.json: integers of several distributions and their empirical entropy in bytes, by numpy."""
import json
import pathlib

import numpy as np


def entropy(values):
    _, counts = np.unique(values, return_counts=True)
    shares = counts / counts.sum()
    return float(-(shares * np.log2(shares)).sum() / 8)


generator = np.random.default_rng(20)
cases = {
    "normal": np.rint(generator.normal(0, 20, 500)),
    "heavy tails": np.rint(generator.standard_t(2, 500) * 1e9),
    "two values": np.repeat([-(2**62), 2**62], [100, 300]),
    "one value": np.full(50, 7),
    "all different": np.arange(256) - 128,
}
folder = pathlib.Path(__file__).parent
cases = {name: [int(value) for value in values] for name, values in cases.items()}
fixture = [{"name": name, "values": values, "entropy": entropy(values)} for name, values in cases.items()]
(folder / "entropy.json").write_text(json.dumps(fixture) + "\n")
