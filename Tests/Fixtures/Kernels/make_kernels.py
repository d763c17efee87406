"""Reference values for the elementwise kernels, from PyTorch in float64 on float32 inputs.

    python make_kernels.py        # needs numpy and torch; writes *.f32 (inputs) and *.f64 (expected) beside this file

Files are raw little-endian arrays; shapes are in the tests that read them.
"""
import pathlib

import numpy as np
import torch

FOLDER = pathlib.Path(__file__).resolve().parent


def save(name, inputs, expected):
    for suffix, array in inputs.items():
        np.ascontiguousarray(array, dtype="<f4").tofile(FOLDER / f"{name}.{suffix}.f32")
    np.ascontiguousarray(expected, dtype="<f8").tofile(FOLDER / f"{name}.f64")


def main():
    generator = np.random.default_rng(20240117)

    # GELU: a sweep of both tails and the centre, values of all magnitudes.
    sweep = np.concatenate([
        np.linspace(-14, 14, 4001), generator.normal(0, 1.5, 2000), np.geomspace(1e-30, 30, 300), -np.geomspace(1e-30, 30, 300)
    ]).astype(np.float32)
    wide = torch.from_numpy(sweep.astype(np.float64))
    save("gelu_tanh", {"x": sweep}, torch.nn.functional.gelu(wide, approximate="tanh").numpy())
    save("gelu_erf", {"x": sweep}, torch.nn.functional.gelu(wide).numpy())

    # Layer norm of 7 rows of 333, one of them with outliers as GPT-2's residual stream has, one with a large mean.
    x = generator.normal(0, 1, (7, 333)).astype(np.float32)
    x[2, 17] = 3000
    x[3] += 1000
    x[4] *= 1e-3
    gamma = generator.normal(1, 0.2, 333).astype(np.float32)
    beta = generator.normal(0, 0.2, 333).astype(np.float32)
    out = torch.nn.functional.layer_norm(
        torch.from_numpy(x.astype(np.float64)), (333,), torch.from_numpy(gamma.astype(np.float64)),
        torch.from_numpy(beta.astype(np.float64)), 1e-5)
    save("layer_norm", {"x": x, "gamma": gamma, "beta": beta}, out.numpy())

    # Causal softmax of a 50 x 50 matrix of scores with a scale of 1/8.
    scores = generator.normal(0, 20, (50, 50)).astype(np.float32)
    masked = torch.from_numpy(scores.astype(np.float64)) * 0.125
    masked = masked.masked_fill(torch.triu(torch.ones(50, 50, dtype=torch.bool), 1), float("-inf"))
    save("causal_softmax", {"x": scores}, torch.softmax(masked, -1).numpy())


if __name__ == "__main__":
    main()
