import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Statistics

@Suite("Tokens of highest mean activation")
struct TokenMeansTests {
    private let arrays: [String: NumpyArray]

    init() throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        arrays = try NumpyArchive.read(tests.appending("Fixtures/Moments/means.npz"))
    }

    private func numbers<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> [Element] {
        try #require(try arrays[name]?.values(as: type))
    }

    /// The sums of the fixture's rows, gathered by some threads.
    private func sums(threads: Int) throws -> TokenSums {
        let shape = try #require(arrays["activations"]?.shape)
        let (count, context, neurons) = (shape[0], shape[1], shape[2])
        let activations = try numbers("activations", Float.self)
        let masked = Set(try numbers("masked", Int32.self))
        let isCounted = (0..<700).map { !masked.contains($0) }
        let rows = ShardRows(
            context: context, indices: Array(0..<count), domains: Array(repeating: 0, count: count),
            tokens: try numbers("tokens", Int32.self))
        let table = TokenTable(of: rows, isCounted: isCounted)
        let collector = TokenSumCollector(columns: neurons, table: table, vocabulary: isCounted.count)
        try ThreadTeam(count: threads).forEach(count) { row, _ in
            try activations.withUnsafeBufferPointer { values in
                try rows.withRow(row) { tokens in
                    let positions = (0..<context).filter { isCounted[Int(tokens.tokens[$0])] }.map { Int32($0) }
                    guard let base = values.baseAddress else { return }
                    collector.add(base + row * context * neurons, row: tokens, positions: positions)
                }
            }
        }
        return collector.sums(of: 0, stratum: 0)
    }

    /// The lists of some sums.
    private func means(_ sums: TokenSums, count: Int, leastCount: Int = 10) -> TokenMeans {
        var means = TokenMeans(neurons: sums.columns, count: count, leastCount: leastCount)
        for strip in sums.strips { means.add(strip) }
        return means
    }

    @Test("come of numpy's sums, to the last unit, on any number of threads", arguments: [1, 2, 3])
    func sumsOfNumpy(threads: Int) throws {
        let sums = try sums(threads: threads)
        #expect(try sums.table.ids == numbers("ids", Int32.self) && sums.table.counts == numbers("counts", Int64.self))
        let found = sums.strips.flatMap { strip in
            strip.table.ids.indices.flatMap { place in strip.withSums(at: place) { Array($0) } }
        }
        #expect(try found == numbers("sums", Int64.self))
        #expect(sums.strips.map(\.number) == [0, 1, 2] && sums.strips.allSatisfy { $0.problem == nil })
        #expect(sums.table.problem(vocabulary: 700, tokens: sums.tokens) == nil)
    }

    @Test("are numpy's, equal means by id, and rounding has moved none by more than 2^-17")
    func lists() throws {
        let means = means(try sums(threads: 1), count: 12)
        #expect(try means.tokens == numbers("mean_token", Int32.self) && means.counts == numbers("mean_count", Int64.self))
        #expect(try means.values == numbers("mean_value", Double.self))
        for (value, exact) in zip(means.values, try numbers("exact", Double.self)) { #expect(abs(value - exact) <= 0x1p-17) }
    }

    @Test("a longer list begins with a shorter one, and what is left over is empty")
    func lengths() throws {
        let sums = try sums(threads: 1)
        let (short, long) = (means(sums, count: 3), means(sums, count: 40))
        let often = sums.table.counts.count { $0 >= 10 }
        for neuron in 0..<sums.columns {
            #expect(long.tokens[neuron * 40..<neuron * 40 + 3].elementsEqual(short.tokens[neuron * 3..<neuron * 3 + 3]))
            #expect(long.counts[neuron * 40..<(neuron + 1) * 40].count { $0 >= 10 } == often)
            #expect(long.counts[(neuron * 40 + often)..<(neuron + 1) * 40].allSatisfy { $0 == 0 })
        }
        #expect(means(sums, count: 5, leastCount: .max).counts.allSatisfy { $0 == 0 })
        #expect(means(sums, count: 200, leastCount: 1).counts.reduce(0, +) == Int64(sums.tokens * sums.columns))
    }

    @Test("are in the layer's file with their counts, and not where none are kept")
    func archive() throws {
        let sums = try sums(threads: 1)
        let means = means(sums, count: 12)
        let folder = try TemporaryFolder()
        let moments = MomentSums(group: 0, stratum: 0, columns: sums.columns, context: 4)
        let path = folder.file("layer0.npz")
        try ActivationArchive.write(moments, tokens: nil, to: path)
        #expect(try NumpyArchiveReader(path).names.sorted() == ["fired", "rows"])
        try ActivationArchive.write(moments, tokens: nil, means: means, to: path)
        let found = try NumpyArchive.read(path)
        #expect(found["mean_value"]?.shape == [5, 12] && found["mean_token"]?.shape == [5, 12] && found["mean_count"]?.shape == [5, 12])
        #expect(try found["mean_value"]?.values(as: Float.self) == means.values.map { Float($0) })
        #expect(try found["mean_least_count"]?.values(as: Int64.self) == [10])
    }
}
