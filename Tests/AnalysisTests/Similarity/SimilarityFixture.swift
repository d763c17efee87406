import Statistics
import Storage
import SystemPackage

@testable import Analysis

/// The layers of `similarity.npz`, and what numpy and scipy say about them.
struct SimilarityFixture {
    static let pairs = ["x_x", "x_y", "y_x", "x_permuted", "x_turned", "x_doubled", "doubled_y", "x_alone"]
    static let assignments = ["single", "square", "wide", "tall", "ties", "zeros", "contested"]

    private let arrays: [String: NumpyArray]

    init() throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        arrays = try NumpyArchive.read(tests.appending("Fixtures/Analysis/similarity.npz"))
    }

    /// The figures of two layers in the table's order, then their ranks.
    func figures(_ pair: String) throws -> [Double] { try values("\(pair)_figures").values }

    /// What cosines say: the means of the best ones both ways, soft matching, and the shares of equal partners.
    func cosines(_ pair: String) throws -> [Double] { try values("\(pair)_cosines").values }

    /// Assignment and soft matching by |ρ|, then what the sizes of cosines say.
    func sizes(_ pair: String) throws -> [Double] { try values("\(pair)_sizes").values }

    /// An array with its number of columns.
    func values(_ name: String) throws -> (values: [Double], columns: Int) {
        guard let array = arrays[name] else { return ([], 0) }
        return (try array.values(as: Double.self), array.shape.last ?? 0)
    }

    /// The correlations of two layers' neurons, and the variances of the first one's.
    func correlations(_ first: String, _ second: String) throws -> (values: [Double], variances: [Double]) {
        let (x, y) = (try standardised(first), try standardised(second))
        let values = x.columns.flatMap { a in y.columns.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count) } }
        return (values, x.variances)
    }

    /// A layer as cosines need it, some of its columns turned round.
    func uncentred(_ name: String, turned: (Int) -> Bool = { _ in false }) throws -> UncentredColumns {
        let layer = try standardised(name)
        return UncentredColumns(
            ColumnMoments(
                tokens: layer.columns.first?.count ?? 0,
                mean: layer.means.enumerated().map { turned($0.offset) ? -$0.element : $0.element },
                variance: layer.variances, skewness: [], kurtosis: [], positiveShare: []))
    }

    /// A layer as a comparison needs it.
    func geometry(_ name: String, cutoff: Double = LayerGeometry.usualCutoff, noise: Double = 0) throws -> LayerGeometry {
        var (correlations, variances) = try correlations(name, name)
        return try LayerGeometry(
            destroying: &correlations, variances: variances, cutoff: cutoff, noise: noise, measures: Set(SimilarityMeasure.allCases))
    }

    private func standardised(_ name: String) throws -> (columns: [[Double]], means: [Double], variances: [Double]) {
        let (values, width) = try values(name)
        let rows = values.count / max(1, width)
        let means = (0..<width).map { column in (0..<rows).reduce(0) { $0 + values[$1 * width + column] } / Double(rows) }
        let centred = means.enumerated().map { column, mean in (0..<rows).map { values[$0 * width + column] - mean } }
        let variances = centred.map { column in
            let variance = column.reduce(0) { $0 + $1 * $1 } / Double(rows)
            return variance < 1e-20 ? 0 : variance
        }
        let columns = zip(centred, variances).map { column, variance in column.map { variance > 0 ? $0 / variance.squareRoot() : 0 } }
        return (columns, means, variances)
    }
}
