import Analysis
import ArgumentParser
import Foundation

/// Neurons as people write them: `3.117,3.200`, with or without blanks between.
enum NeuronList {
    /// Reads a list.
    ///
    /// - Throws: `ValidationError`.
    static func parse(_ text: String) throws -> [NeuronPlace] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            let neuron = try NeuronName(parsing: name.trimmingCharacters(in: .whitespaces))
            try neuron.check(isOf: nil)
            return NeuronPlace(layer: neuron.layer, neuron: neuron.index)
        }
    }
}
