import Statistics

/// What the candidates between an earlier model and one column group say.
struct CandidateScan {
    /// What it says of the pair: highest ends, no histograms and no moments; lowest ends where signs are arbitrary.
    let pairPart: PairPart
    /// Counted tokens of each replicate.
    let tokens: [Int]
    /// The largest correlation of each of the earlier model's neurons over each set of replicates, `[sets, neurons]`; −∞ without candidates.
    private(set) var maxima: [Float]
    /// The candidate that the even replicates choose, and that the odd ones choose; empty when a half is empty.
    private(set) var crossfit: [CrossfitChoice]

    init(
        of earlier: ModelShape, against group: Int, of model: ModelShape, plan: UniversalityPlan, statistics: StoredStatistics,
        check: () throws -> Void
    ) throws {
        let columns = plan.layout.groups[group].columns
        let sets = plan.design.sets
        guard let layer = model.groups.firstIndex(of: group) else {
            throw AnalysisError.foreignSummary(group: "\(group)", reason: "it is no layer of \(model.id)")
        }
        let firstColumn = model.offsets[layer]
        let rowTail = TailBuilder(.highest, neurons: earlier.neurons, length: plan.tail(partners: columns))
        let columnTail = TailBuilder(.highest, neurons: columns, length: plan.tail(partners: earlier.neurons))
        let areSignsArbitrary = plan.configuration.areSignsArbitrary
        let rowLowest = TailBuilder(.lowest, neurons: areSignsArbitrary ? earlier.neurons : 0, length: plan.tail(partners: columns))
        let columnLowest = TailBuilder(.lowest, neurons: areSignsArbitrary ? columns : 0, length: plan.tail(partners: earlier.neurons))
        maxima = Array(repeating: -.infinity, count: sets.count * earlier.neurons)
        var choices = [CrossfitChoice(neurons: earlier.neurons), CrossfitChoice(neurons: earlier.neurons)]
        var hasHalves = plan.design.halves != nil
        var silent: [Int32] = []
        var poorest = PoorestBlock()
        let halves = plan.design.halves.map { [$0.even, $0.odd] } ?? []
        for row in plan.comparedLayers(of: earlier, with: group) {
            try check()
            guard let block = plan.layout.block(rows: earlier.groups[row], columns: group),
                let pairs = statistics.candidates(of: block)
            else { throw AnalysisError.missingBlock(rows: "\(earlier.id).\(row)", columns: plan.layout.groups[group].name) }
            let firstRow = earlier.offsets[row]
            silent += GroupAnalysis.zeroes(try statistics.moments(of: block, over: sets[0]).rows.variance, offset: firstRow)
            try poorest.add(block, of: statistics, replicates: plan.design.replicates)
            hasHalves = try hasHalves && halves.allSatisfy { try statistics.tokens(of: block, over: $0) > 0 }
            let values = try statistics.candidateCorrelations(of: block, over: sets + halves)
            // Pairs ascend by layer, and within it by row and by column for each other: partners come in order.
            for index in 0..<pairs.count {
                let (neuron, column) = (firstRow + Int(pairs.rows[index]), Int(pairs.columns[index]))
                let value = values[0][index]
                if value > rowTail.thresholds[neuron] {
                    rowTail.insert(value, partner: Int32(truncatingIfNeeded: firstColumn + column), neuron: neuron)
                }
                if value > columnTail.thresholds[column] {
                    columnTail.insert(value, partner: Int32(truncatingIfNeeded: neuron), neuron: column)
                }
                if areSignsArbitrary {
                    if -value > rowLowest.thresholds[neuron] {
                        rowLowest.insert(-value, partner: Int32(truncatingIfNeeded: firstColumn + column), neuron: neuron)
                    }
                    if -value > columnLowest.thresholds[column] {
                        columnLowest.insert(-value, partner: Int32(truncatingIfNeeded: neuron), neuron: column)
                    }
                }
                for set in sets.indices {
                    let place = set * earlier.neurons + neuron
                    maxima[place] = max(maxima[place], plan.configuration.strength(of: values[set][index]))
                }
                guard hasHalves else { continue }
                for way in 0..<2 {
                    let chosen = values[sets.count + way][index]
                    guard plan.configuration.strength(of: chosen) > choices[way].chosen[neuron] else { continue }
                    let read = values[sets.count + 1 - way][index]
                    choices[way].chosen[neuron] = plan.configuration.strength(of: chosen)
                    choices[way].read[neuron] = areSignsArbitrary && chosen < 0 ? -read : read
                    choices[way].partner[neuron] = Int32(truncatingIfNeeded: firstColumn + column)
                }
            }
        }
        tokens = poorest.tokens
        crossfit = hasHalves ? choices : []
        func table(_ tail: TailBuilder, _ lowest: TailBuilder, partners: Int, neurons: Int) -> PartnerTable {
            var table = PartnerTable(neurons: neurons, tail: plan.tail(partners: partners))
            table.highest = tail.build()
            if areSignsArbitrary { table.lowest = lowest.build() }
            return table
        }
        let unknown = [Float](repeating: .nan, count: columns)
        pairPart = PairPart(
            earlier: earlier.id, rows: table(rowTail, rowLowest, partners: columns, neurons: earlier.neurons),
            rowSums: Array(repeating: 0, count: 4 * earlier.neurons),
            columns: table(columnTail, columnLowest, partners: earlier.neurons, neurons: columns),
            columnSums: Array(repeating: 0, count: 4 * columns), sameIndex: unknown, previousIndex: unknown, nextIndex: unknown,
            zeroVariance: silent)
    }
}
