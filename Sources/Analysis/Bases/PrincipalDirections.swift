import Kernels

/// The directions in which the neurons of a layer vary most: eigenvectors of their covariances, the largest variance first.
public struct PrincipalDirections: Sendable {
    /// `[components, neurons]`, float32: rows of length 1, orthogonal to each other. The entry of a row that is the largest in magnitude, and of
    /// several such the first, is positive.
    public let matrix: [Float]
    /// The variance along each direction, descending, `[components]`.
    public let variances: [Double]
    /// What all neurons vary together: the sum of all variances, those that are left out too.
    public let totalVariance: Double

    /// Finds the directions.
    ///
    /// - Parameters:
    ///   - covariances: `[neurons, neurons]`, of which the lower triangle (column ≤ row) is read; it is destroyed.
    ///   - components: how many directions are wanted, at most as many as there are neurons.
    /// - Throws: `KernelsError.notConverged`.
    public init(destroying covariances: DoubleBuffer, neurons: Int, components: Int) throws {
        precondition(covariances.count == neurons * neurons && (0...neurons).contains(components), "the sizes must fit")
        totalVariance = (0..<neurons).reduce(0) { $0 + covariances.pointer[$1 * neurons + $1] }
        let ascending = try Decomposition.eigenvalues(replacing: covariances.pointer, size: neurons)
        var matrix: [Float] = []
        matrix.reserveCapacity(components * neurons)
        for component in 0..<components {
            let vector = covariances.pointer + (neurons - 1 - component) * neurons
            var largest = 0
            for place in 1..<max(1, neurons) where abs(vector[place]) > abs(vector[largest]) { largest = place }
            let sign: Double = vector[largest] < 0 ? -1 : 1
            for place in 0..<neurons { matrix.append(Float(sign * vector[place])) }
        }
        self.matrix = matrix
        // What is a little below zero is rounding.
        variances = ascending.reversed().prefix(components).map { max(0, $0) }
    }
}
