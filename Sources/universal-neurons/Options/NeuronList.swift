import Analysis
import ArgumentParser

/// Neurons as people write them: `3.117,3.200`.
enum NeuronList {
    /// Reads a list.
    ///
    /// - Throws: `ValidationError`.
    static func parse(_ text: String) throws -> [NeuronPlace] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            let neuron = try NeuronName(parsing: String(name))
            try neuron.check(isOf: nil)
            return NeuronPlace(layer: neuron.layer, neuron: neuron.index)
        }
    }
}
