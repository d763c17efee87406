"""Writes Sources/Corpus/Tokenizer/CanonicalFormTables.swift: what Unicode's canonical composition (NFC) needs, as `tokenizers` has it.

The library follows an old version of Unicode (marks that are newer are ordinary scalars to it), and Python and Swift follow others; so the
tables are read off its behaviour: unicodedata proposes decompositions and combining classes, and each is kept if the library's NFD and NFC
show it. What unicodedata does not know is looked for with every scalar.

    python make_canonical_forms.py            writes the tables
    python make_canonical_forms.py --check    compares the committed tables with the installed tokenizers, exit code 1 on a difference
"""
import argparse, hashlib, pathlib, sys, unicodedata
import tokenizers
from tokenizers.normalizers import NFC, NFD

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--check", action="store_true")
args = parser.parse_args()
target = pathlib.Path(__file__).resolve().parents[3] / "Sources/Corpus/Tokenizer/CanonicalFormTables.swift"
nfc, nfd = NFC().normalize_str, NFD().normalize_str
SCALARS = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
HANGUL = range(0xAC00, 0xAC00 + 11172)      # composed by arithmetic

# Decompositions, one step each.
singletons, pairs, excluded = [], [], []
for code in SCALARS:
    if code in HANGUL or nfd(chr(code)) == chr(code):
        continue
    parts = [int(part, 16) for part in unicodedata.decomposition(chr(code)).split()]
    assert nfd(chr(code)) == nfd("".join(map(chr, parts))), hex(code)
    if len(parts) == 1:
        singletons.append((code, *parts))
    elif nfc(chr(code)) == chr(code):
        pairs.append((code, *parts))
    else:
        excluded.append((code, *parts))

# Combining classes: a mark is one if it changes places with one of the lowest or of the highest class.
lowest, highest = "\u0334\u0335", "\u0345\u0345"        # classes 1 and 240
def is_mark(scalar):
    return any(nfd(scalar + low) == low + scalar for low in lowest if low != scalar) or nfd(highest[0] + scalar) == scalar + highest[0] != highest
classes = {code: unicodedata.combining(chr(code)) for code in SCALARS if nfd(chr(code)) == chr(code) and is_mark(chr(code))}
of_class = {}
for code in classes:
    of_class.setdefault(classes[code], []).append(chr(code))
for code, found in classes.items():
    for other, probes in of_class.items():
        probe = probes[0] if probes[0] != chr(code) else probes[-1]
        assert (nfd(probe + chr(code)) == chr(code) + probe) == (other > found) or probe == chr(code), (hex(code), found, other)
ranges = []
for code in sorted(classes):
    if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == classes[code]:
        ranges[-1][1] = code
    else:
        ranges.append([code, code, classes[code]])

def literal(name, comment, rows):
    lines, line = [], "       "
    for row in rows:
        item = "".join(f" {number}," for number in row)
        if len(line) + len(item) > 138:
            lines.append(line)
            line = "       "
        line += item
    lines.append(line)
    return f"    /// {comment}\n    static let {name}: [UInt32] = [\n" + "\n".join(lines) + "\n    ]\n"

body = "\n".join([
    literal("pairs", "A scalar and the two that it is composed of, in both directions.", pairs),
    literal("excluded", "A scalar and the two that it falls into, of which nothing is composed again.", excluded),
    literal("singletons", "A scalar and the one that stands for it.", singletons),
    literal("classes", "First and last scalar of a range and their combining class, which is not 0.", ranges)])
text = f"""// Written by Tests/Fixtures/Corpus/make_canonical_forms.py from the behaviour of tokenizers {tokenizers.__version__}; do not edit.

/// Unicode's canonical decompositions and combining classes; Hangul syllables are left to arithmetic.
enum CanonicalFormTables {{
{body}
    /// SHA-256 over the numbers above as text, part of the digest of tokenizers that normalise.
    static let checksum = "{hashlib.sha256(repr((pairs, excluded, singletons, ranges)).encode()).hexdigest()}"
}}
"""
if args.check:
    same = target.read_text().split("\n", 1)[1] == text.split("\n", 1)[1]
    print("same tables" if same else f"{target} differs from tokenizers {tokenizers.__version__}")
    sys.exit(0 if same else 1)
target.write_text(text)
print(target, len(pairs), len(excluded), len(singletons), len(classes), len(ranges), text.count("\n"), "lines")
