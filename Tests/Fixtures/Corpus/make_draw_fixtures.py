"""Writes draw.json: the draw's order computed from its description in Draw.swift, in plain Python integers.

    python make_draw_fixtures.py
"""
import json, pathlib

M = (1 << 64) - 1

def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
    return z ^ (z >> 31)

def row(seed, rows, position):
    half = 1
    while 4**half < rows:
        half += 1
    value = position
    while True:
        left, right = value >> half, value & ((1 << half) - 1)
        for r in range(1, 11):
            f = mix(mix((seed + r * 0x9E3779B97F4A7C15) & M) ^ right)
            left, right = right, left ^ (f & ((1 << half) - 1))
        value = left << half | right
        if value < rows:
            return value

cases = []
for seed, rows in ((0, 1), (0, 2), (0, 7), (1, 7), (0, 256), (0, 1518), (7, 1518), (2**64 - 1, 195313), (42, 10**9), (3, 2**40 + 1)):
    positions = sorted(set(list(range(min(rows, 12))) + [rows // 2, rows - 1]))
    cases.append({"seed": str(seed), "rows": rows, "positions": positions, "expected": [row(seed, rows, p) for p in positions]})
path = pathlib.Path(__file__).with_name("draw.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
