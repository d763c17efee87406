/// Amounts of memory and disk for people.
enum ByteCount {
    /// Of files and messages, as disks and networks are sold: `48 GB`, `1.5 MB`: powers of 1,000, three significant digits.
    static func text(_ bytes: some BinaryInteger) -> String { text(Double(bytes)) }

    /// Of an estimate.
    static func text(_ bytes: Double) -> String { text(bytes, base: 1_000, units: ["B", "kB", "MB", "GB", "TB"]) }

    /// Of memory, as `--memory` counts it: `30.4 GiB`, `700 MiB`: powers of 1,024, three significant digits.
    static func memory(_ bytes: some BinaryInteger) -> String {
        text(Double(bytes), base: 1_024, units: ["B", "KiB", "MiB", "GiB", "TiB"])
    }

    private static func text(_ bytes: Double, base: Double, units: [String]) -> String {
        var (value, place) = (bytes, 0)
        // From here on there would be four digits.
        while value >= 999.5, place + 1 < units.count { (value, place) = (value / base, place + 1) }
        return "\(ProgressMeter.short(value)) \(units[place])"
    }
}
