import Checkpoints
import Kernels
import Statistics
import Storage

@testable import Models

/// Two tiny models or two of the demo's, conditions, and what hooks in PyTorch give for them: `make_substitutions.py`.
struct SubstitutionFixture {
    /// The model that predicts, and the one that drives its neurons.
    static let pairs = [
        ["GPT2/crfm", "GPT2/untied"], ["GPTNeoX/pythia", "GPTNeoX/pythia"], ["GPTNeoX/sequential", "GPTNeoX/sequential"],
        ["demo-gpt2-a", "demo-gpt2-b"],
    ]

    let folder, otherFolder: ModelFolder
    let tokens: [Int32]
    let rows, context: Int
    let conditions: [[NeuronSubstitution]]
    /// `[1 + conditions, rows, context − 1]` each.
    let loss, entropy, divergence: [Double]

    init(_ pair: [String]) throws {
        folder = try InterventionFixture.folder(of: pair[0])
        otherFolder = try InterventionFixture.folder(of: pair[1])
        let name = "substitution-\(pair[0].replacing("/", with: "-")).npz"
        let path = Fixture.root.appending("Tests/Fixtures/Interventions/\(name)")
        let arrays = try NumpyArchive.read(path)
        func values<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> [Element] {
            guard let array = arrays[name] else { throw StorageError.notFound(path.appending(name)) }
            return try array.values(as: type)
        }
        tokens = try values("tokens", Int32.self)
        rows = arrays["tokens"]?.shape.first ?? 0
        context = arrays["tokens"]?.shape.last ?? 1
        let (places, layers) = (try values("condition", Int32.self), try values("layer", Int32.self))
        let (neurons, means) = (try values("neuron", Int32.self), try values("mean", Double.self))
        let (sourceLayers, sources) = (try values("source_layer", Int32.self), try values("source_neuron", Int32.self))
        let (sourceMeans, slopes) = (try values("source_mean", Double.self), try values("slope", Double.self))
        var conditions = [[NeuronSubstitution]](repeating: [], count: Int(places.max() ?? -1) + 1)
        for index in places.indices {
            let source = NeuronSubstitution.Source(
                layer: Int(sourceLayers[index]), neuron: Int(sources[index]), mean: sourceMeans[index], slope: slopes[index])
            conditions[Int(places[index])].append(
                NeuronSubstitution(
                    layer: Int(layers[index]), neuron: Int(neurons[index]), mean: means[index],
                    source: sourceLayers[index] < 0 ? nil : source))
        }
        self.conditions = conditions
        (loss, entropy) = (try values("loss", Double.self), try values("entropy", Double.self))
        divergence = try values("kl", Double.self)
    }

    /// A pass over this fixture's models.
    func pass(_ conditions: [[NeuronSubstitution]]? = nil) throws -> SubstitutionPass {
        let unembedding = try Unembedding(of: TransformerModel(id: "a", folder: folder), folder: folder)
        return try SubstitutionPass(
            unembedding, other: TransformerModel(id: "b", folder: otherFolder), conditions: conditions ?? self.conditions)
    }
}

extension SubstitutionPass {
    /// The measures of rows of tokens, `[1 + conditions][rows · positions]`.
    func measures(of tokens: [Int32], context: Int, workspace: SubstitutionWorkspace? = nil) throws -> [[SubstitutionMeasures]] {
        let workspace = try workspace ?? makeWorkspace(context: context)
        var found = Array(repeating: [SubstitutionMeasures](), count: 1 + conditions.count)
        for row in 0..<tokens.count / context {
            try tokens.withUnsafeBufferPointer { all in
                let ids = UnsafeBufferPointer(rebasing: all[row * context..<(row + 1) * context])
                try measure(TokenRow(index: row, domain: 0, tokens: ids), at: 0..<context - 1, workspace: workspace) {
                    condition, _, measures in
                    found[condition].append(measures)
                }
            }
        }
        return found
    }
}
