import Analysis
import Corpus
import Pipeline
import Statistics
import Storage
import SystemPackage

/// The report of a run: reads what the report needs beside the analysis, and writes `report.html`.
///
/// ```swift
/// let report = try RunReport(outcome)
/// try report.write()
/// print(report.summary)
/// ```
public struct RunReport: Sendable {
    /// What the report shows.
    public let content: ReportContent
    /// Where it is written.
    public let path: FilePath

    /// What is kept for the next report of the same results; nil where they are not the whole run's.
    private var kept: KeptContent?
    private let folder: RunFolder

    /// Gathers the report's content.
    ///
    /// A tokenizer or corpus that is no longer where it was, or not what it was, takes texts and domains out of the report, and a notice says
    /// so.
    /// - Throws: `StatisticsError` when the examples cannot be read.
    public init(_ outcome: AnalysisOutcome, options: ReportOptions = ReportOptions()) throws {
        var kept: KeptContent?
        var report = try RunReport(
            outcome.plan, in: outcome.folder, summary: outcome.summary, isComplete: outcome.missing.isEmpty, options: options
        ) { context, texts in
            var lists: [Int: ExampleList] = [:]
            let content = try ReportContent(
                outcome.result, summary: outcome.summary, explanations: outcome.explanations, others: outcome.otherExplanations,
                options: options, columns: outcome.plan.columnNames
            ) { layer, neuron in
                if lists[layer] == nil { lists[layer] = try outcome.examples(ofLayer: layer) }
                return lists[layer]?.examples(of: neuron).prefix(options.examples).compactMap(context.reported) ?? []
            }
            if options == ReportOptions() { kept = outcome.origin.map { KeptContent(origin: $0, texts: texts, content: content) } }
            return content
        }
        report.kept = kept
        self = report
    }

    /// Gathers the content of a report of results that are kept.
    ///
    /// - Returns: nil where their content is not: then they are to be analysed.
    /// - Throws: as `init(_:options:)`.
    public init?(_ results: KeptResults) throws {
        struct NotKept: Error {}
        do {
            try self.init(results.plan, in: results.folder, summary: results.summary, isComplete: true, options: ReportOptions()) {
                guard let content = KeptContent.read(in: results.folder, of: results.origin, texts: $1) else { throw NotKept() }
                return content
            }
        } catch is NotKept {
            return nil
        }
    }

    /// - Parameter base: what the analysis has found, with examples as they are shown and what their texts come from.
    private init(
        _ plan: RunPlan, in folder: RunFolder, summary: RunSummary, isComplete: Bool, options: ReportOptions,
        base: (_ examples: ExampleContext, _ texts: [Digest?]) throws -> ReportContent
    ) throws {
        self.folder = folder
        path = folder.report
        let (configuration, numbers) = (plan.configuration, plan.numbers)
        var notices = [summary.incomplete?.notice].compactMap(\.self)
        if numbers.kernels == "any" {
            notices.append(
                "Kernels may have differed between machines (kernels: any): correlations agree within about 10⁻⁶, not to the bit.")
        }
        if let basis = numbers.basis?.columns {
            notices.append(
                "The columns of this run are no neurons but \(ColumnNames(basis).kinds) of each layer, \(basis): "
                    + "\(basis.name(layer: 0, column: 0)) is the first of layer 0.")
        }
        var tokenizer: Tokenizer?
        do {
            tokenizer = try plan.openTokenizer(in: folder)
        } catch {
            let folder = configuration.corpus.tokenizer?.lastComponent?.string ?? "its folder"
            if case PipelineError.tokenizerChanged = error {
                notices.append("The tokenizer in \(folder) is not the one that the tokens were made with: examples show token ids.")
            } else {
                notices.append("The tokenizer could not be read from \(folder): examples show token ids.")
            }
        }
        let draws = configuration.rotations.draws
        if draws < RotationSettings.enoughDraws {
            notices.append(
                "The baseline has \(ReportWords.count(draws, "rotation draw")) a layer; the spread over them is known well enough for errors from "
                    + "\(RotationSettings.enoughDraws) on.")
        }
        // Of another corpus the examples' domains would be wrong.
        let corpus = try? plan.openCorpus(in: folder)
        let context = ExampleContext(tokenizer: tokenizer, settings: numbers.examples) { row in
            guard let corpus, corpus.domains.count > 1, (0..<corpus.rowCount).contains(row) else { return nil }
            let domain = corpus.domain(ofRow: row)
            return corpus.domains.indices.contains(domain) ? corpus.domains[domain] : nil
        }
        var content = try base(context, [tokenizer?.digest, corpus?.digest])
        do {
            let written = Dictionary(grouping: try ExplanationFile.read(in: folder)) { "\($0.layer).\($0.neuron)" }
            for index in content.neurons.indices { content.neurons[index].written = written[content.neurons[index].name]?.first }
        } catch {
            notices.append("explanations.csv could not be read: what explainers have written of neurons is left out.")
        }
        try content.addWeights(in: folder, options: options) { [tokenizer] in tokenizer?.knownToken($0) }
        try content.addEntropy(in: folder)
        try content.addAttention(in: folder, limit: options.pairs)
        content.tables += try [
            summary.antipodes.flatMap(ReportedTable.antipodes),
            NeuronTableFile(ifThere: folder.antipodes).flatMap { try ReportedTable.opposedPairs($0, limit: options.strongest) },
        ].compactMap(\.self)
        do {
            let answers = try InterventionAnswers.read(in: folder, of: plan)
            content.add(answers.map(\.summary), limit: options.responses)
            content.tables += [ReportedTable.interventions(answers, limit: options.predictions)].compactMap(\.self)
        } catch {
            notices.append("What was measured by intervening on neurons could not be read and is left out.")
        }
        do {
            let answers = try SubstitutionAnswers.read(in: folder, of: plan)
            content.tables += [ReportedTable.substitutions(answers, limit: options.predictions)].compactMap(\.self)
        } catch {
            notices.append("What was measured with other models’ neurons in the place of some could not be read and is left out.")
        }
        do {
            content.add(try PathAblationReport.read(in: folder, of: plan), limit: options.pairs)
        } catch {
            notices.append("What was measured by ablating paths to attention heads could not be read and is left out.")
        }
        content.notices = notices
        content.rawTokens = isComplete ? plan.tokens : nil
        content.corpusTokens = numbers.corpus.rows * numbers.corpus.context
        content.provenance = Self.provenance(content.provenance, plan: plan)
        self.content = content
    }

