import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Statistics

@Suite("What moments of pre-activations say")
struct PreActivationMomentsTests {
    private static let archive = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures/Moments/moments.npz")

    /// The sums of the fixture's rows, shown in bands of seven positions.
    private func sums(_ arrays: [String: NumpyArray]) throws -> MomentSums {
        let shape = try #require(arrays["products"]?.shape)
        let (rows, context, neurons) = (shape[0], shape[1], shape[2])
        let products = try #require(try arrays["products"]?.values(as: Float.self))
        let bias = try #require(try arrays["bias"]?.values(as: Float.self))
        let group = ColumnGroup(source: "a", layer: 0, columns: neurons)
        let layout = StatisticsLayout(models: [[group]], features: [], pairing: .reference)
        let collector = MomentCollector(layout: layout, groups: [0], context: context, threads: 1)
        products.withUnsafeBufferPointer { products in
            bias.withUnsafeBufferPointer { bias in
                guard let products = products.baseAddress, let bias = bias.baseAddress else { return }
                for row in 0..<rows {
                    for start in stride(from: 0, to: context, by: 7) {
                        let band = PreActivationBand(
                            layer: 0, positions: start..<min(start + 7, context), products: products + (row * context + start) * neurons,
                            bias: bias)
                        collector.observe(band, group: 0, thread: 0)
                    }
                }
            }
        }
        return collector.moments(of: 0, stratum: 0)
    }

    @Test("are numpy's in float64: moments within 1e-4, shares and the position score nearly to the last bit")
    func reference() throws {
        let arrays = try NumpyArchive.read(Self.archive)
        let sums = try sums(arrays)
        var moments = PreActivationMoments()
        moments.append(sums, neurons: sums.columns)
        #expect(moments.tokens == 40 * 48 && moments.clamped == 0)
        #expect(moments.numbers.map(\.name) == ["mean", "var", "skew", "kurt", "sparsity", "sparsity_paper", "position_score"])
        for (name, values) in moments.numbers {
            let expected = try #require(try arrays[name]?.values(as: Double.self))
            try #require(values.count == 12 && expected.count == 12)
            for (neuron, (value, exact)) in zip(values, expected).enumerated() {
                // The neuron that never changes has neither.
                if neuron == 10, name == "skew" || name == "kurt" {
                    #expect(value.isNaN)
                } else if ["sparsity", "sparsity_paper", "position_score"].contains(name) {
                    #expect(abs(value - exact) < 1e-12, "\(name) \(neuron)")
                } else {
                    #expect(abs(value - exact) <= 1e-4 * max(abs(exact), name == "skew" ? 1 : 0), "\(name) \(neuron): \(value), \(exact)")
                }
            }
        }
        #expect(moments.variance[10] == 0)
    }

    @Test("a layer of which nothing is known has no figures, and those of others stay")
    func unknown() throws {
        let sums = try sums(try NumpyArchive.read(Self.archive))
        var moments = PreActivationMoments()
        moments.append(nil, neurons: 3)
        moments.append(sums, neurons: 12)
        for (_, values) in moments.numbers { #expect(values.count == 15 && values[..<3].allSatisfy(\.isNaN) && values[3].isFinite) }
    }
}
