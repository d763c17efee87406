/// One byte for each Unicode scalar: its `ScalarClass`, as the `tokenizers` library sees it.
///
/// A flat table of 1.1 MB, built once: a look-up costs one load, and text touches few of its pages.
final class ScalarClassTable: @unchecked Sendable {
    static let shared = ScalarClassTable()

    /// Raw values of `ScalarClass` by scalar value. Never written after `init`.
    let classes: UnsafePointer<UInt8>
    static let count = 0x110000

    private init() {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.count)
        table.initialize(repeating: ScalarClass.other.rawValue, count: Self.count)
        for (ranges, scalarClass) in [
            (ScalarClassRanges.letters, ScalarClass.letter),
            (ScalarClassRanges.numbers, .number),
            (ScalarClassRanges.whiteSpace, .whiteSpace),
        ] {
            for start in stride(from: 0, to: ranges.count, by: 2) {
                for scalar in ranges[start]...ranges[start + 1] { table[Int(scalar)] = scalarClass.rawValue }
            }
        }
        classes = UnsafePointer(table)
    }

    deinit { classes.deallocate() }
}
