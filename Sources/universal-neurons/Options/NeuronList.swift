import Analysis
import ArgumentParser
import Foundation
import Pipeline

/// Neurons as people write them: `3.117,3.200`, with or without blanks between.
struct NeuronList {
    private let names: [NeuronName]

    /// Reads a list.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        names = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            try NeuronName(parsing: name.trimmingCharacters(in: .whitespaces))
        }
    }

    /// The neurons that are meant in a run. Where its columns are directions, the job that is of neurons alone says so itself.
    ///
    /// - Throws: `CommandLineError.noSuchColumn` for the name of a direction in a run of neurons; errors of the plan.
    func places(in folder: RunFolder) throws -> [NeuronPlace] {
        if names.contains(where: \.hasMark), try RunPlan.read(folder.plan).numbers.basis == nil {
            for name in names { try name.check(in: folder) }
        }
        return names.map { NeuronPlace(layer: $0.layer, neuron: $0.index) }
    }
}
