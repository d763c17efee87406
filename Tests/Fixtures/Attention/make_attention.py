"""What neurons and attention heads have to do with each other, in float64 from SPEC 7, 8 and 9, for the models in ../GPT2 and ../GPTNeoX.

Everything is computed with transformers' modules and the weights as they are; processed weights are used only where the quantity is defined by
them. One archive a model, `GPT2-crfm.npz`: `token`, that a row of its own is made of; `keys` [layers, heads, head width]; `score`, `query`, `key`,
`value`, `output` [neurons of all layers, layers, heads], NaN where nothing goes from one to the other; `null_fraction` [neurons] with the 6
smallest singular values (only where the model has an unembedding). Then the ablation of `pairs` [paths, 4] (layer, neuron, layer of the head,
head) over the rows `tokens` from position 8 on: `activation`, `attention`, `attention_change`, `norm`, `norm_change` [paths, samples], and
`correlations` [paths, 3, 2], Pearson's and Spearman's of the activation with the changes of attention, of the norm, and of the norm as a share.

    pip install torch transformers safetensors numpy scipy
    python make_attention.py     # made with torch 2.13, transformers 5.23
"""
import os
import numpy as np, torch
from scipy import stats
from transformers import AutoConfig, GPT2LMHeadModel, GPTNeoXForCausalLM

torch.set_num_threads(1)
torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = ["GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential"]
FIRST, DIMENSIONS = 8, 6


