"""The cosines of all pairs of a model's neurons, from the processed weights that `make_weights.py` has written, in float64, for SPEC 9.

`antipodes.npz` has for three models, such as `GPT2-crfm`, and for each pairing (the neuron's own vector first) `GPT2-crfm_out_in_max` and `…_min`
[neurons, layers], the largest and smallest cosine with a neuron of each layer, the neuron itself left out; `…_antipode` and `…_duplicate`
[neurons, layers], the largest product of the cosines of inputs and outputs where both are negative, or positive; 0 where there is none.

    pip install numpy
    python make_antipodes.py     # made with numpy 2.4
"""
import numpy as np, os

HERE = os.path.dirname(os.path.abspath(__file__))
out = {}
for model in ["GPT2-crfm", "GPT2-untied", "GPTNeoX-pythia"]:
    weights = np.load(os.path.join(HERE, model + ".npz"))
    layers = sum(key.endswith("_W_in") for key in weights.files)
    def unit(rows):
        rows = rows.astype(np.float64)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    vectors = {side: [unit(weights[f"{layer}_W_{side}"]) for layer in range(layers)] for side in ("in", "out")}
    count = len(vectors["in"][0])
    cosines = {}
    for own in ("in", "out"):
        for other in ("in", "out"):
            all_pairs = np.concatenate(vectors[own]) @ np.concatenate(vectors[other]).T
            np.fill_diagonal(all_pairs, np.nan)
            parts = all_pairs.reshape(len(all_pairs), layers, count)
            cosines[own + other] = parts
            out[f"{model}_{own}_{other}_max"] = np.nanmax(parts, axis=2)
            out[f"{model}_{own}_{other}_min"] = np.nanmin(parts, axis=2)
    inputs, outputs = cosines["inin"], cosines["outout"]
    product = inputs * outputs
    for name, holds in (("antipode", (inputs < 0) & (outputs < 0)), ("duplicate", (inputs > 0) & (outputs > 0))):
        out[f"{model}_{name}"] = np.where(holds, product, 0).max(axis=2)
    print(model, layers, count)
np.savez(os.path.join(HERE, "antipodes.npz"), **{key: np.ascontiguousarray(value) for key, value in out.items()})
