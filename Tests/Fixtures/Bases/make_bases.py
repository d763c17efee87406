"""Makes bases.npz: rotated and principal columns of two tiny models over random tokens, and what numpy says of their correlations.

Model a is GPT2/long-rows, b is GPTNeoX/long-rows, two layers of 12 neurons each; their activations are transformers', in float64. Rotations
are written again from the description of the generator; principal directions are numpy's eigenvectors. Nothing is shared with the program
but formulas. Run: python make_bases.py (torch, transformers, numpy; made with torch 2.13, transformers 5.24)

- `tokens` int32 [rows, context]
- `a_columns_0` … float32 [4 · context, neurons]: post-activations of the first rows times the transpose of `a_rotation_0` [neurons, neurons]
- `a_directions_0` … float64 [COMPONENTS, neurons], `a_variances_0` … float64 [COMPONENTS]: of `a_covariances_0` [neurons, neurons], those
  over all tokens
- `rotated`, `principal` float64: correlations of all columns of a with all of b, layer by layer
"""
import math
from pathlib import Path

import numpy as np
import torch
from transformers import GPT2Model, GPTNeoXModel

here = Path(__file__).parent
SEED, COMPONENTS, LAYERS, NEURONS = 7, 4, 2, 12
rng = np.random.default_rng(5)
tokens = rng.integers(0, 61, (24, 40)).astype(np.int32)

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def absorb(h, v):
    return mix(h ^ mix((v + GAMMA) & MASK))


def signed(word):
    k = word & 0xFFFFFFFF
    return (2 * (k - (1 << 32) if k >= 1 << 31 else k) + 1) / 2**32


def deviates(model, layer, row, count):
    name = 0xCBF29CE484222325
    for byte in model.encode():
        name = ((name ^ byte) * 0x100000001B3) & MASK
    key = 0
    for part in (SEED, name, layer, 0, row):
        key = absorb(key, part)
    found = []
    for pair in range((count + 1) // 2):
        word = mix((key + GAMMA * (pair + 1)) & MASK)
        while (s := signed(word >> 32) ** 2 + signed(word) ** 2) >= 1:
            word = mix((word + GAMMA) & MASK)
        found += [x * math.sqrt(-2 * math.log(s) / s) for x in (signed(word >> 32), signed(word))]
    return np.array(found[:count])


def rotation(model, layer):
    q, signs = np.eye(NEURONS), np.ones(NEURONS)
    for k in range(NEURONS):
        v = np.zeros(NEURONS)
        v[k:] = deviates(model, layer, k, NEURONS - k)
        signs[k] = -1 if v[k] >= 0 else 1
        v[k] -= signs[k] * np.linalg.norm(v)
        v /= np.linalg.norm(v)
        q = q @ (np.eye(NEURONS) - 2 * np.outer(v, v))
    return q * signs


def principal(x):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    directions = vectors.T[::-1][:COMPONENTS]
    largest = np.take_along_axis(directions, np.abs(directions).argmax(1)[:, None], 1)
    return directions * np.sign(largest), values[::-1][:COMPONENTS]


def activations(model, blocks):
    found = []
    for block in blocks:
        down = block.mlp.c_proj if hasattr(block.mlp, "c_proj") else block.mlp.dense_4h_to_h
        down.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0].reshape(-1, NEURONS).numpy()))
    with torch.no_grad():
        model(torch.from_numpy(tokens).long())
    return found


a = GPT2Model.from_pretrained(here.parent / "GPT2/long-rows", dtype=torch.float64).eval()
b = GPTNeoXModel.from_pretrained(here.parent / "GPTNeoX/long-rows", dtype=torch.float64).eval()
arrays, columns = {"tokens": tokens}, {"rotated": {}, "principal": {}}
for name, found in [("a", activations(a, a.h)), ("b", activations(b, b.layers))]:
    assert len(found) == LAYERS
    for layer, x in enumerate(found):
        matrix = rotation(name, layer)
        assert np.allclose(matrix @ matrix.T, np.eye(NEURONS))
        directions, variances = principal(x)
        arrays[f"{name}_rotation_{layer}"] = matrix
        arrays[f"{name}_columns_{layer}"] = (x @ matrix.T)[:4 * tokens.shape[1]].astype(np.float32)
        arrays[f"{name}_covariances_{layer}"] = np.cov(x.T, bias=True)
        arrays[f"{name}_directions_{layer}"] = directions
        arrays[f"{name}_variances_{layer}"] = variances
        columns["rotated"].setdefault(name, []).append(x @ matrix.T)
        columns["principal"].setdefault(name, []).append(x @ directions.T)
for kind, of in columns.items():
    x, y = (np.concatenate(of[name], 1) for name in "ab")
    x, y = ((z - z.mean(0)) / z.std(0) for z in (x, y))
    arrays[kind] = x.T @ y / len(x)
    print(kind, arrays[kind].shape, np.abs(arrays[kind]).max())
np.savez_compressed(here / "bases.npz", **{name: np.ascontiguousarray(array) for name, array in arrays.items()})
