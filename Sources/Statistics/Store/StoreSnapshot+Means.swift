extension StoreSnapshot {
    /// Goes through the sums by token of a group over all strata and shards, by ascending ids; in memory there are two strips at a time.
    ///
    /// - Returns: whether there are any.
    /// - Throws: `StatisticsError`, what `body` throws.
    @discardableResult
    public func forEachTokenStrip(of group: Int, strata: Int, _ body: (TokenStrip) throws -> Void) throws -> Bool {
        let inputs = (0..<strata).flatMap { merges[SectionKey(kind: .means, index: group, stratum: $0)]?.chosen ?? [] }
        guard !inputs.isEmpty else { return false }
        let tokens = inputs.reduce(0) { $0 + $1.entry.tokens }
        guard tokens <= TokenSums.largestTokenCount else {
            throw StatisticsError.tooManyChunks(block: shape.layout.groups[group].name, chunks: inputs.count, tokens: tokens)
        }
        let tables = try inputs.map { try $0.reader.readTokenTable($0.entry, shape: shape) }
        let strips = tables.map(\.strips)
        // For each input the numbers of its strips.
        let numbers = zip(tables, strips).map { table, strips in strips.map { TokenTable.strip(of: table.ids[$0.lowerBound]) } }
        for number in Set(numbers.joined()).sorted() {
            var strip: TokenStrip?
            for (place, input) in inputs.enumerated() {
                guard let index = numbers[place].firstIndex(of: number) else { continue }
                let next = try input.reader.readStrip(index, of: tables[place][strips[place][index]], input.entry, shape: shape)
                strip = strip.map { $0.adding(next) } ?? next
            }
            if let strip { try body(strip) }
        }
        return true
    }
}
