import Foundation
import Kernels
import Storage
import SystemPackage

@testable import Pipeline

/// Two models of different seeds with the same planted neurons, or a model and its copy, over one text, in a folder that goes with this object.
final class RunOfAllKinds {
    let run: RunFolder
    let configuration: Configuration
    let context = JobContext(team: ThreadTeam(count: 2))
    private let path: FilePath

    /// - Parameters:
    ///   - shift: by how many places the neurons of the first one's copy are moved; nil for two models of different seeds.
    ///   - change: changes the configuration.
    init(shift: Int? = nil, change: (inout Configuration) -> Void = { _ in }) throws {
        let path = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("kinds-\(UUID().uuidString)").path)
        self.path = path
        let text = try TextOfAllKinds()
        let models = ["a", "b"].map { ModelReference(id: $0, path: path.appending($0)) }
        for (index, model) in models.enumerated() {
            let seed = shift == nil ? UInt64(index + 1) : 1
            try ModelOfAllKinds(text: text, seed: seed, shift: index == 0 ? 0 : shift ?? 0).write(to: model.path)
        }
        try NumpyWriter.write(text.tokens, shape: [TextOfAllKinds.rows, ModelOfAllKinds.context], to: path.appending("tokens.npy"))
        let corpus = CorpusConfiguration(
            path: path.appending("tokens.npy"), tokenizer: ConfigurationTests.repository.appending("configs/demo/tokenizer"))
        var configuration = Configuration(name: "all kinds", corpus: corpus, tokens: .all, models: models)
        configuration.rotations.draws = 2
        configuration.replicates = 2
        configuration.shard = .tokens(16 * ModelOfAllKinds.context)
        // Between the position neuron, of which turned neurons have much, with 0.54, and the others with less than 0.06.
        configuration.threshold = 0.3
        change(&configuration)
        self.configuration = configuration
        run = RunFolder(path.appending("run"))
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
