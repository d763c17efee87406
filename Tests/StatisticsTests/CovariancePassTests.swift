import Kernels
import Testing

@testable import Statistics

@Suite("Covariances of a beginning of the draw")
struct CovariancePassTests {
    /// 530 columns are two tiles, 600 tokens two products.
    @Test(
        "are those of float64's plain loops over the counted tokens, with the same bits on 1, 2 and 3 threads",
        arguments: [(530, 30), (5, 600)])
    func plainLoops(width: Int, tokens: Int) throws {
        let run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [3, width])], features: nil)
        let indices = Array(0..<120)
        func covariances(threads: Int) throws -> (covariances: [DoubleBuffer], tokens: Int) {
            try CovariancePass(
                layout: run.layout, source: run.models[0], isCounted: run.isCounted, tokens: tokens, team: ThreadTeam(count: threads)
            ).covariances(of: [1], over: run.rows(indices))
        }
        let found = try covariances(threads: 1)
        #expect(found.tokens == tokens && found.covariances.count == 1)
        let places = run.counted(indices).prefix(tokens)
        #expect(places.count == tokens)
        let columns = (0..<width).map { column in
            places.map { Double(run.models[0].value(row: $0.row, position: $0.position, layer: 1, column: column)) }
        }
        let centred = columns.map { values in
            let mean = values.reduce(0, +) / Double(tokens)
            return values.map { $0 - mean }
        }
        var worst = 0.0
        for row in 0..<width {
            for column in 0...row {
                var sum = 0.0
                for token in 0..<tokens { sum += centred[row][token] * centred[column][token] }
                worst = max(worst, abs(found.covariances[0].pointer[row * width + column] - sum / Double(tokens)))
            }
        }
        #expect(worst < 1e-12, "\(worst)")
        func bits(_ covariances: DoubleBuffer) -> [UInt64] {
            (0..<width).flatMap { row in (0...row).map { covariances.pointer[row * width + $0].bitPattern } }
        }
        for threads in 2...3 { #expect(try bits(covariances(threads: threads).covariances[0]) == bits(found.covariances[0])) }
    }

    @Test("name a value that is not finite")
    func notFinite() {
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [4], change: { row, _, _, column, value in row == 2 && column == 1 ? .nan : value })],
            features: nil)
        #expect(throws: StatisticsError.activationNotFinite(source: "a", layer: 0, column: 1, row: 2)) {
            try CovariancePass(
                layout: run.layout, source: run.models[0], isCounted: run.isCounted, tokens: 30, team: ThreadTeam(count: 2)
            ).covariances(of: [0], over: run.rows(Array(0..<6)))
        }
    }
}
