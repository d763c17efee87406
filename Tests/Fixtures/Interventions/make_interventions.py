"""What changes of one neuron do to the predictions of the models in ../GPT2 and ../GPTNeoX, and of the demo's: hooks in PyTorch, in float64.

One archive a model, `GPT2-crfm.npz`: `tokens` int32 [rows, context], `counts` int64 [vocabulary], of which frequencies are (count + 1) / sum,
and the conditions, one number each: `layer`, `neuron`, `kind` (place in KINDS), `value` (NaN without), `place` (in PLACES), `frozen` (in
FROZEN). Then [1 + conditions, rows, context - 1], the unmodified run first: `loss`, `entropy`, `scale`, `unigram_kl` float32 and `rank` int32, how
many tokens have a larger logit than the true next one; `gap` is how far the nearest logit is from that one's, as float32 may give another rank
where that is next to nothing.

    pip install torch transformers safetensors numpy
    python make_interventions.py     # made with torch 2.15, transformers 5.24
"""
import os
import numpy as np, torch
from transformers import AutoConfig, GPT2LMHeadModel, GPTNeoXForCausalLM

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = f"{HERE}/../../../configs/demo"
MODELS = ["GPT2/crfm", "GPT2/untied", "GPT2/odd-shapes", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/tied-gelu-tanh"]
MODELS += ["demo-gpt2-a", "demo-gpt2-b"]
KINDS = ["fixed", "zero", "mean", "threshold", "relu", "multiply"]
PLACES = ["pre", "post"]
FROZEN = ["nothing", "norm", "frequency"]
CHANGES = [  # every kind at every place
    ("fixed", 2.5, "post"), ("fixed", -0.17, "post"), ("fixed", 1.5, "pre"), ("zero", np.nan, "post"), ("zero", np.nan, "pre"),
    ("mean", 0.4, "post"), ("mean", -0.3, "pre"), ("threshold", np.nan, "post"), ("threshold", np.nan, "pre"), ("relu", np.nan, "post"),
    ("relu", np.nan, "pre"), ("multiply", -1.5, "post"), ("multiply", 0.5, "pre"),
]
assert {(kind, place) for kind, _, place in CHANGES} == {(kind, place) for kind in KINDS for place in PLACES}
# Of the demo's models: the two neurons of highest excess, and the best partners of these, in 2 rows of 32 tokens.
DEMO_NEURONS = {"demo-gpt2-a": [(1, 241), (3, 178)], "demo-gpt2-b": [(1, 147), (3, 220)]}


def changed(x, kind, value):
    if kind in ("fixed", "mean"):
        return torch.full_like(x, np.float32(value).item())
    return {"zero": lambda: x * 0, "threshold": lambda: x.clamp(max=0), "relu": lambda: x.clamp(min=0), "multiply": lambda: x * value}[kind]()


def run(model, tokens, condition=None, scale=None):
    """Logits and the final norm's scale; with `scale` the norm divides by that one."""
    is_gpt2 = hasattr(model, "transformer")
    body = model.transformer if is_gpt2 else model.gpt_neox
    norm = body.ln_f if is_gpt2 else body.final_layer_norm
    caught = {}

    def final(module, inputs, output):
        x = inputs[0]
        caught["scale"] = (x.var(-1, unbiased=False, keepdim=True) + module.eps).sqrt()
        if scale is None:
            return None
        caught["scale"] = scale
        return (x - x.mean(-1, keepdim=True)) / scale * module.weight + module.bias

    hooks = [norm.register_forward_hook(final)]
    if condition:
        layer, neuron, kind, value, place = condition
        mlp = (body.h if is_gpt2 else body.layers)[layer].mlp
        up, down = (mlp.c_fc, mlp.c_proj) if is_gpt2 else (mlp.dense_h_to_4h, mlp.dense_4h_to_h)

        def change(x):
            x = x.clone()
            x[..., neuron] = changed(x[..., neuron], kind, value)
            return x

        if place == "pre":
            hooks.append(up.register_forward_hook(lambda module, inputs, output: change(output)))
        else:
            hooks.append(down.register_forward_pre_hook(lambda module, inputs: (change(inputs[0]),)))
    with torch.no_grad():
        logits = model(tokens).logits
    for hook in hooks:
        hook.remove()
    return logits, caught["scale"]


def measures(logits, scale, tokens, frequencies):
    logits, scale, target = logits[:, :-1], scale[:, :-1, 0], tokens[:, 1:, None]
    log_p = logits.log_softmax(-1)
    own = logits.gather(-1, target)
    gaps = (logits - own).abs().scatter(-1, target, torch.inf).min(-1).values
    return dict(
        loss=-log_p.gather(-1, target)[..., 0], entropy=-(log_p.exp() * log_p).sum(-1), rank=(logits > own).sum(-1), gap=gaps, scale=scale,
        unigram_kl=(log_p.exp() * (log_p - frequencies.log())).sum(-1))


for name in MODELS:
    is_demo = name.startswith("demo")
    folder = f"{DEMO}/models/{name}" if is_demo else f"{HERE}/../{name}"
    config = AutoConfig.from_pretrained(folder)
    config.reorder_and_upcast_attn = False  # only an order, and one for float32
    kind = GPTNeoXForCausalLM if name.startswith("GPTNeoX") else GPT2LMHeadModel
    model = kind.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager").double().eval()
    rows = np.load(f"{DEMO}/oracle/tokens.npy")[:2, :32] if is_demo else np.load(f"{folder}/expected.npz")["tokens"][:2]
    tokens = torch.from_numpy(rows).long()
    counts = np.random.default_rng(5).geometric(0.05, config.vocab_size) - 1
    frequencies = torch.from_numpy((counts + 1) / (counts + 1).sum())
    direction = frequencies.log() - frequencies.log().mean()
    direction = direction / direction.norm()
    base, base_scale = run(model, tokens)
    found = [measures(base, base_scale, tokens, frequencies)]
    conditions = []
    last = config.num_hidden_layers - 1
    for layer, neuron in DEMO_NEURONS[name] if is_demo else sorted({(0, 3), (1, 7), (last, 5)}):
        for change in CHANGES:
            for frozen in FROZEN:
                condition = (layer, neuron, *change)
                logits, scale = run(model, tokens, condition, base_scale if frozen == "norm" else None)
                if frozen == "frequency":
                    logits = logits + ((base - logits) @ direction)[..., None] * direction
                conditions.append((condition, frozen))
                found.append(measures(logits, scale, tokens, frequencies))
    assert max(abs(entry["loss"] - found[0]["loss"]).max() for entry in found) > 0.05
    out = {key: np.stack([entry[key].numpy() for entry in found]).astype(np.int32 if key == "rank" else np.float32) for key in found[0]}
    rows = [condition for condition, _ in conditions]
    out.update(
        tokens=tokens.numpy().astype(np.int32), counts=counts.astype(np.int64), layer=np.array([r[0] for r in rows], np.int32),
        neuron=np.array([r[1] for r in rows], np.int32), kind=np.array([KINDS.index(r[2]) for r in rows], np.int32),
        value=np.array([r[3] for r in rows], np.float32), place=np.array([PLACES.index(r[4]) for r in rows], np.int32),
        frozen=np.array([FROZEN.index(frozen) for _, frozen in conditions], np.int32))
    path = f"{HERE}/{name.replace('/', '-')}.npz"
    np.savez_compressed(path, **out)
    print(name, len(conditions), "conditions,", os.path.getsize(path), "bytes")
