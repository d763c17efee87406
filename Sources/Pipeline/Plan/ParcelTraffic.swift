/// What a worker keeps in memory of numbers that are on their way to reducers: pieces of one size, in a queue for each reducer. The rest of
/// a parcel lies in a file.
public enum ParcelTraffic {
    /// Bytes that travel at a time: large against a header, small against what a queue of them may hold in memory.
    public static let pieceBytes = 1 << 20

    /// Bytes that may be on their way to a reducer, or in its memory and not yet on its disk; one parcel always may.
    public static let windowBytes = 512 << 20
    /// Staged bytes above which a reducer invites no more: what a fold is of at most.
    public static let stagingBytes = 8 << 30

    /// Pieces that wait for one reducer: enough to keep its line busy, fewer where there are many reducers.
    ///
    /// - Parameter reducers: how many reducers there are.
    public static func queuedPieces(reducers: Int) -> Int { max(1, min(8, 32 / max(1, reducers))) }

    /// Bytes of all queues together at most: with those that wait, each reducer has one piece that is read and one that is encrypted and sent.
    static func bytes(reducers: Int) -> Int { reducers * (queuedPieces(reducers: reducers) + 2) * pieceBytes }
}
