"""Makes the archives of token ids in `tokens`. Needs numpy:

    python make_token_archives.py
"""

import pathlib

import numpy

HERE = pathlib.Path(__file__).parent / "tokens"
HERE.mkdir(exist_ok=True)
tokens = numpy.arange(12).reshape(3, 4)
numpy.savez_compressed(HERE / "texts.npz", tokens=tokens, domains=numpy.array(["Wikipedia (en)", "arXiv", "Wikipedia (en)"]))
numpy.savez(HERE / "names.npz", tokens=tokens.astype("uint16"), domains=numpy.array([1, 0, 1]), names=numpy.array(["arXiv", "Wikipedia (en)"]))
