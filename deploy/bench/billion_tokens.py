"""A corpus of a billion tokens on one machine: what planning and leasing hold in memory, beside a corpus of a tenth of that.

    python billion_tokens.py PROGRAM FOLDER [--scale 1] [--seconds 30] [--threads N]

Writes two corpora of JSON lines to FOLDER, of 100M and of 1B tokens (0.4 and 3.3 GB; their packed rows take 0.2 and 2 GB): the demo's text
in pieces, every piece once a round, in an order that each round draws anew, so that no two windows are the same. Five random models of a
width of 16 read them with the demo's tokenizer. For each corpus `plan` tokenises, packs and plans in a process of its own; then a
coordinator leases the plan's tasks to a worker for some seconds. Prints seconds and peak of memory of each; ends with 1 where a corpus's
tokens are not those that its pieces have, no task was done, or the larger corpus takes more than 1.2 times the memory of the smaller one.
Needs no packages, but the command `zstd`. `--scale 0.01` tries all of it on a hundredth of the text.
"""
import argparse
import array
import json
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

DEMO = pathlib.Path(__file__).resolve().parents[2] / "configs" / "demo"
MILLIONS = (100, 1000)
MOST = 1.2  # of the smaller corpus's memory
CONTEXT, WIDTH, VOCABULARY = 256, 16, 2048
PIECES = 12  # a document: 1 to 3 kB
FILE_BYTES = 256 << 20
# Between two of these neither text nor tokenizer joins anything: a token never spans a line feed that a character follows.
CUT = re.compile(r"(?<=[.;:])\s+(?=\S)|(?<=\S)\n+(?=\S)")


def pieces_of_demo():
    """The demo's text by domain, in pieces that begin with a character and end with a line feed, as JSON has them in a string."""
    lines = subprocess.run(["zstd", "-dc", DEMO / "corpus.jsonl.zst"], stdout=subprocess.PIPE, check=True).stdout.splitlines()
    pieces = {}
    for document in map(json.loads, lines):
        for piece in filter(None, map(str.strip, CUT.split(document["text"]))):
            pieces.setdefault(document["meta"]["pile_set_name"], []).append(json.dumps(piece + "\n")[1:-1])
    return pieces


def write_corpus(folder, pieces, rounds):
    """Rounds of all pieces, in files; returns the documents of each domain. What is there already is written again: it is quick."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    draw, documents = random.Random(rounds), dict.fromkeys(pieces, 0)
    file, number = None, 0
    for _ in range(rounds):
        for domain, texts in pieces.items():
            order = draw.sample(texts, len(texts))
            end = f'", "meta": {{"pile_set_name": "{domain}"}}}}\n'
            for start in range(0, len(order), PIECES):
                if file is None or file.tell() >= FILE_BYTES:
                    if file:
                        file.close()
                    file = open(folder / f"{number:03}.jsonl", "wb")
                    number += 1
                file.write(('{"text": "' + "".join(order[start : start + PIECES]) + end).encode())
                documents[domain] += 1
    file.close()
    return documents


def write_model(folder, seed):
    """A checkpoint of GPT-2 with one layer and random weights."""
    mlp, sizes = 4 * WIDTH, {"wte.weight": [VOCABULARY, WIDTH], "wpe.weight": [CONTEXT, WIDTH]}
    for norm in ("h.0.ln_1", "h.0.ln_2", "ln_f"):
        sizes |= {f"{norm}.weight": [WIDTH], f"{norm}.bias": [WIDTH]}
    layers = {"attn.c_attn": (WIDTH, 3 * WIDTH), "attn.c_proj": (WIDTH, WIDTH), "mlp.c_fc": (WIDTH, mlp), "mlp.c_proj": (mlp, WIDTH)}
    for name, (rows, columns) in layers.items():
        sizes |= {f"h.0.{name}.weight": [rows, columns], f"h.0.{name}.bias": [columns]}
    header, values, draw = {}, array.array("f"), random.Random(seed)
    for name, shape in sizes.items():
        start = 4 * len(values)
        gain = 1.0 if len(shape) == 1 and name.endswith(".weight") else 0.0
        values.extend(gain + draw.gauss(0, 0.2) for _ in range(shape[0] * (shape[1] if len(shape) > 1 else 1)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [start, 4 * len(values)]}
    if sys.byteorder == "big":
        values.byteswap()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    folder.mkdir(exist_ok=True)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + values.tobytes())
    shape = {"vocab_size": VOCABULARY, "n_positions": CONTEXT, "n_embd": WIDTH, "n_layer": 1, "n_head": 1}
    other = {"model_type": "gpt2", "activation_function": "gelu_new", "bos_token_id": 0, "eos_token_id": 0}
    (folder / "config.json").write_text(json.dumps(shape | other))


def write_configuration(folder, corpus):
    models = "\n".join(f"  - {{id: {name}, path: {name}}}" for name in "abcde")
    path = folder / f"{corpus}.yaml"
    path.write_text(
        f"name: {corpus}\ncorpus: {{path: {corpus}, tokenizer: {json.dumps(str(DEMO / 'tokenizer'))}, context: {CONTEXT}, minimum_characters: 0}}\n"
        f"tokens: all\nshard: auto\nmodels:\n{models}\nmatrices: none\n"
    )
    return path


def end(process):
    """Waits for a process; returns its status and its peak of memory in bytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024


def measure(label, command):
    """Runs a command to its end; says its seconds and peak, and returns the peak in bytes and what it wrote to standard output."""
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    status, peak = end(process)
    if status != 0:
        sys.exit(f"{label} ended with {status}")
    say(label, time.monotonic() - start, peak)
    return peak, output


