#!/usr/bin/env python3
"""Labels of a tagger (spaCy) for every token of the rows that `universal-neurons tokenize` writes.

    universal-neurons tokenize study.yaml --output rows
    python deploy/tag/tag.py rows --tokenizer gpt2-tokenizer --output labels.npz

Put `labels: labels.npz` under `corpus` in study.yaml, and a run explains neurons by parts of speech, dependencies, morphology, entities and
the ends of sentences too.

Rows are decoded and cut where a special token such as <|endoftext|> stands; each piece is tagged by itself. A token has the labels of the
word that it lies in. One that lies over several words has MULTI in the place of every label, one over no word (white space, special
tokens) has NONE, as has a word of what it lacks: a preposition has no tense. White space is no word, though spaCy has tokens for it. A row
is cut out of a longer text: its first word begins no sentence and its last word ends none, since nobody knows.

The file is a numpy archive:
    combination   uint16 or int32 [rows, context]   each token's labels, as a number into the table of combinations
    features      uint8 [combinations, features]    which labels a combination is made of, 0 or 1
    names         uint8                             what the labels are called: UTF-8, a line each
    row_crc       uint32 [rows]                     CRC-32 of the row's token ids as little-endian int32: what was tagged
    about         uint8                             spaCy's version, the pipeline's name and version, in the same way
"""
import argparse
import json
import os
import sys
import tempfile
import time
import zlib
from pathlib import Path

import numpy

NONE, MULTI = "NONE", "MULTI"
# What a word is, one value of each; `True` and `False` for the last three.
MORPHOLOGY = [
    ("number", "Number"), ("person", "Person"), ("tense", "Tense"), ("verb form", "VerbForm"), ("aspect", "Aspect"),
    ("pronoun type", "PronType"),
]
VALUED = ["part of speech", "dependency"] + [name for name, _ in MORPHOLOGY] + ["entity"]
FLAGS = ["sentence begin", "sentence end", "stop word"]
END_OF_TEXT = "<|endoftext|>"


class Refusal(Exception):
    """What is wrong with the input, in a sentence for people."""


