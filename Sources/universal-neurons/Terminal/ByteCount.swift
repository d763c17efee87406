/// Amounts of memory and disk for people.
enum ByteCount {
    /// `48 GB`, `1.5 MB`: powers of 1,000, three significant digits.
    static func text(_ bytes: Int) -> String {
        for (unit, factor) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(bytes) >= factor {
            return "\(ProgressMeter.short(Double(bytes) / factor)) \(unit)"
        }
        return "\(bytes) B"
    }
}
