import ArgumentParser

/// Several neurons of the reference model as people write them: `3.117,3.200`.
struct NeuronNames {
    let names: [NeuronName]

    /// Reads names with commas between them.
    ///
    /// - Throws: `ValidationError`.
    init(parsing text: String) throws {
        names = try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            let neuron = try NeuronName(parsing: String(name.drop { $0 == " " }))
            try neuron.check(isOf: nil)
            return neuron
        }
    }
}
