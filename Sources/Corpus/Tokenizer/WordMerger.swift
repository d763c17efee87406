/// Joins the bytes of one word into tokens: always the pair of lowest rank first, among equals the leftmost.
///
/// Short words by looking through all pairs before each merge (fewer than a hundred), long ones with a heap over a linked list: O(n log n),
/// so a line of megabytes without a blank is no trap. Scratch of one thread.
final class WordMerger {
    private let merges: MergeTable
    /// Up to here the plain search is faster than a heap (measured on English, code and CJK).
    private static let plainLimit = 96

    private var tokens: UnsafeMutablePointer<Int32>
    private var ranks: UnsafeMutablePointer<UInt32>
    private var previous: UnsafeMutablePointer<Int32>
    private var next: UnsafeMutablePointer<Int32>
    private var heap: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private var heapCount = 0

    init(_ merges: MergeTable) {
        self.merges = merges
        capacity = 256
        tokens = .allocate(capacity: capacity)
        ranks = .allocate(capacity: capacity)
        previous = .allocate(capacity: capacity)
        next = .allocate(capacity: capacity)
        heap = .allocate(capacity: 3 * capacity)
    }

    deinit { release() }

    private func release() {
        tokens.deallocate()
        ranks.deallocate()
        previous.deallocate()
        next.deallocate()
        heap.deallocate()
    }

    private func reserve(_ count: Int) {
        guard count > capacity else { return }
        release()
        capacity = max(count, 2 * capacity)
        tokens = .allocate(capacity: capacity)
        ranks = .allocate(capacity: capacity)
        previous = .allocate(capacity: capacity)
        next = .allocate(capacity: capacity)
        // Every merge takes a pair away and adds at most two: no more than n + 2n entries ever.
        heap = .allocate(capacity: 3 * capacity)
    }

    /// The tokens of one word, valid until the next call.
    ///
    /// - Parameters:
    ///   - word: `count` bytes, fewer than 2^31.
    ///   - byteTokens: the token of each of the 256 bytes.
    @inline(__always)
    func tokens(of word: UnsafePointer<UInt8>, count: Int, byteTokens: UnsafePointer<Int32>) -> UnsafeBufferPointer<Int32> {
        precondition(count < Int(Int32.max), "a word of 2 GiB or more")
        reserve(count)
        for i in 0..<count { tokens[i] = byteTokens[Int(word[i])] }
        let result = count <= Self.plainLimit ? mergePlainly(count) : mergeWithHeap(count)
        return UnsafeBufferPointer(start: tokens, count: result)
    }

    /// One token, in the same memory as `tokens(of:)` uses.
    func single(_ token: Int32) -> UnsafeBufferPointer<Int32> {
        tokens[0] = token
        return UnsafeBufferPointer(start: tokens, count: 1)
    }

    private func mergePlainly(_ count: Int) -> Int {
        var count = count
        if count < 2 { return count }
        for i in 0..<(count - 1) { ranks[i] = merges.rank(tokens[i], tokens[i + 1]) }
        while count > 1 {
            var lowest = MergeTable.none
            var place = 0
            for i in 0..<(count - 1) where ranks[i] < lowest {
                lowest = ranks[i]
                place = i
            }
            if lowest == MergeTable.none { break }
            tokens[place] = merges.merge(lowest).token
            // Close the gap: tokens after place + 1 and the ranks of their pairs move down by one.
            for i in (place + 1)..<(count - 1) {
                tokens[i] = tokens[i + 1]
                ranks[i] = ranks[i + 1]
            }
            count -= 1
            if place + 1 < count { ranks[place] = merges.rank(tokens[place], tokens[place + 1]) }
            if place > 0 { ranks[place - 1] = merges.rank(tokens[place - 1], tokens[place]) }
        }
        return count
    }

    private func mergeWithHeap(_ count: Int) -> Int {
        heapCount = 0
        for i in 0..<count {
            previous[i] = Int32(i - 1)
            next[i] = Int32(i + 1)
            if i + 1 < count { append(i, merges.rank(tokens[i], tokens[i + 1])) }
        }
        for i in stride(from: heapCount / 2 - 1, through: 0, by: -1) { sink(i) }
        while heapCount > 0 {
            let top = heap[0]
            heapCount -= 1
            heap[0] = heap[heapCount]
            sink(0)
            let place = Int(top & 0xFFFF_FFFF)
            let merge = merges.merge(UInt32(top >> 32))
            // An entry is out of date when either token has joined something else meanwhile; a joined right half is marked -1.
            guard tokens[place] == merge.left else { continue }
            let right = Int(next[place])
            guard right < count, tokens[right] == merge.right else { continue }
            tokens[place] = merge.token
            tokens[right] = -1
            let after = next[right]
            next[place] = after
            if Int(after) < count {
                previous[Int(after)] = Int32(place)
                push(place, merges.rank(merge.token, tokens[Int(after)]))
            }
            let before = Int(previous[place])
            if before >= 0 { push(before, merges.rank(tokens[before], merge.token)) }
        }
        var result = 0
        var place = 0
        while place < count {
            tokens[result] = tokens[place]
            result += 1
            place = Int(next[place])
        }
        return result
    }

    @inline(__always)
    private func append(_ place: Int, _ rank: UInt32) {
        guard rank != MergeTable.none else { return }
        heap[heapCount] = UInt64(rank) << 32 | UInt64(place)
        heapCount += 1
    }

    @inline(__always)
    private func push(_ place: Int, _ rank: UInt32) {
        guard rank != MergeTable.none else { return }
        append(place, rank)
        var child = heapCount - 1
        let entry = heap[child]
        while child > 0 {
            let parent = (child - 1) / 2
            if heap[parent] <= entry { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    @inline(__always)
    private func sink(_ start: Int) {
        guard start < heapCount else { return }
        let entry = heap[start]
        var parent = start
        while true {
            var child = 2 * parent + 1
            if child >= heapCount { break }
            if child + 1 < heapCount, heap[child + 1] < heap[child] { child += 1 }
            if entry <= heap[child] { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
