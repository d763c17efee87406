import Glibc
import Kernels
import SmallRuns
import Storage
import Testing

@testable import Statistics

@Suite("The calibration of quiet layers")
struct CalibrationTests {
    /// Nine neurons, of which five never speak and the others as faintly as the size says.
    private func run(_ size: Float, resolutionExponent: Int = -4) -> SyntheticRun {
        let faint: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, column, value in column < 5 ? 0 : value * size }
        return SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [9], change: faint), SyntheticSource(id: "b", widths: [9], change: faint)],
            features: nil, settings: AccumulationSettings(chunk: 32, tile: 4, resolutionExponent: resolutionExponent))
    }

    private func raw(_ run: SyntheticRun, _ group: Int, _ column: Int, at places: [(row: Int, position: Int)]) -> [Double] {
        places.map { Double(run.models[group].value(row: $0.row, position: $0.position, layer: 0, column: column)) }
    }

    private func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    @Test(
        "a layer of which more than half is silent has the scales of those that speak, however faint they are",
        arguments: [1, 1e-3, 1e-5, 1e-8, 1e-12] as [Float])
    func silentMajority(size: Float) throws {
        let run = run(size)
        let calibration = try run.calibration()
        #expect(try run.calibration(threads: 3) == calibration)
        let places = Array(run.counted(Array(0..<6)).prefix(30))
        for group in 0..<2 {
            let live = (5..<9).map { deviation(raw(run, group, $0, at: places)) }
            for column in 5..<9 {
                #expect(abs(Double(calibration.groups[group].scale[column]) / live[column - 5] - 1) < 1e-2)
            }
            let median = live.sorted()[2]
            for column in 0..<5 {
                #expect(abs(Double(calibration.groups[group].scale[column]) / (0.01 * median) - 1) < 1e-2)
                #expect(calibration.groups[group].mean[column] == 0)
            }
        }
    }

    @Test("correlations of faint neurons are those of float64", arguments: [1e-3, 1e-5, 1e-8] as [Float])
    func correlations(size: Float) throws {
        let run = run(size, resolutionExponent: -10)
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        let rows = Array(0..<60)
        let statistics = try StoreFixture(run, calibration: calibration, in: folder.path)
            .statistics(of: [try run.partial(shard: 0, rows: rows, calibration: calibration)])
        let block = try #require(run.layout.block(rows: 0, columns: 1))
        var found = [Float](repeating: .nan, count: 81)
        try statistics.correlations(of: block, over: .all(1), into: &found)
        let places = run.counted(rows)
        for i in 0..<9 {
            let x = raw(run, 0, i, at: places)
            let mx = x.reduce(0, +) / Double(x.count)
            for j in 0..<9 {
                let y = raw(run, 1, j, at: places)
                let my = y.reduce(0, +) / Double(y.count)
                let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / Double(x.count)
                let expected = i < 5 || j < 5 ? 0 : covariance / deviation(x) / deviation(y)
                #expect(abs(Double(found[i * 9 + j]) - expected) < 1e-4)
            }
        }
        #expect(try !statistics.resolutionError().exceedsNoise(tokens: places.count))
    }

    /// Power sums whose columns have these Σx², in quanta.
    private func sums(_ squares: [Int128]) -> PowerSums {
        var sums = PowerSums(columns: squares.count)
        sums.second = squares
        return sums
    }

    @Test("where the median deviation is above 0 nothing but the power sums decides")
    func ordinary() {
        let exact = sums([0, 1, 1 << 20, 1 << 30, 1 << 40])
        var raw = RawSums(columns: 5)
        raw.add(chunk: (0..<10).map { 1e-20 * Double($0) })
        let moments = CalibratedMoments(exact: exact, float: raw, tokens: 16)
        let alone = CalibratedMoments(exact: exact, float: nil, tokens: 16)
        #expect(moments.deviation == alone.deviation && moments.mean == alone.mean)
        // √(2^20 · 2^-32 / 16)
        #expect(moments.floor == 0.01 * 0x1p-8)
    }

    @Test("a few faint neurons do not pull the floor away from the loud ones; of a layer that never speaks it is 0.01")
    func loudAmongFaint() {
        // Silent, silent, silent, silent, faint, faint, loud: deviations 2^-16, 2^-16 and 1 over one token.
        let mixed = CalibratedMoments(exact: sums([0, 0, 0, 0, 1, 1, 1 << 32]), float: nil, tokens: 1)
        #expect(mixed.floor == 0.001)
        let even = CalibratedMoments(exact: sums([0, 0, 0, 0, 1 << 32, 1 << 32, 1 << 32]), float: nil, tokens: 1)
        #expect(even.floor == 0.01)
        #expect(CalibratedMoments(exact: sums([0, 0, 0]), float: RawSums(columns: 3), tokens: 1).floor == 0.01)
    }

    @Test("a rounding is above the noise of sampling where it moves a correlation by more than 1/√tokens")
    func noise() {
        let error = ResolutionError(q: 1, chunks: 12, tokens: 100, leastDeviations: 0.1)
        #expect(abs(error.largest - 0.1) < 1e-12)
        #expect(!error.exceedsNoise(tokens: 99) && error.exceedsNoise(tokens: 101))
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: 8)
        defer { sums.deallocate() }
        sums.initialize(repeating: 1, count: 8)
        sums[7] = 0x1p76
        var power = PowerSums(columns: 2)
        let fault = power.add(chunk: sums)
        #expect(fault?.column == 1 && fault?.power == 4)
    }
}
