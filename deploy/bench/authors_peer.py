"""The peer of a whole job: the authors' pipeline as SPEC section 10 restates it, on PyTorch and Hugging Face's GPT-2.

    python authors_peer.py MODEL_FOLDERS TOKENS.i32 ROWS CONTEXT THREADS

MODEL_FOLDERS is a comma-separated list; the first is the reference, which is correlated with each of the others: one job for the
models as they are and one, the baseline, in which each layer of the other model is multiplied by a random matrix. Tokens with the
id 0 do not count. Says "ready VERSIONS", then answers lines on standard input:
    run authors        -> "SECONDS BATCHES FINISH BASELINE": the seconds of all jobs, those of them in batches and at the end, and
                          the mean over neurons and models of the largest correlation with a rotated model. Activations are kept
                          as float16, a batch's sums come to float16, everything is added in float64
    run float32        -> the same, but nothing is float16 and nothing float64: no casts, all sums float32, and the product of a
                          batch is added by the matrix product itself. Nobody can say that it was held back
    correlations PATH  -> writes the correlations of the first pair of the last `run float32`, float32 [neurons, neurons];
                          answers "done"
    best PATH          -> writes each neuron's largest correlation in the first pair of the last run, float32 [neurons]; "done"
"""
import sys
import time

import numpy as np
import torch
import transformers
from transformers import GPT2Model

BATCH_ROWS = 24  # the authors' batch, of rows of 512 tokens
TAIL = 50  # partners kept of each neuron, at either end
EDGES = torch.linspace(-1, 1, 100)
SUMMARY_ROWS = 1024  # of a matrix of correlations that are summarised at a time: bounds memory
NOT_COUNTED = 0


class Model:
    def __init__(self, folder):
        self.network = GPT2Model.from_pretrained(folder, dtype=torch.float32).eval()
        self.dtype = torch.float32
        self.seen = []
        for block in self.network.h:
            block.mlp.act.register_forward_hook(lambda module, inputs, output: self.seen.append(output.to(self.dtype)))

    def activations(self, tokens, dtype):
        """Post-GELU activations [layers, d_mlp, counted tokens] of a batch."""
        self.dtype = dtype
        self.network(tokens, use_cache=False)
        stacked = torch.stack(self.seen, dim=2)  # [rows, context, layers, d_mlp]
        self.seen.clear()
        counted = (tokens != NOT_COUNTED).flatten()
        return stacked.permute(2, 3, 0, 1).flatten(2)[:, :, counted].contiguous()


class Sums:
    """What a job adds up: products S [layers, d_mlp, layers, d_mlp], sums and sums of squares of either model."""

    def __init__(self, layers, width, is_float32):
        kind = torch.float32 if is_float32 else torch.float64
        self.is_float32 = is_float32
        self.products = torch.zeros(layers, width, layers, width, dtype=kind)
        self.s1, self.q1, self.s2, self.q2 = (torch.zeros(layers, width, dtype=kind) for _ in range(4))
        self.tokens = 0

    def add(self, first, second):
        layers = len(first)
        for l1 in range(layers):
            x = first[l1].float()
            for l2 in range(layers):
                if self.is_float32:
                    self.products[l1, :, l2, :].addmm_(x, second[l2].T)
                else:
                    # Cast again for every l1, as the authors do.
                    self.products[l1, :, l2, :] += x @ second[l2].float().T
        for values, sums, squares in [(first, self.s1, self.q1), (second, self.s2, self.q2)]:
            sums += values.sum(-1)
            squares += (values**2).sum(-1)
        self.tokens += first.shape[-1]

    def correlations(self, is_baseline):
        """The correlations [neurons, neurons], layer by layer; NaN is 0 in the real run and stays in the baseline."""
        layers, width = self.s1.shape
        kind = torch.float32 if self.is_float32 else torch.float16
        result = torch.empty(layers * width, layers * width, dtype=kind)
        mean1, mean2 = self.s1 / self.tokens, self.s2 / self.tokens
        deviation1 = (self.q1 / self.tokens - mean1**2).sqrt()
        deviation2 = (self.q2 / self.tokens - mean2**2).sqrt()
        for l1 in range(layers):
            for l2 in range(layers):
                covariance = self.products[l1, :, l2, :] / self.tokens
                covariance -= torch.outer(mean1[l1], mean2[l2])
                covariance /= torch.outer(deviation1[l1], deviation2[l2])
                if not is_baseline:
                    covariance.nan_to_num_(0)
                result[l1 * width : (l1 + 1) * width, l2 * width : (l2 + 1) * width] = covariance
        return result


