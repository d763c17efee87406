/// One measurement: speed, the peer's speed beside it, and how far the result is from float64. A fast wrong answer is no speed.
public struct BenchmarkLine: Codable, Sendable, Hashable {
    /// What was measured.
    public let name: String
    /// The part that it belongs to; nil until it is in a report.
    public var part: BenchmarkPart?
    /// The median speed; nil when it was skipped.
    public var value: Double?
    /// The unit of `value`, for example "GFLOP/s".
    public let unit: String
    /// What it was measured against; nil where there is nothing.
    public var against: BenchmarkReference?
    /// Our speed divided by the peer's (or the limit's), the median of the rounds' ratios; nil without a peer.
    public var ratio: Double?
    /// The largest deviation from the float64 reference, relative to its largest value, or from what the line's note or type says; for token ids
    /// the share that differ, of bytes and tasks how many are wrong.
    public var residual: Double?
    /// What `residual` may be at most.
    public var tolerance: Double?
    /// The memory that a process took while it was measured; nil where that was not looked at.
    public var curve: MemoryCurve?
    /// Why there is no value, or what else should be known.
    public var note: String?

    /// Whether the result was right; nil when it was not compared.
    public var passed: Bool? {
        guard let residual, let tolerance else { return nil }
        return residual <= tolerance
    }

    init(
        _ name: String, value: Double? = nil, unit: String, against: BenchmarkReference? = nil, ratio: Double? = nil,
        residual: Double? = nil, tolerance: Double? = nil, curve: MemoryCurve? = nil, note: String? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.against = against
        self.ratio = ratio
        self.residual = residual
        self.tolerance = tolerance
        self.curve = curve
        self.note = note
    }

    static func skipped(_ name: String, unit: String, because reason: String) -> BenchmarkLine {
        BenchmarkLine(name, unit: unit, note: "skipped: \(reason)")
    }

    private enum CodingKeys: String, CodingKey {
        case name, part, value, unit, against, ratio, residual, tolerance, passed, curve, note
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        part = try container.decodeIfPresent(BenchmarkPart.self, forKey: .part)
        value = try container.decodeIfPresent(Double.self, forKey: .value)
        unit = try container.decode(String.self, forKey: .unit)
        against = try container.decodeIfPresent(BenchmarkReference.self, forKey: .against)
        ratio = try container.decodeIfPresent(Double.self, forKey: .ratio)
        residual = try container.decodeIfPresent(Double.self, forKey: .residual)
        tolerance = try container.decodeIfPresent(Double.self, forKey: .tolerance)
        curve = try container.decodeIfPresent(MemoryCurve.self, forKey: .curve)
        note = try container.decodeIfPresent(String.self, forKey: .note)
    }

    /// Writes the keys of `bench --json`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(part, forKey: .part)
        try container.encode(value, forKey: .value)
        try container.encode(unit, forKey: .unit)
        try container.encode(against, forKey: .against)
        try container.encode(ratio, forKey: .ratio)
        try container.encode(residual, forKey: .residual)
        try container.encode(tolerance, forKey: .tolerance)
        try container.encode(passed, forKey: .passed)
        try container.encodeIfPresent(curve, forKey: .curve)
        try container.encodeIfPresent(note, forKey: .note)
    }
}
