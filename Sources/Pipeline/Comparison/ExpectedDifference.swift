import Analysis
import Diagnostics
import Foundation

/// A reason why two results of the same neurons must be expected to differ.
public struct ExpectedDifference: Codable, Sendable, Equatable {
    /// What kind of reason it is.
    public enum Cause: String, Codable, Sendable {
        /// The references are not the same model.
        case reference
        /// One side has a part of the neurons only.
        case selection
        /// Shards of a plan are missing in a run's results.
        case incomplete
        /// How sums are kept: float16, rounded activations, kernels.
        case sums
        /// How documents become rows: separator, mask, length.
        case packing
        /// Which tokens were drawn, and how many.
        case draw
        /// How the random baseline is made.
        case rotation
        /// The same column means something else.
        case definition
        /// The plans differ in something else.
        case plan
    }

    /// What kind of reason it is.
    public let cause: Cause
    /// The reason, in one or two sentences.
    public let text: String

    /// The reasons between two sides, the weightiest first.
    static func between(_ first: ComparedResults, _ second: ComparedResults) -> [ExpectedDifference] {
        // What both sides lack makes no difference.
        let lacking = first.hasSameStatistics(as: second) ? [] : [first, second]
        let incomplete = lacking.compactMap(incompleteness(of:))
        let found = differences(first, second)
        let isOfReference = { (difference: ExpectedDifference) in difference.cause == .reference }
        return found.prefix(while: isOfReference) + incomplete + found.drop(while: isOfReference)
    }

    /// What incomplete results do without.
    private static func incompleteness(of side: ComparedResults) -> ExpectedDifference? {
        side.origin?.incomplete.map {
            let run = side.run == nil ? "The run that \(side.path) was exported from" : "The run in \(side.path)"
            return .init(cause: .incomplete, text: "\(run) is not complete: \($0.sentence).")
        }
    }

    private static func differences(_ first: ComparedResults, _ second: ComparedResults) -> [ExpectedDifference] {
        // A run, or a table, may be compared with itself.
        if let x = first.run, let y = second.run { return first.path == second.path ? [] : betweenRuns(x, y) }
        let sides = first.path == second.path ? [first] : [first, second]
        let selections = sides.flatMap(selection(of:))
        switch (first.run, second.run) {
        case (.some, nil) where second.isMade(of: first), (nil, .some) where first.isMade(of: second): return selections
        default: break
        }
        if let x = first.origin, let y = second.origin {
            // The same table, or a part of it.
            let isSame = first.isMade(of: second) || second.isMade(of: first)
            return isSame && x.statisticsSHA256 == y.statisticsSHA256 ? selections : betweenExports(x, y, names: first.names) + selections
        }
        let run = first.run ?? second.run
        // What the authors do otherwise is in no table that was exported.
        let published = sides.filter { $0.origin == nil && ($0.names.basis == nil || sides.count > 1) }
        return selections + published.flatMap { others($0, run: run) }
    }

    /// What a table that is no run's leaves out.
    private static func selection(of table: ComparedResults) -> [ExpectedDifference] {
        let consequence = "the others count as not universal, and rank correlations are over the listed ones, of a narrow range"
        switch table.content {
        case .run, .table: return []
        case .universalNeurons:
            return [.init(cause: .selection, text: "\(table.path) has universal \(table.names.nouns) only: \(consequence).")]
        case .list:
            return [
                .init(
                    cause: .selection,
                    text:
                        "\(table.path) lists \(table.names.nouns) without excess_corr: what is compared as its universal set are the "
                        + "listed ones.")
            ]
        }
    }

    /// What makes a table's columns others than those of a run, or of another table: of directions which they are, of neurons how the authors
    /// measured them.
    private static func others(_ table: ComparedResults, run: ComparedRun?) -> [ExpectedDifference] {
        guard table.names.basis == nil else {
            return [
                .init(
                    cause: .reference,
                    text:
                        "\(table.path) names \(table.names.kinds) and does not say which: only those that the same plan has are the "
                        + "same.")
            ]
        }
        return run.map { published(table, run: $0) } ?? [sums(of: table)].compactMap { $0 }
    }

    // MARK: A published table (SPEC section 2)

