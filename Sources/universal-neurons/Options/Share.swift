import ArgumentParser

/// A share as people write it: `1%` or `0.01`.
struct Share: ExpressibleByArgument {
    /// From 0 to 1.
    let value: Double

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        guard let number = Double(isPercent ? String(argument.dropLast()) : argument), number.isFinite else { return nil }
        value = isPercent ? number / 100 : number
        guard (0...1).contains(value) else { return nil }
    }
}
