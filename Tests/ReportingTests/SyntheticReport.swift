import Reporting
import SmallRuns

/// Contents of made-up runs, the same for the same seed.
struct SyntheticReport {
    var layers = 4
    var width = 512
    var others = ["b", "c", "d", "e"]
    var seed: UInt64 = 1
    /// Neurons per thousand that really correspond.
    var correspondingPerMille = 20
    var examples = 5
    var replicates = 4

    /// The run's content.
    func content() -> ReportContent {
        var random = SeededGenerator(seed: seed)
        let count = layers * width
        var population = ReportedPopulation()
        for index in 0..<count {
            let layer = index / width
            let depth = Double(layer) / Double(max(1, layers - 1))
            let baseline = 0.32 - 0.14 * depth + 0.035 * random.normal()
            let corresponds = random.below(1000) < correspondingPerMille
            let excess = corresponds ? 0.25 + 0.16 * abs(random.normal()) : 0.10 + 0.06 * abs(random.normal())
            let best = min(0.985, baseline + excess)
            population.layer.append(layer)
            population.baseline.append(Float(baseline))
            population.bestCorrelation.append(Float(best))
            population.excess.append(Float(best - baseline))
        }
        let threshold = 0.5
        let selection = NeuronSelection(excess: population.excess, threshold: threshold)
        let universal = selection.universalCount
        let freedom = replicates > 1 ? replicates - 1 : nil
        func figure(_ value: Double, _ error: Double) -> ReportedFigure {
            ReportedFigure(value, standardError: replicates > 1 ? error : nil, degreesOfFreedom: freedom)
        }
        let root = max(1, Double(universal)).squareRoot()
        let layerFigures = (0..<layers).map { layer in
            let found = (0..<width).count { population.excess[layer * width + $0] > Float(threshold) }
            return ReportedLayer(neurons: width, universal: figure(Double(found), 0.4 * Double(found).squareRoot()))
        }
        return ReportContent(
            name: "synthetic", reference: "a", others: others, neuronCount: count, universal: figure(Double(universal), 0.5 * root),
            threshold: threshold, tokens: 380_313, rawTokens: 388_096, corpusTokens: 388_096, replicates: replicates,
            population: population, layers: layerFigures, matches: matches(&random), families: families(universal, count),
            neurons: selection.indices.map { neuron($0, population, &random, figure) },
            convergence: (1...max(1, replicates)).map { part in
                let share = Double(part) / Double(max(1, replicates))
                let value = (Double(universal) * (1 - 0.12 * (1 - share))).rounded()
                return ReportedConvergencePoint(
                    replicates: part, tokens: 380_313 * part / max(1, replicates),
                    universal: ReportedFigure(
                        value, standardError: part > 1 ? 0.5 * root / share.squareRoot() : nil, degreesOfFreedom: part > 1 ? part - 1 : nil)
                )
            }, provenance: provenance(count))
    }

    private func matches(_ random: inout SeededGenerator) -> ReportedMatches {
        var counts: [Double] = []
        for row in 0..<layers {
            for column in 0..<layers {
                let distance = Double(abs(row - column))
                counts.append(
                    (Double(width * others.count) / (1 + 2.2 * distance * distance) * (0.9 + 0.002 * Double(random.below(100)))).rounded())
            }
        }
        return ReportedMatches(counts: counts, columns: layers)
    }

    private func families(_ universal: Int, _ all: Int) -> [ReportedFamily] {
        let shares: [(String, Double, Double)] = [
            ("unigram", 0.21, 0.05), ("syntax", 0.18, 0.09), ("previous token", 0.12, 0.06), ("position", 0.05, 0.02),
            ("domain", 0.11, 0.07), ("alphabet", 0.04, 0.01), ("unexplained", 0.29, 0.70),
        ]
        return shares.map { name, some, among in
            ReportedFamily(
                name: name, all: Int((among * Double(all)).rounded()), universal: Int((some * Double(universal)).rounded()),
                listed: Int((some * 50).rounded()))
        }
    }

    private func neuron(
        _ index: Int, _ population: ReportedPopulation, _ random: inout SeededGenerator, _ figure: (Double, Double) -> ReportedFigure
    ) -> ReportedNeuron {
        let explanations = [
            ("token is “the”", "unigram"), ("token starts with a digit", "syntax"), ("previous token contains “(”", "previous token"),
            ("position below 16", "position"), ("domain is Code", "domain"), ("token ends in “-ing”, with a space before it", "syntax"),
            ("token is the letter k, in any case or spacing", "alphabet"),
        ]
        let explanation = explanations[random.below(explanations.count)]
        let best = Double(population.bestCorrelation[index])
        return ReportedNeuron(
            layer: index / width, neuron: index % width,
            excess: figure(Double(population.excess[index]), 0.004 + 0.0001 * Double(random.below(100))), bestCorrelation: best,
            baseline: Double(population.baseline[index]), isUniversal: population.excess[index] > 0.5,
            partners: others.map { _ in
                let correlation = min(0.99, best + 0.03 * random.normal())
                return ReportedPartner(
                    layer: index / width, neuron: random.below(width), correlation: correlation,
                    crossFit: replicates > 1 ? correlation - 0.004 : nil)
            }, explanation: explanation.0, explanationScore: 0.01 * Double(random.below(90)), family: explanation.1,
            examples: (0..<examples).map { order in example(order, &random) })
    }

    private func example(_ order: Int, _ random: inout SeededGenerator) -> ReportedExample {
        let texts: [(String, String, String)] = [
            (
                "And it came to pass after these things, that his master's wife cast her eyes upon Joseph; and she said, Lie with me.\n\nBut he",
                " refused", ", and said unto his master's wife, Behold, my master wotteth not what is with me in the house"
            ),
            (
                "def parse(self, text):\n\t\"\"\"Return the tree of *text*.\"\"\"\n\tif not text:\n\t\traise ValueError(\"empty", "\")\n",
                "\treturn self._parse(text.split(\",\"))\n"
            ),
            (
                "Changed in version 3.", "11",
                ": Accepts path-like objects. If *follow_symlinks* is <false>, and the platform & its libc allow it"
            ),
            ("naïve café – 日本語のテキスト ", "שלום", " emoji 👩‍👩‍👧 end of the line"),
        ]
        let text = texts[random.below(texts.count)]
        return ReportedExample(
            value: 9.5 - 0.31 * Double(order), row: random.below(1500), position: 1 + random.below(255),
            domain: ["Prose", "Code", "Docs"][random.below(3)], before: text.0, token: text.1, after: text.2)
    }

    private func provenance(_ count: Int) -> ReportedProvenance {
        let digest = String(repeating: "5f2c9e07", count: 8)
        return ReportedProvenance(
            program: "universal-neurons 0.1.0", planIdentity: digest, statisticsSHA256: digest, kernels: "haswell",
            corpus: "demo/corpus.jsonl.zst", corpusDigest: digest,
            models: (["a"] + others).map {
                ReportedModel(id: $0, path: "demo/models/\($0)", layers: layers, neurons: count, digest: digest)
            },
            resolution: "1/16", resolutionError: 1.07e-5, rotationKind: "gaussian", rotationDraws: 5,
            zeroVariance: ["a 0.17", "c 3.200"], configuration: "name: synthetic\ncorpus:\n  path: demo/corpus.jsonl.zst\ntokens: 100k\n",
            facts: [ReportedFact("mask", "<|endoftext|>, \\n")])
    }
}
