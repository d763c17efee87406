"""Full-size models on one machine: five GPT-2 small with random weights, as transformers writes them, one group of blocks of their plan.

    python full_size.py PROGRAM FOLDER [--tokens 20480] [--memory 7.4G] [--threads N]

Writes the models, random tokens and a configuration to FOLDER (2.5 GB; what is there already stays), makes a plan for MEMORY, computes
all tasks of the plan's first group by `map`, adds their partials up into a store by `reduce`, and correlates what is there by `analyze
--incomplete`. Prints seconds and peak of memory of each, in GiB, which is what MEMORY is said in; ends with 1 where a peak is above it.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

CONTEXT = 512
MODELS = "abcde"


def write_inputs(folder, tokens):
    """Five model folders, a token file and the configuration."""
    for seed, name in enumerate(MODELS):
        if not (folder / name).is_dir():
            import torch
            from transformers import GPT2Config, GPT2LMHeadModel

            torch.manual_seed(seed)
            GPT2LMHeadModel(GPT2Config()).save_pretrained(folder / (name + ".new"))
            (folder / (name + ".new")).rename(folder / name)
    import numpy as np

    ids = np.random.default_rng(0).integers(0, 50000, (-(-tokens // CONTEXT), CONTEXT)).astype(np.uint16)
    np.save(folder / "tokens.npy", ids)
    models = "\n".join(f"  - {{id: {name}, path: {name}}}" for name in MODELS)
    (folder / "run.yaml").write_text(
        f"name: full-size\ncorpus: {{path: tokens.npy, context: {CONTEXT}, mask: []}}\ntokens: all\nmodels:\n{models}\n"
        "features: none\nshard: 4096\ncalibration: 4096\n"
    )


def measure(label, command):
    """Runs a command to its end; says its seconds and peak, and returns the peak in bytes and what it wrote to standard output."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{label} ended with {process.returncode}")
    peak = usage.ru_maxrss * 1024
    print(f"{label:<12} {time.monotonic() - start:6.0f} s  {peak / 2**30:5.2f} GiB at most", flush=True)
    return peak, output


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tokens", type=int, default=20480)
    parser.add_argument("--memory", default="7.4G", help="in powers of 1,024: 7.4G, 900M")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    size = re.fullmatch(r"(\d+(?:\.\d+)?)([MG])", options.memory)
    if not size:
        parser.error(f"--memory {options.memory}: a number and M or G is expected, such as 7.4G")
    limit = float(size[1]) * {"M": 2**20, "G": 2**30}[size[2]]
    program, folder = pathlib.Path(options.program).resolve(), options.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_inputs(folder, options.tokens)
    for name in ("run", "parts"):
        shutil.rmtree(folder / name, ignore_errors=True)
    limits = ["--memory", options.memory, "--threads", options.threads, "--quiet"]
    peaks = [measure("plan", [program, "plan", folder / "run.yaml", "--output", folder / "run", *limits])[0]]
    tasks = json.loads(subprocess.check_output([program, "tasks", "--plan", folder / "run", "--json"]))["tasks"]
    group = [task for task in tasks if task["group"] == tasks[0]["group"]]
    print(f"{len(tasks)} tasks, {len(group)} of the first group, {group[0]['blocks']} blocks each", flush=True)
    partials = []
    for task in group:
        partials.append(folder / "parts" / f"{task['task']}.partial")
        partials[-1].parent.mkdir(exist_ok=True)
        command = [program, "map", "--plan", folder / "run", "--task", task["task"], "--output", partials[-1], *limits]
        peaks.append(measure(f"map {task['task']}", command)[0])
    peaks.append(measure("reduce", [program, "reduce", "--plan", folder / "run", *partials, "--store", folder / "run/store", "--quiet"])[0])
    peaks.append(measure("analyze", [program, "analyze", folder / "run", "--incomplete", *limits])[0])
    sys.exit(1 if max(peaks) > limit else 0)


if __name__ == "__main__":
    main()
