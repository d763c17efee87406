import Foundation
import Statistics

@testable import Analysis

/// The activations of `universality.bin` and numpy's answers.
struct UniversalityFixture {
    private struct Content: Decodable {
        let tokens: [Int]
        let columns: Int
        let tail: Int
        let draws: Int
        let seed: UInt64
        let threshold: Double
        let values: [String: [Double]]
    }

    private let content: Content
    /// The columns, `[columns][tokens]`.
    private let columns: [[Double]]
    static let shapes = [("a", 2, 24), ("b", 2, 24), ("c", 3, 17)]

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/Analysis").standardized
        let content = try JSONDecoder().decode(Content.self, from: Data(contentsOf: folder.appending(path: "universality.json")))
        let bytes = try [UInt8](Data(contentsOf: folder.appending(path: "universality.bin")))
        let rows = content.tokens.reduce(0, +)
        columns = (0..<content.columns).map { column in
            (0..<rows).map { row in
                let offset = 4 * (row * content.columns + column)
                return Double(bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Float.self) })
            }
        }
        self.content = content
    }

    var tokens: [Int] { content.tokens }

    func configuration(allPairs: Bool = false) -> UniversalityConfiguration {
        UniversalityConfiguration(
            reference: "a", others: ["b", "c"], allPairs: allPairs,
            rotations: RotationConfiguration(kinds: [.gaussian, .orthogonal], draws: content.draws, seed: content.seed),
            threshold: content.threshold, tail: content.tail)
    }

    /// The statistics, with empty replicates put where `replicates` says there are some.
    ///
    /// - Parameter places: the replicate that each of the fixture's four goes to.
    ///   - change: changes the activations of a layer, `[columns][tokens]`.
    func statistics(
        places: [Int] = [0, 1, 2, 3], replicates: Int = 4, pairing: SourcePairing = .reference, band: LayerBand? = nil,
        change: (_ id: String, _ layer: Int, [[Double]]) -> [[Double]] = { $2 }
    ) -> DenseStatistics {
        var first = 0
        let models = Self.shapes.map { id, layers, width in
            let own = (0..<layers).map { layer in
                change(id, layer, Array(columns[first + layer * width..<first + (layer + 1) * width]))
            }
            first += layers * width
            return (id: id, layers: own)
        }
        let replicate = content.tokens.enumerated().flatMap { Array(repeating: places[$0.offset], count: $0.element) }
        return DenseStatistics(models: models, replicate: replicate, replicates: replicates, pairing: pairing, band: band)
    }

    /// numpy's answer.
    func expected(_ name: String) throws -> [Double] {
        struct Missing: Error { let name: String }
        guard let values = content.values[name] else { throw Missing(name: name) }
        return values
    }

    /// The largest difference between values and numpy's; infinite when their counts differ. A NaN here is −9 there.
    func distance(_ values: [some BinaryFloatingPoint], _ name: String) throws -> Double {
        let expected = try expected(name)
        guard expected.count == values.count else { return .infinity }
        return zip(values, expected).map { value, expected in value.isNaN ? abs(expected + 9) : abs(Double(value) - expected) }.max() ?? 0
    }
}
