import Statistics

/// A reducer's answer to a flush. Behind it `[SectionInventory]`, as behind a `LongBody`.
struct Inventory: Codable, Sendable, Hashable {
    /// The reducer's index.
    let index: Int
    /// The question's round.
    let round: Int
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// Bytes that the JSON of an inventory has at most, whatever a reducer holds of a plan.
    static func largest(blocks: Int, strata: Int, shards: Int) -> Int {
        // A row of a table of shards takes about 150 bytes of JSON.
        4_096 + blocks * strata * 512 + blocks * shards * 1_024
    }

    /// What the frames hold.
    ///
    /// - Parameter limit: bytes that the JSON may have at most.
    /// - Throws: `MessageRefusal.body`, `.bodyDepth`.
    func sections(in payload: [ReceivedFrame], limit: Int) throws -> [SectionInventory] {
        let sections: [SectionInventory] = try LongBody(bytes: bytes).value(of: .inventory, in: payload, limit: limit)
        var names = WorkerNames()
        return sections.map { SectionInventory(key: $0.key, shards: names.sharing($0.shards)) }
    }
}
