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
    /// The program's file: another build of the same version may find or say something else.
    let executable: File?
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
        executable = Self.file(at: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)
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
        for name in Self.names(in: folder) {
            // A large result may be a link to another disk.
            let place = URL(fileURLWithPath: folder.path.appending(name).string).resolvingSymlinksInPath().path
            files[name] = Self.file(at: place)
            for below in FileManager.default.subpaths(atPath: place) ?? [] {
                files["\(name)/\(below)"] = Self.file(at: "\(place)/\(below)")
            }
        }
        self.files = files
    }

    /// What tells that a file is as it was; nil where there is none.
    private static func file(at path: String) -> File? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return File(bytes: attributes[.size] as? Int ?? 0, changed: Int(changed * 1_000))
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
