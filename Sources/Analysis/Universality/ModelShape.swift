import Statistics

/// A model's column groups, and how its neurons are numbered: layer by layer, so neuron n of layer l has index l · d_mlp + n.
public struct ModelShape: Hashable, Codable, Sendable {
    /// The model's identifier.
    public let id: String
    /// The model's groups in the layout, layer by layer.
    public let groups: [Int]
    /// Neurons of each layer.
    public let columns: [Int]
    /// The index of each layer's first neuron.
    public let offsets: [Int]
    /// Neurons in all.
    public let neurons: Int

    init(id: String, layout: StatisticsLayout) {
        self.id = id
        groups = layout.groups(of: id)
        columns = groups.map { layout.groups[$0].columns }
        var offsets: [Int] = []
        var sum = 0
        for count in columns {
            offsets.append(sum)
            sum += count
        }
        self.offsets = offsets
        neurons = sum
    }

    /// How many layers there are.
    public var layers: Int { columns.count }

    /// The layer of a neuron and its number within the layer.
    public func position(of index: Int) -> (layer: Int, neuron: Int) {
        // The last layer that starts at or before the index; layers are few.
        let layer = offsets.lastIndex { $0 <= index } ?? 0
        return (layer, index - offsets[layer])
    }

    /// The index of a neuron; nil where the model has no such layer or number.
    public func index(layer: Int, neuron: Int) -> Int? {
        guard columns.indices.contains(layer), (0..<columns[layer]).contains(neuron) else { return nil }
        return offsets[layer] + neuron
    }

    /// The number of neurons in every layer, when it is the same one.
    public var uniformColumns: Int? { Set(columns).count == 1 ? columns.first : nil }

    /// Whether neurons of equal index have equal layer and number in another model, so that comparing them means something.
    public func numbersNeurons(like other: ModelShape) -> Bool {
        guard let mine = uniformColumns, let theirs = other.uniformColumns else { return false }
        return mine == theirs
    }
}