def byte_alphabet():
    """GPT-2's spelling of bytes as printable characters: character -> byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    alphabet = {chr(byte): byte for byte in printable}
    for place, byte in enumerate(byte for byte in range(256) if byte not in alphabet.values()):
        alphabet[chr(256 + place)] = byte
    return alphabet


def tokenizer_folder(name):
    """The folder of a tokenizer; that of hf:ORGANISATION/NAME@REVISION is what the Hugging Face cache has of it now."""
    if not name.startswith("hf:"):
        return Path(name)

    def path(variable, *inside):
        value = os.environ.get(variable)
        return Path(os.path.expandvars(os.path.expanduser(value)), *inside) if value else None

    cache = (
        path("HF_HUB_CACHE") or path("HUGGINGFACE_HUB_CACHE") or path("HF_HOME", "hub") or path("XDG_CACHE_HOME", "huggingface", "hub")
        or Path.home() / ".cache" / "huggingface" / "hub")
    repository, _, revision = name[len("hf:"):].partition("@")
    stored = cache / "--".join(["models", *repository.split("/")])
    reference = stored / "refs" / (revision or "main")
    folder = stored / "snapshots" / (reference.read_text().strip() if reference.is_file() else revision or "main")
    if not folder.is_dir() and len(revision) >= 7 and set(revision) <= set("0123456789abcdef"):
        # A commit may be abbreviated.
        found = sorted(snapshot for snapshot in (stored / "snapshots").glob(f"{revision}*") if len(snapshot.name) == 40)
        if len(found) > 1:
            raise Refusal(f"{name} may be any of the commits {', '.join(snapshot.name for snapshot in found)}")
        folder = found[0] if found else folder
    if not folder.is_dir():
        raise Refusal(f"{name} is not in the Hugging Face cache {cache}; `universal-neurons tokenize` says how to download it")
    return folder


class Vocabulary:
    """The bytes of each token, and which tokens stand for no text."""

    def __init__(self, folder):
        folder = tokenizer_folder(folder)
        tokenizer = self.load(folder)
        alphabet = byte_alphabet()
        added = tokenizer.get_added_tokens_decoder()
        spellings = {number: spelling for spelling, number in tokenizer.get_vocab(with_added_tokens=True).items()}
        self.pieces = {}
        self.special = set()
        for number, spelling in spellings.items():
            token = added.get(number)
            if spelling == END_OF_TEXT or (token is not None and token.special):
                self.special.add(number)
            elif token is not None:
                self.pieces[number] = token.content.encode()
            else:
                try:
                    self.pieces[number] = bytes(alphabet[character] for character in spelling)
                except KeyError:
                    raise Refusal(f"{folder}: the token {spelling!r} is not spelt in bytes; only byte-level tokenizers are read") from None

    @staticmethod
    def load(folder):
        from tokenizers import Tokenizer, models

        whole = folder / "tokenizer.json"
        names = [("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe")]
        parts = next(((folder / v, folder / m) for v, m in names if (folder / v).is_file() and (folder / m).is_file()), None)
        try:
            if whole.is_file():
                return Tokenizer.from_file(str(whole))
            if parts:
                return Tokenizer(models.BPE.from_file(*map(str, parts)))
        except Exception as error:  # The library throws plain ones.
            raise Refusal(f"{folder}: the tokenizer cannot be read: {error}") from None
        raise Refusal(f"{folder} holds neither tokenizer.json nor vocab.json with merges.txt")


class Rows:
    """The packed rows in a folder of `universal-neurons tokenize`, mapped."""

    def __init__(self, folder):
        folder = Path(folder)
        try:
            record = json.loads((folder / "corpus.json").read_text())
            self.tokens = numpy.load(folder / "tokens.npy", mmap_mode="r")
            domains = numpy.load(folder / "domains.npy", mmap_mode="r")
            shape = (record["rows"], record["context"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refusal(f"{folder} is no complete folder of `universal-neurons tokenize`: {error}") from None
        if self.tokens.shape != shape or domains.shape != shape[:1] or self.tokens.dtype.kind not in "iu" or 0 in shape:
            raise Refusal(
                f"{folder} contradicts itself: corpus.json has {shape[0]} rows of {shape[1]} tokens, tokens.npy is "
                f"{self.tokens.dtype} {self.tokens.shape}, domains.npy {domains.shape}; run `universal-neurons tokenize` again")
        self.count, self.context = shape

    def pieces(self, row, vocabulary):
        """The runs of tokens between special ones, as (first token, tokens)."""
        start = None
        for place, token in enumerate(row):
            if token in vocabulary.special:
                if start is not None:
                    yield start, row[start:place]
                    start = None
            elif start is None:
                start = place
        if start is not None:
            yield start, row[start:]


def decode(data):
    """Text of bytes, and for each of its characters where it ends, in bytes. What is no UTF-8 becomes U+FFFD, one for each byte."""
    text = data.decode("utf-8", "surrogateescape")
    codes = numpy.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    lengths = 1 + (codes >= 0x80).astype(numpy.int64) + (codes >= 0x800) + (codes >= 0x10000)
    lost = (codes >= 0xD800) & (codes < 0xE000)
    lengths[lost] = 1
    if lost.any():
        text = "".join("\ufffd" if "\ud800" <= character < "\ue000" else character for character in text)
    return text, numpy.cumsum(lengths)


class Combinations:
    """Distinct tuples of labels, numbered as they appear; the first two are those of no word and of several."""

    def __init__(self):
        flags = (False,) * len(FLAGS)
        self.numbers = {(NONE,) * len(VALUED) + flags: 0, (MULTI,) * len(VALUED) + flags: 1}

    def number(self, labels):
        return self.numbers.setdefault(labels, len(self.numbers))

    def table(self):
        """Names of the features, and which combination has which; only what the pipeline says anything of."""
        columns, silent = [], []
        for place, kind in enumerate(VALUED):
            values = {labels[place] for labels in self.numbers} - {NONE, MULTI}
            if values:
                columns += [(f"{kind} {value}", place, value) for value in [*sorted(values), MULTI, NONE]]
            else:
                silent.append(kind)
        for place, kind in enumerate(FLAGS, len(VALUED)):
            if any(labels[place] for labels in self.numbers):
                columns.append((kind, place, True))
            else:
                silent.append(kind)
        features = numpy.array([[labels[place] == value for _, place, value in columns] for labels in self.numbers], numpy.uint8)
        return [name for name, _, _ in columns], features.reshape(len(self.numbers), len(columns)), silent


class Labels:
    """The labels of words.

    `has_sentences`: whether the pipeline divides a text into sentences, which a text of one word alone does not tell.
    """

    def __init__(self, has_sentences):
        self.has_sentences = has_sentences
        self.combinations = Combinations()
        self.morphology = {}

    def morphs(self, token):
        key = str(token.morph)
        if key not in self.morphology:
            self.morphology[key] = tuple(",".join(token.morph.get(name)) or NONE for _, name in MORPHOLOGY)
        return self.morphology[key]

    def of_words(self, doc, begins, ends):
        """Where the words of a text are and which combination each has.

        `begins`, `ends`: whether the text begins and ends where the document does, so that a sentence does.
        """
        words = [token for token in doc if not token.is_space]
        first = numpy.zeros(len(words), bool)
        last = numpy.zeros(len(words), bool)
        if self.has_sentences or (len(doc) > 1 and doc.has_annotation("SENT_START")):
            # By sentence, because a sentence may begin with white space, which is no word.
            sentence = numpy.cumsum([bool(token.is_sent_start) for token in doc], dtype=numpy.int64)
            of_word = [sentence[token.i] for token in words]
            for place in range(len(words)):
                first[place] = begins if place == 0 else of_word[place] != of_word[place - 1]
                last[place] = ends if place == len(words) - 1 else of_word[place] != of_word[place + 1]
        numbers = numpy.array(
            [
                self.combinations.number(
                    (token.pos_ or NONE, token.dep_ or NONE, *self.morphs(token), token.ent_type_ or NONE, bool(first[place]),
                     bool(last[place]), bool(token.is_stop)))
                for place, token in enumerate(words)
            ], numpy.int32)
        starts = numpy.array([token.idx for token in words], numpy.int64)
        return starts, numpy.array([token.idx + len(token) for token in words], numpy.int64), numbers

    def of_tokens(self, doc, bounds, begins, ends):
        """The combination of each token of a text; `bounds`: its characters, (first, end) arrays."""
        starts, stops, numbers = self.of_words(doc, begins, ends)
        low = numpy.searchsorted(stops, bounds[0], side="right")
        high = numpy.searchsorted(starts, bounds[1], side="left")
        count = high - low
        result = numpy.where(count > 1, 1, 0).astype(numpy.int32)
        within = count == 1
        result[within] = numbers[low[within]]
        return result


def texts(rows, vocabulary, checksums):
    """The text of each piece of each row, with (row, first token, character bounds, begins, ends)."""
    for number in range(rows.count):
        row = rows.tokens[number].astype("<i4")
        checksums[number] = zlib.crc32(row.tobytes())
        for start, tokens in rows.pieces(row.tolist(), vocabulary):
            try:
                data = [vocabulary.pieces[token] for token in tokens]
            except KeyError as error:
                raise Refusal(
                    f"row {number} has the token {error}, which the tokenizer lacks: name the tokenizer that the rows were made with"
                ) from None
            text, character_ends = decode(b"".join(data))
            if not text:
                continue
            ends = numpy.cumsum([len(piece) for piece in data])
            starts = ends - [len(piece) for piece in data]
            # A token that is part of a character has the whole of it.
            first = numpy.searchsorted(character_ends, starts, side="right")
            behind = numpy.searchsorted(character_ends, ends, side="left") + 1
            behind = numpy.where(ends > starts, behind, first)
            yield text, (number, start, (first, behind), start > 1, start + len(tokens) < rows.context)


def lines(texts):
    """Texts as an array of UTF-8, a line each."""
    return numpy.frombuffer("\n".join(" ".join(text.split()) for text in texts).encode(), numpy.uint8)


class Progress:
    def __init__(self, rows, context):
        self.rows, self.context = rows, context
        self.began = self.said = time.monotonic()

    def at(self, row):
        now = time.monotonic()
        if now - self.said >= 5:
            self.said = now
            rate = row * self.context / (now - self.began)
            print(f"tag: {row:,} of {self.rows:,} rows, {rate:,.0f} tokens/s", file=sys.stderr, flush=True)


def pipeline(options):
    import spacy

    if options.gpu is not None:
        try:
            spacy.require_gpu(options.gpu)
        except Exception as error:
            raise Refusal(f"no GPU {options.gpu}: {error}") from None
    try:
        nlp = spacy.load(options.model)
    except OSError:
        raise Refusal(
            f"the pipeline {options.model} is not installed: `python -m spacy download {options.model}` installs one of spaCy's, "
            "or name the folder of another") from None
    if "lemmatizer" in nlp.pipe_names:
        nlp.disable_pipe("lemmatizer")
    # A row is as long as it is.
    nlp.max_length = 1 << 31
    return nlp, [f"spaCy {spacy.__version__}", str(nlp.meta.get("name", "")), str(nlp.meta.get("version", ""))]


def tag(options, scratch):
    """Tags all rows, and writes the archive."""
    vocabulary = Vocabulary(options.tokenizer)
    rows = Rows(options.rows)
    nlp, about = pipeline(options)
    labels = Labels(any("token.is_sent_start" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names))
    checksums = numpy.zeros(rows.count, numpy.uint32)
    combination = numpy.memmap(os.path.join(scratch, "combination"), numpy.int32, "w+", shape=(rows.count, rows.context))
    progress = Progress(rows.count, rows.context)
    docs = nlp.pipe(texts(rows, vocabulary, checksums), as_tuples=True, batch_size=options.batch, n_process=options.processes)
    for doc, (row, start, bounds, begins, ends) in docs:
        found = labels.of_tokens(doc, bounds, begins, ends)
        combination[row, start:start + len(found)] = found
        progress.at(row)
    names, features, silent = labels.combinations.table()
    if not names:
        raise Refusal(f"the pipeline {options.model} gives no label at all; it has {', '.join(nlp.pipe_names) or 'no component'}")
    if silent:
        print(f"tag: the pipeline says nothing of: {', '.join(silent)}", file=sys.stderr)
    if len(features) <= 1 << 16:
        narrow = numpy.memmap(os.path.join(scratch, "narrow"), numpy.uint16, "w+", shape=combination.shape)
        for start in range(0, rows.count, 4096):
            narrow[start:start + 4096] = combination[start:start + 4096]
        combination = narrow
    part = options.output.with_name(options.output.name + ".part")
    try:
        with open(part, "wb") as file:
            numpy.savez_compressed(
                file, combination=combination, features=features, names=lines(names), row_crc=checksums, about=lines(about))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, options.output)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    print(
        f"tag: {options.output}: {rows.count:,} rows, {len(names)} labels in {len(features):,} combinations, by {' '.join(about)}",
        file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path, help="folder that `universal-neurons tokenize` has written")
    parser.add_argument(
        "--tokenizer", required=True,
        help="folder with tokenizer.json, or vocab.json and merges.txt; or hf:ORGANISATION/NAME@REVISION, whose commit must be the rows'")
    parser.add_argument("--model", default="en_core_web_trf", help="an installed pipeline of spaCy, or its folder (%(default)s)")
    parser.add_argument("--output", type=Path, default=Path("labels.npz"), help="the archive (%(default)s)")
    parser.add_argument("--gpu", type=int, metavar="ID", help="the GPU that the pipeline runs on; without it the processor")
    parser.add_argument("--processes", type=int, default=1, help="processes that tag (%(default)s)")
    parser.add_argument("--batch", type=int, default=64, help="texts that the pipeline is given at once (%(default)s)")
    options = parser.parse_args()
    if options.processes < 1 or options.batch < 1:
        parser.error("--processes and --batch are numbers from 1 up")
    try:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        # Beside the result: it takes four to six bytes a token for as long as it is tagged.
        with tempfile.TemporaryDirectory(prefix=".tag-", dir=options.output.parent) as scratch:
            tag(options, scratch)
    except (Refusal, OSError) as error:
        sys.exit(f"tag: error: {error}")
    except ImportError as error:
        sys.exit(f"tag: error: {error}; install deploy/tag/requirements.txt")
    except KeyboardInterrupt:
        print("tag: stopped; nothing is written", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
