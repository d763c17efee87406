import Checkpoints
import Kernels
import Statistics
import Storage
import SystemPackage

@testable import Models

/// A tiny model or one of the demo's with conditions, and what hooks in PyTorch give for them.
struct InterventionFixture {
    static let names = [
        "GPT2/crfm", "GPT2/untied", "GPT2/odd-shapes", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential",
        "GPTNeoX/tied-gelu-tanh", "demo-gpt2-a", "demo-gpt2-b",
    ]
    private static let kinds: [Intervention.Kind] = [.fixed, .zero, .mean, .threshold, .relu, .multiply]
    private static let places: [Intervention.Place] = [.pre, .post]
    private static let frozen: [FrozenPart] = [.nothing, .norm, .frequency]

    let folder: ModelFolder
    let tokens: [Int32]
    let rows, context: Int
    let unigram: UnigramDistribution
    let conditions: [InterventionCondition]
    /// `[1 + conditions, rows, context − 1]` each.
    let loss, entropy, scale, divergence, gap: [Float]
    let rank: [Int32]

    init(_ name: String) throws {
        folder = try Self.folder(of: name)
        let path = Fixture.root.appending("Tests/Fixtures/Interventions/\(name.replacing("/", with: "-")).npz")
        let arrays = try NumpyArchive.read(path)
        func values<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> [Element] {
            guard let array = arrays[name] else { throw StorageError.notFound(path.appending(name)) }
            return try array.values(as: type)
        }
        tokens = try values("tokens", Int32.self)
        rows = arrays["tokens"]?.shape.first ?? 0
        context = arrays["tokens"]?.shape.last ?? 1
        unigram = UnigramDistribution(
            counts: try values("counts", Int64.self).map { Int($0) }, vocabulary: folder.configuration.vocabularySize)
        let (layers, neurons) = (try values("layer", Int32.self), try values("neuron", Int32.self))
        let (kinds, places) = (try values("kind", Int32.self), try values("place", Int32.self))
        let (numbers, frozen) = (try values("value", Float.self), try values("frozen", Int32.self))
        conditions = layers.indices.map { index in
            InterventionCondition(
                layer: Int(layers[index]), neuron: Int(neurons[index]),
                Intervention(
                    Self.kinds[Int(kinds[index])], value: numbers[index].isNaN ? nil : numbers[index],
                    place: Self.places[Int(places[index])]),
                frozen: Self.frozen[Int(frozen[index])])
        }
        (loss, entropy) = (try values("loss", Float.self), try values("entropy", Float.self))
        (scale, divergence) = (try values("scale", Float.self), try values("unigram_kl", Float.self))
        (rank, gap) = (try values("rank", Int32.self), try values("gap", Float.self))
    }

    /// The folder of a model of the fixtures, or of the demo's.
    static func folder(of name: String) throws -> ModelFolder {
        try ModelFolder(Fixture.root.appending(name.hasPrefix("demo") ? "configs/demo/models/\(name)" : "Tests/Fixtures/\(name)"))
    }

    /// The model with what gives its logits.
    func unembedding(team: ThreadTeam = ThreadTeam(count: 1)) throws -> Unembedding {
        try Unembedding(of: TransformerModel(id: "a", folder: folder, team: team), folder: folder, team: team)
    }

    /// What a pass over this fixture's model measures under some conditions.
    func pass(_ conditions: [InterventionCondition]? = nil, hasFrequencies: Bool = true) throws -> InterventionPass {
        try InterventionPass(
            try unembedding(), conditions: conditions ?? self.conditions, unigram: hasFrequencies ? unigram : nil)
    }
}

extension InterventionPass {
    /// The measures of rows of tokens, `[1 + conditions][rows · positions]`.
    ///
    /// - Parameter positions: nil for all that have a next token.
    func measures(
        of tokens: [Int32], context: Int, at positions: Range<Int>? = nil, workspace: InterventionWorkspace? = nil
    ) throws -> [[PredictionMeasures]] {
        let workspace = try workspace ?? makeWorkspace(context: context)
        var found = Array(repeating: [PredictionMeasures](), count: 1 + conditions.count)
        for row in 0..<tokens.count / context {
            try tokens.withUnsafeBufferPointer { all in
                let ids = UnsafeBufferPointer(rebasing: all[row * context..<(row + 1) * context])
                try measure(
                    TokenRow(index: row, domain: 0, tokens: ids), at: positions ?? 0..<context - 1, workspace: workspace
                ) { condition, _, measures in
                    found[condition].append(measures)
                }
            }
        }
        return found
    }
}
