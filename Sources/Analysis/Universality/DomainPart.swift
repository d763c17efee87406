/// What one column group says about the reference's neurons over the tokens of one domain: of its summary there what excess needs, little
/// enough to be sent for each of many domains.
public struct DomainPart: Equatable, Sendable {
    /// Raised with every change of the format.
    private static let version = 1
    /// "UNdp" as a number.
    private static let magic = 0x7064_4E55

    /// The group's index in the layout.
    public let group: Int
    let reference: ReferencePart

    /// The part of a summary that was made as `UniversalityConfiguration.ofDomain` asks.
    public init(_ summary: GroupSummary) {
        group = summary.group
        let reference = summary.reference
        self.reference = ReferencePart(
            tokens: reference.tokens, maxima: reference.maxima, rotatedMaxima: reference.rotatedMaxima, crossfit: [])
    }

    /// The part as bytes: equal parts are equal bytes.
    public func encoded() -> [UInt8] {
        var encoder = SummaryEncoder()
        encoder.write(magic: Self.magic, version: Self.version)
        encoder.write(group)
        encoder.write(reference.tokens)
        encoder.write(reference.maxima)
        encoder.write(reference.rotatedMaxima)
        return encoder.bytes
    }

    /// Reads a part; whether it belongs to an analysis is checked when it is merged.
    ///
    /// - Throws: `AnalysisError.damagedSummary` with the offset.
    public init(decoding bytes: [UInt8]) throws {
        var decoder = SummaryDecoder(bytes)
        try decoder.expect(magic: Self.magic, version: Self.version, of: "part about a domain")
        group = try decoder.int()
        reference = ReferencePart(
            tokens: try decoder.array(of: Int.self), maxima: try decoder.array(of: Float.self),
            rotatedMaxima: try decoder.array(of: Float.self), crossfit: [])
        try decoder.expectEnd()
    }
}
