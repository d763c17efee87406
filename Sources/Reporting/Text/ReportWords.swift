/// Small matters of language.
enum ReportWords {
    /// "b", "b and c", "b, c and d"; from the eighth on counted.
    static func list(_ names: [String]) -> String {
        let safe = names.map { VisibleText.plain($0, limit: 40) }
        if safe.count > 8 { return "\(safe.prefix(6).joined(separator: ", ")) and \(safe.count - 6) others" }
        guard let last = safe.last, safe.count > 1 else { return safe.first ?? "no other model" }
        return "\(safe.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// "1 neuron", "2,048 neurons".
    static func count(_ number: Int, _ noun: String) -> String {
        "\(NumberFormat.integer(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
