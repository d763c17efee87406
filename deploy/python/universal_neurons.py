"""Reads the folder of a finished run of universal-neurons. Needs numpy and zarr (2 or 3), and is one file: copy it where you need it.

    import universal_neurons
    run = universal_neurons.open_run("runs/demo")
    run.universal_neurons()                     # [(3, 178)], the highest excess first
    run.correlations("a-b", 3, 178)             # float32 [neurons of b]: the row of neuron 3.178 of a
    run.block("a-b", 3, 2)                      # float32 [neurons of layer 3 of a, neurons of layer 2 of b]
    run.partners((3, 178), top=5)               # the neurons of all other models that it correlates with most
    run.examples((3, 178))                      # the tokens at which it is most active, with the text around them
    run.neurons["excess_corr"]                  # float64 [neurons]: a column of neurons.csv
    run.feature_neurons["score"]                # of each feature with the neuron that it explains best
    run.families("b")["explanation"]            # what explains each neuron of a model, with `features: {models: all}` of any
    run.family("alphabet")                      # the neurons of a family, over all layers and models
    run.roles["promoted"]                       # the tokens that each neuron with a role raises most
    run.ensembles["opposed_cos"]                # how far a suppression neuron lowers what some prediction neuron raises, and the other way
    run.entropy["null_fraction"]                # of the candidates for entropy neurons and their controls
    run.attention["score"]                      # of the neurons and heads of later layers, the largest |score| first
    run.antipodes["antipode"]                   # float64 [neurons]: how opposed another neuron's weights are
    run.similarity["cka"]                       # of each two layers that were compared
    run.firing["jaccard"]                       # of each neuron and its best partner: how far they fire at the same tokens
    run.activations(3)["max_token"]             # int32 [neurons of layer 3, 100]: the tokens of the highest activations
    run.explanations["explanation"]             # what explainers have written of neurons
    run.interventions[0].table["loss_change"]   # what changes of neurons do to the loss: a row for each condition
    run.substitutions[0].table["recovered"]     # how well another model's neurons take the place of some: a row for each neuron

With `pairs: all`, groups of models or steps of training every pair that was compared is there by its names: run.correlations("e-f", 0, 1),
run.partners((0, 1), of="f"). run.groups has the models that were compared among themselves, run.table("e") the table of a group's reference.

A neuron is (layer, number), both from 0; its index in a model is layer * neurons of a layer + number. What a run does not have, or has not
finished, is a RunError that says what to do.
"""

import csv
import functools
import hashlib
import io
import itertools
import json
import os
import re
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = [
    "FAMILIES", "Example", "FamilyMember", "FeatureTable", "Intervention", "Neuron", "Partner", "Run", "RunError", "Shape", "Substitution",
    "open_run"]


class RunError(Exception):
    """What a run's folder does not have, and what to do about it."""


class Neuron(NamedTuple):
    """A neuron of a model."""

    layer: int
    number: int


class Shape(NamedTuple):
    """How many layers a model has, and how many neurons each of them, and all; of columns that are directions, how many of these."""

    layers: int
    width: int
    neurons: int


class Partner(NamedTuple):
    """A neuron of another model, with its correlation."""

    model: str
    layer: int
    number: int
    correlation: float


class Example(NamedTuple):
    """A token at which a neuron is strongly active: the activation, row and position in the corpus, and the text around the token.

    `tokens` are the ids of the window, from `place` tokens before the token on; texts are those ids where the tokenizer is not at hand.
    """

    value: float
    row: int
    position: int
    before: str
    token: str
    after: str
    tokens: tuple
    place: int


class FamilyMember(NamedTuple):
    """A neuron of a family: the feature that explains it best, their correlation, and its square, the share of the variance explained."""

    model: str
    layer: int
    number: int
    explanation: str
    correlation: float
    score: float


class FeatureTable(NamedTuple):
    """Features of tokens: names and families [features], and which token has which, bool [vocabulary, features]."""

    names: list
    families: list
    holds: np.ndarray


class Intervention(NamedTuple):
    """The answer to a question about neurons: means over so many tokens of so many rows, a row for each condition.

    `table` has the columns of interventions.csv; its first row is the unmodified run, whose layer, neuron and changes are NaN. `run_tokens` are
    the raw tokens that the run was planned to read when its means were taken: fewer than `run.planned_tokens` are those of before an extension,
    more are those of a larger budget than the plan here. None where the answer takes nothing from the run's sums, and where nobody knows.
    """

    model: str
    rows: int
    tokens: int
    table: dict
    name: str
    run_tokens: int | None = None