    /// Writes the page in one step, and what is kept for the next one.
    ///
    /// - Throws: `ReportingError`; a `StorageError` of the disk.
    public func write(on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, with: try ReportPage(content).html(), on: files)
        try kept?.write(in: folder, on: files)
    }

    /// What `run` prints at its end.
    public var summary: RunSummaryText { RunSummaryText(content, reportPath: path.string) }

    /// Adds what the plan knows. Of paths only the last component: a report is handed around, the machine's folders are nobody's business.
    private static func provenance(_ known: ReportedProvenance, plan: RunPlan) -> ReportedProvenance {
        let (configuration, numbers) = (plan.configuration, plan.numbers)
        var provenance = known
        provenance.planIdentity = plan.identity.hex
        provenance.corpus = configuration.corpus.path.lastComponent?.string
        provenance.corpusDigest = numbers.corpus.digest.hex
        if numbers.accumulation.bits == nil { provenance.resolution = configuration.resolution.description }
        for (index, model) in provenance.models.enumerated() {
            provenance.models[index].digest = numbers.models.first { $0.id == model.id }?.digest.hex
            provenance.models[index].path = configuration.models.first { $0.id == model.id }?.path.lastComponent?.string
        }
        let corpus = configuration.corpus
        provenance.facts = [
            ReportedFact("context", "\(NumberFormat.integer(numbers.corpus.context)) tokens a row"),
            ReportedFact(
                "mask", corpus.mask.isEmpty ? "none: every token counts" : corpus.mask.map(\.description).joined(separator: ", ")),
            ReportedFact("separator of documents", "\(corpus.separator)"),
            ReportedFact("seed of the draw", "\(numbers.corpus.seed)"),
            ReportedFact("seed of the rotations", "\(configuration.rotations.seed)"),
            ReportedFact("kinds of rotation", configuration.rotations.kinds.map(\.rawValue).joined(separator: ", then ")),
            ReportedFact(
                "columns",
                numbers.basis.map { "\($0.columns)\($0.digest.map { ", content hash of the directions \($0.hex)" } ?? "")" }
                    ?? "neurons"),
            ReportedFact("shard", "\(NumberFormat.integer(numbers.corpus.windowTokens)) raw tokens"),
            ReportedFact("chunk", "\(NumberFormat.integer(numbers.accumulation.chunk)) counted tokens"),
            ReportedFact("calibration", "\(NumberFormat.integer(numbers.calibrationTokens)) counted tokens"),
            ReportedFact(
                "features",
                numbers.features.map { features in
                    "\(NumberFormat.integer(features.columns)) columns\(features.models == .all ? ", of all models" : ""), content hash "
                        + features.digest.hex
                } ?? "none"),
            ReportedFact("domains", numbers.corpus.domains.isEmpty ? "none" : numbers.corpus.domains.joined(separator: ", ")),
        ]
        return provenance
    }
}
