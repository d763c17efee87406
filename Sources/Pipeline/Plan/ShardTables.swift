import Statistics

/// The tables of shards of a run's sections as they are in memory: what grows with blocks times shards.
struct ShardTables {
    /// Bytes of a record: shard, checksum and the place of its worker's name take 56, 58 were measured; half as much again for what it is
    /// decoded from and what is compared meanwhile.
    static let recordBytes = 96

    /// More than any memory holds, and little enough for sums of such.
    private static let mostRecords = 1 << 48

    /// Records of all shards in all sections.
    let records: Int
    /// Bytes that they take.
    var bytes: Int { records * Self.recordBytes }

    /// - Parameter shards: of the budget, each of which is in every section of its stratum.
    init(layout: StatisticsLayout, shards: Int) {
        // A reference's layer has examples, moments, tokens and means too.
        let sections = layout.blocks.reduce(0) { $0 + 1 + (layout.isReference(within: $1) ? 4 : 0) }
        let (records, overflow) = shards.multipliedReportingOverflow(by: sections)
        self.records = overflow ? Self.mostRecords : min(records, Self.mostRecords)
    }
}
