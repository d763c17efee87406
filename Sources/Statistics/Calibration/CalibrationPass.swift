import Kernels

/// Computes the calibration of one source from the first rows of a draw.
public struct CalibrationPass {
    /// The columns of the run.
    public let layout: StatisticsLayout
    /// The source.
    public let source: any ActivationSource
    /// For each token id whether it counts, `[vocabulary]`.
    public let isCounted: [Bool]
    /// How many counted tokens are looked at, at most: 16,384 by default, whatever the budget.
    public let tokens: Int
    /// Into how many bits activations will be rounded; nil where they stay float32.
    public let bits: QuantisedBits?
    /// Threads.
    public let team: ThreadTeam

    /// A pass of one source over at most `tokens` counted tokens.
    public init(
        layout: StatisticsLayout, source: any ActivationSource, isCounted: [Bool], tokens: Int, bits: QuantisedBits? = nil,
        team: ThreadTeam
    ) {
        self.bits = bits
        self.layout = layout
        self.source = source
        self.isCounted = isCounted
        self.tokens = tokens
        self.team = team
    }

    /// Computes provisional means and scales over the first counted tokens of some rows.
    ///
    /// - Parameter rows: the beginning of the draw; rows past the last counted token that is needed are not computed.
    /// - Returns: the source's groups, layer by layer, and how many tokens were looked at.
    /// - Throws: `StatisticsError.activationNotFinite`, or what the source throws.
    public func calibration(over rows: ShardRows) throws -> (groups: [Calibration.Group], tokens: Int) {
        let groups = layout.groups(of: source.id)
        var sums = groups.map { PowerSums(columns: layout.groups[$0].columns) }
        var raw = groups.map { RawSums(columns: layout.groups[$0].columns) }
        var ranges = bits.map { _ in ColumnRanges(columns: groups.map { layout.groups[$0].columns }) }
        var counted = 0
        // 4,096 as in the chunks of a run: only memory depends on it.
        let stream = try ChunkStream(
            layout: layout, sources: [source], groups: groups, isCounted: isCounted, chunk: 4096, calibration: .identity(layout),
            team: team)
        try stream.forEachChunk(of: rows, examples: nil, atMost: tokens) { chunk in
            try chunk.addPowerSums(to: &sums) { place, chunkSums in raw[place].add(chunk: chunkSums) }
            ranges?.add(chunk)
            counted += chunk.tokens
        }
        let moments = sums.indices.map { CalibratedMoments(exact: sums[$0], float: source.isBinary ? nil : raw[$0], tokens: counted) }
        let exact = moments.map { Self.group(from: $0, tokens: counted, isBinary: source.isBinary) }
        guard let bits, let ranges else { return (exact, counted) }
        return (
            exact.indices.map { place in
                source.isBinary
                    ? .binary(columns: sums[place].columns)
                    : .steps(
                        mean: exact[place].mean, least: ranges.least[place], largest: ranges.largest[place],
                        floor: moments[place].floor, bits: bits)
            }, counted
        )
    }

    /// Turns moments of raw activations into a provisional mean and scale.
    static func group(from moments: CalibratedMoments, tokens: Int, isBinary: Bool) -> Calibration.Group {
        let floor = isBinary ? 1 / Double(max(tokens, 1)).squareRoot() : moments.floor
        return Calibration.Group(
            mean: moments.mean.map { isBinary ? 0 : Float($0) }, scale: moments.deviation.map { Float(max($0, floor)) })
    }
}