class Substitution(NamedTuple):
    """How well `model` predicts with its neurons replaced by those of `other`: means over so many tokens of so many rows, a row for each neuron.

    `table` has the columns of substitution.csv. Where more neurons than one were replaced its last row is of all of them together, whose
    layer, neuron and partners are NaN. `recovered` is NaN where the mean in a neuron's place costs no loss: there is nothing to recover.
    `run_tokens` is as with interventions, of the partners, their slopes and means.
    """

    model: str
    other: str
    rows: int
    tokens: int
    table: dict
    name: str
    run_tokens: int | None = None


def open_run(path):
    """Opens the folder of a finished run.

    Raises RunError where there is no run, or none that an analysis has finished. Warns where the results lack shards of the plan, as those of
    `analyze --incomplete` do: `run.incomplete` says which.
    """
    run = Run(path)
    if run.incomplete:
        lacking = run.incomplete["shards_planned"] - run.incomplete["shards_complete"]
        warnings.warn(
            f"{path}: the run is not complete: {lacking} of {run.incomplete['shards_planned']} shards {'is' if lacking == 1 else 'are'} missing, or in some blocks only "
            "(run.incomplete)", stacklevel=2)
    return run


class Run:
    """The results of a run's last analysis.

    path       the folder
    summary    summary.json
    plan       plan.json
    name       the run's name
    tokens     counted tokens
    planned_tokens  raw tokens that the run is planned to read, the masked ones among them
    incomplete what the results do without, as summary.json has it: {"shards_planned": 64, "shards_complete": 63, "blocks": 22,
               "missing": [{"blocks": {"first": 0, "last": 10}, "shards": [{"first": 3, "last": 3}]}], "least_tokens": ...,
               "most_tokens": ...}; None where they are complete
    models     ids of the reference and of the models that it is compared with; the first is the reference
    reference  the id of the model whose neurons are judged
    groups     [["a", "b", ...], ...]: the models that are compared among themselves, each group with its reference first; `models` is the first
    shapes     {id: Shape(layers, width, neurons)}, of the models of all groups
    pairs      [("a", "b"), ...]: the compared pairs, group by group
    columns    "neurons", or what stands in their place everywhere here: "rotated directions" or "principal directions"
    """

    def __init__(self, path):
        self.path = Path(path)
        if not self.path.is_dir():
            raise RunError(f"{path}: there is no such folder; give that of a run, such as runs/demo")
        if not (self.path / "plan.json").is_file():
            if (self.path / "pilot" / "plan.json").is_file():
                raise RunError(f"{path}: its pilot is not complete; go on with `universal-neurons run`")
            raise RunError(f"{path}: it holds no run (there is no plan.json); `universal-neurons run CONFIG --output {path}` makes one")
        if not (self.path / "summary.json").is_file():
            raise RunError(
                f"{path}: the run is not analysed, or an analysis is at work (there is no summary.json); go on with "
                f"`universal-neurons run`, or where all is computed with `universal-neurons analyze {path}`")
        self.plan = self._json("plan.json")
        self.summary = self._json("summary.json")
        self.name = self.summary["name"]
        self.tokens = self.summary["tokens"]
        corpus = self.plan["numbers"]["corpus"]
        self.planned_tokens = min(self.plan["windows"] * corpus["windowRows"], corpus["rows"]) * corpus["context"]
        self.incomplete = self.summary.get("incomplete")
        self.models = list(self.summary["models"])
        self.reference = self.models[0]
        self.groups = [self.models] + [list(group["models"]) for group in self.summary.get("groups") or []]
        # With `columns: principal` a layer has as many columns as directions were asked for.
        self.shapes = {
            model["id"]: Shape(model["layers"], width, model["layers"] * width)
            for model in self.plan["numbers"]["models"]
            for width in [model.get("directions") or model["mlpWidth"]]
        }
        # What stands before a column's number in its name, and what the columns are.
        basis = (self.plan["numbers"].get("basis") or {}).get("columns") or {}
        self.mark, self.columns = next(((mark, kind) for key, mark, kind in _BASES if key in basis), ("", "neurons"))
        self.pairs = [
            pair for group in self.groups for pair in itertools.combinations(group, 2)
            if (self.path / "pairs" / f"{'-'.join(pair)}.npz").is_file()
        ]

    def __repr__(self):
        universal = self.summary["universal"]
        return (
            f"<run {self.name}: {self.reference} against {', '.join(self.models[1:])}; {universal['count']} of "
            f"{self.shapes[self.reference].neurons} {self.columns} universal; {self.tokens} tokens{', incomplete' if self.incomplete else ''}>")

    # Neurons by name

    def index(self, model, neuron):
        """The index of a neuron, (layer, number) or "layer.number", among all of its model."""
        name, neuron, shape = neuron, _neuron(neuron), self._shape(model)
        if not (0 <= neuron.layer < shape.layers and 0 <= neuron.number < shape.width):
            raise IndexError(
                f"model {model} has no {self.columns[:-1]} {self.label(neuron)}: {shape.layers} layers of {shape.width} {self.columns}")
        if isinstance(name, str) and name not in (f"{neuron.layer}.{neuron.number}", self.label(neuron)):
            raise ValueError(f"the columns are {self.columns}: what has that number is {self.label(neuron)}, not {name}")
        return neuron.layer * shape.width + neuron.number

    def label(self, neuron):
        """The name of a neuron as the report has it, "3.117", or of a direction, "3.r117" or "3.pc5"."""
        neuron = _neuron(neuron)
        return f"{neuron.layer}.{self.mark}{neuron.number}"

    def neuron(self, model, index=None):
        """The neuron of an index, or of (layer, number) or "layer.number": Neuron(layer, number); of the reference where no model is named."""
        if index is None:
            model, index = self.reference, model
        shape = self._shape(model)
        if not isinstance(index, (int, np.integer)):
            index = self.index(model, index)
        if not 0 <= index < shape.neurons:
            raise IndexError(f"model {model} has {shape.neurons} neurons, none of index {index}")
        return Neuron(*divmod(int(index), shape.width))

    # The table

    @functools.cached_property
    def neurons(self):
        """The columns of neurons.csv by name, each [neurons of the reference]: int64, float64 (NaN: an empty cell), or object for texts."""
        return self._neurons(self.path / "neurons.csv", self.reference)

    @functools.lru_cache(maxsize=8)
    def table(self, model=None):
        """The columns of the table of a group's reference, each [its neurons]: `neurons`, or those of groups/MODEL.csv."""
        if model is None or model == self.reference:
            return self.neurons
        self._shape(model)
        references = [group[0] for group in self.groups]
        if model not in references:
            raise KeyError(f"{model} is no reference and has no table; those that have are {', '.join(references)}")
        return self._neurons(self.path / "groups" / f"{model}.csv", model)

    def _neurons(self, path, model):
        return _table(path, f"`universal-neurons analyze {self.path}` writes it", self._shape(model).neurons)

    @property
    def excess(self):
        """The excess correlation of each neuron of the reference, float64 [neurons]."""
        return self.neurons["excess_corr"]

    @property
    def universal(self):
        """Whether each neuron of the reference is universal, bool [neurons]."""
        return self.neurons["universal"] == 1

    def universal_neurons(self, model=None):
        """The universal neurons of the reference, or of another group's, the highest excess first: [Neuron(layer, number)]."""
        table = self.table(model)
        order = np.argsort(-table["excess_corr"], kind="stable")
        return [self.neuron(model or self.reference, index) for index in order if table["universal"][index] == 1]

    def row(self, neuron):
        """All columns of neurons.csv for one neuron of the reference: {name: value}."""
        index = self.index(self.reference, neuron)
        return {name: column[index] for name, column in self.neurons.items()}

    # Families

    @functools.lru_cache(maxsize=64)
    def families(self, model=None):
        """What explains the neurons of a model: {"family", "explanation", "explanation_score", "explanation_corr", "second_explanation",
        "second_explanation_corr"}, each [its neurons]; texts are empty where no feature explains a twentieth of the variance.

        model  the reference where it is left out; any, where the run was made with `features: {models: all}`
        """
        model = model or self.reference
        self._shape(model)
        planned = self.plan["numbers"].get("features")
        if planned is None:
            raise RunError(f"{self.path}: the run has no features (`features: none`)")
        if model == self.reference:
            table = self.neurons
        elif planned.get("models") == "all":
            file = self.path / "families" / f"{model}.csv"
            table = _table(file, f"`universal-neurons analyze {self.path}` writes it", self._shape(model).neurons)
        else:
            raise RunError(
                f"{self.path}: its features are compared with neurons of {self.reference} alone; a new run with `features: {{models: all}}` has "
                "the families of all models")
        return {name: table[name] for name in _FAMILY_COLUMNS}

    def family(self, name, models=None):
        """The neurons of a family over all layers and models, the best explained first: [FamilyMember(model, layer, number, ...)].

        name    unigram, alphabet, previous token, position, syntax or semantic
        models  ids; all that the run has compared with features where it is left out
        """
        if name not in FAMILIES:
            raise ValueError(f"there is no family {name!r}; the families are {', '.join(FAMILIES)}")
        planned = self.plan["numbers"].get("features") or {}
        if models is None:
            models = list(self.shapes) if planned.get("models") == "all" else [self.reference]
        found = []
        for model in models:
            table = self.families(model)
            for index in np.flatnonzero(table["family"] == name):
                found.append(
                    FamilyMember(
                        model, *self.neuron(model, int(index)), table["explanation"][index], float(table["explanation_corr"][index]),
                        float(table["explanation_score"][index])))
        return sorted(found, key=lambda member: -member.score)

    # What weights, activations and experiments say of the reference's neurons

    @functools.cached_property
    def feature_neurons(self):
        """The columns of features.csv, each [features]: the neuron of the reference that each feature explains best; NaN where there is none.

        With `features: {models: all}` also b_layer, b_neuron and b_corr, that of model b, for each other model.
        """
        return _table(self.path / "features.csv", f"`universal-neurons analyze {self.path}` writes it of a run that has features")

    @functools.cached_property
    def roles(self):
        """The columns of roles.csv, each [neurons with a role]; `promoted` and `suppressed` are lists of texts, of ids without a tokenizer."""
        columns = _table(self.path / "roles.csv", self._from_weights())
        for name in ("promoted", "suppressed"):
            lists = np.empty(len(columns[name]), dtype=object)
            for row, cell in enumerate(columns[name]):
                lists[row] = json.loads(cell)
            columns[name] = lists
        return columns

    @functools.cached_property
    def ensembles(self):
        """The columns of ensembles.csv, each [prediction and suppression neurons]; NaN where there is no such neuron, or no ensemble."""
        return _table(self.path / "ensembles.csv", self._from_weights())

    @functools.cached_property
    def entropy(self):
        """The columns of entropy.csv, each [candidates and controls]; `kind` is candidate, preset, frequency or
        control, `entropy` 1 for entropy neurons, `token_frequency` 1 for token-frequency neurons."""
        return _table(self.path / "entropy.csv", self._from_weights())

    @functools.cached_property
    def attention(self):
        """The columns of attention.csv, each [pairs of a neuron and a head], the largest |score| first."""
        return _table(self.path / "attention.csv", self._from_weights() + ", if the rows of the corpus all begin with the same token")

    @functools.cached_property
    def antipodes(self):
        """The columns of antipodes.csv, each [neurons of the reference]."""
        return _table(self.path / "antipodes.csv", self._from_weights())

    @functools.cached_property
    def similarity(self):
        """The columns of similarity.csv, each [compared layers]; NaN is a measure that was not asked for."""
        return _table(self.path / "similarity.csv", f"`universal-neurons similarity {self.path}` measures how alike layers are")

    @functools.cached_property
    def firing(self):
        """The columns of firing.csv, each [neurons of the first model of each pair]; NaN is a neuron without a partner, or a silent pair."""
        return _table(
            self.path / "firing.csv",
            self._not_neurons() or f"`universal-neurons similarity {self.path} --firing` counts where neurons and their partners fire")

    @functools.cached_property
    def explanations(self):
        """The columns of explanations.csv, each [explained neurons]."""
        return _table(
            self.path / "explanations.csv", self._not_neurons() or f"`universal-neurons explain {self.path} --in ANSWERS` scores what explainers have written")

    @functools.lru_cache(maxsize=4)
    def activations(self, layer):
        """At which tokens and positions the neurons of a layer of the reference are active: {key: array}.

        fired      int32 [positions, neurons]: in how many of `rows` [1] the pre-activation is above 0 at a position
        max_value  float32 [neurons, 100], and max_token, int32: the tokens of the highest activations, highest first; 0 is an empty place

        Where the configuration has `moments: {means: 100}` also

        mean_value float32 [neurons, 100], mean_token, int32, and mean_count, int64: the tokens with the highest mean activation, highest first,
                   and at how many places it is taken; a count of 0 is an empty place. No token counts less often than `mean_least_count` [1]
        """
        self.index(self.reference, (layer, 0))
        path = self.path / "activations" / f"layer{layer}.npz"
        if not path.is_file() and self.mark:
            raise RunError(f"{self.path}: its columns are no neurons but {self.columns}, of which a run keeps no pre-activations")
        if not path.is_file():
            raise RunError(f"{path} is missing; a run whose plan keeps moments has it, and `universal-neurons analyze {self.path}` writes it")
        with np.load(path) as arrays:
            return {name: arrays[name] for name in arrays}

    @functools.cached_property
    def interventions(self):
        """What changes of neurons do to predictions: [Intervention(model, rows, tokens, table, name)], one for each question that is answered.

        Of a model that has changed since, or another corpus, there are none: a question belongs to its plan.
        """
        return [
            Intervention(answer["model"], answer["rows"], answer["tokens"], table, name, run_tokens)
            for answer, table, name, run_tokens in self._answers("interventions", "intervene", "measures what changes do")]

    @functools.cached_property
    def substitutions(self):
        """How well a model predicts with neurons replaced by their matches in another: [Substitution(model, other, rows, tokens, table, name)],
        one for each question that is answered. As with interventions, a question belongs to its plan.
        """
        return [
            Substitution(answer["model"], answer["other"], answer["rows"], answer["tokens"], table, name, run_tokens)
            for answer, table, name, run_tokens in self._answers("substitution", "substitute", "measures what they are worth")]

    def _answers(self, kind, command, what):
        """The questions of a kind that are answered: [(the answer's JSON, its table, its folder's name, the run's tokens)]."""
        found = []
        for path in sorted((self.path / kind).glob(f"*/{kind}.csv")):
            question, answer = (json.loads((path.parent / name).read_bytes()) for name in ("question.json", f"{kind}.json"))
            if question["plan"] == self.plan["identity"]:
                table = _table(path, f"remove {path.parent} and ask again by `universal-neurons {command}` what its question.json says")
                found.append((answer, table, path.parent.name, question.get("run_tokens")))
        if not found and self.mark:
            raise RunError(f"{self.path}: {self._not_neurons()}")
        if not found:
            raise RunError(f"{self.path}: no question is answered; `universal-neurons {command} {self.path} --neurons 0.0` {what}")
        return found

    def _from_weights(self):
        return self._not_neurons() or f"`universal-neurons analyze {self.path}` writes it where the files of model {self.reference} are there"

    def _not_neurons(self):
        """Why there is nothing of neurons alone; empty where the columns are neurons."""
        return f"its columns are {self.columns}, and this is of neurons: a run of the same models with `columns: neurons` has it" if self.mark else ""

    # Correlations

    @functools.cached_property
    def matrices(self):
        """The zarr group of all correlations: an array for each pair, float32 or float16 [neurons of a, neurons of b]."""
        import zarr

        path = self.path / "correlations.zarr"
        if not (path / ".zmetadata").is_file():
            if "screening" in self.summary and self.summary["screening"] is not None:
                raise RunError(f"{self.path}: a screened run has no matrices of all pairs; partners() has the candidates' correlations")
            if self.plan["configuration"].get("matrices") == "none":
                raise RunError(f"{self.path}: the run keeps no matrices; set `matrices: float32` in its configuration and run it again")
            raise RunError(f"{path}: no complete matrices are here; `universal-neurons gather {self.path} --matrices` brings those of reducers")
        group = zarr.open_group(str(path), mode="r")
        if group.attrs.get("statistics_sha256") != self.summary["statistics_sha256"]:
            raise RunError(f"{path}: they are of other statistics than summary.json; `universal-neurons analyze {self.path}` makes both")
        return group

    def correlations(self, pair, layer=None, neuron=None):
        """Correlations of a pair of models, "a-b" or ("a", "b"), in either order.

        pair                  the zarr array, [neurons of a, neurons of b]; only in the order of `pairs`
        pair, layer           float32 [neurons of the layer, neurons of b]
        pair, layer, neuron   float32 [neurons of b]: all correlations of one neuron of a

        What a band of layers leaves out is NaN.
        """
        first, second = self._pair(pair)
        array, isTurned = self._matrix(first, second)
        if layer is None:
            if neuron is not None:
                raise TypeError("a neuron needs its layer: correlations(pair, layer, neuron)")
            if isTurned:
                raise RunError(f"the whole matrix is {second}-{first}; transpose that, or ask for a layer")
            return array
        start = self.index(first, (layer, neuron or 0))
        lines = slice(start, start + (self.shapes[first].width if neuron is None else 1))
        values = np.asarray(array[:, lines]).T if isTurned else np.asarray(array[lines])
        return np.ascontiguousarray(values if neuron is None else values[0], dtype=np.float32)

    def block(self, pair, layer, other):
        """The correlations of a layer of a with one of b, float32 [neurons of the layer of a, neurons of the layer of b]."""
        first, second = self._pair(pair)
        array, isTurned = self._matrix(first, second)
        lines = [slice(self.index(model, (at, 0)), self.index(model, (at, 0)) + self.shapes[model].width)
                 for model, at in ((first, layer), (second, other))]
        values = np.asarray(array[lines[1], lines[0]]).T if isTurned else np.asarray(array[lines[0], lines[1]])
        return np.ascontiguousarray(values, dtype=np.float32)

    @functools.lru_cache(maxsize=8)
    def summaries(self, pair):
        """What is known of each neuron's row of correlations: {key: array}, as pairs/a-b.npz has it.

        Keys begin with the model whose neurons are the rows: `a_max_corr` [neurons of a], `a_max_tail_corr` and `a_max_tail_corr_ix`
        [neurons of a, 50], `a_bin_counts` [neurons of a, 101], `a_corr_mean` and so on, `b_max_corr` [neurons of b] ...
        """
        first, second = self._pair(pair)
        first, second = self._ordered(first, second)
        path = self.path / "pairs" / f"{first}-{second}.npz"
        with np.load(path) as arrays:
            return {name: arrays[name] for name in arrays}

    def partners(self, neuron, top=10, model=None, of=None, lowest=False):
        """The neurons of other models that a neuron correlates with most, at most 50 of a model: [Partner(model, layer, number, correlation)].

        model   only partners in this model
        of      the model of the neuron, where it is not the reference
        lowest  those that it correlates with least
        """
        of = of or self.reference
        index = self.index(of, neuron)
        others = [model] if model else [self._other(pair, of) for pair in self.pairs if of in pair]
        end = "min" if lowest else "max"
        found = []
        for other in others:
            arrays = self.summaries((of, other))
            if f"{of}_{end}_tail_corr" not in arrays:
                raise RunError(f"{self.path}: a screened run knows the highest correlations only")
            for value, partner in zip(arrays[f"{of}_{end}_tail_corr"][index], arrays[f"{of}_{end}_tail_corr_ix"][index]):
                if partner >= 0:
                    found.append(Partner(other, *self.neuron(other, int(partner)), float(value)))
        # The sign of a direction is arbitrary: such partners are kept by the size of their correlations.
        strength = abs if self.plan["numbers"].get("basis") and not lowest else float
        found.sort(key=lambda partner: strength(partner.correlation), reverse=not lowest)
        return found[:top]

    # Features

    def features(self, of="token"):
        """The features of tokens that may explain neurons: FeatureTable(names, families, holds).

        of  "token", or "previous" for those of the token before, which neurons.csv calls "previous: " and their name
        """
        if of not in ("token", "previous"):
            raise ValueError('of is "token" or "previous"')
        path = self.path / "features.npz"
        if not path.is_file():
            raise RunError(f"{self.path}: the run has no features (`features: none`)")
        with np.load(path) as arrays:
            catalogue = json.loads(arrays["catalogue"].tobytes())
            bits = arrays[f"{of}_features"]
        columns = catalogue[of]
        holds = np.unpackbits(bits, axis=1, bitorder="little")[:, : len(columns)].astype(bool)
        return FeatureTable([column["name"] for column in columns], [column["family"] for column in columns], holds)

    # Examples

    def examples(self, neuron, top=None):
        """The tokens at which a neuron of the reference is most active, the strongest first: [Example(value, row, position, ...)].

        As many as the run keeps (`examples:` in its configuration), of all tokens that are in its store.
        """
        neuron = self.neuron(self.reference, self.index(self.reference, neuron))
        values, rows, positions, windows = self._layer_examples(neuron.layer)
        values, rows, positions, windows = values[neuron.number], rows[neuron.number], positions[neuron.number], windows[neuron.number]
        settings = self.plan["numbers"]["examples"]
        # By value descending, then by row and position: the last key of lexsort comes first.
        order = [i for i in np.lexsort((positions, rows, -values)) if values[i] > 0][: settings["count"]][:top]
        place = settings["before"]
        found = []
        for i in order:
            window = tuple(int(token) for token in windows[i])
            texts = [self._text(part) for part in (window[:place], window[place : place + 1], window[place + 1 :])]
            found.append(Example(float(values[i]), int(rows[i]), int(positions[i]), *texts, window, place))
        return found

    @functools.lru_cache(maxsize=4)
    def _layer_examples(self, layer):
        """Of all strata of a layer: values, rows, positions [neurons, places], windows [neurons, places, window]; 0 is an empty place."""
        settings = self.plan["numbers"]["examples"]
        if settings["count"] == 0:
            raise RunError(f"{self.path}: the run keeps no examples (`examples: {{count: 0}}`)")
        staged = list((self.path / "store" / "staging").glob("*.partial"))
        files = sorted((self.path / "store" / "sections").glob(f"{self.reference}.{layer}.r*.top"))
        if staged:
            raise RunError(f"{self.path}: {len(staged)} partials wait to be folded into the store; go on with `universal-neurons run`")
        if not files:
            raise RunError(
                f"{self.path}: its examples are not here; where reducers have the statistics, `universal-neurons gather {self.path} "
                "--statistics` brings them")
        places, window = settings["count"], settings["before"] + 1 + settings["after"]
        parts = [_examples(path, self.plan["identity"], self.shapes[self.reference].width, places, window) for path in files]
        return [np.concatenate(arrays, axis=1) for arrays in zip(*parts)]

    @functools.cached_property
    def _token_bytes(self):
        """The bytes of each token of the run's tokenizer, {id: bytes}; None where it is not where the plan says."""
        corpus = self.plan["configuration"]["corpus"]
        folder = _tokenizer_folder(corpus.get("tokenizer"), corpus.get("tokenizer_commit"))
        return _vocabulary(folder) if folder else None

    def _text(self, tokens):
        known = [token for token in tokens if token >= 0]
        if self._token_bytes is None:
            return " ".join(str(token) for token in known)
        return b"".join(self._token_bytes.get(token, b"") for token in known).decode("utf-8", errors="replace")

    # What is asked for

    def _json(self, name):
        try:
            return json.loads((self.path / name).read_bytes())
        except ValueError as error:
            raise RunError(f"{self.path / name} is damaged: {error}") from error

    def _shape(self, model):
        if model not in self.shapes:
            raise KeyError(f"the run has no model {model!r}; it has {', '.join(self.shapes)}")
        return self.shapes[model]

    def _pair(self, pair):
        names = pair.split("-") if isinstance(pair, str) else tuple(pair)
        if len(names) != 2:
            raise ValueError(f'a pair is "a-b" or ("a", "b"), not {pair!r}')
        first, second = names
        for model in (first, second):
            self._shape(model)
        self._ordered(first, second)
        return first, second

    def _ordered(self, first, second):
        for pair in ((first, second), (second, first)):
            if pair in self.pairs:
                return pair
        raise KeyError(f"{first} and {second} are not compared; the pairs are {', '.join('-'.join(pair) for pair in self.pairs)}")

    def _matrix(self, first, second):
        ordered = self._ordered(first, second)
        return self.matrices["-".join(ordered)], ordered != (first, second)

    @staticmethod
    def _other(pair, model):
        return pair[1] if pair[0] == model else pair[0]


