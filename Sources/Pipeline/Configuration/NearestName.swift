/// The known name that a misspelt one resembles most.
enum NearestName {
    /// The name with the fewest single-character edits (insertion, removal, exchange, swap of neighbours); the first of equals.
    static func of(_ name: String, among known: [String]) -> String? {
        known.min { distance(name.lowercased(), $0) < distance(name.lowercased(), $1) }
    }

    /// Whether one may have been written for the other: more of it is the same than is not. Only their last parts count.
    static func resembles(_ key: String, _ name: String) -> Bool {
        let (a, b) = (last(of: key).lowercased(), last(of: name))
        return 2 * distance(a, b) < max(a.count, b.count)
    }

    private static func last(of key: String) -> String { key.split(separator: ".").last.map(String.init) ?? "" }

    /// Optimal string alignment distance between two names, in characters.
    static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first)
        let b = Array(second)
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + Array(repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
