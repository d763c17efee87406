import Foundation

@testable import Analysis

/// The two tables of `comparison.json`, and what numpy and scipy say of them.
struct ComparisonFixture: Decodable {
    struct Side: Decodable {
        let excess, errors: [Double]
        let kurt: [Double?]
    }

    struct Agreement: Decodable {
        let column: String
        let neurons, largestAt, withinTolerance: Int
        let meanDifference, rootMeanSquare, largest, tolerance, pearson, spearman: Double
    }

    struct Ranks: Decodable {
        let values, ranks, others: [Double]
        let spearman, pearson: Double
    }

    let neurons: [[Int]]
    let threshold, tolerance: Double
    let degreesOfFreedom: [Int]
    let first, second: Side
    let columns: [Agreement]
    let probabilities: [[Double]]
    /// Of the first, of the second, of both, of either.
    let universal: [Int]
    let jaccardStandardError: Double
    /// The standard deviation of the index over all outcomes, without linearising.
    let jaccardDeviation: Double
    let ranks: Ranks

    static func load() throws -> ComparisonFixture {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/Analysis/comparison.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file.standardized))
    }

    var places: [NeuronPlace] { neurons.map { NeuronPlace(layer: $0[0], neuron: $0[1]) } }

    /// The two tables as the comparison takes them.
    var tables: (first: ComparedTable, second: ComparedTable) {
        let tables = zip([first, second], degreesOfFreedom).map { side, freedom in
            ComparedTable(
                neurons: places, numbers: [("excess_corr", side.excess), ("kurt", side.kurt.map { $0 ?? .nan })],
                isUniversal: side.excess.map { $0 > threshold }, threshold: threshold, excessErrors: side.errors,
                degreesOfFreedom: freedom)
        }
        return (tables[0], tables[1])
    }
}