def _neuron(neuron):
    """A neuron of (layer, number) or "layer.number"; a rotated or principal column also of "3.r117" or "3.pc5"."""
    if isinstance(neuron, str):
        match = re.fullmatch(r"(\d+)\.(?:r|pc)?(\d+)", neuron)
        parts = match.groups() if match else ()
    else:
        parts = tuple(neuron)
    if len(parts) != 2:
        raise ValueError(f"a neuron is (layer, number) or 'layer.number', not {neuron!r}")
    return Neuron(int(parts[0]), int(parts[1]))


def _table(path, remedy, rows=None):
    """The columns of a table: {name: array [rows]}; without the table, or with another number of rows, a RunError with what to do."""
    if not path.is_file():
        raise RunError(f"{path} is missing; {remedy}")
    try:
        text = path.read_bytes().decode("utf-8")
        names, *records = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RunError(f"{path} is damaged: {error}; {remedy}") from error
    for number, record in enumerate(records, 1):
        if len(record) != len(names):
            raise RunError(f"{path} is damaged: row {number} has {len(record)} cells, the header {len(names)}; {remedy}")
    # Of a last row that was cut off a number may have lost digits.
    if text and not text.endswith("\n"):
        raise RunError(f"{path} is damaged: its last row has no end; {remedy}")
    if rows is not None and len(records) != rows:
        raise RunError(f"{path} is damaged: it has {len(records)} rows for {rows} neurons; {remedy}")
    columns = list(zip(*records)) or [()] * len(names)
    return {name: _column(name, cells) for name, cells in zip(names, columns)}


