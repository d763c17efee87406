import Testing

@testable import Benchmarks

@Suite("A process's memory over its time")
struct MemoryCurveTests {
    @Test("has one point a step, the largest that was seen in it")
    func steps() {
        var curve = MemoryCurve()
        for (bytes, second) in [(5, 0.0), (9, 0.11), (7, 0.19), (3, 0.2), (4, 0.39), (8, 1.05)] {
            curve.add(bytes: bytes * 1_000_000, at: second)
        }
        #expect(curve.seconds == [0.2, 0.4, 1.2] && curve.megabytes == [9, 4, 8])
        #expect(curve.thinned == curve)
    }

    @Test("keeps its peak and its end where there are too many points for an image")
    func thinned() {
        var curve = MemoryCurve()
        for place in 0..<5_000 { curve.add(bytes: (place == 3_333 ? 999 : place % 7) * 1_000_000, at: 0.1 + 0.2 * Double(place)) }
        let few = curve.thinned
        #expect(few.seconds.count <= 240 && few.seconds.count == few.megabytes.count)
        #expect(few.megabytes.max() == 999 && few.seconds.last == curve.seconds.last)
        #expect(zip(few.seconds, few.seconds.dropFirst()).allSatisfy { $0 < $1 })
    }
}
