"""One safetensors file with a tensor of each data type that weights come in, and the same values as float32.

    pip install torch safetensors numpy
    python make_values.py            # from this folder; made with torch 2.13, safetensors 0.8
"""
import os
import numpy as np, torch
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
generator = torch.Generator().manual_seed(0)
base = torch.randn(7, 5, generator=generator) * 10 ** torch.linspace(-8, 4, 35).reshape(7, 5)
base[0, 0], base[0, 1], base[0, 2], base[0, 3] = 0.0, -0.0, 65504.0, 2.0**-24  # the largest and the smallest float16
tensors = {"single": base, "half": base.to(torch.float16), "brain": base.to(torch.bfloat16), "odd": base[0, :3].to(torch.float16).contiguous()}
tensors["mask"] = torch.tensor([True, False, True])
tensors["empty"] = torch.zeros(0, 5)
save_file(tensors, f"{HERE}/values.safetensors", metadata={"format": "pt"})
np.savez(f"{HERE}/values.npz", **{name: tensors[name].float().numpy() for name in ("single", "half", "brain", "odd")})
