"""Which tokens each feature holds for, from the definitions alone.

    python make_features.py

writes `demo_vocabulary.json` (over the demo's vocab.json) and `strings.json` (over texts that are hard to get right). Written from the
list of features, with Python's own `unicodedata`; a test compares it with the Swift predicates.
"""

import json
import re
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
VOCABULARY = HERE.parents[2] / "configs/demo/tokenizer/vocab.json"

WHITE_SPACE = set(map(chr, [9, 10, 11, 12, 13, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]))
BROKEN = "\ufffd"  # where bytes are a part of a character


def byte_of_symbol():
    """The 256 symbols by which byte-level vocabularies write bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(b): b for b in printable}
    spare = 256
    for b in range(256):
        if b not in printable:
            table[chr(spare)] = b
            spare += 1
    return table


def strip(s):
    a, b = 0, len(s)
    while a < b and s[a] in WHITE_SPACE:
        a += 1
    while b > a and s[b - 1] in WHITE_SPACE:
        b -= 1
    return s[a:b]


def category(c):
    return unicodedata.category(c)


def is_letter(c):
    return category(c)[0] == "L"


def is_decimal(s):
    return s != "" and all(category(c) == "Nd" for c in s)


def is_digit(c):
    return c.isdigit()


def value(s):
    return int("".join(str(unicodedata.decimal(c)) for c in s))


def lower(s):
    return "".join(c.lower() for c in s)


def features():
    """name → predicate(token, stripped, lower-cased stripped)."""
    f = {}
    f["all white space"] = lambda s, t, w: s != "" and t == ""
    f["all caps"] = lambda s, t, w: len(t) > 1 and any(category(c) == "Lu" for c in t) and not any(category(c) in ("Ll", "Lt") for c in t)
    f["all lower case"] = lambda s, t, w: any(category(c) == "Ll" for c in t) and not any(category(c) in ("Lu", "Lt") for c in t)
    f["all alphabetic"] = lambda s, t, w: any(map(is_letter, t)) and all(category(c)[0] in "LM" for c in t)
    f["all decimal"] = lambda s, t, w: is_decimal(t)
    f["has a non-alphanumeric character"] = lambda s, t, w: any(category(c)[0] not in "LMN" and c != BROKEN for c in t)

    characters = {
        ".": "full stop", ",": "comma", "!": "exclamation mark", "?": "question mark", ";": "semicolon", ":": "colon", "-": "hyphen",
        "/": "slash", "\\": "backslash", "_": "underscore", "^": "caret", "'": "apostrophe", '"': "quotation mark",
        ")": "right parenthesis", "(": "left parenthesis", "]": "right square bracket", "[": "left square bracket", "}": "right brace",
        "{": "left brace", "$": "dollar",
    }
    for c, name in characters.items():
        f[f"contains {name}"] = lambda s, t, w, c=c: c in s
    f["contains closing bracket"] = lambda s, t, w: re.search(r"[)\]}>]", s) is not None
    f["contains opening bracket"] = lambda s, t, w: re.search(r"[(\[{<]", s) is not None
    f["contains operator"] = lambda s, t, w: re.search(r"[-+*/=<>]", s) is not None
    f["contains currency sign"] = lambda s, t, w: any(category(c) == "Sc" for c in s)
    f["contains double dollar"] = lambda s, t, w: "$$" in s

    f["contains digit"] = lambda s, t, w: any(map(is_digit, s))
    f["all digits"] = lambda s, t, w: t != "" and all(map(is_digit, t))
    units = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    tens = "twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion"
    number_words = f"{units} {tens}".split()
    f["number word"] = lambda s, t, w: w in number_words
    f["year 1491 to 2199"] = lambda s, t, w: is_decimal(t) and len(t) == 4 and 1491 <= value(t) <= 2199
    for n in (1, 2, 3, 4):
        f[f"decimal of {n} digit{'s' if n > 1 else ''}"] = lambda s, t, w, n=n: is_decimal(t) and len(t) == n
    f["decimal up to 31"] = lambda s, t, w: is_decimal(t) and value(t) <= 31

    def pronoun(name, words):
        f[f"pronoun {name}"] = lambda s, t, w, words=words.split(): w in words and t not in ("US", "IT")

    pronoun("male", "he him his himself")
    pronoun("female", "she her hers herself")
    pronoun("first person", "i me my mine myself we us our ours ourselves")
    pronoun("demonstrative", "this that these those")
    pronoun("interrogative", "who whom whose which what")
    pronoun("reflexive", "myself yourself himself herself itself ourselves yourselves themselves themself oneself thyself")

    f["starts with vowel"] = lambda s, t, w: w[:1] in tuple("aeiou")
    f["starts with consonant"] = lambda s, t, w: re.match(r"(?![aeiou])[a-z]", w) is not None
    f["starts with digit"] = lambda s, t, w: t != "" and is_digit(t[0])
    f["starts with capital"] = lambda s, t, w: t != "" and category(t[0]) == "Lu"
    glued = lambda s: s != "" and s[0] not in WHITE_SPACE
    f["no space"] = lambda s, t, w: glued(s)
    f["no space and letter"] = lambda s, t, w: glued(s) and is_letter(s[0])
    f["no space and digit"] = lambda s, t, w: glued(s) and is_digit(s[0])
    f["no space and capital"] = lambda s, t, w: glued(s) and category(s[0]) == "Lu"
    f["no space and lower case"] = lambda s, t, w: glued(s) and category(s[0]) == "Ll"
    f["space"] = lambda s, t, w: s[:1] == " "
    f["space and letter"] = lambda s, t, w: s[:1] == " " and len(s) > 1 and is_letter(s[1])

    suffixes = """ness ment tion sion ance ence er or ist ism hood ship age able ible al ial ish ive less ful ous ic ly ward wise ize ise en
        ify let ling ie ette dom logy graphy phobia y cy ty ant ent ary ery ing ed s est"""
    prefixes = """un re in im dis em en non over mis sub pre inter fore de trans super semi anti mid under mono bi tri multi poly ex micro
        macro auto tele homo hetero post geo aero hydro thermo electro photo pan mega kilo pseudo neo counter ultra infra circum peri hemi
        ped pod bio"""
    for x in suffixes.split():
        f[f"suffix {x}"] = lambda s, t, w, x=x: w.endswith(x)
    for x in prefixes.split():
        f[f"prefix {x}"] = lambda s, t, w, x=x: w.startswith(x)
    for x in "abcdefghijklmnopqrstuvwxyz":
        f[f"first letter {x}"] = lambda s, t, w, x=x: w[:1] == x
        f[f"letter {x}"] = lambda s, t, w, x=x: w == x

    months = "january february april june july september october november december".split()
    short_months = "march may august jan feb mar apr jun jul aug sep sept oct nov dec".split()
    f["month"] = lambda s, t, w: w in months or (t[:1].isupper() and w in short_months)
    days = "monday tuesday wednesday thursday friday saturday sunday".split()
    short_days = "mon tue tues wed thu thur thurs fri sat sun".split()
    f["weekday"] = lambda s, t, w: w in days or (t[:1].isupper() and w in short_days)
    states = """AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD
        TN TX UT VT VA WA WV WI WY""".split()
    f["US state abbreviation"] = lambda s, t, w: t in states
    f["part of a character"] = lambda s, t, w: BROKEN in t
    return f


def holds(predicate, token):
    stripped = strip(token)
    return bool(predicate(token, stripped, lower(stripped)))


NASTY = [
    b"", b" ", b"\n", b" \t\r\n ", b"\xe3\x80\x80", b"\xc2\xa0a", b"\x1c", b"\x00", b"a\x00", b" US", b" us", b"US", b"It", b"IT",
    b" In", b"IN", b"in", b" Smile", b" miles", b"Mile", b" May", b" may", b"MAY", b"sun", b"Sun", b" march", b"March", b"Monday", b"monday",
    b"TWO", b" Two", b"two.", b"1492", b" 1490", b"2199", b"2200", b"0031", b"31", b"32", b"007", b"12345678901234567890", b"0" * 16, b"0" * 40 + b"31", b"1,000", b"3a",
    b" 3a", b"$$", b"$", b" \xe2\x82\xac5", b"\xc2\xa3", b"\xc2\xb2", b"\xd9\xa3", b"\xd9\xa3\xd9\xa1", b"\xe0\xa5\xa7\xe0\xa5\xaf\xe0\xa5\xa6\xe0\xa5\xa6",
    b"\xe2\x85\xa7", b"\xc2\xbd", b"\xc3\x89tude", b" \xc3\x89COLE", b"e\xcc\x81t\xc3\xa9", b"\xcc\x81", b"\xc7\x85", b"\xc4\xb0", b"\xe1\xba\x9e",
    b"\xce\xa3", b"\xce\x9f\xce\x94\xce\x9f\xce\xa3", b" \xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0", b"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
    b"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", b"\xe0\xa4\xa8\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5\x87", b"\xe4\xb8\xad\xe6\x96\x87",
    b"\xe3\x81\xb2\xe3\x82\x89\xe3\x82\xab", b"\xed\x95\x9c", b"\xe4\xb8", b" \xe4", b"\xad\x96", b"\xff\xfe", b"\xf0\x9f\x98", b"\xf0\x9f\x98\x80",
    b"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", b"a\xff", b"\xe2\x80\x99s", b"'s", b"don't", b"A", b" a", b"\na", b"\ta", b"  a", b" A\n", b"AB", b"Ab",
    b"aB", b"A1", b"1A", b"...", b"->", b"</", b" [", b"x_y", b"\\\\", b"\xe2\x84\xaa", b"\xef\xac\x81ne", b"unhappiness", b"Graphy", b"Y", b"TH",
    b".com", b" .io", b"io", b"com",
]


def main():
    symbols = byte_of_symbol()
    vocabulary = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    decoded = [""] * len(vocabulary)
    for token, i in vocabulary.items():
        decoded[i] = bytes(symbols[c] for c in token).decode("utf-8", errors="replace")
    table = features()
    by_feature = {name: [i for i, s in enumerate(decoded) if holds(p, s)] for name, p in table.items()}
    variants = {}
    for s in decoded:
        key = lower(strip(s))
        if key and BROKEN not in key:
            variants[key] = variants.get(key, 0) + 1
    demo = {"features": by_feature, "variants": {k: v for k, v in sorted(variants.items()) if v > 3}}
    (HERE / "demo_vocabulary.json").write_text(json.dumps(demo, ensure_ascii=True, separators=(",", ":"), sort_keys=True) + "\n")

    strings = [b.decode("utf-8", errors="replace") for b in NASTY]
    nasty = {
        "bytes": [b.hex() for b in NASTY],
        "features": {name: [i for i, s in enumerate(strings) if holds(p, s)] for name, p in table.items()},
    }
    (HERE / "strings.json").write_text(json.dumps(nasty, ensure_ascii=True, separators=(",", ":"), sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