    private static func published(
        _ table: ComparedResults, run: ComparedRun
    ) -> [ExpectedDifference] {
        [
            sums(of: table), precision(of: run.plan), packing(of: run.plan), draw(of: run), rotation(of: run.plan),
            definitions(in: table),
        ]
        .compactMap { $0 }
    }

    private static func sums(of table: ComparedResults) -> ExpectedDifference? {
        guard let maxima = table.table.numbers(of: "max_corr") else { return nil }
        let zeros = maxima.count { $0 == 0 }
        let found = zeros == 0 ? "No neuron" : CountText.of(zeros, "neuron")
        return .init(
            cause: .sums,
            text:
                "The authors' scripts sum a batch in float16: where a neuron's squares pass 65,504 all its correlations become 0, above all in "
                + "Pythia. \(found) of \(table.path) \(zeros > 1 ? "have" : "has") a max_corr of 0. Activations and correlations are float16, "
                + "and the tables have four decimals: ±0.001 is rounding.")
    }

    private static func precision(of plan: RunPlan) -> ExpectedDifference? {
        var parts: [String] = []
        if let bits = plan.numbers.accumulation.bits { parts.append("rounds activations to \(bits.rawValue) bits") }
        if let band = plan.numbers.band { parts.append("compares layers at most \(band) apart only") }
        if plan.numbers.screening != nil { parts.append("follows candidate partners only, with the baseline of its pilot") }
        return parts.isEmpty ? nil : .init(cause: .sums, text: "The run \(parts.joined(separator: ", and ")).")
    }

    private static func packing(of plan: RunPlan) -> ExpectedDifference? {
        let corpus = plan.configuration.corpus
        var parts: [String] = []
        if corpus.isTokenArray {
            parts.append("read token ids, and only their maker knows how documents are separated in them")
        } else if corpus.separator == .eot {
            parts.append("keeps <|endoftext|> between documents, which abut in the authors' rows (`separator: none`)")
        }
        if !corpus.isTokenArray, corpus.minimumCharacters != authorsMinimum {
            parts.append("takes documents of more than \(corpus.minimumCharacters) characters in the place of \(authorsMinimum)")
        }
        if plan.numbers.corpus.context != authorsContext {
            parts.append("has rows of \(plan.numbers.corpus.context) tokens in the place of \(authorsContext)")
        }
        if Set(corpus.mask.map(\.description)) != Set([MaskEntry.bos, .newline].map(\.description)) {
            parts.append("has another mask than BOS and line feeds")
        }
        return parts.isEmpty ? nil : .init(cause: .packing, text: "The run \(parts.joined(separator: ", and ")).")
    }

    private static func draw(of run: ComparedRun) -> ExpectedDifference {
        let summary = run.summary
        let other = run.models.dropFirst().compactMap(run.planned).map { $0.layers * $0.columns }.max() ?? 0
        return .init(
            cause: .draw,
            text:
                "The authors drew 100M tokens of The Pile's test split without a seed; the run counted \(summary.tokens) of its own corpus, and by "
                + "chance alone a correlation near 0 moves by \(noise(1 / Double(max(1, summary.tokens)))). The best of \(other) partners "
                + "is higher by chance, the more the fewer the tokens, and so is the baseline.")
    }

    private static func rotation(of plan: RunPlan) -> ExpectedDifference {
        let settings = plan.configuration.rotations
        let kind = settings.kinds.first ?? .gaussian
        let draws = CountText.of(settings.draws, kind == .gaussian ? "such draw" : "draw")
        let advice = kind == .gaussian ? "" : " of \(kind.rawValue) ones (`rotations: {kind: gaussian}` makes theirs)"
        return .init(
            cause: .rotation,
            text:
                "The authors' baseline is one unseeded draw of matrices with Gaussian rows of length 1, rounded to float16; the run's is the "
                + "mean of \(draws)\(advice).")
    }

    private static func definitions(in table: ComparedResults) -> ExpectedDifference? {
        let moments = ["sparsity", "mean", "var", "skew", "kurt"].filter { table.table.numbers(of: $0) != nil }
        guard !moments.isEmpty else { return nil }
        return .init(
            cause: .definition,
            text:
                "The authors estimate moments of pre-activations from a histogram of 256 edges over the whole test split, and their sparsity "
                + "counts what is above −0.098; ours are exact, over the run's own tokens, and sparsity counts what is above 0.")
    }

