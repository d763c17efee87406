import CKernels
import Kernels
import Testing

@Suite("The scan of a row of cosines")
struct ScanRowTests {
    /// Numbers from -1.01 to 1.01 with the extremes and the neighbours of edges among them.
    private func row(_ count: Int) -> [Float] {
        var numbers = SeededFloats(seed: 71)
        let special: [Float] = [
            -1, 1, -1.000001, 1.000001, 0, -0, 0x1p-149, 1 / 99, -1 / 99, Float(1 / 99.0).nextUp, 0.5, -0.5, -0.97979796,
        ]
        return (0..<count).map { place in
            numbers.nextBits() % 5 == 0
                ? special[Int(numbers.nextBits() % UInt64(special.count))] : numbers.next() * (place % 3 == 0 ? 1.01 : 0.1)
        }
    }

    @Test("has the bits of the plain loop in 16 lanes, numpy's bins, and the places outside, at every level", arguments: KernelLevel.sizes)
    func plain(count: Int) {
        let x = row(count)
        let (below, above): (Float, Float) = (-0.4, 0.3)
        let start: [Double] = [0.5, 2, -1, 7]
        var lanes = [[Double]](repeating: Array(repeating: 0, count: 16), count: 4)
        for (i, value) in x.enumerated() {
            let v = Double(value)
            let square = v * v
            for (power, term) in [v, square, square * v, square * square].enumerated() { lanes[power][i % 16] += term }
        }
        let sums = zip(start, lanes).map { start, lanes in
            var sum = lanes
            // The fixed tree: lane i with i + 8, then i + 4, i + 2, i + 1.
            for width in [8, 4, 2, 1] { for i in 0..<width { sum[i] += sum[i + width] } }
            return start + sum[0]
        }
        let edges = (0..<100).map { $0 == 99 ? 1 : Double($0) * (2.0 / 99) - 1 }
        var bins = [UInt32](repeating: 3, count: 101)
        for value in x { bins[edges.firstIndex { Double(value) <= $0 } ?? 100] += 1 }
        let outside = x.indices.filter { x[$0] < below || x[$0] > above }.map(Int32.init)
        for level in KernelLevel.all {
            var (found, counts) = (start, [UInt32](repeating: 3, count: 101))
            var places = [Int32](repeating: -1, count: count + 1)
            let selected = level.kernels.scan_row(x, count, below, above, &found, &counts, &places)
            #expect(found.map(\.bitPattern) == sums.map(\.bitPattern), "\(level)")
            #expect(counts == bins, "\(level)")
            #expect(selected == outside.count && Array(places.prefix(selected)) == outside && places[count] == -1, "\(level)")
        }
    }

    @Test("selects everything between the infinities turned round, and nothing outside of them")
    func infinities() {
        let x = row(50)
        for level in KernelLevel.all {
            var (sums, bins) = ([Double](repeating: 0, count: 4), [UInt32](repeating: 0, count: 101))
            var places = [Int32](repeating: -1, count: 50)
            #expect(level.kernels.scan_row(x, 50, .infinity, -.infinity, &sums, &bins, &places) == 50)
            #expect(places == (0..<50).map { $0 })
            #expect(level.kernels.scan_row(x, 50, -.infinity, .infinity, &sums, &bins, &places) == 0)
            #expect(bins.reduce(0, +) == 100)
        }
    }

    @Test("keeps the largest keys with their places, of equal ones the first, in their order", arguments: [2, 3, 17, 400, 1_000])
    func largest(count: Int) {
        var numbers = SeededFloats(seed: 72)
        // Few keys that often tie, and keys of the whole range.
        for range in [UInt64(5), 1 << 32] {
            let keys = (0..<count).map { _ in Int32(truncatingIfNeeded: numbers.nextBits() % range) }
            for length in Set([1, 2, count / 4, count - 1]) where length > 0 && length < count {
                let order = keys.indices.sorted { (keys[$0], $1) > (keys[$1], $0) }.prefix(length)
                var (kept, places) = (keys, (0..<Int32(count)).map { 2 * $0 })
                let last = un_keep_largest(&kept, &places, count, length)
                #expect(last == order.map { keys[$0] }.min())
                #expect(places.prefix(length).map { Int($0) / 2 } == order.sorted())
                #expect(Array(kept.prefix(length)) == order.sorted().map { keys[$0] })
            }
        }
    }
}
