import Foundation
import Testing

@testable import Benchmarks

@Suite("Entropy of entries")
struct EntryEntropyTests {
    /// Made by `Tests/Fixtures/Benchmarks/make_entropy.py`.
    private struct Case: Decodable {
        let name: String
        let values: [Int64]
        let entropy: Double
    }

    @Test("the empirical entropy is numpy's, whatever the order and however the entries come")
    func numpy() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/Benchmarks/entropy.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
        #expect(cases.count == 5)
        for item in cases {
            var entropy = EntryEntropy()
            entropy.add(item.values.prefix(10))
            entropy.add(item.values.dropFirst(10).reversed())
            #expect(entropy.count == item.values.count)
            #expect(abs(entropy.bytes - item.entropy) < 1e-12, "\(item.name): \(entropy.bytes), numpy has \(item.entropy)")
        }
    }

    @Test("nothing has no entropy")
    func nothing() { #expect(EntryEntropy().bytes == 0) }
}