def summarise(correlations):
    """The summaries of section 2 in one direction: of each row its best and worst partners, histogram and moments."""
    parts = []
    for start in range(0, len(correlations), SUMMARY_ROWS):
        rows = correlations[start : start + SUMMARY_ROWS].float().contiguous()
        tail = min(TAIL, rows.shape[1])
        top, bottom = rows.topk(tail), rows.topk(tail, largest=False)
        bins = torch.bucketize(rows, EDGES, out_int32=True)
        bins += (torch.arange(len(rows), dtype=torch.int32) * 101)[:, None]
        counts = torch.bincount(bins.flatten(), minlength=len(rows) * 101).reshape(len(rows), 101)
        mean = rows.mean(1, keepdim=True)
        centred = rows - mean
        square = centred**2
        variance = square.mean(1)
        third = (square * centred).mean(1) / variance**1.5
        fourth = (square**2).mean(1) / variance**2
        parts.append((top.values[:, 0], top, bottom, counts, mean, variance, third, fourth))
    size = min(correlations.shape)
    same, next_one = correlations.diagonal(), correlations[: size - 1, 1:].diagonal()
    return torch.cat([part[0] for part in parts]), parts, same.clone(), next_one.clone()


def rotations(layers, width):
    """One Gaussian matrix for each layer, rows of length 1, rounded to float16."""
    matrices = torch.randn(layers, width, width)
    return (matrices / matrices.norm(dim=2, keepdim=True)).half()


class Authors:
    def __init__(self, folders, tokens):
        self.models = [Model(folder) for folder in folders]
        self.tokens = tokens
        self.first_pair = None
        self.best = None

    def run(self, is_float32):
        torch.manual_seed(0)
        batches = finish = 0.0
        baselines = []
        start = time.perf_counter()
        for other in self.models[1:]:
            for is_baseline in [False, True]:
                began = time.perf_counter()
                sums = self.job(other, is_float32, is_baseline)
                batches += time.perf_counter() - began
                began = time.perf_counter()
                correlations = sums.correlations(is_baseline)
                largest = summarise(correlations)[0]
                summarise(correlations.T)
                finish += time.perf_counter() - began
                if is_baseline:
                    baselines.append(largest.mean().item())
                elif other is self.models[1]:
                    self.best = largest
                    if is_float32:
                        self.first_pair = sums
        return time.perf_counter() - start, batches, finish, float(np.mean(baselines))

    def job(self, other, is_float32, is_baseline):
        dtype = torch.float32 if is_float32 else torch.float16
        config = other.network.config
        layers, width = config.n_layer, config.n_inner or 4 * config.n_embd
        matrices = rotations(layers, width) if is_baseline else None
        sums = Sums(layers, width, is_float32)
        for rows in self.tokens.split(BATCH_ROWS):
            first = self.models[0].activations(rows, dtype)
            second = other.activations(rows, dtype)
            if is_baseline:
                for layer in range(layers):
                    second[layer] = matrices[layer].float() @ second[layer].float()
            sums.add(first, second)
        return sums


def main():
    folders, token_file, rows, context, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.set_grad_enabled(False)
    transformers.logging.set_verbosity_error()
    tokens = torch.from_numpy(np.fromfile(token_file, dtype="<i4").astype(np.int64).reshape(int(rows), int(context)))
    authors = Authors(folders.split(","), tokens)
    print(f"ready torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    for line in sys.stdin:
        command, argument = line.split()
        if command == "run":
            with torch.inference_mode():
                print(*authors.run(is_float32=argument == "float32"), flush=True)
        elif command == "correlations":
            authors.first_pair.correlations(is_baseline=False).numpy().astype("<f4").tofile(argument)
            print("done", flush=True)
        elif command == "best":
            authors.best.numpy().astype("<f4").tofile(argument)
            print("done", flush=True)


if __name__ == "__main__":
    main()
