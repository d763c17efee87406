/// Fills rows from the token streams of the domains: each row is the token that begins it and `context - 1` tokens of one domain's stream.
///
/// Holds one unfinished row a domain and nothing else.
struct RowPacker {
    /// What is known of a domain so far.
    struct Domain {
        let name: [UInt8]
        var documents = 0
        var tokens = 0
        var rows = 0
        /// Where its unfinished row lies, in rows of `unfinished`, and how much of it is filled.
        fileprivate var filled = 1
    }

    let context: Int
    let beginningOfRow: Int32
    private(set) var domains: [Domain] = []
    private var numbers: [[UInt8]: Int] = [:]
    private var unfinished: [[Int32]] = []

    init(context: Int, beginningOfRow: Int32) {
        self.context = context
        self.beginningOfRow = beginningOfRow
    }

    /// The number of a domain, in order of appearance.
    mutating func number(of name: [UInt8]) -> Int {
        if let number = numbers[name] { return number }
        let number = domains.count
        numbers[name] = number
        domains.append(Domain(name: name))
        var row = [Int32](repeating: 0, count: context)
        row[0] = beginningOfRow
        unfinished.append(row)
        return number
    }

    /// Appends tokens to a domain's stream and calls `emit` with each row that this completes.
    mutating func append(
        _ tokens: UnsafeBufferPointer<Int32>, to domain: Int, emit: (UnsafeBufferPointer<Int32>) throws -> Void
    ) rethrows {
        domains[domain].tokens += tokens.count
        var filled = domains[domain].filled
        var taken = 0
        try unfinished[domain].withUnsafeMutableBufferPointer { row in
            while taken < tokens.count {
                let count = min(context - filled, tokens.count - taken)
                for i in 0..<count { row[filled + i] = tokens[taken + i] }
                filled += count
                taken += count
                if filled == context {
                    try emit(UnsafeBufferPointer(row))
                    domains[domain].rows += 1
                    filled = 1
                }
            }
        }
        domains[domain].filled = filled
    }

    mutating func countDocument(in domain: Int) { domains[domain].documents += 1 }
}
