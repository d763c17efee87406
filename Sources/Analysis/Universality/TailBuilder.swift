/// Collects the ends of many rows of correlations while a block is scanned; partners must come in ascending order.
///
/// A key is the correlation for the highest end, its negative for the lowest. An entry is looked at only when its key is above the last
/// one kept, which soon is rare.
struct TailBuilder {
    private let end: PartnerTail.End
    private let neurons: Int
    private let length: Int
    private let keys: Scratch<Float>
    private let partners: Scratch<Int32>
    /// The last key kept of each neuron, `[neurons]`.
    let thresholds: UnsafeMutablePointer<Float>
    private let thresholdStorage: Scratch<Float>

    init(_ end: PartnerTail.End, neurons: Int, length: Int) {
        self.end = end
        self.neurons = neurons
        self.length = length
        keys = Scratch(neurons * length, repeating: -.infinity)
        partners = Scratch(neurons * length, repeating: -1)
        thresholdStorage = Scratch(neurons, repeating: -.infinity)
        thresholds = thresholdStorage.pointer
    }

    /// Inserts an entry whose key is above the neuron's threshold.
    @inline(__always)
    func insert(_ key: Float, partner: Int32, neuron: Int) {
        let keys = keys.pointer + neuron * length
        let partners = partners.pointer + neuron * length
        var place = length - 1
        while place > 0 && keys[place - 1] < key {
            keys[place] = keys[place - 1]
            partners[place] = partners[place - 1]
            place -= 1
        }
        keys[place] = key
        partners[place] = partner
        thresholds[neuron] = keys[length - 1]
    }

    func build() -> PartnerTail {
        var values = keys.array
        if end == .lowest { for entry in values.indices { values[entry] = -values[entry] } }
        return PartnerTail(end, neurons: neurons, length: length, values: values, partners: partners.array)
    }
}