# What a feature belongs to, and with it a neuron that it explains.
FAMILIES = ("unigram", "alphabet", "previous token", "position", "syntax", "semantic")

# Keys of the plan, marks and words of columns that are no neurons.
_BASES = [("rotated", "r", "rotated directions"), ("principal", "pc", "principal directions")]

# What neurons.csv and families/MODEL.csv have of families.
_FAMILY_COLUMNS = (
    "family", "explanation", "explanation_score", "explanation_corr", "second_explanation", "second_explanation_corr")

# Columns of texts, also where all cells are empty or look like numbers.
_TEXTS = {
    "family", "explanation", "second_explanation", "role", "feature", "promoted", "suppressed", "kind", "presets", "effect", "pair", "at",
    "frozen", "explainer", "from"
}


def _column(name, cells):
    if name in _TEXTS:
        return np.array(cells, dtype=object)
    for kind in (int, float):
        try:
            values = [kind(cell) if cell or kind is int else np.nan for cell in cells]
            return np.array(values, dtype=np.int64 if kind is int else np.float64)
        except ValueError:
            pass
    return np.array(cells, dtype=object)


# A file of the store: "UNPARTIA", version; pieces; a directory in JSON; its offset, length and SHA-256, version, "UNPARTIA". Integers are
# little-endian, of 64 bits. The pieces of examples are values (the bits of float32), rows, positions and windows: int32, zigzag coded, all
# lowest bytes first, then all second ones and so on, compressed with zstd.
_MAGIC, _VERSIONS, _TRAILER = b"UNPARTIA", (1, 2), 64


