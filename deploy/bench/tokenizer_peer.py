"""The peer of the tokenizer: encode_batch of Hugging Face's `tokenizers` (threads: RAYON_NUM_THREADS).

    python tokenizer_peer.py TOKENIZER_FOLDER TEXTS.json

Says "ready VERSIONS", then answers lines on standard input:
    run             -> the seconds of encode_batch over all texts
    reference PATH  -> writes the ids of all texts, one after another, as little-endian int32; answers "done"
"""
import json
import os
import sys
import time

import numpy as np
import tokenizers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers


def load(folder):
    """The folder's tokenizer.json, or GPT-2's byte-level BPE over its vocabulary and merges."""
    path = os.path.join(folder, "tokenizer.json")
    if os.path.exists(path):
        return Tokenizer.from_file(path)
    names = [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]
    vocabulary, merges = next(pair for pair in names if os.path.exists(os.path.join(folder, pair[0])))
    tokenizer = Tokenizer(models.BPE.from_file(os.path.join(folder, vocabulary), os.path.join(folder, merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def main():
    folder, text_file = sys.argv[1:]
    tokenizer = load(folder)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    with open(text_file, encoding="utf-8") as file:
        texts = json.load(file)
    print(f"ready tokenizers {tokenizers.__version__}", flush=True)
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "run":
            start = time.perf_counter()
            encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
            print(time.perf_counter() - start, flush=True)
            del encodings
        elif command == "reference":
            with open(arguments[0], "wb") as file:
                for start in range(0, len(texts), 1000):
                    for encoding in tokenizer.encode_batch(texts[start : start + 1000], add_special_tokens=False):
                        np.asarray(encoding.ids, dtype="<i4").tofile(file)
            print("done", flush=True)


if __name__ == "__main__":
    main()
