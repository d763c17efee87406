"""Activations of a few neurons of two models, and at how many tokens they fire together, by numpy, for SPEC 12.

`firing.npz`: activations `a` [rows, layers, tokens, neurons] and `b` of another shape, float32; `counted` [rows, tokens], which tokens count;
`partners` [neurons of a], layer · width + number in b, -1 for none; over the counted tokens `first`, `second`, `both` [neurons of a], and
`jaccard`, NaN where neither fires.

    pip install numpy
    python make_firing.py     # made with numpy 2.4
"""
import numpy as np, os

HERE = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(11)
ROWS, TOKENS = 3, 150  # three words of a row, the last one begun

a = random.normal(-0.3, 1, (ROWS, 2, TOKENS, 5)).astype(np.float32)
b = random.normal(0.2, 1, (ROWS, 3, TOKENS, 4)).astype(np.float32)
partners = np.array([7, 3, -1, 0, 11, 7, 8, 2, 5, 10], np.int32)
b[:, 1, :, 3] = a[:, 0, :, 0] * 2  # fires where its partner does
a[:, 1, :, 2] = -1  # never fires, and
b[:, 0, :, 2] = -2  # its partner neither
a[:, 0, ::3, 1] = 0  # 0 is not above 0
a[:, 0, 1::3, 1] = -0.0
counted = random.uniform(size=(ROWS, TOKENS)) < 0.9
counted[1] = True
counted[2, 40:] = False  # a row of one word

flat = lambda x: np.moveaxis(x, 2, 1).reshape(ROWS, TOKENS, -1)[counted] > 0
fires, others = flat(a), flat(b)[:, partners]
first, second, both = (np.where(partners >= 0, x.sum(0), 0) for x in (fires, others, fires & others))
with np.errstate(all="ignore"):
    jaccard = both / (first + second - both)
print(first, second, both, np.round(jaccard, 3))
np.savez(
    os.path.join(HERE, "firing.npz"), a=a, b=b, counted=counted.astype(np.uint8), partners=partners, first=first.astype(np.int64),
    second=second.astype(np.int64), both=both.astype(np.int64), jaccard=jaccard)
