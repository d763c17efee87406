/// What is believed of the numbers that processes tell of themselves: more than any machine has, and sums of as many as are believed fit.
enum MachineNumber {
    private static let largest = 1 << 50
    /// Numbers of one message; 4,096 · 2⁵⁰ < 2⁶³.
    private static let most = 4_096

    /// Whether numbers, and a speed, can be shown and added up.
    static func areBelievable(_ numbers: [Int], speed: Double = 0) -> Bool {
        numbers.allSatisfy((0...largest).contains) && (0...Double(largest)).contains(speed)
    }

    /// Makes sure that numbers can be shown and added up.
    ///
    /// - Throws: a `DecodingError`.
    static func check(_ numbers: [Int], _ decoder: any Decoder) throws {
        guard numbers.count <= most, areBelievable(numbers) else { throw unbelievable(decoder) }
    }

    /// Makes sure that speeds can be shown.
    ///
    /// - Throws: a `DecodingError`.
    static func check(speeds: [Double], _ decoder: any Decoder) throws {
        guard speeds.allSatisfy({ areBelievable([], speed: $0) }) else { throw unbelievable(decoder) }
    }

    private static func unbelievable(_ decoder: any Decoder) -> DecodingError {
        .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no process has such numbers"))
    }
}
