import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The score of simulated activations")
struct SimulationScoreTests {
    /// A case of Tests/Fixtures/Explanations/scores.json.
    private struct Case: Decodable {
        struct Window: Decodable {
            let activations: [Float]
            let uncounted: [Int]
        }

        let windows: [Window]
        let simulated: [[Double]]
        let score, windowScore: Double?
        let tokens: Int
    }

    private func agree(_ found: Double?, _ expected: Double?) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return abs(found - expected) <= 1e-12
    }

    @Test("is numpy's correlation over all counted tokens, and the mean of those within windows, on any scale")
    func numpy() throws {
        let file = ConfigurationTests.repository.appending("Tests/Fixtures/Explanations/scores.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let cases = try decoder.decode([Case].self, from: Data(contentsOf: URL(fileURLWithPath: file.string)))
        #expect(cases.count == 7)
        for (place, expected) in cases.enumerated() {
            let windows = expected.windows.map {
                HeldOutKey.Window(row: 0, position: 0, activations: $0.activations, uncounted: $0.uncounted)
            }
            let found = SimulationScore(expected.simulated, of: windows)
            #expect(found.tokens == expected.tokens, "case \(place)")
            #expect(agree(found.score, expected.score), "case \(place): \(String(describing: found.score))")
            #expect(agree(found.windowScore, expected.windowScore), "case \(place): \(String(describing: found.windowScore))")
        }
    }

    @Test("is none where nothing varies, also where the mean of equal numbers is not that number")
    func constant() {
        let windows = [HeldOutKey.Window(row: 0, position: 0, activations: [0, 1, 2], uncounted: [])]
        for value in [0, 0.1, 1e300, -7] {
            let found = SimulationScore([[value, value, value]], of: windows)
            #expect(found.score == nil && found.windowScore == nil && found.tokens == 3, "\(value)")
        }
        let flat = [HeldOutKey.Window(row: 0, position: 0, activations: [0.1, 0.1, 0.1], uncounted: [])]
        #expect(SimulationScore([[1, 2, 3]], of: flat).score == nil)
        #expect(SimulationScore([], of: []).score == nil)
    }
}
