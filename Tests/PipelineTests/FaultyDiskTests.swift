import FaultInjection
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("A run on a disk that fails")
struct FaultyDiskTests {
    /// A run of two small models, and what makes it.
    private struct SmallRun {
        let folder: FilePath
        let configuration: Configuration

        init(in folder: FilePath) throws {
            self.folder = folder
            for (id, seed) in [("a", UInt64(1)), ("b", 2)] {
                try PlantedModel(seed: seed, embedding: 5, layers: 1, mlp: 6).write(to: folder.appending(id))
            }
            var generator = SeededGenerator(seed: 3)
            let context = PlantedModel.positions
            let tokens = (0..<8 * context).map { _ in Int32.random(in: 0..<Int32(PlantedModel.vocabulary), using: &generator) }
            try NumpyWriter.write(tokens, shape: [8, context], to: folder.appending("tokens.npy"))
            var corpus = CorpusConfiguration(path: folder.appending("tokens.npy"))
            corpus.mask = []
            var configuration = Configuration(
                name: "small", corpus: corpus, tokens: .all,
                models: ["a", "b"].map { ModelReference(id: $0, path: folder.appending($0)) })
            configuration.features.isEnabled = false
            configuration.replicates = 2
            configuration.shard = .tokens(2 * context)
            configuration.rotations.draws = 1
            self.configuration = configuration
        }

        /// Runs, analyses and tells what came out.
        func result(in name: String, on files: any FileLayer = LocalFiles()) throws -> (digest: String, table: Data) {
            let run = RunFolder(folder.appending(name))
            // One thread: the order of operations is always the same.
            let context = JobContext(team: ThreadTeam(count: 1), files: files)
            let outcome = try RunJob(configuration: configuration, folder: run, context: context).run { _ in
                try AnalyzeRun(folder: run, context: context).run()
            }
            let table = try Data(contentsOf: URL(fileURLWithPath: run.neurons.string))
            return (outcome.summary.statisticsSHA256, table)
        }
    }

    @Test(
        "loses nothing, whichever operation fails, is torn, or is the last before the power goes: the next run has the numbers (UN_ALL=1: all faults)",
        arguments: FaultyFiles.Fault.allCases)
    func everyOperation(fault: FaultyFiles.Fault) throws {
        // Power losses are simulated, so thousands of syncs need not wait for a real disk.
        let memory = URL(fileURLWithPath: "/dev/shm")
        let parent = FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        let folder = FilePath(parent.appendingPathComponent("faulty-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let run = try SmallRun(in: folder)
        let calm = try run.result(in: "calm")
        let counting = FaultyFiles(.failure, at: .max)
        #expect(try run.result(in: "counted", on: counting) == calm)
        #expect(counting.count > 50)
        for position in 1...counting.count where FaultyFiles.Fault.tried(at: position).contains(fault) {
            let files = FaultyFiles(fault, at: position)
            #expect(throws: (any Error).self, "operation \(position)") { try run.result(in: "out", on: files) }
            try files.restart()
            #expect(try run.result(in: "out") == calm, "operation \(position)")
            try FileManager.default.removeItem(atPath: folder.appending("out").string)
        }
    }
}
