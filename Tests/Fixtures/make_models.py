"""Tiny random GPT-2 models in the layouts that real ones come in, and the activations that transformers gives for them in float32.

Each folder: config.json and safetensors as `save_pretrained` writes them, and expected.npz with `tokens` int32 [rows, context] and
`layer0`, `layer1`, … float32 [rows, context, d_mlp]: the input of the MLP's second matrix.

    pip install torch transformers safetensors numpy
    python make_models.py            # from this folder; made with torch 2.13, transformers 5.23
"""
import os, shutil
import numpy as np, torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel, GPT2Model

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


def randomise(model, seed):
    """Every parameter random, norms and biases included: ones and zeros would hide a swapped or forgotten one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if ".ln_" in name or "ln_f" in name:
                parameter.copy_((1.0 if name.endswith("weight") else 0.0) + 0.3 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif "wte" in name or "wpe" in name:
                parameter.copy_(0.7 * noise)
            else:
                parameter.copy_(1.5 * noise / parameter.shape[0] ** 0.5)


def make(name, rows, context, seed, *, dtype=torch.float32, kind=GPT2LMHeadModel, max_shard_size="1GB", buffers=False, **configuration):
    folder = f"{HERE}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    config = GPT2Config(bos_token_id=0, eos_token_id=0, **configuration)
    model = kind(config)
    randomise(model, seed)
    model.to(dtype).save_pretrained(folder, max_shard_size=max_shard_size)
    generation = f"{folder}/generation_config.json"
    if os.path.exists(generation):
        os.remove(generation)
    if buffers:  # as versions of transformers before 4.31 saved them
        tensors = load_file(f"{folder}/model.safetensors")
        positions = config.n_positions
        for layer in range(config.n_layer):
            mask = torch.tril(torch.ones(positions, positions, dtype=torch.uint8)).view(1, 1, positions, positions)
            tensors[f"transformer.h.{layer}.attn.bias"] = mask
            tensors[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
        save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    body = model.transformer if kind is GPT2LMHeadModel else model
    caught = []
    for block in body.h:
        block.mlp.c_proj.register_forward_pre_hook(lambda module, inputs: caught.append(inputs[0]))
    tokens = np.random.default_rng(seed).integers(0, config.vocab_size, (rows, context)).astype(np.int32)
    with torch.no_grad():
        body(torch.from_numpy(tokens).long())
    assert len(caught) == config.n_layer
    np.savez_compressed(f"{folder}/expected.npz", tokens=tokens, **{f"layer{i}": values.numpy() for i, values in enumerate(caught)})
    print(name, sum(os.path.getsize(f"{folder}/{f}") for f in os.listdir(folder)), "bytes")


SMALL = dict(vocab_size=61, n_positions=24, n_embd=32, n_layer=2, n_head=4)
make("default", 3, 24, 1, **SMALL)
make("crfm", 3, 20, 2, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True, **SMALL | dict(n_layer=3, n_embd=24))
make("odd-shapes", 2, 17, 3, **SMALL | dict(n_embd=21, n_head=3, n_inner=50, vocab_size=37))
make("one-head-one-layer", 2, 9, 4, **SMALL | dict(n_embd=10, n_head=1, n_layer=1, n_inner=7, vocab_size=11))
make("one-token-rows", 5, 1, 5, **SMALL | dict(n_embd=12, n_head=2))
make("gelu-erf-float16", 2, 16, 6, dtype=torch.float16, activation_function="gelu", **SMALL | dict(n_embd=16))
make("relu-bfloat16", 2, 16, 7, dtype=torch.bfloat16, activation_function="relu", **SMALL | dict(n_embd=16))
make("sharded", 2, 16, 8, max_shard_size="8KB", **SMALL | dict(n_embd=16))
make("plain-names", 2, 16, 9, kind=GPT2Model, **SMALL | dict(n_embd=16))
make("untied", 2, 16, 10, tie_word_embeddings=False, **SMALL | dict(n_embd=16))
make("unscaled", 2, 16, 11, scale_attn_weights=False, activation_function="gelu_pytorch_tanh", layer_norm_epsilon=1e-2, **SMALL | dict(n_embd=16))
make("buffers", 2, 16, 12, buffers=True, **SMALL | dict(n_embd=16))
make("long-rows", 1, 300, 13, **SMALL | dict(n_embd=8, n_head=2, n_inner=12, n_positions=300))
