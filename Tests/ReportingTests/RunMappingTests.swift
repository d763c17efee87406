import Corpus
import Foundation
import Pipeline
import Statistics
import SystemPackage
import Testing

@testable import Analysis
@testable import Reporting

@Suite("From an analysis to a report")
struct RunMappingTests {
    /// Two layers of three neurons against two models, one of them with other widths; two neurons are universal.
    static func result(replicates: Int = 4) -> UniversalityResult {
        let layout = StatisticsLayout(
            models: [[("a", 3), ("a", 3)], [("b", 3), ("b", 3)], [("c", 2), ("c", 5)]].map { model in
                model.enumerated().map { ColumnGroup(source: $0.element.0, layer: $0.offset, columns: $0.element.1) }
            }, features: [], pairing: .reference)
        let shapes = ["a", "b", "c"].map { ModelShape(id: $0, layout: layout) }
        let hasErrors = replicates > 1
        let mean = [0.30, 0.91, 0.25, 0.85, 0.40, 0.20]
        let baseline = [0.20, 0.30, 0.22, 0.30, 0.21, 0.19]
        let excess = zip(mean, baseline).map { $0 - $1 }
        let universal = UniversalCount(
            count: 2, fraction: 2.0 / 6, threshold: 0.5, standardError: hasErrors ? 0.5 / 6 : nil,
            countStandardError: hasErrors ? 0.5 : nil,
            degreesOfFreedom: hasErrors ? 3 : nil)
        let matches = [
            ModelMatches(
                model: shapes[1], best: [0.3, 0.92, 0.2, 0.8, 0.4, 0.2], partner: [0, 4, 2, 5, 1, 0], bestStandardError: nil,
                crossfit: hasErrors ? [0.29, 0.90, 0.1, 0.8, 0.4, 0.2] : nil),
            ModelMatches(
                model: shapes[2], best: [0.3, 0.90, 0.3, 0.9, 0.4, 0.2], partner: [0, 6, 2, 5, 1, 0], bestStandardError: nil, crossfit: nil),
        ]
        return UniversalityResult(
            configuration: UniversalityConfiguration(reference: "a", others: ["b", "c"]), reference: shapes[0], tokens: 4000,
            replicateTokens: Array(repeating: 4000 / replicates, count: replicates), matches: matches, maximum: mean, mean: mean,
            minimum: mean, meanStandardError: nil, meanCorrelation: Estimate(value: 0.5, standardError: nil),
            baselines: [
                BaselineColumns(
                    kind: .gaussian, models: [], deviations: [], maximum: baseline, mean: baseline, minimum: baseline, excess: excess,
                    excessStandardError: hasErrors ? [0.01, 0.02, 0.03, 0.04, 0.05, 0.06] : nil, universal: universal,
                    meanBaseline: Estimate(value: 0.2, standardError: nil), meanExcess: Estimate(value: 0.2, standardError: nil))
            ], isUniversal: excess.map { $0 > 0.5 },
            convergence: Convergence(points: [ConvergencePoint(replicates: replicates, tokens: 4000, universal: universal)]),
            layerMatches: [LayerMatches(model: "b", counts: [[2, 1], [2, 1]]), LayerMatches(model: "c", counts: [[1, 2], [2, 1]])],
            pairs: [], zeroVariance: ["a": [4], "c": [2]])
    }

