/// Where a row's counted tokens go in the chunk buffers.
struct RowPlacement: Sendable {
    /// The row within its shard.
    let row: Int
    /// The positions that count, ascending.
    let positions: [Int32]
    /// The place of the first counted token in the buffers, in tokens.
    let offset: Int

    init(row: Int, of rows: ShardRows, isCounted: [Bool], offset: Int) {
        self.row = row
        self.offset = offset
        let start = row * rows.context
        positions = (0..<rows.context).compactMap { position in
            let token = Int(rows.tokens[start + position])
            return isCounted.indices.contains(token) && isCounted[token] ? Int32(position) : nil
        }
    }
}
