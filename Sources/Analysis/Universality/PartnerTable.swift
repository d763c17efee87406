/// What is kept of some neurons' rows of correlations and merges exactly, in any order: both tails and the histogram.
public struct PartnerTable: Equatable, Sendable {
    /// The highest correlations; in the summary of a pair whose columns are directions, the largest by absolute value.
    public internal(set) var highest: PartnerTail
    /// The lowest correlations.
    public internal(set) var lowest: PartnerTail
    /// Counts, `[neurons, 101]`; the bins are those of ``CorrelationHistogram``.
    public internal(set) var histogram: [UInt32]

    /// How many neurons there are.
    public var neurons: Int { highest.neurons }

    /// A table without partners.
    init(neurons: Int, tail: Int) {
        highest = PartnerTail(.highest, neurons: neurons, length: tail)
        lowest = PartnerTail(.lowest, neurons: neurons, length: tail)
        histogram = Array(repeating: 0, count: neurons * CorrelationHistogram.bins)
    }

    init(highest: PartnerTail, lowest: PartnerTail, histogram: [UInt32]) {
        self.highest = highest
        self.lowest = lowest
        self.histogram = histogram
    }

    /// Takes a table of other partners of the same neurons in; its first neuron is neuron `first` here.
    mutating func merge(_ other: PartnerTable, at first: Int = 0) {
        highest.merge(other.highest, at: first)
        lowest.merge(other.lowest, at: first)
        let offset = first * CorrelationHistogram.bins
        for (entry, count) in other.histogram.enumerated() { histogram[offset + entry] += count }
    }

    /// The same with the strongest correlations in place of the highest: of tables that are merged, as only the ends merge.
    var strongestFirst: PartnerTable {
        PartnerTable(highest: .strongest(highest: highest, lowest: lowest), lowest: lowest, histogram: histogram)
    }

    /// Puts tables of neurons that follow each other together.
    static func concatenating(_ tables: [PartnerTable]) -> PartnerTable {
        func join(_ tails: [PartnerTail], _ end: PartnerTail.End) -> PartnerTail {
            PartnerTail(
                end, neurons: tails.reduce(0) { $0 + $1.neurons }, length: tails.first?.length ?? 0, values: tails.flatMap(\.values),
                partners: tails.flatMap(\.partners))
        }
        return PartnerTable(
            highest: join(tables.map(\.highest), .highest), lowest: join(tables.map(\.lowest), .lowest),
            histogram: tables.flatMap(\.histogram))
    }
}