    private static func content(replicates: Int = 4, band: Int? = nil) throws -> ReportContent {
        let result = result(replicates: replicates)
        var summary = RunSummary(
            result,
            provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: 1e-6, version: "9.9"))
        summary.band = band
        return try ReportContent(result, summary: summary, explanations: nil) { layer, neuron in
            [ReportedExample(value: 1, row: layer, position: neuron, before: "x", token: "y", after: "z")]
        }
    }

    @Test("counts, neurons and partners are those of the analysis, by layer and number")
    func mapping() throws {
        let content = try Self.content()
        #expect(content.universal == ReportedFigure(2, standardError: 0.5, degreesOfFreedom: 3))
        #expect(content.neuronCount == 6 && content.tokens == 4000 && content.replicates == 4)
        #expect(content.layers.map(\.universal.value) == [1, 1])
        #expect(content.matches == ReportedMatches(counts: [3, 3, 4, 2], columns: 2))
        #expect(content.neurons.map(\.name) == ["0.1", "1.0", "1.1", "0.0", "0.2", "1.2"])
        let first = content.neurons[0]
        #expect(abs(first.excess.value - 0.61) < 1e-12 && first.excess.standardError == 0.02 && first.isUniversal)
        #expect(first.partners.map { "\($0.layer).\($0.neuron)" } == ["1.1", "1.4"])
        #expect(first.partners[0].crossFit.map { abs($0 - 0.9) < 1e-6 } == true && first.partners[1].crossFit == nil)
        #expect(first.examples.first?.row == 0 && first.examples.first?.position == 1)
        #expect(content.provenance.zeroVariance == ["a 1.1", "c 1.0"])
        // One point with an error: the pooled error is that point's.
        #expect(content.pooledError.map { abs($0 - 0.5) < 1e-12 } == true)
        #expect(try ReportPage(content).html().contains("2 of the 6 neurons of model a are universal"))
    }

    @Test("of a screened run page and terminal say how many lists of candidates were cut at their limit, where any were")
    func limitedCandidates() throws {
        var content = try Self.content()
        func texts(limited: Double) throws -> [String] {
            content.provenance.screening = ScreeningFinding(
                pilotTokens: 200_704, confidence: 0.999, mostCandidates: 100, meanCandidates: 31.3, limited: limited, missed: 0.02,
                missedAbove: 1e-4, silentInPilot: 0, baselineBias: nil)
            return [try ReportPage(content).html(), RunSummaryText(content).description]
        }
        for (limited, share) in [(0.125, "12.5"), (1.0 / 16, "6.25"), (0.0004, "0.0400")] {
            for text in try texts(limited: limited) {
                let words = "31.3 candidates in each model, 100 at most, where \(share)\u{202F}% of the lists were cut although their "
                #expect(text.contains(words + "bounds asked for more; a best partner was missed"), "\(share)")
            }
        }
        for text in try texts(limited: 0) { #expect(text.contains("100 at most; a best partner was missed")) }
    }

    @Test("layers that a band leaves out are no zeroes but not computed, in the image, its title, its caption and its table")
    func band() throws {
        let content = try Self.content(band: 0)
        #expect(content.matches == ReportedMatches(counts: [3, nil, nil, 2], columns: 2, band: 0))
        let page = try ReportPage(content).html()
        #expect(page.contains("hatched cells were not computed</title>") && page.contains("Hatched: not computed."))
        #expect(page.contains("layer 0 → layer 1: not computed</title>") && page.contains("<td>3</td><td>–</td>"))
        // A band that holds all of them leaves nothing out.
        #expect(try !ReportPage(Self.content(band: 1)).html().contains("not computed"))
        #expect(try !ReportPage(Self.content()).html().contains("not computed"))
    }

    @Test("directions, their partners and those without variance have their names")
    func directions() throws {
        let result = Self.result()
        let summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: 1e-6, version: "9.9"))
        let columns = ColumnNames(.principal(PrincipalColumns()))
        let content = try ReportContent(result, summary: summary, explanations: nil, columns: columns) { _, _ in [] }
        #expect(content.columns == columns && content.neurons.map(\.name) == ["0.pc1", "1.pc0", "1.pc1", "0.pc0", "0.pc2", "1.pc2"])
        #expect(content.neurons[0].partners.map(\.name) == ["1.pc1", "1.pc4"])
        #expect(content.provenance.zeroVariance == ["a 1.pc1", "c 1.pc0"])
    }

    @Test("the rounding's error is called what it is, on the page and in the printed summary")
    func rounding() throws {
        var content = try Self.content()
        content.provenance.resolution = "1/16"
        let text = RunSummaryText(content).description
        #expect(text.contains("  rounding  to multiples of 1/16 moves the correlation of the columns that vary least by "))
        #expect(text.contains(" (root mean square), others by less"))
        let page = try ReportPage(content).html()
        #expect(page.contains("error by resolution (root mean square, columns that vary least)") && !page.contains("largest error"))
    }

    @Test("a rounding error above the noise of sampling is said to be that, on the page and in the printed summary")
    func roundingAboveNoise() throws {
        var content = try Self.content()
        let words = "more than sampling noise"
        // 4,000 tokens: the noise is 0.0158.
        content.provenance.resolutionError = 0.015
        #expect(!RunSummaryText(content).description.contains(words))
        #expect(try !ReportPage(content).html().contains(words))
        content.provenance.resolutionError = 0.017
        #expect(RunSummaryText(content).description.contains("(root mean square), others by less: \(words)"))
        #expect(try ReportPage(content).html().contains(words))
    }

    @Test("cliques, groups and steps of the summary are tables; without them there are none")
    func tables() throws {
        let result = Self.result()
        var summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: nil, version: "9.9"))
        #expect(ReportedTable.tables(of: summary).isEmpty)
        let size = CliqueSizeCount(
            size: 2, count: 1_234, fraction: 0.25, universal: 2, bootstrapMean: 1_300, standardError: 12.3, universalStandardError: 0.5)
        summary.cliques = CliqueSummary(count: 4_321, sizes: [size], replicates: 1_000, seed: 0, universalStandardError: 0.75)
        summary.groups = [GroupOfModels(result, cliques: nil)]
        summary.steps = [
            StepCount(
                step: 1_000, universal: result.universal, universalAtEnd: 1, appear: 1,
                meanExcess: Estimate(value: 0.25, standardError: nil))
        ]
        let tables = ReportedTable.tables(of: summary)
        #expect(tables.map(\.id) == ["cliques", "groups", "steps"])
        #expect(tables[0].rows == [["2", "1,234", "25.00\u{202F}%", "2 ± 0.500", "12.3", "1,300"]])
        #expect(tables[0].sentences.joined().contains("4,321 among 3 models"))
        #expect(tables[0].sentences.joined().contains("the count of all universal neurons has an error of 0.750."))
        #expect(tables[1].rows == [["a", "b and c", "6", "2 ± 0.50", "33.33\u{202F}%", "0.500"]])
        #expect(tables[2].rows == [["1,000", "2 ± 0.50", "1", "1", "0.250"]])
        let content = try ReportContent(result, summary: summary, explanations: nil) { _, _ in [] }
        #expect(content.tables == tables && tables.allSatisfy { table in table.rows.allSatisfy { $0.count == table.columns.count } })
    }

    @Test("explanations of other neurons are refused, not left out")
    func otherExplanations() throws {
        let result = Self.result()
        let summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: nil, version: "9.9"))
        let json = #"{"features": [], "neurons": [], "bestNeurons": []}"#
        let explanations = try JSONDecoder().decode(FeatureExplanations.self, from: Data(json.utf8))
        #expect(throws: AnalysisError.self) {
            try ReportContent(result, summary: summary, explanations: explanations) { _, _ in [] }
        }
    }

    @Test("features and letters stand with the neurons that they explain best, those that explain most first")
    func features() throws {
        let result = Self.result()
        let features = ["letter a", "letter b", "letter c", "contains <", "contains digit"].map { name in
            #"{"name": "\#(name)", "family": "\#(name.hasPrefix("letter") ? "alphabet" : "syntax")", "aliases": []}"#
        }
        let neurons = [(0, 1, 0.5), (1, 0, 0.75), (1, 2, 0.125), (0, 2, -0.5)].map { layer, neuron, correlation in
            #"{"layer": \#(layer), "neuron": \#(neuron), "correlation": \#(correlation)}"#
        }
        let json =
            #"{"neurons": [], "features": ["# + features.joined(separator: ", ") + #"], "bestNeurons": ["#
            + (neurons + ["null"]).joined(separator: ", ") + "]}"
        let explanations = try JSONDecoder().decode(FeatureExplanations.self, from: Data(json.utf8))
        let tables = ReportedTable.tables(of: explanations, result: result)
        #expect(tables.map(\.id) == ["alphabet", "features"])
        let a = ["letter a", "alphabet", "0.1", "25\u{202F}%", "0.500", "0.610"]
        let b = ["letter b", "alphabet", "1.0", "56\u{202F}%", "0.750", "0.550"]
        // What explains less than 5 % is in features.csv alone.
        #expect(tables[0].rows == [b, a])
        #expect(tables[1].rows == [b, a, ["contains <", "syntax", "0.2", "25\u{202F}%", "\u{2212}0.500", "0.030"]])
        #expect(tables[0].sentences.joined().contains("above 37\u{202F}%, here 1."))
        #expect(tables[1].sentences.joined().hasPrefix("Of 5 features 3 explain at least 5\u{202F}% of the variance of some neuron of a. "))
        var content = try Self.content()
        content.tables = tables
        let html = try ReportPage(content).html()
        #expect(html.contains("<td class=\"text\">contains &lt;</td>") && html.contains("<a href=\"#alphabet\">Alphabet</a>"))
        #expect(!html.contains("Which neuron each feature explains best"))
        #expect(try ReportPage(Self.content()).html().contains("Which neuron each feature explains best: a new run with"))
    }

    @Test("an explanation says whether the neuron is lower with its feature, and whether it is weak")
    func signs() throws {
        let result = Self.result()
        let summary = RunSummary(
            result, provenance: .init(name: "run", kernels: "haswell", statisticsSHA256: "abc", resolutionError: nil, version: "9.9"))
        let neurons = [0.4, -0.9, 0.1, 0.6, -0.3, 0].enumerated().map { index, correlation in
            let family = abs(correlation) > 0.2 ? #""family": "unigram", "# : ""
            return #"{"layer": \#(index / 3), "neuron": \#(index % 3), "best": {"feature": 0, "correlation": \#(correlation)}, "#
                + family + #""familyScores": {}}"#
        }
        let json =
            #"{"features": [{"name": "unigram the", "family": "unigram", "aliases": []}], "bestNeurons": [], "neurons": ["#
            + neurons.joined(separator: ", ") + "]}"
        let explanations = try JSONDecoder().decode(FeatureExplanations.self, from: Data(json.utf8))
        let content = try ReportContent(result, summary: summary, explanations: explanations) { _, _ in [] }
        // By falling excess: 0.1, 1.0, 1.1, 0.0, 0.2, 1.2.
        #expect(content.neurons.map(\.explanation) == ["not: unigram the", "unigram the", "not: unigram the", "unigram the", nil, nil])
        let page = try ReportPage(content).html()
        #expect(page.contains(">not: unigram the<small>81\u{202F}%</small>") && page.contains(">unigram the<small>36\u{202F}%</small>"))
        #expect(page.contains(">not: unigram the<small>weakly (9\u{202F}%)</small>"))
        #expect(page.contains("“not: …”: the neuron is lower where") && page.contains("weakly: less than 25\u{202F}%"))
        #expect(RunSummaryText(content).description.contains("  not: unigram the, weakly (9\u{202F}%)"))
    }

    @Test("without replicates there is no error anywhere")
    func noErrors() throws {
        let content = try Self.content(replicates: 1)
        #expect(content.universal.standardError == nil && content.pooledError == nil)
        #expect(content.neurons.allSatisfy { $0.excess.standardError == nil })
        #expect(try ReportPage(content).html().contains("There are none"))
    }

    @Test("examples without a tokenizer show ids, and nothing beyond the ends of the row")
    func ids() throws {
        let context = ExampleContext(tokenizer: nil, settings: ExampleSettings(count: 1, before: 2, after: 2)) { $0 == 7 ? "Code" : nil }
        let example = context.reported(Example(value: 1.5, row: 7, position: 1, window: [-1, 0, 42, 5, -1]))
        #expect(
            example
                == ReportedExample(value: 1.5, row: 7, position: 1, domain: "Code", before: "0", token: "42", after: "5", isText: false))
        #expect(context.reported(Example(value: 1, row: 0, position: 0, window: [1])) == nil)
    }

    @Test("examples with a tokenizer show text")
    func text() throws {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("configs/demo/tokenizer")
        let tokenizer = try Tokenizer(folder: folder)
        let ids = tokenizer.encode("In the beginning was the word")
        try #require(ids.count > 4)
        let window = [-1, tokenizer.endOfText] + ids.prefix(3)
        let context = ExampleContext(tokenizer: tokenizer, settings: ExampleSettings(count: 1, before: 3, after: 1))
        let example = try #require(context.reported(Example(value: 1, row: 0, position: 2, window: window)))
        #expect(example.before == "<|endoftext|>" + tokenizer.decode(ids.prefix(1)))
        #expect(example.before + example.token + example.after == "<|endoftext|>" + tokenizer.decode(ids.prefix(3)))
        #expect(example.isText)
    }
}