def say(label, seconds, peak):
    print(f"{label:<22} {seconds:7.0f} s  {peak / 2**20:7.1f} MiB at most", flush=True)


def size(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def check_tokens(packed, expected):
    """Whether a packed corpus has the tokens and rows that its pieces and documents make: of each domain whole rows of its stream."""
    found = {domain["name"]: (domain["tokens"], domain["rows"]) for domain in json.loads((packed / "corpus.json").read_text())["domains"]}
    wanted = {domain: (tokens, tokens // (CONTEXT - 1)) for domain, tokens in expected.items()}
    if found != wanted:
        print(f"tokens and rows of the domains are {found}, expected were {wanted}")
    return found == wanted


def lease(program, configuration, run, seconds, threads):
    """A coordinator of a plan with a reducer and a worker for some seconds: its peak, and its tasks by phase when it is stopped."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as sockets:
        os.chmod(sockets, 0o700)
        endpoint = f"ipc://{sockets}/coordinator"
        logs = {name: open(run.parent / f"{run.name}.{name}.log", "w") for name in ("coordinator", "reducer", "worker")}
        commands = {
            "coordinator": [configuration, "--output", run, "--listen", endpoint, "--worker-memory", "1G"],
            "reducer": ["--connect", endpoint, "--listen", f"ipc://{sockets}/reducer", "--store", f"{run}.store"],
            "worker": ["--connect", endpoint, "--memory", "1G", "--threads", threads, "--scratch", sockets, "--drain-seconds", 1],
        }
        processes = {}
        for name, options in commands.items():
            words = [str(word) for word in (program, name, *options)]
            processes[name] = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=logs[name])
        tasks, began = {}, None
        # It opens the plan first, which hashes the rows.
        while began is None or time.monotonic() - began < seconds:
            time.sleep(2)
            if processes["coordinator"].poll() is not None:
                break
            status = subprocess.run([str(program), "status", endpoint, "--json"], capture_output=True, text=True)
            if status.returncode == 0:
                tasks = json.loads(status.stdout)["tasks"]
                if began is None and any(tasks.get(phase, 0) for phase in ("running", "done")):
                    began = time.monotonic()
        peak = None
        for name, process in processes.items():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                peak = end(process)[1] if name == "coordinator" else peak
        for process in processes.values():
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for log in logs.values():
            log.close()
    if peak is None:
        sys.exit(f"the coordinator ended on its own: {run.parent / f'{run.name}.coordinator.log'} says why")
    say(f"  {seconds} s of leasing", time.monotonic() - start, peak)
    print(f"  tasks {', '.join(f'{count} {phase}' for phase, count in sorted(tasks.items()) if count)}", flush=True)
    return peak, tasks


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--scale", type=float, default=1, help="of both corpora: 0.01 tries it")
    parser.add_argument("--seconds", type=int, default=30, help="of leasing, from the first lease on")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    program, folder = pathlib.Path(options.program).resolve(), options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    pieces = pieces_of_demo()
    for seed, name in enumerate("abcde"):
        write_model(folder / name, seed)
    # One round says how many tokens the pieces have; each document adds the token that ends it.
    documents = write_corpus(folder / "round", pieces, 1)
    measure("tokenize one round", [program, "tokenize", write_configuration(folder, "round"), "--output", folder / "rows", "--quiet"])
    domains = json.loads((folder / "rows/corpus.json").read_text())["domains"]
    in_round = {domain["name"]: domain["tokens"] - documents[domain["name"]] for domain in domains}
    peaks, is_right = [], True
    for millions in MILLIONS:
        name = f"corpus{millions}M"
        wanted = millions * 1e6 * options.scale
        rounds = -(-int(wanted) // (sum(in_round.values()) + sum(documents.values())))
        started = time.monotonic()
        counts = write_corpus(folder / name, pieces, rounds)
        expected = {domain: rounds * tokens + counts[domain] for domain, tokens in in_round.items()}
        print(
            f"{name}: {sum(expected.values())} tokens in {sum(counts.values())} documents, {size(folder / name) / 1e9:.2f} GB of text, "
            f"written in {time.monotonic() - started:.0f} s",
            flush=True,
        )
        run, configuration = folder / f"run{millions}M", write_configuration(folder, name)
        for old in (run, pathlib.Path(f"{run}.store")):
            shutil.rmtree(old, ignore_errors=True)
        limits = ["--threads", options.threads, "--quiet"]
        planning, _ = measure("  plan", [program, "plan", configuration, "--output", run, *limits])
        listing, output = measure("  tasks", [program, "tasks", "--plan", run, "--json", "--quiet"])
        tasks = json.loads(output)["tasks"]
        print(f"  {len({task['shard'] for task in tasks})} shards, {len(tasks)} tasks, run's folder {size(run) / 1e9:.3f} GB", flush=True)
        is_right = check_tokens(run / "corpus", expected) and is_right
        rows = sum(tokens // (CONTEXT - 1) for tokens in expected.values())
        if sum(task["tokens"] for task in tasks if task["group"] == 0) != rows * CONTEXT:
            is_right = False
            print(f"the tasks of a group do not have the {rows * CONTEXT} tokens of all rows")
        leasing, phases = lease(program, configuration, run, options.seconds, options.threads)
        is_right = phases.get("done", 0) > 0 and is_right
        peaks.append({"plan": planning, "tasks": listing, "coordinator": leasing})
    for command, small in peaks[0].items():
        ratio = peaks[1][command] / small
        is_right = is_right and ratio <= MOST
        print(f"{command:<12} {ratio:.2f} times the memory for {MILLIONS[1] / MILLIONS[0]:.0f} times the corpus; at most {MOST}")
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()
