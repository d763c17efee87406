import ArgumentParser

/// A neuron of the reference model as people write it: `3.117`, layer and index.
struct NeuronName: Hashable, Codable, ExpressibleByArgument {
    let layer: Int
    let index: Int

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        guard parts.count == 2, let layer = parts[0], let index = parts[1], layer >= 0, index >= 0 else { return nil }
        self.layer = layer
        self.index = index
    }
}
