"""How far vectors move logits along log token frequencies, by numpy's corrcoef over the vocabulary.

`frequencies.npz`: `unembedding` float32 [61, 16], `vectors` float32 [70, 16], `counts` int64 [61], `correlations` float64 [70] of vectors ·
unembedding with ln(count + 1).

    pip install numpy
    python make_frequencies.py     # made with numpy 2.4
"""
import os
import numpy as np

random = np.random.default_rng(11)
unembedding = random.normal(0.2, 1, (61, 16)).astype(np.float32)
vectors = random.normal(0, 1, (70, 16)).astype(np.float32)
counts = random.geometric(0.02, 61).astype(np.int64) - 1
logarithms = np.log(counts + 1.0)
# One that goes along the frequencies as far as sixteen numbers can, and one that goes against them.
vectors[3] = np.linalg.lstsq(unembedding - unembedding.mean(0), logarithms - logarithms.mean(), rcond=None)[0]
vectors[66] = -0.1 * vectors[3]
effects = vectors.astype(np.float64) @ unembedding.astype(np.float64).T
correlations = np.array([np.corrcoef(effect, logarithms)[0, 1] for effect in effects])
np.savez_compressed(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "frequencies.npz"), unembedding=unembedding, vectors=vectors, counts=counts,
    correlations=correlations)
print(correlations[[0, 3, 66]])