def _examples(path, plan, neurons, places, window):
    """The examples in a file: values float32, rows and positions int32 [neurons, places], windows int32 [neurons, places, window]."""
    content = path.read_bytes()
    if len(content) < 16 + _TRAILER or content[:8] != _MAGIC or content[-8:] != _MAGIC:
        raise RunError(f"{path} is damaged: it is no file of a store, or its end is missing")
    if int.from_bytes(content[8:16], "little") not in _VERSIONS:
        raise RunError(f"{path}: the store is of another version of universal-neurons; use the universal_neurons.py of that version")
    trailer = len(content) - _TRAILER
    offset, length = (int.from_bytes(content[at : at + 8], "little") for at in (trailer, trailer + 8))
    stored = content[offset : offset + length]
    if offset + length != trailer or hashlib.sha256(stored).digest() != content[trailer + 16 : trailer + 48]:
        raise RunError(f"{path} is damaged: its directory has another checksum")
    directory = json.loads(stored)
    if directory["plan"] != plan:
        raise RunError(f"{path} belongs to another plan")
    if len(directory["sections"]) != 1 or directory["sections"][0]["key"]["kind"] != "examples":
        raise RunError(f"{path} is damaged: it holds no examples")
    arrays = [_integers(path, content, piece) for piece in directory["sections"][0]["pieces"]]
    shape = (neurons, places)
    if [array.size for array in arrays] != [neurons * places] * 3 + [neurons * places * window]:
        raise RunError(f"{path} is damaged: its examples have another shape than the plan's")
    values, rows, positions, windows = arrays
    return values.view("<f4").reshape(shape), rows.reshape(shape), positions.reshape(shape), windows.reshape(*shape, window)


