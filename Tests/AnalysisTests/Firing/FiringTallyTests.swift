import Foundation
import Storage
import SystemPackage
import Testing

@testable import Analysis

@Suite("At which tokens neurons fire together")
struct FiringTallyTests {
    private let arrays: [String: NumpyArray]
    private let partners: FiringPartners
    private static let (rows, tokens) = (3, 150)

    init() throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        arrays = try NumpyArchive.read(tests.appending("Fixtures/Analysis/firing.npz"))
        partners = FiringPartners(
            layers: 2, width: 5, otherLayers: 3, otherWidth: 4, partners: try #require(arrays["partners"]).values(as: Int32.self))
    }

    private func values<Number: NumpyElement>(_ name: String, as type: Number.Type) throws -> [Number] {
        try #require(arrays[name]).values(as: type)
    }

    /// Gives some rows to a tally.
    private func count(_ rows: Range<Int>, by tally: FiringTally) throws {
        let (a, b) = (try values("a", as: Float.self), try values("b", as: Float.self))
        let isCounted = try values("counted", as: UInt8.self)
        for row in rows {
            tally.begin(at: (0..<Self.tokens).filter { isCounted[row * Self.tokens + $0] > 0 }.map { Int32($0) })
            a.withUnsafeBufferPointer { a in
                for layer in 0..<2 { tally.take(layer: layer, a.baseAddress! + (row * 2 + layer) * Self.tokens * 5) }
            }
            b.withUnsafeBufferPointer { b in
                for layer in 0..<3 { tally.compare(layer: layer, b.baseAddress! + (row * 3 + layer) * Self.tokens * 4) }
            }
        }
    }

    private func counted() throws -> FiringCounts {
        let tally = FiringTally(partners, context: Self.tokens)
        try count(0..<Self.rows, by: tally)
        return tally.handOver()
    }

    @Test("is what numpy counts, at the tokens that count; a neuron without a partner has no counts, a silent pair no similarity")
    func reference() throws {
        let counts = try counted()
        #expect(try counts.tokens == values("counted", as: UInt8.self).reduce(0) { $0 + Int($1) })
        #expect(try counts.first == values("first", as: Int64.self) && counts.second == values("second", as: Int64.self))
        #expect(try counts.both == values("both", as: Int64.self))
        for (neuron, expected) in try values("jaccard", as: Double.self).enumerated() {
            #expect(counts.jaccard(of: neuron) == (expected.isNaN ? nil : expected))
        }
        #expect(counts.jaccard(of: 0) == 1 && counts.jaccard(of: 2) == nil && counts.jaccard(of: 7) == nil)
    }

    @Test("adds up over rows, whoever counts them and in which order; what is handed over is counted once")
    func additive() throws {
        let tally = FiringTally(partners, context: Self.tokens)
        try count(2..<3, by: tally)
        var sum = tally.handOver()
        #expect(tally.handOver() == FiringCounts(neurons: 10))
        try count(0..<1, by: tally)
        let other = FiringTally(partners, context: Self.tokens)
        try count(1..<2, by: other)
        sum.add(other.handOver())
        sum.add(tally.handOver())
        #expect(try sum == counted())
    }

    @Test("its table has a row for each neuron, without a partner an empty one")
    func table() throws {
        let path = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("firing-\(UUID().uuidString).csv").path)
        defer { try? FileManager.default.removeItem(atPath: path.string) }
        let correlations = (0..<10).map { Float($0) / 8 }
        let counts = try counted()
        try FiringTable([.init(name: "a-b", partners: partners, correlations: correlations, counts: counts)]).write(to: path)
        let lines = try String(contentsOfFile: path.string, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines[0] == "pair,layer,neuron,partner_layer,partner_neuron,corr,jaccard,both,fired_a,fired_b,tokens")
        #expect(lines[1] == "a-b,0,0,1,3,0.0,1.0,\(counts.both[0]),\(counts.first[0]),\(counts.second[0]),\(counts.tokens)")
        #expect(lines[3] == "a-b,0,2,,,,,,,," && lines[8] == "a-b,1,2,0,2,0.875,,0,0,0,\(counts.tokens)")
        #expect(partners.lastOtherLayer == 2)
        #expect(FiringPartners(layers: 1, width: 1, otherLayers: 1, otherWidth: 1, partners: [-1]).lastOtherLayer == nil)
    }
}
