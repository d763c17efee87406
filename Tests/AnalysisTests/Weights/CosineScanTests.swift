import Foundation
import Kernels
import SmallRuns
import Testing

@testable import Analysis

@Suite("Cosines of neurons with tokens")
struct CosineScanTests {
    private static let width = 20

    /// Random rows; some point away from the others, so that moments are not those of a normal distribution.
    private static func rows(_ count: Int, seed: UInt64) -> [Float] {
        var numbers = SeededFloats(seed: seed)
        return (0..<count).flatMap { row in numbers.normal(width).map { row % 50 == 3 ? $0 + 3 : $0 } }
    }

    private static func unit(_ values: [Float]) throws -> UnitRows {
        let buffer = FloatBuffer(count: values.count)
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
        return try UnitRows(scaling: buffer, width: width, team: ThreadTeam(count: 2))
    }

    private static func cosine(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) -> Double {
        func product(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        let scale = (product(x, x) * product(y, y)).squareRoot()
        return scale > 0 ? product(x, y) / scale : 0
    }

    @Test("moments, ends and histogram are those of plain loops, over tiles and panels that do not come out even")
    func plain() throws {
        // More than two panels, more than two tiles.
        let (neurons, tokens) = (2 * CosineScan.panel + 9, 2 * CosineScan.tile + 77)
        let (x, y) = (Self.rows(neurons, seed: 1), Self.rows(tokens, seed: 2))
        let summary = try CosineScan(tokens: try Self.unit(y), tail: 100).summary(of: try Self.unit(x), team: ThreadTeam(count: 2))
        #expect(summary.neurons == neurons && summary.tokens.highest.length == 100)
        let bins = CorrelationHistogram.bins
        var moved = 0
        for neuron in stride(from: 0, to: neurons, by: 13) {
            let cosines = (0..<tokens).map { token in
                Self.cosine(
                    x[neuron * Self.width..<(neuron + 1) * Self.width], y[token * Self.width..<(token + 1) * Self.width])
            }
            let mean = cosines.reduce(0, +) / Double(tokens)
            func central(_ power: Int) -> Double {
                cosines.reduce(0) { sum, c in sum + (0..<power).reduce(1.0) { product, _ in product * (c - mean) } } / Double(tokens)
            }
            let (found, variance) = (summary.moments[neuron], central(2))
            #expect(abs(found.mean - mean) < 1e-6)
            #expect(abs(found.variance / variance - 1) < 1e-5)
            #expect(abs(found.skewness - central(3) / (variance * variance.squareRoot())) < 1e-4)
            #expect(abs(found.kurtosis / (central(4) / (variance * variance)) - 1) < 1e-4)
            let order = cosines.sorted(by: >)
            for place in 0..<100 {
                let (high, low) = (neuron * 100 + place, neuron * 100 + place)
                #expect(abs(Double(summary.tokens.highest.values[high]) - order[place]) < 1e-6)
                #expect(abs(Double(summary.tokens.lowest.values[low]) - order[tokens - 1 - place]) < 1e-6)
                #expect(abs(cosines[Int(summary.tokens.highest.partners[high])] - order[place]) < 1e-6)
                #expect(abs(cosines[Int(summary.tokens.lowest.partners[low])] - order[tokens - 1 - place]) < 1e-6)
            }
            #expect(Set(summary.tokens.highest.partners[neuron * 100..<(neuron + 1) * 100]).count == 100)
            var counts = [Int](repeating: 0, count: bins)
            for c in cosines { counts[CorrelationHistogram.edges.firstIndex { c <= $0 } ?? bins - 1] += 1 }
            let histogram = summary.tokens.histogram[neuron * bins..<(neuron + 1) * bins].map(Int.init)
            #expect(histogram.reduce(0, +) == tokens)
            moved += zip(histogram, counts).reduce(0) { $0 + abs($1.0 - $1.1) }
        }
        // A cosine within float32's error of an edge may be counted beside it.
        #expect(moved <= 8)
    }

    @Test("the same bits for any number of threads, and for a neuron in whatever panel it is first")
    func threads() throws {
        let (x, y) = (Self.rows(CosineScan.panel + 40, seed: 3), Self.rows(CosineScan.tile + 5, seed: 4))
        let scan = CosineScan(tokens: try Self.unit(y), tail: 7)
        let one = try scan.summary(of: try Self.unit(x), team: ThreadTeam(count: 1))
        for threads in 2...3 {
            let other = try scan.summary(of: try Self.unit(x), team: ThreadTeam(count: threads))
            #expect(other.tokens == one.tokens && other.moments == one.moments)
        }
        // Without ends and with all tokens at the ends: the moments are the same.
        for tail in [0, y.count] {
            let other = try CosineScan(tokens: try Self.unit(y), tail: tail).summary(of: try Self.unit(x), team: ThreadTeam(count: 2))
            #expect(other.moments == one.moments && other.tokens.histogram == one.tokens.histogram)
            #expect(other.tokens.highest.length == min(tail, y.count / Self.width))
        }
    }

    @Test("a neuron without weights has no cosines, and a token without a vector has cosines of 0")
    func zeros() throws {
        var (x, y) = (Self.rows(3, seed: 5), Self.rows(30, seed: 6))
        for d in 0..<Self.width { (x[Self.width + d], y[d]) = (0, 0) }
        let summary = try CosineScan(tokens: try Self.unit(y), tail: 30).summary(of: try Self.unit(x), team: ThreadTeam(count: 1))
        #expect(summary.moments[1].mean.isNaN && summary.moments[1].kurtosis.isNaN && summary.moments[0].variance > 0)
        let place = try #require(summary.tokens.highest.partners[..<30].firstIndex(of: 0))
        #expect(summary.tokens.highest.values[place] == 0)
    }

    @Test("vectors of another width are refused, and what the caller throws ends the work")
    func refused() throws {
        struct Enough: Error {}
        let scan = CosineScan(tokens: try Self.unit(Self.rows(4, seed: 7)), tail: 1)
        let narrow = try UnitRows(scaling: FloatBuffer(count: 9), width: 3, team: ThreadTeam(count: 1))
        #expect(throws: AnalysisError.self) { _ = try scan.summary(of: narrow, team: ThreadTeam(count: 1)) }
        #expect(throws: Enough.self) {
            _ = try scan.summary(of: try Self.unit(Self.rows(4, seed: 8)), team: ThreadTeam(count: 2), check: { throw Enough() })
        }
    }

    @Test("moments of equal cosines have no shape")
    func equal() {
        let moments = CosineMoments(sums: [2, 1, 0.5, 0.25], count: 4)
        #expect(moments.mean == 0.5 && moments.variance == 0 && moments.skewness.isNaN && moments.kurtosis.isNaN)
    }

    @Test("moments of rounding have no shape, however much it looks like that of a few raised tokens")
    func rounding() {
        // One of 2,000 products that should be 0 is 3 · 10⁻⁸: the kurtosis of these numbers is 2,000.
        let noise = (1...4).map { pow(3e-8, Double($0)) }
        let moments = CosineMoments(sums: noise, count: 2_000)
        #expect(moments.variance == 0 && moments.skewness.isNaN && moments.kurtosis.isNaN)
        #expect(RoleThresholds(width: 64).role(of: moments) == nil)
        let small = CosineMoments(sums: (1...4).map { pow(3e-4, Double($0)) }, count: 2_000)
        #expect(small.kurtosis > 1_900 && RoleThresholds(width: 64).role(of: small) == .prediction)
    }
}
