import Storage

/// The mapped ids of a packed corpus, row after row, in the width that they are stored in.
enum PackedTokens {
    case narrow(UnsafePointer<UInt16>)
    case wide(UnsafePointer<Int32>)

    /// Ids that are read before their memory is given back, a power of two: long enough for that not to show.
    static let piece = 1 << 22

    /// The id at a place, counted over all rows.
    subscript(place: Int) -> Int32 {
        switch self {
        case .narrow(let ids): Int32(ids[place])
        case .wide(let ids): ids[place]
        }
    }

    /// The first place of `count` whose id is negative or not below `limit`; nil when there is none.
    ///
    /// The highest of a run of ids first, without a branch for each, and only in a run that has such an id where it is: opening a corpus
    /// costs little more than reading it.
    ///
    /// - Parameters:
    ///   - digest: takes the ids on the way, where there is one: whoever wants both reads the rows once.
    ///   - array: whose memory is given back on the way, so that of a corpus of any size no more is resident than some pieces.
    func firstID(outside limit: Int, count: Int, hashing digest: inout CorpusDigest?, forgetting array: NumpyArray) -> Int? {
        // Half a megabyte at most: the second look finds it in the cache.
        let run = 1 << 17
        let bound = UInt32(clamping: limit)
        for start in stride(from: 0, to: count, by: run) {
            let places = start..<min(start + run, count)
            var highest: UInt32 = 0
            switch self {
            case .narrow(let ids): for place in places { highest = max(highest, UInt32(ids[place])) }
            // A negative id is above every other as an unsigned number.
            case .wide(let ids): for place in places { highest = max(highest, UInt32(bitPattern: ids[place])) }
            }
            if highest >= bound { return places.first { UInt32(bitPattern: self[$0]) >= bound } }
            // The digest is of 32-bit ids whatever the width on disk.
            switch self {
            case _ where digest == nil: break
            case .narrow(let ids): places.map { Int32(ids[$0]) }.withUnsafeBufferPointer { digest?.update(tokens: $0) }
            case .wide(let ids): digest?.update(tokens: UnsafeBufferPointer(start: ids + start, count: places.count))
            }
            if places.upperBound % Self.piece == 0 { array.forgetPages() }
        }
        return nil
    }
}
