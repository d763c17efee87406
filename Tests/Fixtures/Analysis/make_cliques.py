"""Makes cliques.json: best partners of the neurons of seven models, and the maximal cliques that networkx finds among those that are mutual.
Run: python make_cliques.py (numpy, networkx)

Correlations are random with some true correspondences, of which a part is lost between some models: cliques overlap and are incomplete.
"""
import itertools
import json
from pathlib import Path

import networkx as nx
import numpy as np

here = Path(__file__).parent
rng = np.random.default_rng(11)
neurons = [14, 11, 16, 9, 14, 12, 14]
models = range(len(neurons))
place = [rng.permutation(n) for n in neurons]

correlation = {}
for a, b in itertools.combinations(models, 2):
    matrix = rng.uniform(-0.3, 0.6, (neurons[a], neurons[b]))
    for concept in range(min(neurons[a], neurons[b])):
        if rng.random() < 0.9:
            matrix[place[a][concept], place[b][concept]] = rng.uniform(0.5, 0.99)
    # A neuron that does not vary correlates with nobody; one whose best partner is of correlation 0 has none.
    if a == 1:
        matrix[3, :] = 0
    if b == 1:
        matrix[:, 3] = 0
    matrix = matrix.astype(np.float32)
    correlation[a, b], correlation[b, a] = matrix, matrix.T

best, values = {}, {}
for (a, b), matrix in correlation.items():
    best[a, b] = matrix.argmax(1)
    values[a, b] = matrix.max(1)

graph = nx.Graph()
for (a, b), partners in best.items():
    for i, j in enumerate(partners):
        if best[b, a][j] == i and values[a, b][i] > 0:
            graph.add_edge((a, i), (b, int(j)))

cliques = []
for members in nx.find_cliques(graph):
    members = sorted(members)
    strength = min(correlation[x[0], y[0]][x[1], y[1]] for x, y in itertools.combinations(members, 2))
    cliques.append((-len(members), -float(strength), members))
cliques.sort()

text = {
    "neurons": neurons,
    "best": [
        {"model": a, "other": b, "partners": best[a, b].tolist(), "correlations": values[a, b].tolist()} for a, b in sorted(best)
    ],
    "cliques": [{"members": [list(map(int, m)) for m in members], "strength": -strength} for _, strength, members in cliques],
}
(here / "cliques.json").write_text(json.dumps(text, separators=(",", ":")) + "\n")
print(len(cliques), [sum(len(c[2]) == k for c in cliques) for k in range(2, 8)], nx.number_connected_components(graph))
