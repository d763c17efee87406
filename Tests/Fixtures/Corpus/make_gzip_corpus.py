"""Writes python.jsonl.gz, documents of made-up words as Python's gzip compresses them, and python-rows.json, what packing them must give, by
`tokenizers` with pythia/tokenizer.json.

    python make_gzip_corpus.py
"""
import gzip, json, pathlib, random
import tokenizers
from tokenizers import Tokenizer

here = pathlib.Path(__file__).resolve().parent
CONTEXT, MINIMUM = 32, 50
random.seed(11)
# Composed and not, with runs of blanks, which are tokens of their own.
WORDS = ["the", "In", "beginning", "was,", "word.", "and", "return", "12", "caf\u00e9", "cafe\u0301", "\u4e2d\u6587", "\U0001f600", "   x", "a\nb", "\"quoted\""]
documents = [
    (" ".join(random.choice(WORDS) for _ in range(random.randrange(5, 60))), random.choice(["Books", "Code", "Caf\u00e9"])) for _ in range(90)]
lines = [
    json.dumps({"text": text, "meta": {"pile_set_name": domain}}, ensure_ascii=number % 2 == 0) + "\n"
    for number, (text, domain) in enumerate(documents)]

# A file that was begun, closed and appended to: two members, with a name and a time in the first one's header.
with open(here / "python.jsonl.gz", "wb") as file:
    for name, part, level in (("python.jsonl", lines[:50], 9), ("", lines[50:], 1)):
        with gzip.GzipFile(name, "wb", level, file, mtime=1_700_000_000) as member:
            for line in part:
                member.write(line.encode())
with gzip.open(here / "python.jsonl.gz", "rt", encoding="utf-8") as file:
    assert [json.loads(line)["text"] for line in file] == [text for text, _ in documents]

tokenizer = Tokenizer.from_file(str(here / "pythia/tokenizer.json"))
tokenizer.encode_special_tokens = True
end_of_text, newline = tokenizer.token_to_id("<|endoftext|>"), tokenizer.token_to_id("\u010a")
streams, rows = {}, []
for text, domain in documents:
    if len(text) <= MINIMUM:
        continue
    stream = streams.setdefault(domain, [])
    stream += tokenizer.encode(text, add_special_tokens=False).ids + [end_of_text]
    while len(stream) >= CONTEXT - 1:
        rows.append({"domain": domain, "tokens": [end_of_text] + stream[: CONTEXT - 1]})
        del stream[: CONTEXT - 1]
content = {"tokenizers": tokenizers.__version__, "context": CONTEXT, "endOfText": end_of_text, "newline": newline, "rows": rows}
(here / "python-rows.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
print(len(documents), "documents,", len(rows), "rows,", sum(len(text) <= MINIMUM for text, _ in documents), "too short,",
      sum(row["tokens"].count(newline) for row in rows), "line feeds")
