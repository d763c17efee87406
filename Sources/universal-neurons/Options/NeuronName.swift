import ArgumentParser

/// A neuron of the reference model as people write it: `3.117`, layer and index.
struct NeuronName: Hashable {
    let layer: Int
    let index: Int

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        guard parts.count == 2, let layer = parts[0], let index = parts[1], layer >= 0, index >= 0 else {
            throw ValidationError("a neuron is named LAYER.INDEX, both numbers of the first model, for example 3.178")
        }
        self.layer = layer
        self.index = index
    }
}
