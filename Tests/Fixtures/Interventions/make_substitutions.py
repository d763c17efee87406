"""What a model predicts with neurons replaced by linear functions of another model's: hooks in PyTorch, in float64.

Two models of ../GPT2 or ../GPTNeoX that read the same tokens, or one and the same, whose neurons are replaced by others of its own; and two of the
demo's, with neurons that the demo finds to be each other's best partners. One archive a pair,
`substitution-GPT2-crfm.npz`: `tokens` int32 [rows, context]; the replaced neurons of all conditions, one number each: `condition`, `layer`,
`neuron`, `mean`, `source_layer` and `source_neuron` (-1: the mean alone), `source_mean`, `slope` float64. Then [1 + conditions, rows, context - 1],
the unmodified run first: `loss`, `entropy` and `kl`, the divergence KL(unmodified || changed), float64.

    pip install torch transformers safetensors numpy
    python make_substitutions.py     # made with torch 2.15, transformers 5.24
"""
import os
import numpy as np, torch
from transformers import AutoConfig, GPT2LMHeadModel, GPTNeoXForCausalLM

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = f"{HERE}/../../../configs/demo"
# The model that predicts, and the one that drives its neurons.
PAIRS = [("GPT2/crfm", "GPT2/untied"), ("GPTNeoX/pythia", "GPTNeoX/pythia"), ("GPTNeoX/sequential", "GPTNeoX/sequential")]
PAIRS += [("demo-gpt2-a", "demo-gpt2-b")]
# Neurons of the demo's a, and their best partners in its b.
DEMO_MATCHES = [((1, 241), (1, 147)), ((2, 0), (1, 289)), ((3, 178), (3, 220))]


def folder_of(name):
    return f"{DEMO}/models/{name}" if name.startswith("demo") else f"{HERE}/../{name}"


def rows_of(name):
    if name.startswith("demo"):
        return np.load(f"{DEMO}/oracle/tokens.npy")[:2, :96]
    return np.load(f"{folder_of(name)}/expected.npz")["tokens"][:2]


def load(name):
    folder = folder_of(name)
    config = AutoConfig.from_pretrained(folder)
    config.reorder_and_upcast_attn = False  # only an order, and one for float32
    kind = GPTNeoXForCausalLM if name.startswith("GPTNeoX") else GPT2LMHeadModel
    return kind.from_pretrained(folder, config=config, dtype=torch.float32, attn_implementation="eager").double().eval()


def projections(model):
    """What reads the activations of each layer's neurons."""
    if hasattr(model, "transformer"):
        return [block.mlp.c_proj for block in model.transformer.h]
    return [block.mlp.dense_4h_to_h for block in model.gpt_neox.layers]


def activations(model, tokens):
    found = []
    hooks = [down.register_forward_pre_hook(lambda module, inputs: found.append(inputs[0].clone())) for down in projections(model)]
    with torch.no_grad():
        model(tokens)
    for hook in hooks:
        hook.remove()
    return found


def logits(model, tokens, replaced):
    """Logits with activations replaced: {(layer, neuron): values [rows, context]}."""

    def change(layer):
        def hook(module, inputs):
            x = inputs[0].clone()
            for (at, neuron), values in replaced.items():
                if at == layer:
                    x[..., neuron] = values
            return (x,)

        return hook

    hooks = [down.register_forward_pre_hook(change(layer)) for layer, down in enumerate(projections(model))]
    with torch.no_grad():
        found = model(tokens).logits
    for hook in hooks:
        hook.remove()
    return found


def measures(logits, base, tokens):
    log_p, log_base = logits[:, :-1].log_softmax(-1), base[:, :-1].log_softmax(-1)
    return dict(
        loss=-log_p.gather(-1, tokens[:, 1:, None])[..., 0], entropy=-(log_p.exp() * log_p).sum(-1),
        kl=(log_base.exp() * (log_base - log_p)).sum(-1))


for name, other_name in PAIRS:
    model, other = load(name), load(other_name)
    tokens = torch.from_numpy(rows_of(name)).long()
    assert tokens.max() < other.config.vocab_size
    own, others = activations(model, tokens), activations(other, tokens)
    last, random = len(own) - 1, np.random.default_rng(3)
    places = [(0, 3), (1, 7), (1, 2), (last, 5)]
    sources = [(layer % len(others), int(random.integers(others[0].shape[-1]))) for layer, _ in places]
    if name.startswith("demo"):
        places, sources = map(list, zip(*DEMO_MATCHES))

    def replacement(place, source):
        mean = own[place[0]][..., place[1]].mean().item() + 0.3  # so that even the mean changes something
        if source is None:
            return (*place, mean, -1, -1, 0.0, 0.0)
        x = others[source[0]][..., source[1]]
        return (*place, mean, *source, x.mean().item(), float(random.uniform(0.5, 3)))

    conditions = []
    for place, source in zip(places, sources):
        conditions += [[replacement(place, source)], [replacement(place, None)]]
    conditions.append([replacement(place, source) for place, source in zip(places, sources)])
    conditions.append([replacement(place, source) for place, source in list(zip(places, sources))[1:]])
    conditions.append([replacement(place, None) for place in places])
    base = logits(model, tokens, {})
    found = [measures(base, base, tokens)]
    for condition in conditions:
        replaced = {}
        for layer, neuron, mean, source_layer, source_neuron, source_mean, slope in condition:
            x = others[max(source_layer, 0)][..., max(source_neuron, 0)]
            replaced[layer, neuron] = mean + slope * (x - source_mean)
        found.append(measures(logits(model, tokens, replaced), base, tokens))
    assert max(abs(entry["loss"] - found[0]["loss"]).max() for entry in found) > 0.01
    rows = [(index, *entry) for index, condition in enumerate(conditions) for entry in condition]
    names = ["condition", "layer", "neuron", "mean", "source_layer", "source_neuron", "source_mean", "slope"]
    out = {key: np.stack([entry[key].numpy() for entry in found]) for key in found[0]}
    for place, key in enumerate(names):
        out[key] = np.array([row[place] for row in rows], np.float64 if key in ("mean", "source_mean", "slope") else np.int32)
    out["tokens"] = tokens.numpy().astype(np.int32)
    path = f"{HERE}/substitution-{name.replace('/', '-')}.npz"
    np.savez_compressed(path, **out)
    print(name, len(conditions), "conditions,", os.path.getsize(path), "bytes")
