extension GroupSummary {
    /// Raised with every change of the format.
    private static let version = 1
    /// "UNgs" as a number.
    private static let magic = 0x7367_4E55

    /// The summary as bytes: equal summaries are equal bytes.
    public func encoded() -> [UInt8] {
        var encoder = SummaryEncoder()
        encoder.write(magic: Self.magic, version: Self.version)
        encoder.write(group)
        encoder.write(name)
        encoder.write(columns)
        encoder.write(zeroVariance)
        encoder.write(pairs.count)
        for pair in pairs {
            encoder.write(pair.earlier)
            encoder.write(pair.rows)
            encoder.write(pair.rowSums)
            encoder.write(pair.columns)
            encoder.write(pair.columnSums)
            encoder.write(pair.sameIndex)
            encoder.write(pair.previousIndex)
            encoder.write(pair.nextIndex)
            encoder.write(pair.zeroVariance)
        }
        encoder.write(reference.tokens)
        encoder.write(reference.maxima)
        encoder.write(reference.rotatedMaxima)
        encoder.write(reference.crossfit.count)
        for choice in reference.crossfit {
            encoder.write(choice.chosen)
            encoder.write(choice.partner)
            encoder.write(choice.read)
        }
        return encoder.bytes
    }

    /// Reads a summary; whether it belongs to an analysis is checked when it is merged.
    ///
    /// - Throws: `AnalysisError.damagedSummary` with the offset.
    public init(decoding bytes: [UInt8]) throws {
        var decoder = SummaryDecoder(bytes)
        try decoder.expect(magic: Self.magic, version: Self.version, of: "group summary")
        let group = try decoder.int()
        let name = try decoder.text()
        let columns = try decoder.int()
        let zeroVariance = try decoder.array(of: Int32.self)
        let pairCount = try decoder.int()
        // Each pair has a name and arrays, so more of them than bytes is a lie.
        guard pairCount >= 0, pairCount <= bytes.count else { throw decoder.problem("it has \(pairCount) pairs") }
        var pairs: [PairPart] = []
        for _ in 0..<pairCount {
            pairs.append(
                PairPart(
                    earlier: try decoder.text(), rows: try decoder.table(), rowSums: try decoder.array(of: Double.self),
                    columns: try decoder.table(), columnSums: try decoder.array(of: Double.self),
                    sameIndex: try decoder.array(of: Float.self), previousIndex: try decoder.array(of: Float.self),
                    nextIndex: try decoder.array(of: Float.self), zeroVariance: try decoder.array(of: Int32.self)))
        }
        let tokens = try decoder.array(of: Int.self)
        let maxima = try decoder.array(of: Float.self)
        let rotated = try decoder.array(of: Float.self)
        let choices = try decoder.int()
        guard choices == 0 || choices == 2 else { throw decoder.problem("it has \(choices) cross-fitted choices") }
        var crossfit: [CrossfitChoice] = []
        for _ in 0..<choices {
            crossfit.append(
                CrossfitChoice(
                    chosen: try decoder.array(of: Float.self), partner: try decoder.array(of: Int32.self),
                    read: try decoder.array(of: Float.self)))
        }
        try decoder.expectEnd()
        self.init(
            group: group, name: name, columns: columns, zeroVariance: zeroVariance, pairs: pairs,
            reference: ReferencePart(tokens: tokens, maxima: maxima, rotatedMaxima: rotated, crossfit: crossfit))
    }

    /// Why the summary does not fit an analysis, or nil.
    func problem(in plan: UniversalityPlan) -> String? {
        guard plan.layout.groups.indices.contains(group), let own = plan.model(ofGroup: group) else { return "the group is unknown" }
        if name != plan.layout.groups[group].name || columns != plan.layout.groups[group].columns { return "it is of another layout" }
        if !zeroVariance.allSatisfy({ (0..<columns).contains(Int($0)) }) { return "a neuron without variance does not exist" }
        let earlier = plan.earlier(thanGroup: group)
        if pairs.map(\.earlier) != earlier.map(\.id) { return "it compares with other models" }
        guard let layer = own.groups.firstIndex(of: group) else { return "the group is unknown" }
        let indices = own.offsets[layer]..<own.offsets[layer] + columns
        for (part, model) in zip(pairs, earlier) {
            let isSized =
                part.rows.fits(neurons: model.neurons, tail: plan.tail(partners: columns), partners: indices)
                && part.columns.fits(neurons: columns, tail: plan.tail(partners: model.neurons), partners: 0..<model.neurons)
                && part.rowSums.count == 4 * model.neurons && part.columnSums.count == 4 * columns
                && [part.sameIndex, part.previousIndex, part.nextIndex].allSatisfy { $0.count == columns }
                && part.zeroVariance.allSatisfy { (0..<model.neurons).contains(Int($0)) }
            if !isSized { return "its part about '\(part.earlier)' has another size" }
            // What is put under an index must have its place there.
            let sameEnds = part.sameIndex.indices.allSatisfy { part.sameIndex[$0].isNaN || indices.lowerBound + $0 < model.neurons }
            let previousEnds = part.previousIndex.indices.allSatisfy {
                part.previousIndex[$0].isNaN || (1...model.neurons).contains(indices.lowerBound + $0)
            }
            if !sameEnds || !previousEnds { return "it pairs an index that '\(part.earlier)' does not have" }
        }
        return reference.fits(plan, partners: indices) ? nil : "its part about the reference has another size"
    }
}

extension ReferencePart {
    /// Whether the part has the sizes of an analysis, and its partners lie in the given range.
    func fits(_ plan: UniversalityPlan, partners: Range<Int>) -> Bool {
        let neurons = plan.reference.neurons
        let sets = plan.design.sets.count
        return tokens.count == plan.design.replicates && maxima.count == sets * neurons
            && rotatedMaxima.count == plan.configuration.rotations.matrices * sets * neurons
            && tokens.allSatisfy { (0..<1 << 56).contains($0) }
            && crossfit.allSatisfy { choice in
                choice.chosen.count == neurons && choice.partner.count == neurons && choice.read.count == neurons
                    && choice.partner.allSatisfy { $0 == -1 || partners.contains(Int($0)) }
            }
    }
}

extension PartnerTable {
    /// Whether the table has the given size, and its partners lie in the given range and are no more than there are.
    fileprivate func fits(neurons: Int, tail: Int, partners: Range<Int>) -> Bool {
        histogram.count == neurons * CorrelationHistogram.bins
            // Each neuron meets each partner once, so sums over groups stay below the number of partners.
            && (0..<neurons).allSatisfy { neuron in
                let bins = histogram[neuron * CorrelationHistogram.bins..<(neuron + 1) * CorrelationHistogram.bins]
                return bins.reduce(UInt64(0)) { $0 + UInt64($1) } <= UInt64(partners.count)
            }
            && [highest, lowest].allSatisfy { ends in
                ends.neurons == neurons && ends.length == tail && ends.partners.allSatisfy { $0 == -1 || partners.contains(Int($0)) }
            }
    }
}
