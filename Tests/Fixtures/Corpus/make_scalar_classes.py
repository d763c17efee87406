"""Writes Sources/Corpus/Tokenizer/ScalarClassRanges.swift: which Unicode scalars GPT-2's pre-tokenisation takes for letters, numbers and white space.

The expression says \\p{L}, \\p{N} and \\s; what these mean depends on the Unicode version of whoever runs it (Python's re, regex, Swift and
Oniguruma all differ in thousands of scalars). The reference is the `tokenizers` library, so the table is read off its behaviour, one probe
for each of the 1,112,064 scalars: a scalar is a letter if it stays together with a preceding "a", and so on.

    python make_scalar_classes.py            writes the table
    python make_scalar_classes.py --check    compares the committed table with the installed tokenizers, exit code 1 on a difference
"""
import argparse, hashlib, pathlib, sys
import tokenizers
from tokenizers import pre_tokenizers

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--check", action="store_true")
args = parser.parse_args()
target = pathlib.Path(__file__).resolve().parents[3] / "Sources/Corpus/Tokenizer/ScalarClassRanges.swift"

split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
PROBES = {1: "a", 2: "1", 3: "\n", 0: "!"}      # 1 letter, 2 number, 3 white space, 0 any other

def scalar_class(code):
    """The one class whose probe stays in one piece with the scalar; surrogates are no scalars and count as other."""
    if 0xD800 <= code < 0xE000:
        return 0
    found = [k for k, probe in PROBES.items() if len(split.pre_tokenize_str(probe + chr(code))) == 1]
    assert len(found) == 1, (hex(code), found)
    return found[0]

classes = bytes(scalar_class(code) for code in range(0x110000))

def ranges(wanted):
    result, start = [], None
    for code in range(0x110001):
        inside = code < 0x110000 and classes[code] == wanted
        if inside and start is None:
            start = code
        if not inside and start is not None:
            result.append((start, code - 1))
            start = None
    return result

def literal(name, comment, wanted):
    lines, line = [], "       "
    for first, last in ranges(wanted):
        item = f" 0x{first:X}, 0x{last:X},"
        if len(line) + len(item) > 138:
            lines.append(line)
            line = "       "
        line += item
    lines.append(line)
    return f"    /// {comment}\n    static let {name}: [UInt32] = [\n" + "\n".join(lines) + "\n    ]\n"

LETTERS = literal("letters", r"What the expression's `\p{L}` matches.", 1)
NUMBERS = literal("numbers", r"What `\p{N}` matches.", 2)
WHITE_SPACE = literal("whiteSpace", r"What `\s` matches.", 3)
text = f"""// Written by Tests/Fixtures/Corpus/make_scalar_classes.py from the behaviour of tokenizers {tokenizers.__version__}; do not edit.

/// The scalars that GPT-2's pre-tokenisation takes for letters, numbers and white space: first and last scalar of each range, in order.
enum ScalarClassRanges {{
{LETTERS}
{NUMBERS}
{WHITE_SPACE}
    /// SHA-256 over one byte for each of 0...0x10FFFF (0 other, 1 letter, 2 number, 3 white space), for the test of the table's expansion.
    static let checksum = "{hashlib.sha256(classes).hexdigest()}"
}}
"""
if args.check:
    old = target.read_text()
    same = old.split("\n", 1)[1] == text.split("\n", 1)[1]
    print("same table" if same else f"{target} differs from tokenizers {tokenizers.__version__}")
    sys.exit(0 if same else 1)
target.write_text(text)
print(target, {k: classes.count(k) for k in PROBES})
