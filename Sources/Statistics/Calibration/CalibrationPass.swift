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
        var ranges = bits.map { _ in ColumnRanges(columns: groups.map { layout.groups[$0].columns }) }
        var counted = 0
        // 4,096 as in the chunks of a run: only memory depends on it.
        let stream = try ChunkStream(
            layout: layout, sources: [source], groups: groups, isCounted: isCounted, chunk: 4096, calibration: .identity(layout),
            team: team)
        try stream.forEachChunk(of: rows, examples: nil, atMost: tokens) { chunk in
            try chunk.addPowerSums(to: &sums)
            ranges?.add(chunk)
            counted += chunk.tokens
        }
        let exact = sums.map { Self.group(from: $0, tokens: counted, isBinary: source.isBinary) }
        guard let bits, let ranges else { return (exact, counted) }
        return (
            exact.indices.map { place in
                source.isBinary
                    ? .binary(columns: sums[place].columns)
                    : .steps(
                        mean: exact[place].mean, least: ranges.least[place], largest: ranges.largest[place],
                        floor: Self.floor(of: sums[place], tokens: counted), bits: bits)
            }, counted
        )
    }

    /// Turns power sums of raw activations into a provisional mean and scale.
    static func group(from sums: PowerSums, tokens: Int, isBinary: Bool) -> Calibration.Group {
        guard sums.columns > 0 else { return Calibration.Group(mean: [], scale: []) }
        let quantum = 0x1p-32
        let n = Double(max(tokens, 1))
        let mean = sums.first.map { isBinary ? 0 : Double($0) * quantum / n }
        let deviation = deviations(of: sums, tokens: tokens)
        let floor = isBinary ? 1 / n.squareRoot() : floor(of: sums, tokens: tokens)
        return Calibration.Group(mean: mean.map { Float($0) }, scale: deviation.map { Float(max($0, floor)) })
    }

    private static func deviations(of sums: PowerSums, tokens: Int) -> [Double] {
        let (quantum, n) = (0x1p-32, Double(max(tokens, 1)))
        return (0..<sums.columns).map { column in
            let first = Double(sums.first[column]) * quantum / n
            return max(Double(sums.second[column]) * quantum / n - first * first, 0).squareRoot()
        }
    }

    /// The least scale of a neuron.
    private static func floor(of sums: PowerSums, tokens: Int) -> Double {
        let deviation = deviations(of: sums, tokens: tokens)
        guard !deviation.isEmpty else { return 1 }
        let floor = Calibration.neuronFloor * deviation.sorted()[sums.columns / 2]
        // A layer of which more than half is silent has no median deviation to go by.
        return floor > 0 ? floor : Calibration.neuronFloor * max(deviation.max() ?? 0, 1)
    }
}
