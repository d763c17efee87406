"""Tiny random models in the layouts that real ones come in, and the activations that transformers gives for them in float32.

Each folder: config.json and safetensors as `save_pretrained` writes them, and expected.npz with `tokens` int32 [rows, context] and
`layer0`, `layer1`, … float32 [rows, context, d_mlp]: the input of the MLP's second matrix.

    pip install torch transformers safetensors numpy
    python make_models.py [GPT2/default …]     # all, or those; made with torch 2.13, transformers 5.23
"""
import json, os, shutil, sys
import numpy as np, torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel, GPT2Model, GPTNeoXConfig, GPTNeoXForCausalLM, GPTNeoXModel

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
NORMS = (".ln_", "ln_f", "layernorm", "layer_norm")
EMBEDDINGS = ("wte", "wpe", "embed_in")


def randomise(model, seed):
    """Every parameter random, norms and biases included: ones and zeros would hide a swapped or forgotten one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if any(norm in name for norm in NORMS):
                parameter.copy_((1.0 if name.endswith("weight") else 0.0) + 0.3 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif any(embedding in name for embedding in EMBEDDINGS):
                parameter.copy_(0.7 * noise)
            else:
                inputs = parameter.shape[1 if isinstance(model.config, GPTNeoXConfig) else 0]
                parameter.copy_(1.5 * noise / inputs ** 0.5)


def without_norms(model):
    """As published models without layer norms are: an epsilon of 1e12 leaves nothing to divide by, gains a million times larger undo it."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if any(norm in name for norm in NORMS) and name.endswith("weight"):
                parameter.mul_(1e6)


def gpt2_buffers(config, tensors):
    positions = config.n_positions
    for layer in range(config.n_layer):
        mask = torch.tril(torch.ones(positions, positions, dtype=torch.uint8)).view(1, 1, positions, positions)
        tensors[f"transformer.h.{layer}.attn.bias"] = mask
        tensors[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)


def gpt_neox_buffers(config, tensors):
    positions = config.max_position_embeddings
    for layer in range(config.num_hidden_layers):
        attention = f"gpt_neox.layers.{layer}.attention."
        tensors[attention + "bias"] = torch.tril(torch.ones(positions, positions, dtype=torch.bool)).view(1, 1, positions, positions)
        tensors[attention + "masked_bias"] = torch.tensor(-1e9, dtype=torch.float16)
        tensors[attention + "rotary_emb.inv_freq"] = torch.ones(2, dtype=torch.float16)


def make(name, rows, context, seed, *, kind, dtype=torch.float32, max_shard_size="1GB", buffers=None, edit=None, config_edit=None, **settings):
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    folder = f"{HERE}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    config = kind.config_class(bos_token_id=0, eos_token_id=0, **settings)
    model = kind(config)
    randomise(model, seed)
    if edit:
        edit(model)
    model.to(dtype).save_pretrained(folder, max_shard_size=max_shard_size)
    generation = f"{folder}/generation_config.json"
    if os.path.exists(generation):
        os.remove(generation)
    if buffers:  # as versions of transformers before 4.31 saved them
        tensors = load_file(f"{folder}/model.safetensors")
        buffers(config, tensors)
        save_file(tensors, f"{folder}/model.safetensors", metadata={"format": "pt"})
    if config_edit:
        with open(f"{folder}/config.json") as file:
            fields = json.load(file)
        config_edit(fields)
        with open(f"{folder}/config.json", "w") as file:
            file.write(json.dumps(fields, indent=2, sort_keys=True) + "\n")
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    body = getattr(model, model.base_model_prefix, model)
    blocks = body.h if hasattr(body, "h") else body.layers
    caught = []
    for block in blocks:
        second = block.mlp.c_proj if hasattr(block.mlp, "c_proj") else block.mlp.dense_4h_to_h
        second.register_forward_pre_hook(lambda module, inputs: caught.append(inputs[0]))
    tokens = np.random.default_rng(seed).integers(0, config.vocab_size, (rows, context)).astype(np.int32)
    with torch.no_grad():
        body(torch.from_numpy(tokens).long())
    assert len(caught) == len(blocks)
    np.savez_compressed(f"{folder}/expected.npz", tokens=tokens, **{f"layer{i}": values.numpy() for i, values in enumerate(caught)})
    print(name, sum(os.path.getsize(f"{folder}/{f}") for f in os.listdir(folder)), "bytes")


