"""One tiny random GPT-2 in every layout that `torch.save` gives its weights, and the same weights as safetensors; GPT-NeoX too.

Each folder: config.json, pytorch_model.bin (or its shards and their index), and where the weights are others than float32's,
model.safetensors. transformers 5 writes safetensors only: the names and the index are those that version 4 wrote. Every folder is read back
with `from_pretrained` as a check.

    pip install torch transformers safetensors numpy
    python make_models.py            # from this folder; made with torch 2.13, transformers 5.23, heads in an index with 2.15, 5.24
"""
import json, os, shutil
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = dict(vocab_size=61, n_positions=16, n_embd=8, n_layer=2, n_head=2, n_inner=12, bos_token_id=0, eos_token_id=0)


NEOX = dict(
    vocab_size=61, max_position_embeddings=16, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
    bos_token_id=0, eos_token_id=0, rope_parameters=dict(rope_type="default", partial_rotary_factor=0.5, rope_theta=10_000.0))


def randomise(model, seed):
    """Every parameter random, norms and biases included: ones and zeros would hide a swapped or forgotten one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_((1.0 if ("ln_" in name or "norm" in name) and name.endswith("weight") else 0.0) + 0.4 * noise)
    return model


def model(seed=1, dtype=torch.float32, **configuration):
    return randomise(GPT2LMHeadModel(GPT2Config(**SMALL, **configuration)), seed).to(dtype)


def folder(name, model, safetensors=False, **settings):
    path = f"{HERE}/{name}"
    shutil.rmtree(path, ignore_errors=True)
    model.save_pretrained(path, **settings)
    if os.path.exists(f"{path}/generation_config.json"):  # a body alone has none
        os.remove(f"{path}/generation_config.json")
    if not safetensors:
        os.remove(f"{path}/model.safetensors")
    return path


def check(name, model):
    loaded = type(model).from_pretrained(f"{HERE}/{name}", use_safetensors=False, dtype=model.dtype).state_dict()
    for key, tensor in model.state_dict().items():
        assert torch.equal(loaded[key], tensor), (name, key)
    print(name, sum(os.path.getsize(f"{HERE}/{name}/{f}") for f in os.listdir(f"{HERE}/{name}")), "bytes")


plain = model()
state = plain.state_dict()  # lm_head.weight is wte.weight: one storage; and it has _metadata

torch.save(state, folder("zip", plain, safetensors=True) + "/pytorch_model.bin")
check("zip", plain)

torch.save(state, folder("legacy", plain) + "/pytorch_model.bin", _use_new_zipfile_serialization=False)
check("legacy", plain)



def shards(path, state, shards):
    """Shards of some tensors each, and their index: as transformers 4 cut and named them."""
    weight_map = {}
    for index, shard in enumerate(shards):
        file = f"pytorch_model-{index + 1:05}-of-{len(shards):05}.bin"
        torch.save({name: state[name] for name in shard}, f"{path}/{file}")
        weight_map.update({name: file for name in shard})
    with open(f"{path}/pytorch_model.bin.index.json", "w") as file:
        stored = {state[name].data_ptr(): state[name].numel() * state[name].element_size() for name in weight_map}
        metadata = {"total_size": sum(stored.values())}
        file.write(json.dumps({"metadata": metadata, "weight_map": weight_map}, indent=2, sort_keys=True) + "\n")


names = [name for name in state if name != "lm_head.weight"]
shards(folder("sharded", plain), state, [names[:9], names[9:20], names[20:]])
check("sharded", plain)

# With the head in the index: a tied one lies where the embedding is, for it is the same storage; one of its own where it comes.
shards(folder("sharded-head", plain), state, [names[:9] + ["lm_head.weight"], names[9:20], names[20:]])
check("sharded-head", plain)
untied = model(6, tie_word_embeddings=False)
shards(folder("untied", untied, safetensors=True), untied.state_dict(), [names[:9], names[9:20], names[20:] + ["lm_head.weight"]])
check("untied", untied)
folder("untied-safetensors", untied, safetensors=True, max_shard_size="3KB")
print("untied-safetensors")


def view(tensor, kind):
    """The same values as a view: of its transpose, of every second entry of a larger storage, of a slice of one."""
    if kind == 0:
        return tensor.t().contiguous().t()
    if kind == 1:
        wide = torch.full((*tensor.shape[:-1], 2 * tensor.shape[-1] + 3), torch.nan, dtype=tensor.dtype)
        wide[..., 3::2] = tensor
        return wide[..., 3::2]
    long = torch.full((tensor.shape[0] + 5, *tensor.shape[1:]), torch.nan, dtype=tensor.dtype)
    long[2 : 2 + tensor.shape[0]] = tensor
    return long[2 : 2 + tensor.shape[0]]


views = {name: view(tensor, index % 3 if tensor.dim() > 1 else 1 + index % 2) for index, (name, tensor) in enumerate(state.items())}
views["lm_head.weight"] = views["transformer.wte.weight"]
assert sum(not tensor.is_contiguous() for tensor in views.values()) > 10
torch.save(views, folder("views", plain) + "/pytorch_model.bin")
check("views", plain)
torch.save(views, folder("views-legacy", plain) + "/pytorch_model.bin", _use_new_zipfile_serialization=False)
check("views-legacy", plain)

path = folder("training", plain)  # what training scripts save, with parameters in the place of tensors
moments = {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": 0.1, "params": [0]}]}
parameters = {name: torch.nn.Parameter(tensor) for name, tensor in state.items() if name != "lm_head.weight"}
torch.save({"step": 3, "loss": 1.5, "model": parameters, "optimizer": moments}, f"{path}/pytorch_model.bin")
print("training")

# The CRFM models' configuration, and the buffers that transformers saved before 4.31.
crfm = model(2, scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True)
path = folder("crfm", crfm, safetensors=True)
buffers = crfm.state_dict()
for layer in range(SMALL["n_layer"]):
    mask = torch.tril(torch.ones(16, 16, dtype=torch.uint8)).view(1, 1, 16, 16)
    buffers[f"transformer.h.{layer}.attn.bias"] = mask if layer else mask.bool()
    buffers[f"transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
torch.save(buffers, f"{path}/pytorch_model.bin")
check("crfm", crfm)

for name, dtype in [("float16", torch.float16), ("bfloat16", torch.bfloat16)]:
    half = model(3, dtype)
    torch.save(half.state_dict(), folder(name, half, safetensors=True) + "/pytorch_model.bin")
    check(name, half)

# The same weights as safetensors in shards; the body alone, whose names have no prefix.
folder("sharded-safetensors", plain, safetensors=True, max_shard_size="3KB")
print("sharded-safetensors")
torch.save(plain.transformer.state_dict(), folder("body", plain.transformer, safetensors=True) + "/pytorch_model.bin")
check("body", plain.transformer)

# In memory, and so in the dictionary, transformers 5 calls the unembedding lm_head.weight; in its own files, embed_out.weight.
for name, seed, settings in [("gpt-neox-tied", 5, dict(tie_word_embeddings=True)), ("gpt-neox", 4, {})]:
    neox = randomise(GPTNeoXForCausalLM(GPTNeoXConfig(**NEOX, **settings)), seed)
    state = neox.state_dict()
    assert "lm_head.weight" in state and "embed_out.weight" not in state
    path = folder(name, neox, safetensors=True)
    assert ("embed_out.weight" in load_file(f"{path}/model.safetensors")) == (name == "gpt-neox")
    torch.save(state, f"{path}/pytorch_model.bin")
    print(name)
neox = neox.gpt_neox
torch.save(neox.state_dict(), folder("gpt-neox-body", neox, safetensors=True) + "/pytorch_model.bin")
check("gpt-neox-body", neox)

# A tensor of every type, with the same values as safetensors: those that torch writes with its newer call (_rebuild_tensor_v3) included.
base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
every = {str(dtype).removeprefix("torch."): base.to(dtype) for dtype in [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    torch.uint64, torch.uint32, torch.uint16, torch.float8_e4m3fn, torch.float8_e5m2]}
every["scalar"] = torch.tensor(2.5)
every["empty"] = torch.zeros(0, 5)
os.makedirs(f"{HERE}/types", exist_ok=True)
save_file(every, f"{HERE}/types/model.safetensors", metadata={"format": "pt"})
every = load_file(f"{HERE}/types/model.safetensors")
every["transposed"] = every["float32"].t()
torch.save(every, f"{HERE}/types/pytorch_model.bin")
torch.save({name: tensor for name, tensor in every.items()}, f"{HERE}/types/legacy.bin", _use_new_zipfile_serialization=False)

# A few hundred bytes to begin fuzzing with.
few = {"a": torch.arange(6.0).reshape(2, 3).t(), "b": torch.ones(2, dtype=torch.float16)}
torch.save(few, f"{HERE}/types/few.bin")
torch.save(few, f"{HERE}/types/few-legacy.bin", _use_new_zipfile_serialization=False)