    // MARK: Two runs

    private static func betweenRuns(
        _ first: ComparedRun, _ second: ComparedRun
    ) -> [ExpectedDifference] {
        var found: [ExpectedDifference] = []
        let (x, y) = (first.plan, second.plan)
        let names = x.columnNames
        if first.reference?.digest != second.reference?.digest { found.append(otherReference(names)) }
        if first.summary.statisticsSHA256 == second.summary.statisticsSHA256 {
            found.append(.init(cause: .sums, text: "Both runs have the same statistics, to the bit: what differs, the analysis has made."))
        } else {
            found += y.numbers.differences(from: x.numbers).map { .init(cause: .plan, text: "The plans differ in \($0).") }
            // Of token ids the key says nothing.
            let corpora = [x, y].map(\.configuration.corpus)
            if !corpora.contains(where: \.isTokenArray), corpora[0].separator != corpora[1].separator {
                let names = corpora.map(\.separator.rawValue)
                found.append(.init(cause: .packing, text: "The separators of documents differ: \(names[0]) and \(names[1])."))
            }
            found.append(draw(first, second))
        }
        let (r, s) = (x.configuration.rotations, y.configuration.rotations)
        if r != s {
            func text(_ settings: RotationSettings) -> String {
                let kinds = settings.kinds.map(\.rawValue).joined(separator: " and ")
                return "\(CountText.of(settings.draws, "draw")) of \(kinds) ones with seed \(settings.seed)"
            }
            found.append(.init(cause: .rotation, text: "The rotations of the baseline differ: \(text(r)), and \(text(s))."))
        }
        let (t, u) = (first.summary.universal.threshold, second.summary.universal.threshold)
        if t != u { found.append(.init(cause: .definition, text: "The thresholds of universal \(names.nouns) differ: \(t) and \(u).")) }
        return found
    }

    private static func draw(
        _ first: ComparedRun, _ second: ComparedRun
    ) -> ExpectedDifference {
        let (m, n) = (Double(max(1, first.summary.tokens)), Double(max(1, second.summary.tokens)))
        let (x, y) = (first.plan.numbers.corpus, second.plan.numbers.corpus)
        let counted = "They counted \(first.summary.tokens) and \(second.summary.tokens) tokens"
        // The draw is one order of the rows, of which a budget takes a beginning.
        guard x.digest == y.digest, x.seed == y.seed else {
            return .init(
                cause: .draw, text: "\(counted), drawn apart: by chance alone a correlation near 0 moves by \(noise(1 / m + 1 / n)).")
        }
        guard x.mask == y.mask else {
            return .init(
                cause: .draw,
                text: "\(counted) of one draw under different masks: tokens that are masked are few and unlike the others, and move "
                    + "correlations by more than chance.")
        }
        let (isFirstWhole, isSecondWhole) = (first.summary.incomplete == nil, second.summary.incomplete == nil)
        guard isFirstWhole, isSecondWhole else {
            // All tokens of an incomplete run are among those of a complete one of no smaller budget; others have some in common.
            let isPart =
                (isFirstWhole && first.plan.tokens >= second.plan.tokens) || (isSecondWhole && second.plan.tokens >= first.plan.tokens)
            return .init(
                cause: .draw,
                text: "\(counted) of one draw, "
                    + (isPart
                        ? "the fewer being a part of the others: by chance alone a correlation near 0 moves by \(noise(abs(1 / m - 1 / n)))."
                        : "not all of the same rows: by chance alone a correlation near 0 moves by \(noise(1 / m + 1 / n)) at most."))
        }
        guard m != n else { return .init(cause: .draw, text: "\(counted) of one draw: the same rows, so that chance moves nothing.") }
        return .init(
            cause: .draw,
            text: "\(counted) of one draw, the fewer being its beginning: by chance alone a correlation near 0 moves by "
                + "\(noise(abs(1 / m - 1 / n))).")
    }

    /// Tokens of a row of the authors' data, and characters that their documents have more than.
    private static let (authorsContext, authorsMinimum) = (512, 50)

    /// A standard deviation, of its variance, with two significant digits.
    static func noise(_ variance: Double) -> String { String(format: "%.2g", variance.squareRoot()) }
}
