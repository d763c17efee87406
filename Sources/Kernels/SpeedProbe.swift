/// A short measurement of what the machine's matrix products can do, for `doctor` and for the time that `plan` predicts.
public enum SpeedProbe {
    /// The fixed shape: two panels of 4,096 tokens and 768 columns, a product of 4.8 GFLOP.
    public static let tokens = 4_096, columns = 768

    /// Billions of floating-point operations a second, all threads of the team together, each with a product of its own.
    ///
    /// - Parameters:
    ///   - team: the threads that multiply at the same time.
    ///   - repetitions: products a thread; the fastest round counts, as the others were disturbed.
    public static func gigaflopsPerSecond(team: ThreadTeam = ThreadTeam(count: 1), repetitions: Int = 3) throws -> Double {
        var numbers = SeededFloats(seed: 1)
        let panel = numbers.uniform(tokens * columns)
        let operations = 2.0 * Double(tokens) * Double(columns) * Double(columns) * Double(team.count)
        let products = (0..<team.count).map { _ in FloatBuffer(count: columns * columns) }
        var best = 0.0
        for _ in 0..<max(1, repetitions) {
            let duration = try ContinuousClock().measure {
                try team.forEach(team.count) { item, _ in
                    Gemm.multiply(
                        columns, columns, tokens, panel, lda: columns, transposeA: true, panel, ldb: columns, into: products[item].pointer,
                        ldc: columns)
                }
            }
            best = max(best, operations / (duration / .seconds(1)) / 1e9)
        }
        return best
    }
}
