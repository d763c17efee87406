"""Runs the commands that HubReference prints for what is missing, against a hub of this script's own, and looks at what came.

    python check_download_commands.py HF...        # the programs to try: `hf`, before huggingface_hub 1.0 also `huggingface-cli`

Right with 0.34.0, 0.36.0 (both programs each), 1.0.1, 1.5.0, 2.0.0 and 2.4.0. The commands are those that HubCacheTests holds.
"""

import hashlib, http.server, json, os, pathlib, shlex, subprocess, sys, tempfile, threading

MODEL = ["config.json", "model.safetensors", "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json"]
TOKENIZER = ["merges.txt", "tokenizer.json", "tokenizer_config.json", "vocab.json"]
FILES = {name: name.encode() for name in MODEL + TOKENIZER + ["README.md", "onnx/weights.bin"]}
COMMIT = "0123456789abcdef" * 2 + "01234567"
WEIGHTS = "config.json '*.safetensors*' 'pytorch_model*'"
COMMANDS = {
    f"hf download a/b {WEIGHTS}": MODEL,
    f"hf download a/b {WEIGHTS} --revision checkpoint-400000": MODEL,
    f"hf download a/b {WEIGHTS} --revision {COMMIT}": MODEL,
    # One of the five is in no repository.
    "hf download a/b tokenizer.json vocab.json merges.txt tokenizer_config.json added_tokens.json": TOKENIZER,
}


class Hub(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        path = self.path.partition("?")[0]
        headers = {}
        if path.startswith("/api/models/a/b/tree/"):
            content = json.dumps([self.entry(name) for name in FILES]).encode()
        elif path.startswith("/api/models/a/b"):
            siblings = [{"rfilename": name} for name in FILES]
            content = json.dumps({"id": "a/b", "modelId": "a/b", "sha": COMMIT, "siblings": siblings, "tags": []}).encode()
        elif path.startswith("/a/b/resolve/") and "/".join(path.split("/")[5:]) in FILES:
            content = FILES["/".join(path.split("/")[5:])]
            headers = {"X-Repo-Commit": COMMIT, "ETag": '"%s"' % hashlib.sha1(content).hexdigest()}
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        for name, value in (headers | {"Content-Length": str(len(content)), "Content-Type": "application/json"}).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def entry(self, name):
        return {"type": "file", "path": name, "size": len(FILES[name]), "oid": hashlib.sha1(FILES[name]).hexdigest()}

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
endpoint = "http://127.0.0.1:%d" % server.server_port
wrong = 0
for program in sys.argv[1:]:
    for command, expected in COMMANDS.items():
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {"HF_HOME": home, "HF_ENDPOINT": endpoint, "HF_HUB_DISABLE_TELEMETRY": "1"}
            outcome = subprocess.run(
                ["sh", "-c", command.replace("hf", shlex.quote(program), 1)], env=environment, capture_output=True, text=True, timeout=120)
            snapshot = pathlib.Path(home) / "hub/models--a--b/snapshots" / COMMIT
            came = sorted(str(path.relative_to(snapshot)) for path in snapshot.rglob("*") if path.is_file())
            if outcome.returncode != 0 or came != sorted(expected):
                wrong += 1
                print(f"{program}: {command}: {came}, status {outcome.returncode}\n{outcome.stderr[-600:]}")
print(f"{len(sys.argv[1:])} programs, {wrong} commands that are wrong")
sys.exit(wrong > 0)
