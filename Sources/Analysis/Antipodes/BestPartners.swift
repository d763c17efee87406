/// For each of some neurons one figure of the partner for which it is best.
public struct BestPartners: Hashable, Sendable {
    /// The figure, `[neurons]`; NaN for a neuron without partner.
    public private(set) var values: [Float]
    /// The partner's index, `[neurons]`; −1 for none.
    public private(set) var partners: [Int32]

    /// Of neurons without partners.
    public init(neurons: Int) {
        values = Array(repeating: .nan, count: neurons)
        partners = Array(repeating: -1, count: neurons)
    }

    /// Figures with their partners; one without partner has no figure.
    init(values: [Float], partners: [Int32]) {
        // A cosine may be one rounding above 1.
        self.values = zip(values, partners).map { $1 < 0 ? .nan : min(max($0, -1), 1) }
        self.partners = partners
    }

    /// Those of several runs of neurons, one after another.
    static func concatenating(_ parts: [BestPartners]) -> BestPartners {
        var all = BestPartners(neurons: 0)
        for part in parts {
            all.values += part.values
            all.partners += part.partners
        }
        return all
    }

    /// The same without the figures of some neurons.
    func removing(_ isRemoved: (Int) -> Bool) -> BestPartners {
        var kept = self
        for neuron in values.indices where isRemoved(neuron) { (kept.values[neuron], kept.partners[neuron]) = (.nan, -1) }
        return kept
    }

    /// The same with partners counted from another one on.
    func shifted(by offset: Int) -> BestPartners {
        var shifted = self
        shifted.partners = partners.map { $0 < 0 ? -1 : $0 + Int32(truncatingIfNeeded: offset) }
        return shifted
    }

    /// Takes in partners that come later: of equal ones the first stays.
    ///
    /// - Parameter isBetter: whether a figure is better than one that is there.
    mutating func merge(_ other: BestPartners, isBetter: (Float, Float) -> Bool) {
        for neuron in values.indices where other.partners[neuron] >= 0 {
            if partners[neuron] < 0 || isBetter(other.values[neuron], values[neuron]) {
                (values[neuron], partners[neuron]) = (other.values[neuron], other.partners[neuron])
            }
        }
    }

    /// The figures as numbers.
    var numbers: [Double] { values.map(Double.init) }
}
