import Analysis
import Foundation
import Storage
import SystemPackage

@testable import Pipeline

/// Planted models by name in a folder, and runs of some of them over the same random tokens.
final class PlantedSeeds {
    let folder: PlantedFolder

    init(_ models: [(String, PlantedModel)]) throws {
        folder = try PlantedFolder(rows: 256)
        for (name, model) in models { try model.write(to: folder.path.appending(name)) }
    }

    /// Asks for a run.
    ///
    /// - Parameter models: lines of the configuration's list of models, and what follows it.
    func configure(_ models: String) throws {
        let text = """
            name: planted
            corpus: {path: tokens.npy, mask: []}
            tokens: all
            features: none
            rotations: {draws: 3}
            threshold: 0.38
            replicates: 2
            shard: 2048
            models:
            \(models)

            """
        folder.configuration = try Configuration.parse(text, file: folder.path.appending("planted.yaml"))
    }

    /// Runs it in place of any run before; nothing is left that keeps others from the results.
    func run() throws -> (result: UniversalityResult, summary: RunSummary) {
        if Folder.exists(folder.run.path) { try folder.run.removeFolder(folder.run.path) }
        try folder.compute()
        let outcome = try folder.analyze()
        return (outcome.result, outcome.summary)
    }

    /// A text file of the run; nil where there is none.
    func text(_ name: String) -> String? { try? String(contentsOfFile: folder.run.path.appending(name).string, encoding: .utf8) }

    /// The rows of a table of the run without its header, split into cells.
    func rows(_ name: String) -> [[String]] {
        (text(name) ?? "").split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// All result files of the run but the report, by their names in its folder.
    func results() throws -> [String: Data] {
        var found: [String: Data] = [:]
        let names = ["neurons.csv", "domains.csv", "cliques.csv", "steps.csv", "summary.json", "groups", "pairs", "correlations.zarr"]
        let root = folder.run.path
        for name in names {
            let url = URL(fileURLWithPath: root.appending(name).string)
            let below = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
            for file in [url] + below {
                if let data = try? Data(contentsOf: file) { found[file.path] = data }
            }
        }
        return found
    }
}
