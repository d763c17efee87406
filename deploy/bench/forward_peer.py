"""The peer of the forward pass: Hugging Face's GPT-2 on PyTorch, float32, without logits.

    python forward_peer.py MODEL_FOLDER TOKENS.i32 ROWS CONTEXT THREADS

Says "ready VERSIONS", then answers lines on standard input:
    run                   -> the seconds of one forward pass over all rows as one batch
    compile               -> compiles the model by torch.compile; answers "done", or why that does not work
    compiled              -> as run, of the compiled model
    reference PATH COUNT  -> writes the post-GELU activations [layers, COUNT, d_mlp] of the first COUNT tokens, computed in
                             float64, as float32; answers "done"
"""
import sys
import time

import numpy as np
import torch
import transformers
from transformers import GPT2Model


def main():
    folder, token_file, rows, context, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_grad_enabled(False)
    transformers.logging.set_verbosity_error()
    tokens = torch.from_numpy(np.fromfile(token_file, dtype="<i4").astype(np.int64).reshape(int(rows), int(context)))
    model = GPT2Model.from_pretrained(folder, dtype=torch.float32).eval()
    print(f"ready torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    compiled = None
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "run":
            print(seconds(model, tokens), flush=True)
        elif command == "compile":
            try:
                compiled = torch.compile(model)
                # What is compiled is decided by the first pass.
                seconds(compiled, tokens)
                print("done", flush=True)
            except Exception as error:  # whatever its compilers say
                compiled = None
                print(f"{type(error).__name__}: {' '.join(str(error).split())}", flush=True)
        elif command == "compiled":
            print(seconds(compiled, tokens), flush=True)
        elif command == "reference":
            path, count = arguments
            write_reference(folder, tokens[:1, : int(count)], path)
            print("done", flush=True)


def seconds(model, tokens):
    with torch.inference_mode():
        start = time.perf_counter()
        model(tokens, use_cache=False)
        return time.perf_counter() - start


def write_reference(folder, tokens, path):
    model = GPT2Model.from_pretrained(folder, dtype=torch.float64).eval()
    layers = []
    for block in model.h:
        block.mlp.act.register_forward_hook(lambda module, inputs, output: layers.append(output[0].float().numpy()))
    model(tokens, use_cache=False)
    np.stack(layers).astype("<f4").tofile(path)


if __name__ == "__main__":
    main()
