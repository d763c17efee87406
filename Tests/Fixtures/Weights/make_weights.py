"""Processed weights and what follows from them, in float64 from the formulas of SPEC 3 and 4, for the models in ../GPT2 and ../GPTNeoX.

One archive a model, `GPT2-crfm.npz`. Matrices have rows along the residual stream, as in Sources/Models/Processed: `W_E`, `W_pos`, `W_U`
[tokens or positions, width], `b_U`, and for each layer `0_W_in`, `0_W_out` [neurons, width], `0_b_in`, `0_b_out`, `0_W_QKV` [3 width, width],
`0_b_QKV`, `0_W_O` [width, width], `0_b_O`. `tokens` and `logits` [rows, context, vocabulary] are of the model as it is, each position's logits
less their mean. Then, over all layers, `w_in_norm` … `vocab_kurt` [neurons], and for each set of cosines (`out_W_U`, `in_W_U`, `out_W_E`,
`in_W_E`) `…_moments` [neurons, 4], `…_sorted` [neurons, tokens], the cosines in descending order, `…_order`, their tokens, and
`…_histogram` [neurons, 101].

    pip install torch transformers safetensors numpy
    python make_weights.py     # made with torch 2.13, transformers 5.23
"""
import os
import numpy as np, torch
from transformers import AutoConfig, GPT2LMHeadModel, GPTNeoXForCausalLM

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = [
    "GPT2/odd-shapes", "GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/odd-rotation",
    "GPTNeoX/tied-gelu-tanh", "GPTNeoX/without-attention-bias",
]


def centred(rows):
    return rows - rows.mean(-1, keepdims=True)


def fold(rows, bias, norm, factor):
    """rows [outputs, width] read the output of a norm: the offset through the unscaled rows, then the gain, then each row's mean."""
    gain, offset = norm
    return centred(rows * (gain * factor)), bias + rows @ offset


def processed(model, config, name):
    values = {key: tensor.detach().double().numpy() for key, tensor in model.state_dict().items()}
    is_gpt2 = name.startswith("GPT2")
    width, layers, heads = config.hidden_size, config.num_hidden_layers, config.num_attention_heads
    epsilon = config.layer_norm_epsilon if is_gpt2 else config.layer_norm_eps
    factor = 1 / np.sqrt(epsilon) if epsilon >= 1e9 else 1.0
    body = "transformer." if is_gpt2 else "gpt_neox."
    norm = lambda key: (values[body + key + ".weight"], values[body + key + ".bias"])
    out = {}
    embedding = values[body + ("wte.weight" if is_gpt2 else "embed_in.weight")]
    unembedding = model.get_output_embeddings().weight.detach().double().numpy()
    out["W_E"] = centred(embedding)
    if is_gpt2:
        out["W_pos"] = centred(values[body + "wpe.weight"])
    final = norm("ln_f" if is_gpt2 else "final_layer_norm")
    W_U, b_U = fold(unembedding, np.zeros(len(unembedding)), final, factor)
    out["W_U"] = W_U - W_U.mean(0)
    out["b_U"] = b_U - b_U.mean()
    for layer in range(layers):
        block = f"h.{layer}." if is_gpt2 else f"layers.{layer}."
        names = (["ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj"] if is_gpt2 else
                 ["input_layernorm", "attention.query_key_value", "attention.dense", "post_attention_layernorm", "mlp.dense_h_to_4h",
                  "mlp.dense_4h_to_h"])

        def affine(key):
            """[outputs, inputs] and [outputs]."""
            matrix = values[body + block + key + ".weight"]
            matrix = matrix.T if is_gpt2 else matrix
            return matrix, values.get(body + block + key + ".bias", np.zeros(len(matrix)))

        W, b = affine(names[1])
        if not is_gpt2:  # [heads, 3, head width, ...]
            W = W.reshape(heads, 3, width // heads, width).transpose(1, 0, 2, 3).reshape(3 * width, width)
            b = b.reshape(heads, 3, width // heads).transpose(1, 0, 2).reshape(3 * width)
        W, b = fold(W, b, norm(block + names[0]), factor)
        W_O, b_O = affine(names[2])
        W_O, b_O = centred(W_O.T), centred(b_O)
        b_O = b_O + b[2 * width:] @ W_O
        b = np.concatenate([b[:2 * width], np.zeros(width)])
        W_in, b_in = fold(*affine(names[4]), norm(block + names[3]), factor)
        W_out, b_out = affine(names[5])
        for key, value in dict(W_QKV=W, b_QKV=b, W_O=W_O, b_O=b_O, W_in=W_in, b_in=b_in, W_out=centred(W_out.T), b_out=centred(b_out)).items():
            out[f"{layer}_{key}"] = value
    return out


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def moments(c):
    mean = c.mean(1)
    d = c - mean[:, None]
    var = (d ** 2).mean(1)
    return np.stack([mean, var, (d ** 3).mean(1) / var ** 1.5, (d ** 4).mean(1) / var ** 2], 1)


for name in MODELS:
    folder = f"{HERE}/../{name}"
    config = AutoConfig.from_pretrained(folder)
    kind = GPT2LMHeadModel if name.startswith("GPT2") else GPTNeoXForCausalLM
    model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    out = processed(model, config, name)
    layers = range(config.num_hidden_layers)
    W_in = np.concatenate([out[f"{i}_W_in"] for i in layers])
    W_out = np.concatenate([out[f"{i}_W_out"] for i in layers])
    out["w_in_norm"], out["w_out_norm"] = np.linalg.norm(W_in, axis=1), np.linalg.norm(W_out, axis=1)
    out["input_bias"] = np.concatenate([out[f"{i}_b_in"] for i in layers])
    out["in_out_sim"] = (unit(W_in) * unit(W_out)).sum(1)
    out["l2_penalty"] = (W_in ** 2).sum(1) + (W_out ** 2).sum(1)
    for side, rows in (("out", W_out), ("in", W_in)):
        for matrix in ("W_U", "W_E"):
            c = unit(rows) @ unit(out[matrix]).T
            order = np.argsort(-c, axis=1, kind="stable")
            bins = np.searchsorted(np.linspace(-1, 1, 100), c)
            key = f"{side}_{matrix}"
            out[key + "_moments"] = moments(c)
            out[key + "_sorted"] = np.take_along_axis(c, order, 1).astype(np.float32)
            out[key + "_order"] = order.astype(np.int32)
            out[key + "_histogram"] = np.stack([np.bincount(row, minlength=101) for row in bins]).astype(np.uint32)
    for index, key in enumerate(("vocab_mean", "vocab_var", "vocab_skew", "vocab_kurt")):
        out[key] = out["out_W_U_moments"][:, index]
    for key in out:  # matrices as float32 can hold them
        if out[key].dtype == np.float64 and out[key].ndim == 2 and not key.endswith("_moments"):
            out[key] = out[key].astype(np.float32)
    tokens = np.load(f"{folder}/expected.npz")["tokens"]
    with torch.no_grad():
        logits = model(torch.from_numpy(tokens).long()).logits.double().numpy()
    out = {key: np.ascontiguousarray(value) for key, value in out.items()}
    np.savez_compressed(f"{HERE}/{name.replace('/', '-')}.npz", tokens=tokens, logits=centred(logits).astype(np.float32), **out)
    print(name, os.path.getsize(f"{HERE}/{name.replace('/', '-')}.npz"), "bytes; largest logit", abs(logits).max())
