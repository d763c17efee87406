import Foundation
import Storage
import SystemPackage

/// What the results of a complete analysis were made of, and the files that they are: whoever finds all of it as it was has nothing to
/// analyse again. `RUN/results.json`, the last file of an analysis.
struct ResultsRecord: Codable, Hashable {
    /// A file as it was when the analysis was over.
    struct File: Codable, Hashable {
        let bytes: Int
        /// Milliseconds since 1970.
        let changed: Int
    }

    /// The version of the program.
    let program: String
    /// The plan with its configuration and budget, but for what changes no result.
    let plan: Digest
    /// The statistics.
    let statistics: Digest
    /// The models whose files were there: some results follow from weights alone.
    let models: [String]
    /// The results, by their paths within the folder.
    let files: [String: File]

    /// What it is now.
    ///
    /// - Throws: `StorageError`.
    init(of plan: RunPlan, in folder: RunFolder, statistics: Digest, models: [String]) throws {
        program = ProgramVersion.current
        var configuration = plan.configuration
        (configuration.threads, configuration.memory) = (nil, nil)
        var builder = DigestBuilder()
        builder.update(plan.identity.bytes)
        builder.update(plan.windows)
        builder.update(try JSONFile.encode(configuration, isPretty: false))
        self.plan = builder.finalize()
        self.statistics = statistics
        self.models = models
        var files: [String: File] = [:]
        let root = folder.path.string
        for name in Self.names(in: folder) {
            let place = folder.path.appending(name).string
            let below = (FileManager.default.subpaths(atPath: place) ?? []).map { "\(name)/\($0)" }
            for path in [name] + below {
                guard let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)"),
                    attributes[.type] as? FileAttributeType == .typeRegular
                else { continue }
                let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
                files[path] = File(bytes: attributes[.size] as? Int ?? 0, changed: Int(changed * 1_000))
            }
        }
        self.files = files
    }

    /// The results that an analysis writes and nobody changes after it, in the run's folder.
    private static func names(in folder: RunFolder) -> [String] {
        [
            folder.summary, folder.neurons, folder.featureNeurons, folder.domains, folder.percentiles, folder.roles, folder.roleFeatures,
            folder.ensembles, folder.entropy, folder.nullSpace, folder.attention, folder.cliques, folder.steps, folder.antipodes,
            folder.families, folder.vocabulary, folder.activations, folder.attentionScores, folder.pairs, folder.cosines, folder.groups,
            folder.correlations,
        ].compactMap { $0.lastComponent?.string }
    }
}
