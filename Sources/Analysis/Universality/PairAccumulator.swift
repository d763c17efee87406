/// Merges what the groups of one model say about it and an earlier model.
struct PairAccumulator {
    let earlier: ModelShape
    let later: ModelShape
    private var rows: PartnerTable
    private var rowSums: [[Double]]
    private var columns: PartnerTable
    private var columnSums: [Double]
    private var rowSame: [Float]
    private var rowNext: [Float]
    private var columnSame: [Float]
    private var columnNext: [Float]
    /// How many partners each neuron is compared with.
    private let rowPartners: [Int]
    private let columnPartners: [Int]
    private let areSignsArbitrary: Bool
    private(set) var zeroVariance: Set<Int32> = []

    init(earlier: ModelShape, later: ModelShape, plan: UniversalityPlan) {
        self.earlier = earlier
        self.later = later
        areSignsArbitrary = plan.configuration.areSignsArbitrary
        rows = PartnerTable(neurons: earlier.neurons, tail: plan.tail(partners: later.neurons))
        rowSums = Array(repeating: [], count: later.layers)
        columns = PartnerTable(neurons: later.neurons, tail: plan.tail(partners: earlier.neurons))
        columnSums = Array(repeating: 0, count: later.neurons * 4)
        var rowPartners = Array(repeating: 0, count: earlier.neurons)
        var columnPartners = Array(repeating: 0, count: later.neurons)
        for (layer, group) in later.groups.enumerated() {
            for row in plan.comparedLayers(of: earlier, with: group) {
                for i in 0..<earlier.columns[row] { rowPartners[earlier.offsets[row] + i] += later.columns[layer] }
                for j in 0..<later.columns[layer] { columnPartners[later.offsets[layer] + j] += earlier.columns[row] }
            }
        }
        self.rowPartners = rowPartners
        self.columnPartners = columnPartners
        rowSame = Array(repeating: .nan, count: earlier.neurons)
        rowNext = rowSame
        columnSame = Array(repeating: .nan, count: later.neurons)
        columnNext = columnSame
    }

    /// Takes the part of one layer of the later model in. Only what is exact is merged at once; sums wait for ``finish()``.
    mutating func add(_ part: PairPart, layer: Int) {
        let offset = later.offsets[layer]
        rows.merge(part.rows)
        rowSums[layer] = part.rowSums
        columns.merge(part.columns, at: offset)
        columnSums.replaceSubrange(4 * offset..<4 * offset + part.columnSums.count, with: part.columnSums)
        zeroVariance.formUnion(part.zeroVariance)
        for column in 0..<later.columns[layer] {
            let index = offset + column
            columnSame[index] = part.sameIndex[column]
            columnNext[index] = part.nextIndex[column]
            if !part.sameIndex[column].isNaN { rowSame[index] = part.sameIndex[column] }
            // A column's previous row is the row whose next column it is.
            if !part.previousIndex[column].isNaN { rowNext[index - 1] = part.previousIndex[column] }
        }
    }

    /// The bytes of the tables of all compared pairs, with the moments that ``finish()`` makes of their sums.
    static func bytes(plan: UniversalityPlan) -> Int {
        var bytes = 0
        for later in plan.others {
            for earlier in plan.earlier(thanGroup: later.groups.first ?? -1) {
                for (one, other) in [(earlier, later), (later, earlier)] {
                    // Four moments in float64, and the correlations of the same and of the next index.
                    bytes += one.neurons * (PartnerTable.bytesPerNeuron(tail: plan.tail(partners: other.neurons)) + 4 * 8 + 2 * 4)
                }
                // Power sums are kept apart for each layer until all have come.
                bytes += (later.layers * earlier.neurons + later.neurons) * 4 * 8
            }
        }
        return bytes
    }

    /// The highest correlations of the earlier model's neurons, and of the later one's; the strongest where signs are arbitrary.
    var highest: (rows: PartnerTail, columns: PartnerTail) { (ordered(rows).highest, ordered(columns).highest) }

    private func ordered(_ table: PartnerTable) -> PartnerTable { areSignsArbitrary ? table.strongestFirst : table }

    func finish() -> PairSummary {
        PairSummary(
            earlier: earlier, later: later,
            forward: PairDirection(partners: ordered(rows), sums: rowSums, counts: rowPartners, sameIndex: rowSame, nextIndex: rowNext),
            backward: PairDirection(
                partners: ordered(columns), sums: [columnSums], counts: columnPartners, sameIndex: columnSame, nextIndex: columnNext))
    }
}
