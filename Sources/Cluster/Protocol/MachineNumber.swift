/// What is believed of the numbers that processes tell of themselves: more than any machine has, and sums of thousands of them fit.
enum MachineNumber {
    private static let largest = 1 << 50

    /// Makes sure that numbers can be shown and added up.
    ///
    /// - Throws: a `DecodingError`.
    static func check(_ numbers: [Int], speed: Double = 0, _ decoder: any Decoder) throws {
        guard numbers.allSatisfy((0...largest).contains), (0...Double(largest)).contains(speed) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no process has such numbers"))
        }
    }
}
