import Analysis
import Foundation
import Kernels
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Planted truth")
struct PlantedTruthTests {
    /// Neurons of a with their places in b and in c.
    private let planted: [(a: (Int, Int), b: (Int, Int), c: (Int, Int), noise: Float)] = [
        ((0, 3), (0, 17), (1, 2), 0), ((0, 11), (1, 0), (0, 11), 0), ((1, 5), (1, 6), (1, 19), 0.1), ((1, 19), (0, 4), (0, 0), 0.2),
    ]

    private func analyse(_ models: [(String, PlantedModel)], threshold: Double = 0.3, change: (inout Configuration) -> Void = { _ in })
        throws
        -> UniversalityResult
    {
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("planted-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        for (id, model) in models { try model.write(to: folder.appending(id)) }
        var generator = PlantedGenerator(state: 3)
        let tokens = (0..<256 * PlantedModel.positions).map { _ in Int32.random(in: 0..<Int32(PlantedModel.vocabulary), using: &generator) }
        try NumpyWriter.write(tokens, shape: [256, PlantedModel.positions], to: folder.appending("tokens.npy"))
        try NumpyWriter.write((0..<256).map { UInt16($0 % 3) }, shape: [256], to: folder.appending("tokens.domains.npy"))
        var corpus = CorpusConfiguration(path: folder.appending("tokens.npy"))
        corpus.mask = []
        var configuration = Configuration(
            name: "planted", corpus: corpus, tokens: .all, models: models.map { ModelReference(id: $0.0, path: folder.appending($0.0)) })
        configuration.features.isEnabled = false
        configuration.threshold = threshold
        configuration.rotations.draws = 3
        change(&configuration)
        let (run, context) = (RunFolder(folder.appending("run")), JobContext(team: ThreadTeam(count: 2)))
        _ = try RunJob(configuration: configuration, folder: run, context: context).run()
        return try AnalyzeRun(folder: run, context: context).run().result
    }

    private func models() -> [(String, PlantedModel)] {
        let a = PlantedModel(seed: 1, embedding: 100)
        var b = PlantedModel(seed: 2, embedding: 100)
        var c = PlantedModel(seed: 3, embedding: 100)
        for neuron in planted {
            b.plant(neuron.b.0, neuron.b.1, as: a, neuron.a.0, neuron.a.1, noise: neuron.noise)
            c.plant(neuron.c.0, neuron.c.1, as: a, neuron.a.0, neuron.a.1, noise: neuron.noise)
        }
        // In one of the other models only: not universal.
        b.plant(1, 10, as: a, 1, 8)
        return [("a", a), ("b", b), ("c", c)]
    }

    private func index(_ place: (Int, Int)) -> Int { place.0 * PlantedModel.mlp + place.1 }

    @Test("neurons that were made to correspond are found at their places, all of them and no others")
    func found() throws {
        let result = try analyse(models())
        let universal = result.isUniversal.indices.filter { result.isUniversal[$0] }
        #expect(universal == planted.map { index($0.a) }.sorted())
        for neuron in planted {
            let a = index(neuron.a)
            #expect(result.matches[0].partner[a] == Int32(index(neuron.b)))
            #expect(result.matches[1].partner[a] == Int32(index(neuron.c)))
            #expect(result.matches[0].best[a] > (neuron.noise == 0 ? 0.9999 : 0.9))
            // The choice of the partner is no luck: it holds on the other half of the tokens.
            #expect(abs((result.matches[0].crossfit?[a] ?? 0) - result.matches[0].best[a]) < 0.02)
        }
        // The one that b alone has: found there, but not universal.
        #expect(result.matches[0].partner[index((1, 8))] == Int32(index((1, 10))))
        #expect(result.matches[1].best[index((1, 8))] < 0.9)
    }

    @Test("without any corresponding neuron none is universal")
    func none() throws {
        let result = try analyse([
            ("a", PlantedModel(seed: 1, embedding: 100)), ("b", PlantedModel(seed: 2, embedding: 100)),
            ("c", PlantedModel(seed: 3, embedding: 100)),
        ])
        #expect(!result.isUniversal.contains(true))
    }

    @Test("a model against its copy: every neuron is its own partner")
    func copies() throws {
        let a = PlantedModel(seed: 1, embedding: 100)
        let result = try analyse([("a", a), ("b", a)])
        #expect(result.matches[0].partner == (0..<Int32(PlantedModel.layers * PlantedModel.mlp)).map { $0 })
        #expect(result.matches[0].best.allSatisfy { $0 > 0.9999 })
    }

    @Test("strata of domains change neither the tokens counted nor the correlations")
    func domains() throws {
        let whole = try analyse(models())
        let apart = try analyse(models()) { $0.strata = .domain }
        #expect(whole.tokens == apart.tokens)
        for (x, y) in zip(whole.matches[0].best, apart.matches[0].best) { #expect(abs(x - y) < 1e-4) }
        #expect(whole.isUniversal == apart.isUniversal)
    }

    @Test("all pairs of models are compared when asked for")
    func allPairs() throws {
        let result = try analyse(models()) { $0.pairs = .all }
        #expect(Set(result.pairs.map(\.name)) == ["a-b", "a-c", "b-c"])
    }
}
