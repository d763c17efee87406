/// A growing list of token ids, written to in the hottest loop of the tokenizer: plain memory, no uniqueness checks.
public struct TokenBuffer: ~Copyable {
    private var base: UnsafeMutablePointer<Int32>
    private var capacity: Int
    /// How many ids it holds.
    public private(set) var count = 0

    /// An empty list with room for `capacity` ids.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The ids, valid until the list changes.
    public func withTokens<Result>(_ body: (UnsafeBufferPointer<Int32>) throws -> Result) rethrows -> Result {
        try body(UnsafeBufferPointer(start: base, count: count))
    }

    /// Forgets the ids and keeps the memory.
    public mutating func removeAll() { count = 0 }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let larger = max(needed, 2 * capacity)
        let memory = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
        memory.update(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ token: Int32) {
        if count == capacity { grow(to: count + 1) }
        base[count] = token
        count += 1
    }

    /// Appends the first `tokens` of three ids: always three stores, so that no branch depends on how many count.
    @inline(__always)
    mutating func append(_ first: Int32, _ second: Int32, _ third: Int32, count tokens: Int) {
        if count + 3 > capacity { grow(to: count + 3) }
        base[count] = first
        base[count + 1] = second
        base[count + 2] = third
        count += tokens
    }

    @inline(__always)
    mutating func append(_ tokens: UnsafeBufferPointer<Int32>) {
        if count + tokens.count > capacity { grow(to: count + tokens.count) }
        for i in tokens.indices { base[count + i] = tokens[i] }
        count += tokens.count
    }
}
