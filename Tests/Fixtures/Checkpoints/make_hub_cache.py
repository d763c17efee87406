"""Writes the fixture `hub`: a cache of the Hugging Face Hub as huggingface_hub itself lays it out, from a hub of this script's own.

    python make_hub_cache.py        # with huggingface_hub 2.4
"""

import hashlib, http.server, os, pathlib, shutil, threading

FILES = {"config.json": b'{"model_type": "gpt2"}\n', "model.safetensors": b"weights\n", "vocab.json": b"{}\n", "merges.txt": b"#version: 0.2\n"}
REPOSITORY = "stanford-crfm/alias-gpt2-small-x21"
OLD, NEW = "0123456789abcdef" * 2 + "01234567", "fedcba9876543210" * 2 + "fedcba98"
REVISIONS = {"main": NEW, "checkpoint-400000": OLD, "refs/pr/1": OLD, OLD[:10]: OLD, NEW: NEW, OLD: OLD}


class Hub(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, with_body):
        prefix, _, rest = self.path.partition("/resolve/")
        revision, _, name = rest.rpartition("/")
        commit = REVISIONS.get(revision.replace("%2F", "/"))
        if prefix != "/" + REPOSITORY or commit is None or name not in FILES:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        # The weights differ from commit to commit; everything else is shared, one blob for both.
        content = FILES[name] + (commit[:1].encode() if name == "model.safetensors" else b"")
        self.send_response(200)
        self.send_header("X-Repo-Commit", commit)
        self.send_header("ETag", '"%s"' % hashlib.sha1(content).hexdigest())
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["HF_ENDPOINT"] = "http://127.0.0.1:%d" % server.server_port
cache = pathlib.Path(__file__).parent / "hub"
shutil.rmtree(cache, ignore_errors=True)

import huggingface_hub

for revision in ("main", "checkpoint-400000", "refs/pr/1", OLD[:10]):
    names = ["config.json"] if revision == "refs/pr/1" else list(FILES)
    for name in names:
        huggingface_hub.hf_hub_download(REPOSITORY, name, revision=revision, cache_dir=cache)
# Locks and what tells backup programs what a cache is are of no use to anyone here.
shutil.rmtree(cache / ".locks", ignore_errors=True)
(cache / "CACHEDIR.TAG").unlink(missing_ok=True)
for path in sorted(cache.rglob("*")):
    print(path.relative_to(cache), "->", os.readlink(path)) if path.is_symlink() else print(path.relative_to(cache))
