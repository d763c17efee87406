"""Writes packing.json: what packing the demo corpus within each domain must give, by `tokenizers` and numpy.

    python make_packing_fixtures.py
"""
import hashlib, json, pathlib
import numpy as np, zstandard
from tokenizers import ByteLevelBPETokenizer

here = pathlib.Path(__file__).resolve().parent
demo = here.parents[2] / "configs/demo"
tokenizer = ByteLevelBPETokenizer(str(demo / "tokenizer/vocab.json"), str(demo / "tokenizer/merges.txt"))
end_of_text, newline = tokenizer.token_to_id("<|endoftext|>"), tokenizer.token_to_id("Ċ")
with open(demo / "corpus.jsonl.zst", "rb") as file:
    corpus = [json.loads(line) for line in zstandard.ZstdDecompressor().stream_reader(file).read().decode().split("\n") if line]

def pack(texts, context, separator):
    stream = []
    for text in texts:
        stream += tokenizer.encode(text).ids + ([end_of_text] if separator == "eot" else [])
    rows = len(stream) // (context - 1)
    body = np.array(stream[: rows * (context - 1)], dtype="<i4").reshape(rows, context - 1)
    return np.concatenate([np.full((rows, 1), end_of_text, dtype="<i4"), body], axis=1), len(stream)

cases = []
for context, separator, minimum in ((256, "eot", 50), (256, "none", 50), (100, "eot", 5000), (2, "eot", 50)):
    domains = []
    for name in sorted({row["meta"]["pile_set_name"] for row in corpus}):
        texts = [row["text"] for row in corpus if row["meta"]["pile_set_name"] == name and len(row["text"]) > minimum]
        rows, tokens = pack(texts, context, separator)
        domains.append({
            "name": name, "documents": len(texts), "tokens": tokens, "rows": len(rows), "sha256": hashlib.sha256(rows.tobytes()).hexdigest(),
            "counted": int(((rows != end_of_text) & (rows != newline)).sum())})
    cases.append({"context": context, "separator": separator, "minimumCharacters": minimum, "domains": domains})
(here / "packing.json").write_text(json.dumps(cases, indent=1) + "\n")
print([(c["separator"], sum(d["counted"] for d in c["domains"])) for c in cases])
