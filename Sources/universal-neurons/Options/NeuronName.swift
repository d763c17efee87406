import ArgumentParser

/// A neuron of the reference model as people write it: `3.117`, layer and index.
struct NeuronName: Hashable {
    let layer: Int
    let index: Int

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        guard let numbers = DottedNumbers(parsing: text) else {
            throw ValidationError("a neuron is named LAYER.INDEX, both numbers of the first model, for example 3.178")
        }
        layer = numbers.first
        index = numbers.second
    }
}
