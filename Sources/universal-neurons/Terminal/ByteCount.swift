/// Amounts of memory and disk for people.
enum ByteCount {
    /// `48 GB`, `1.5 MB`: powers of 1,000, three significant digits.
    static func text(_ bytes: some BinaryInteger) -> String { text(Double(bytes)) }

    /// Of an estimate.
    static func text(_ bytes: Double) -> String {
        for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where bytes >= factor {
            return "\(ProgressMeter.short(bytes / factor)) \(unit)"
        }
        return "\(ProgressMeter.short(bytes)) B"
    }
}
