/// Which layers of two models are compared with each other.
public struct LayerSelection: Codable, Hashable, Sendable {
    /// How many layers apart they may be, in the sense of `LayerBand`.
    public var band: Int

    /// Layers at most `band` apart.
    public init(band: Int) { self.band = band }
}

extension Configuration {
    /// The band for models of some layers; nil where it excludes nothing, so that such a plan is that without a band.
    ///
    /// - Parameter layers: layers of each model, the reference first.
    func band(layers depths: [Int]) -> Int? {
        guard let band = layers?.band else { return nil }
        // A distance is at most the shallower model's layers less one.
        return shallowerDepths(of: depths).allSatisfy { band >= $0 - 1 } ? nil : band
    }

    /// The depth of the shallower model of each compared pair.
    private func shallowerDepths(of depths: [Int]) -> [Int] {
        depths.indices.dropFirst().flatMap { later in
            pairs.earlier(than: later, of: models.map(\.id)).map { min(depths[$0], depths[later]) }
        }
    }
}
