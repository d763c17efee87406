/// A line of a benchmark as a page shows it: speed, what it is held against, and how right the result was, side by side.
public struct ReportedMeasurement: Sendable, Hashable {
    /// Another figure in the unit of the line's value.
    public struct Reference: Sendable, Hashable {
        /// What it is.
        public var name: String
        /// How much.
        public var value: Double

        /// A figure to compare with.
        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// What was to be reached.
    public struct Aim: Sendable, Hashable {
        /// For example "≥ 0.92".
        public var text: String
        /// Where it lies on the scale of the line's value; nil where that is not known.
        public var mark: Double?
        /// Whether it was reached; nil where nothing was measured.
        public var isMet: Bool?

        /// An aim.
        public init(_ text: String, mark: Double? = nil, isMet: Bool? = nil) {
            self.text = text
            self.mark = mark
            self.isMet = isMet
        }
    }

    /// What was measured.
    public var name: String
    /// How fast, or how much; nil when it was skipped.
    public var value: Double?
    /// The unit of `value`.
    public var unit: String
    /// The limit or the peer.
    public var reference: Reference?
    /// The share of the limit, or the ratio against the peer.
    public var ratio: Double?
    /// What was to be reached.
    public var aim: Aim?
    /// How far the result is from the reference; nil where it was not compared.
    public var residual: Double?
    /// What `residual` may be.
    public var tolerance: Double?
    /// What else should be known.
    public var note: String?

    /// A line.
    public init(
        _ name: String, value: Double? = nil, unit: String, reference: Reference? = nil, ratio: Double? = nil, aim: Aim? = nil,
        residual: Double? = nil, tolerance: Double? = nil, note: String? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.reference = reference
        self.ratio = ratio
        self.aim = aim
        self.residual = residual
        self.tolerance = tolerance
        self.note = note
    }

    /// Whether the result was right; nil where it was not compared.
    var isRight: Bool? {
        guard let residual, let tolerance else { return nil }
        return residual <= tolerance
    }
}
