import SmallRuns

extension SeededGenerator {
    /// The numbers of something tiny.
    init(tiny seed: UInt64) { self.init(seed: seed, name: "") }
}
