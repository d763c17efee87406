import Kernels

/// What the comparison of a layer with others needs of the layer alone.
public struct LayerGeometry: Sendable {
    /// How many neurons it has.
    public let neurons: Int
    /// How many directions of its activations have variance; nil where that was not asked for.
    public let rank: Int?
    /// The deviation of each neuron, `[neurons]`.
    let deviations: [Double]
    /// ‖Σxx‖ in the Frobenius norm.
    let norm: Double
    /// tr Σxx, the layer's variance.
    let trace: Double
    /// Of each direction with variance the function of standardised neurons that has variance 1, `[rank, neurons]`.
    let basis: Scratch<Double>?

    /// Directions with a smaller share of the largest variance of standardised neurons count as none, unless something else is said.
    public static let usualCutoff = 1e-6

    /// - Parameters:
    ///   - correlations: within the layer, `[neurons, neurons]`, row-major; they are destroyed.
    ///   - variances: of the neurons.
    ///   - cutoff: the share of the largest variance that a direction must have.
    ///   - noise: the error of a correlation from rounding, root mean square: directions that it could make have no variance.
    ///   - measures: what the layer will be compared by.
    ///   - check: asked before what takes long; what it throws ends the work.
    /// - Throws: `KernelsError.notConverged`, what `check` throws.
    public init(
        destroying correlations: UnsafeMutablePointer<Double>, variances: [Double], cutoff: Double = usualCutoff, noise: Double = 0,
        measures: Set<SimilarityMeasure>, check: () throws -> Void = {}
    ) throws {
        let count = variances.count
        neurons = count
        deviations = variances.map { $0.squareRoot() }
        var square = 0.0
        for row in 0..<count {
            let line = correlations + row * count
            var sum = 0.0
            for column in 0..<count {
                let entry = line[column]
                sum += entry * entry * variances[column]
            }
            square += sum * variances[row]
        }
        norm = square.squareRoot()
        trace = variances.reduce(0, +)
        guard measures.contains(where: \.needsBasis) else {
            (rank, basis) = (nil, nil)
            return
        }
        try check()
        let values = try Decomposition.eigenvalues(replacing: correlations, size: count)
        // A symmetric matrix of independent entries of deviation e has eigenvalues up to 2 e √n.
        let least = max(cutoff * (values.last ?? 0), 2 * noise * Double(count).squareRoot(), 0)
        let first = values.firstIndex { $0 > least } ?? count
        let vectors = Scratch<Double>((count - first) * count, repeating: 0)
        for place in first..<count {
            let factor = 1 / values[place].squareRoot()
            let (source, target) = (correlations + place * count, vectors.pointer + (place - first) * count)
            for neuron in 0..<count { target[neuron] = source[neuron] * factor }
        }
        rank = count - first
        basis = vectors
    }

    /// The bytes that a layer takes while it is compared, and besides while it is made.
    public static func bytes(neurons: Int) -> (kept: Int, making: Int) {
        let matrix = 8 * neurons * neurons
        return (matrix, 3 * matrix)
    }
}
