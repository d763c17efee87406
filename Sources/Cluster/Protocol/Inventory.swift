/// A reducer's answer to a flush. Behind it `[SectionInventory]`, as behind a `LongBody`.
struct Inventory: Codable, Sendable, Hashable {
    /// The reducer's index.
    let index: Int
    /// The question's round.
    let round: Int
    /// Bytes of the JSON before compression.
    let bytes: Int

    /// What the frames hold.
    ///
    /// - Parameter limit: bytes that the JSON may have at most.
    /// - Throws: `MessageRefusal.body`.
    func sections(in payload: [ReceivedFrame], limit: Int) throws -> [SectionInventory] {
        try LongBody(bytes: bytes).value(of: .inventory, in: payload, limit: limit)
    }
}
