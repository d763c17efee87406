import Analysis
import Storage

/// What was found about two layers, as a file of its own: `RUN/similarity/a.0_b.3.json`.
struct SimilarityPart: Codable, Sendable {
    /// Raised when the same statistics would give other figures.
    private static let currentFormat = 1

    private let format: Int
    /// The plan whose statistics were compared.
    private let plan: String
    /// What counts as a direction without variance, for the measures that look at directions.
    private var cutoff: Double
    /// True where columns were matched whatever their signs; absent where signs counted.
    private var areSignsArbitrary: Bool?
    /// The kernels that computed, where they were not the plan's.
    private let kernels: String?
    let tokens: Int
    /// The shards that the layers' blocks lacked; nil where they had all.
    private let lacking: [[Incompleteness.Span]]?
    /// What the layers were compared by; where they have no variance there is no figure of some of it.
    private(set) var measures: [SimilarityMeasure] = []
    private(set) var rowRank: Int?
    private(set) var columnRank: Int?
    private(set) var similarity = LayerSimilarity()

    private enum CodingKeys: String, CodingKey {
        case format, plan, cutoff, areSignsArbitrary, kernels, tokens, lacking, measures, similarity
        case rowRank = "rank_a"
        case columnRank = "rank_b"
    }

    /// Of two layers about which nothing was found yet.
    init(plan: RunPlan, cutoff: Double, tokens: Int, lacking: [[Incompleteness.Span]]? = nil) {
        self.lacking = lacking
        (format, self.plan, self.cutoff, self.tokens) = (Self.currentFormat, plan.identity.hex, cutoff, tokens)
        areSignsArbitrary = plan.universality.areSignsArbitrary ? true : nil
        kernels = plan.ownKernels
    }

    /// Whether they lacked any.
    var isIncomplete: Bool { lacking != nil }

    /// What of it is made of the same statistics in the same way as another one: nil for nothing, and with another cutoff, or where signs
    /// counted, what does not depend on it.
    func kept(with other: SimilarityPart) -> SimilarityPart? {
        guard format == other.format, plan == other.plan, kernels == other.kernels, tokens == other.tokens, lacking == other.lacking else {
            return nil
        }
        var part = self
        if areSignsArbitrary != other.areSignsArbitrary {
            part.areSignsArbitrary = other.areSignsArbitrary
            part.measures.removeAll(where: \.matchesColumns)
            part.similarity = part.similarity.withoutMatches
        }
        if cutoff != other.cutoff {
            part.cutoff = other.cutoff
            part.measures.removeAll(where: \.needsBasis)
            part.similarity = part.similarity.withoutDirections
            (part.rowRank, part.columnRank) = (nil, nil)
        }
        return part
    }

    /// Takes in what was found by some measures.
    mutating func add(_ similarity: LayerSimilarity, by measures: Set<SimilarityMeasure>, rows: LayerGeometry, columns: LayerGeometry) {
        self.measures = SimilarityMeasure.allCases.filter { measures.contains($0) || self.measures.contains($0) }
        self.similarity = similarity.completed(by: self.similarity)
        rowRank = rows.rank ?? rowRank
        columnRank = columns.rank ?? columnRank
    }
}
