/// Two numbers as people write them with a dot between them, `3.117`: what neurons and heads are named by.
struct DottedNumbers: Hashable {
    let first: Int
    let second: Int

    /// Reads two numbers of at least 0 without a sign; nil for anything else.
    init?(parsing text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        guard parts.count == 2, let first = parts[0], let second = parts[1], first >= 0, second >= 0 else { return nil }
        self.first = first
        self.second = second
    }
}