def _integers(path, content, piece):
    """The integers of a piece, int32."""
    from numcodecs import Zstd

    stored = content[piece["offset"] : piece["offset"] + piece["length"]]
    if hashlib.sha256(stored).hexdigest() != piece["checksum"]:
        raise RunError(f"{path} is damaged: a piece has another checksum")
    planes = np.frombuffer(Zstd().decode(stored), dtype=np.uint8).reshape(4, -1).astype(np.uint32)
    codes = planes[0] | planes[1] << 8 | planes[2] << 16 | planes[3] << 24
    return ((codes >> 1) ^ (0 - (codes & 1))).view(np.int32)


def _tokenizer_folder(name, commit):
    """The folder of a tokenizer; that of hf:ORGANISATION/NAME@REVISION is what the Hugging Face cache has of it at a commit."""
    if not name or not name.startswith("hf:"):
        return Path(name) if name else None
    if not re.fullmatch("[0-9a-f]{40}", commit or ""):
        return None
    repository = name[len("hf:") :].partition("@")[0]
    return _hub_cache() / "--".join(["models", *repository.split("/")]) / "snapshots" / commit


def _hub_cache():
    """The folder of the Hugging Face cache, where huggingface_hub has it; a variable that is empty is not set."""

    def path(name, *inside):
        value = os.environ.get(name)
        return Path(os.path.expandvars(os.path.expanduser(value)), *inside) if value else None

    return (
        path("HF_HUB_CACHE") or path("HUGGINGFACE_HUB_CACHE") or path("HF_HOME", "hub") or path("XDG_CACHE_HOME", "huggingface", "hub")
        or Path.home() / ".cache" / "huggingface" / "hub")


def _vocabulary(folder):
    """The bytes of each token of a byte-level BPE, {id: bytes}; None where there is no tokenizer in the folder."""
    added = {}
    # The first that is there, as Hugging Face and as OpenAI call them.
    file = next((folder / name for name in ("tokenizer.json", "vocab.json", "encoder.json") if (folder / name).is_file()), None)
    if file is None:
        return None
    vocabulary = json.loads(file.read_bytes())
    if file.name == "tokenizer.json":
        added = {token["id"]: token["content"].encode() for token in vocabulary.get("added_tokens", [])}
        vocabulary = vocabulary["model"]["vocab"]
    # Bytes that print as themselves stand for themselves; the others, in order, for the characters from U+0100 on.
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain} | {chr(0x100 + place): byte for place, byte in enumerate(others)}
    tokens = {
        number: b"".join(bytes([letters[letter]]) if letter in letters else letter.encode() for letter in token)
        for token, number in vocabulary.items()
    }
    return tokens | added