SMALL = dict(kind=GPT2LMHeadModel, vocab_size=61, n_positions=24, n_embd=32, n_layer=2, n_head=4)
make("GPT2/default", 3, 24, 1, **SMALL)
make("GPT2/crfm", 3, 20, 2, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True, **SMALL | dict(n_layer=3, n_embd=24))
make("GPT2/odd-shapes", 2, 17, 3, **SMALL | dict(n_embd=21, n_head=3, n_inner=50, vocab_size=37))
make("GPT2/one-head-one-layer", 2, 9, 4, **SMALL | dict(n_embd=10, n_head=1, n_layer=1, n_inner=7, vocab_size=11))
make("GPT2/one-token-rows", 5, 1, 5, **SMALL | dict(n_embd=12, n_head=2))
make("GPT2/gelu-erf-float16", 2, 16, 6, dtype=torch.float16, activation_function="gelu", **SMALL | dict(n_embd=16))
make("GPT2/relu-bfloat16", 2, 16, 7, dtype=torch.bfloat16, activation_function="relu", **SMALL | dict(n_embd=16))
make("GPT2/sharded", 2, 16, 8, max_shard_size="8KB", **SMALL | dict(n_embd=16))
make("GPT2/plain-names", 2, 16, 9, **SMALL | dict(kind=GPT2Model, n_embd=16))
make("GPT2/untied", 2, 16, 10, tie_word_embeddings=False, **SMALL | dict(n_embd=16))
make("GPT2/unscaled", 2, 16, 11, scale_attn_weights=False, activation_function="gelu_pytorch_tanh", layer_norm_epsilon=1e-2, **SMALL | dict(n_embd=16))
make("GPT2/buffers", 2, 16, 12, buffers=gpt2_buffers, **SMALL | dict(n_embd=16))
make("GPT2/long-rows", 1, 300, 13, **SMALL | dict(n_embd=8, n_head=2, n_inner=12, n_positions=300))
make("GPT2/without-norms", 2, 16, 14, edit=without_norms, layer_norm_epsilon=1e12, **SMALL | dict(n_embd=16))


def pythia_fields(fields):
    """config.json as Pythia's is: rotations by their older names."""
    rope = fields.pop("rope_parameters")
    fields.update(rotary_pct=rope["partial_rotary_factor"], rotary_emb_base=int(rope["rope_theta"]))
    for name in ("attention_bias", "attention_dropout", "classifier_dropout", "hidden_dropout", "dtype", "is_decoder", "pad_token_id"):
        fields.pop(name, None)
    fields.update(torch_dtype="float16", transformers_version="4.24.0")


def rotation(share, base=10_000.0):
    return dict(rope_parameters=dict(rope_type="default", partial_rotary_factor=share, rope_theta=base))


NEOX = dict(
    kind=GPTNeoXForCausalLM, vocab_size=61, max_position_embeddings=24, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=40)
make("GPTNeoX/pythia", 3, 24, 21, buffers=gpt_neox_buffers, config_edit=pythia_fields, **NEOX | dict(num_hidden_layers=3))
make("GPTNeoX/sequential", 2, 20, 22, use_parallel_residual=False, **rotation(0.5), **NEOX)
make("GPTNeoX/whole-heads", 2, 24, 23, **rotation(1.0), **NEOX | dict(num_attention_heads=4))
# int(10 · 0.37) = 3 dimensions: two frequencies, the second for a pair that no even number of dimensions would have.
make("GPTNeoX/odd-rotation", 2, 17, 24, **rotation(0.37, 500.0), **NEOX | dict(hidden_size=30, num_attention_heads=3, intermediate_size=37, vocab_size=41))
make("GPTNeoX/without-attention-bias", 2, 16, 25, attention_bias=False, **NEOX | dict(hidden_size=16))
make("GPTNeoX/without-rotation", 2, 16, 26, **rotation(0.1), **NEOX | dict(hidden_size=16))
make("GPTNeoX/one-head-one-layer", 2, 9, 27, **NEOX | dict(hidden_size=10, num_attention_heads=1, num_hidden_layers=1, intermediate_size=7, vocab_size=11))
make("GPTNeoX/plain-names", 2, 16, 28, **NEOX | dict(kind=GPTNeoXModel, hidden_size=16))
make("GPTNeoX/tied-gelu-tanh", 2, 16, 29, tie_word_embeddings=True, hidden_act="gelu_new", layer_norm_eps=1e-2, **NEOX | dict(hidden_size=16))
make("GPTNeoX/sharded-float16", 2, 16, 30, dtype=torch.float16, max_shard_size="6KB", hidden_act="gelu_fast", **NEOX | dict(hidden_size=16))
make("GPTNeoX/long-rows", 1, 300, 31, **rotation(1.0), **NEOX | dict(hidden_size=8, intermediate_size=12, max_position_embeddings=300))
