extension String {
    /// The text as it may reach a terminal: control characters stand as escapes (`\u{1b}`), and what is beyond the limit is cut off.
    ///
    /// Names in messages and tables come from files that nobody vouches for: a control character in them could rewrite the screen.
    ///
    /// - Parameter limit: scalars to show at most.
    public func printable(limit: Int = .max) -> String {
        var result = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count >= limit { return result + "…" }
            if scalar.properties.generalCategory == .control {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
