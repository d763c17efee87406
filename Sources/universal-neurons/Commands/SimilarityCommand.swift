import Analysis
import ArgumentParser
import Cluster
import Diagnostics
import Foundation
import Pipeline

/// `similarity`: measure how alike the layers of a run's models are.
struct SimilarityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similarity",
        abstract: "Measure how alike the layers of a run's models are, by CKA, Procrustes, CCA, regression, matched neurons and cosines.",
        discussion: """
            EXAMPLE:
              universal-neurons similarity runs/demo --layers all
              universal-neurons similarity runs/demo --firing --tokens 1M

            Writes similarity.csv into the run's folder, from its statistics. Each two layers take several times the cube of their neurons: \
            a second or so for 512, minutes for 3,072; --measures cka,soft-matching takes next to nothing. Stopped, the same command goes \
            on, and pairs, layers and measures that are asked for later come into the same table. CCA and regression count a direction of \
            a layer's standardised neurons only if it has the share --cutoff of the largest one's variance, and more than rounding makes; \
            of another share than before they are measured again. Cosines are of the activations as they are, not centred: \
            cosine_ab is the mean of the first layer's best ones, cosine_ba that of the second's, cosine_matching the mean of both, and \
            same_partner_ab says how many neurons of the first layer have the same best partner by cosine and by correlation. Columns that \
            are directions are matched by the size of either, as their signs are arbitrary. When the run has more tokens, analyze removes \
            the table.

            --firing measures no layers, but reads tokens: of each neuron and its best partner in the run's results it counts where \
            either is above 0 and where both are, for the Jaccard similarity of the two in firing.csv. Stopped or with more tokens, it goes \
            on behind those that are counted; asked for fewer, it shows what is counted over more, and says so.
            """)

    @Argument(help: "Folder of the run.")
    var folder: PathArgument

    @Option(
        help: ArgumentHelp("Pairs of models, as the run's files name them, such as a-b,a-c (default: all).", valueName: "a-b,…"),
        transform: Self.names(in:))
    var pairs: [String]?

    @Option(help: ArgumentHelp("Which layers are compared: those of the same depth, or all (default: same).", valueName: "same|all"))
    var layers: MeasureSimilarity.Layers?

    @Option(
        help: ArgumentHelp(
            "By what: \(SimilarityMeasure.allCases.map(\.rawValue).joined(separator: ", ")) (default: all of them).", valueName: "cka,…"),
        transform: Self.measures(in:))
    var measures: Set<SimilarityMeasure>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The least share of the largest direction's variance that counts (default: \(LayerGeometry.usualCutoff)).", valueName: "share"))
    var cutoff: Double?

    @Flag(help: "Count at which tokens neurons and their best partners are above 0, instead of comparing layers.")
    var firing = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Tokens that --firing reads, rounded up to whole rows: a number, 100k, 1M or all (default: 100k, or all that there are).",
            valueName: "n"), transform: TokenBudget.init(parsing:))
    var tokens: TokenBudget?

    @Flag(help: "Compare over the shards that are there, when tasks have failed.")
    var incomplete = false

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func validate() throws {
        if let cutoff, !(0..<1).contains(cutoff) { throw ValidationError("--cutoff is a number of at least 0 and below 1.") }
        if tokens != nil, !firing { throw ValidationError("--tokens goes with --firing: layers are compared over all tokens of the run.") }
        let ofLayers = [("--layers", layers != nil), ("--measures", measures != nil), ("--cutoff", cutoff != nil)]
        if firing, let given = ofLayers.first(where: \.1)?.0 {
            throw ValidationError(
                "\(given) does not go with --firing, which compares neurons with their best partners, in whatever layers these are.")
        }
        if incomplete, firing { throw ValidationError("--incomplete does not go with --firing, which reads tokens itself.") }
    }

    func run() throws {
        let session = try Session(report, label: "similarity")
        let folder = folder.planFolder
        let context = try session.context(planIn: folder, resources)
        if firing {
            let outcome = try MeasureFiring(folder: folder, pairs: pairs, tokens: tokens, context: context).run()
            session.warn(of: outcome.incomplete, in: folder)
            for sentence in outcome.notes { session.log.warning("\(sentence)") }
            return try session.finish(outcome) { outcome.text }
        }
        let measurement = MeasureSimilarity(
            folder: folder, pairs: pairs, layers: layers ?? .same, measures: measures ?? Set(SimilarityMeasure.allCases),
            cutoff: cutoff ?? LayerGeometry.usualCutoff, isIncomplete: incomplete, context: context)
        let outcome = try GivenUpTasks.named(in: folder) { try measurement.run() }
        session.warn(of: outcome.incomplete, in: folder)
        try session.finish(outcome) { outcome.text }
    }

    private static func names(in text: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains("") else {
            throw ValidationError("names stand one after another with commas between them, such as a-b,a-c")
        }
        return names
    }

    private static func measures(in text: String) throws -> Set<SimilarityMeasure> {
        Set(
            try names(in: text).map { name in
                guard let measure = SimilarityMeasure(rawValue: name) else {
                    throw ValidationError(
                        "'\(name)' is no measure: they are \(SimilarityMeasure.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                return measure
            })
    }
}

extension MeasureSimilarity.Layers: ExpressibleByArgument {}

extension FiringOutcome {
    /// Says of which pairs the figures are not over the tokens that were asked for.
    fileprivate var notes: [String] {
        earlier.map { pair in
            "\(pair.pair) is shown as it was counted before, over \(CountText.of(pair.readTokens, "token")), more than this command's \(askedTokens)"
        }
    }

    /// The figures for people: what was counted before, then a line for each two models.
    fileprivate var text: String {
        func figure(_ value: Double?) -> String { value.map { AmountText.formatted($0, "%.3f") } ?? "–" }
        var table = TextTable(columns: 6)
        table.add("pair", "tokens", "neurons", "mean jaccard", "universal", "their mean")
        for pair in pairs {
            table.add(
                pair.pair, "\(pair.tokens)", "\(pair.neurons)", figure(pair.meanJaccard), pair.universalNeurons.map { "\($0)" } ?? "–",
                figure(pair.meanJaccardOfUniversal))
        }
        return notes.map { $0 + "\n" }.joined() + table.text + "\n\(self.table)\n"
    }
}

extension SimilarityOutcome {
    /// The figures for people: a line for each two layers that were compared.
    fileprivate var text: String {
        let names = Self.names.filter { name in pairs.contains { $0.figures[name] != nil } }
        var table = TextTable(columns: 3 + names.count)
        table.add(row: ["pair", "layer", "layer"] + names)
        for pair in pairs {
            let rows = pair.figures.values.map(\.count).max() ?? 0
            for a in 0..<rows {
                let columns = pair.figures.values.compactMap { $0.indices.contains(a) ? $0[a].count : nil }.max() ?? 0
                for b in 0..<columns {
                    let figures = names.map { pair.figures[$0]?[a][b] }
                    guard figures.contains(where: { $0 != nil }) else { continue }
                    table.add(
                        row: [pair.pair, "\(a)", "\(b)"] + figures.map { $0.map { AmountText.formatted($0, "%.3f") } ?? "" })
                }
            }
        }
        return table.text + "\n\(self.table)\n"
    }
}