class Model:
    def __init__(self, name):
        folder = f"{HERE}/../{name}"
        self.is_gpt2 = name.startswith("GPT2")
        self.config = AutoConfig.from_pretrained(folder)
        self.config.reorder_and_upcast_attn = False  # nothing in exact arithmetic, and not made for float64
        kind = GPT2LMHeadModel if self.is_gpt2 else GPTNeoXForCausalLM
        self.model = kind.from_pretrained(folder, config=self.config, dtype=torch.float64, attn_implementation="eager").eval()
        self.body = self.model.transformer if self.is_gpt2 else self.model.gpt_neox
        self.blocks = self.body.h if self.is_gpt2 else self.body.layers
        self.layers, self.heads, self.width = self.config.num_hidden_layers, self.config.num_attention_heads, self.config.hidden_size
        self.size = self.width // self.heads
        self.tokens = np.load(f"{folder}/expected.npz")["tokens"]
        self.is_parallel = not self.is_gpt2 and self.config.use_parallel_residual

    def norm(self, layer):
        return self.blocks[layer].ln_1 if self.is_gpt2 else self.blocks[layer].input_layernorm

    def projected(self, layer, normed):
        """Queries, keys and values [rows, context, heads, head width] of what the norm gives, not turned."""
        if self.is_gpt2:
            parts = self.blocks[layer].attn.c_attn(normed).split(self.width, -1)
            return [part.unflatten(-1, (self.heads, self.size)) for part in parts]
        both = self.blocks[layer].attention.query_key_value(normed).unflatten(-1, (self.heads, 3, self.size))
        return [both[..., part, :] for part in range(3)]

    def turned(self, x):
        """Queries or keys turned by their positions."""
        if self.is_gpt2:
            return x
        cos, sin = self.body.rotary_emb(x, torch.arange(x.shape[1])[None])
        cos, sin = cos[:, :, None].double(), sin[:, :, None].double()
        n = cos.shape[-1]
        a, rest = x[..., :n], x[..., n:]
        half = torch.cat([-a[..., n // 2:], a[..., :n // 2]], -1)
        return torch.cat([a * cos + half * sin, rest], -1)

    def attention(self, layer, q, k):
        """[rows, heads, queries, keys]."""
        scores = torch.einsum("rqhd,rkhd->rhqk", q, k)
        if not self.is_gpt2 or self.config.scale_attn_weights:
            scores = scores / self.size ** 0.5
        if self.is_gpt2 and self.config.scale_attn_by_inverse_layer_idx:
            scores = scores / (layer + 1)
        mask = torch.ones(q.shape[1], q.shape[1]).tril().bool()
        return scores.masked_fill(~mask, -torch.inf).softmax(-1)

    def run(self, tokens):
        """What the norm before each attention reads, each layer's activations, and each layer's attention."""
        inputs, active = {}, {}
        hooks = []
        for layer, block in enumerate(self.blocks):
            hooks.append(self.norm(layer).register_forward_hook(lambda m, i, o, layer=layer: inputs.__setitem__(layer, i[0])))
            act = block.mlp.act
            down = block.mlp.c_proj if self.is_gpt2 else block.mlp.dense_4h_to_h
            hooks.append(down.register_forward_pre_hook(lambda m, i, layer=layer: active.__setitem__(layer, i[0])))
        out = self.model(torch.from_numpy(tokens).long(), output_attentions=True)
        for hook in hooks:
            hook.remove()
        return inputs, active, out.attentions

    # Weights, in the sense of SPEC 3: rows along the residual stream.

    def writes(self, layer):
        mlp = self.blocks[layer].mlp
        rows = mlp.c_proj.weight if self.is_gpt2 else mlp.dense_4h_to_h.weight.T
        return centred(rows.numpy())

    def reads(self, layer):
        block = self.blocks[layer]
        rows = block.mlp.c_fc.weight.T if self.is_gpt2 else block.mlp.dense_h_to_4h.weight
        gain = (block.ln_2 if self.is_gpt2 else block.post_attention_layernorm).weight
        return centred((rows * gain).numpy())

    def head(self, layer, head):
        """W_Q, W_K, W_V [width, head width] and W_O [head width, width], processed."""
        gain = self.norm(layer).weight
        base = self.projected(layer, torch.zeros(1, 1, self.width))
        unit = self.projected(layer, torch.eye(self.width)[None])
        read = [centred(((u - b)[0, :, head] * gain[:, None]).numpy().T).T for u, b in zip(unit, base)]
        W_O = (self.blocks[layer].attn.c_proj.weight if self.is_gpt2 else self.blocks[layer].attention.dense.weight.T)
        return (*read, centred(W_O[head * self.size:(head + 1) * self.size].numpy()))


def centred(rows):
    return rows - rows.mean(-1, keepdims=True)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def weights(model):
    token = int(model.tokens[0, 0])
    inputs, _, _ = model.run(np.array([[token]]))
    keys = np.stack([model.projected(layer, model.norm(layer)(inputs[layer]))[1][0, 0].numpy() for layer in range(model.layers)])
    neurons = [len(model.writes(layer)) for layer in range(model.layers)]
    out = {"token": np.array([token], np.int32), "keys": keys}
    # Without norms the gain is some 10^6, and the norm divides by as much.
    epsilon = model.config.layer_norm_epsilon if model.is_gpt2 else model.config.layer_norm_eps
    factor = 1 / np.sqrt(epsilon) if epsilon >= 1e9 else 1.0
    scale = factor * (model.size ** -0.5 if not model.is_gpt2 or model.config.scale_attn_weights else 1.0)
    for kind in ("score", "query", "key", "value", "output"):
        out[kind] = np.full((sum(neurons), model.layers, model.heads), np.nan)
    for L in range(model.layers):
        for h in range(model.heads):
            W_Q, W_K, W_V, W_O = model.head(L, h)
            QK, OV = W_Q @ W_K.T, W_V @ W_O
            for l in range(model.layers):
                place = slice(sum(neurons[:l]), sum(neurons[:l + 1]))
                w_out, w_in = unit(model.writes(l)), unit(model.reads(l))
                if L > l:
                    out["score"][place, L, h] = w_out @ W_Q @ keys[L, h] * scale
                    out["query"][place, L, h] = np.linalg.norm(w_out @ QK, axis=1) / np.linalg.norm(QK)
                    out["key"][place, L, h] = np.linalg.norm(w_out @ QK.T, axis=1) / np.linalg.norm(QK)
                    out["value"][place, L, h] = np.linalg.norm(w_out @ OV, axis=1) / np.linalg.norm(OV)
                elif L < l or not model.is_parallel:
                    out["output"][place, L, h] = np.linalg.norm(w_in @ OV.T, axis=1) / np.linalg.norm(OV)
    final = model.body.ln_f if model.is_gpt2 else model.body.final_layer_norm
    W_U = centred((model.model.get_output_embeddings().weight * final.weight).numpy())
    U = np.linalg.svd((W_U - W_U.mean(0)).T)[0][:, -DIMENSIONS:]
    out["null_fraction"] = np.concatenate([np.linalg.norm(unit(model.writes(l)) @ U, axis=1) for l in range(model.layers)])
    return out


def ablation(model):
    inputs, active, attentions = model.run(model.tokens)
    pairs = [(l, n, L, h) for L in range(1, model.layers) for l in range(L) for n, h in ((1, 0), (3, model.heads - 1))]
    names = ("activation", "attention", "attention_change", "norm", "norm_change")
    out = {name: [] for name in names}
    correlations = []
    for l, n, L, h in pairs:
        x, norm = inputs[L], model.norm(L)
        q, k, v = model.projected(L, norm(x))
        # The part of the values that does not depend on the input is not the head's: it is in b_O.
        v = v - model.projected(L, norm.bias[None, None])[2]
        whole = model.attention(L, model.turned(q), model.turned(k))
        assert (whole - attentions[L]).abs().max() < 1e-5, (whole - attentions[L]).abs().max()
        down = model.blocks[l].mlp
        w_out = down.c_proj.weight[n] if model.is_gpt2 else down.dense_4h_to_h.weight[:, n]
        changed = model.projected(L, norm(x - active[l][..., n, None] * w_out))[0]
        ablated = model.attention(L, model.turned(changed), model.turned(k))
        length = lambda a: torch.einsum("rqk,rkd->rqd", a[:, h], v[:, :, h]).norm(dim=-1)
        a, b = length(whole)[:, FIRST:].flatten().numpy(), length(ablated)[:, FIRST:].flatten().numpy()
        s = active[l][:, FIRST:, n].flatten().numpy()
        before, after = (m[:, h, FIRST:, 0].flatten().numpy() for m in (whole, ablated))
        for name, value in zip(names, (s, before, after - before, a, b - a)):
            out[name].append(value)
        # Ranks are those of the numbers that are kept, in float32: what it makes equal shares a rank.
        correlations.append(
            [[stats.pearsonr(s, y)[0], stats.spearmanr(s.astype(np.float32), y.astype(np.float32))[0]]
             for y in (after - before, b - a, (b - a) / a)])
    out = {name: np.stack(values) for name, values in out.items()}
    return {"pairs": np.array(pairs, np.int32), "tokens": model.tokens.astype(np.int32), "correlations": np.array(correlations), **out}


for name in MODELS:
    model = Model(name)
    out = {**weights(model), **ablation(model)}
    for key in out:
        if out[key].dtype == np.float64 and out[key].size > 100:
            out[key] = out[key].astype(np.float32)
    path = f"{HERE}/{name.replace('/', '-')}.npz"
    np.savez_compressed(path, **{key: np.ascontiguousarray(value) for key, value in out.items()})
    print(name, os.path.getsize(path), "bytes;", len(out["pairs"]), "paths; largest change of attention", abs(out["attention_change"]).max())
