import ArgumentParser
import Foundation
import Models
import Pipeline
import Storage
import SystemPackage

/// `features`: list the features that may explain a neuron, with how often each occurs.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "List the features that may explain a neuron, with how often each occurs.",
        discussion: """
            EXAMPLE:
              universal-neurons features configs/demo.yaml
            """)

    @Argument(help: "Configuration of the run, a YAML file, or the run's folder, whose plan has it.")
    var config: PathArgument

    @OptionGroup var resources: ResourceOptions

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "features")
        let isRun = Folder.exists(config.path) || config.path.lastComponent?.string == "plan.json"
        let configuration = try (isRun ? RunPlan.read(config.planFolder.plan).configuration : Configuration.load(config.path))
            .applying(try resources.overrides())
        session.listenForSignals()
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("universal-neurons-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let context = session.context(threads: configuration.threads, memory: configuration.memory)
        let features = try ListFeatures(configuration: configuration, folder: FilePath(scratch.path), context: context).run()
        try session.finish(features) { Self.text(of: features) }
    }

    private static func text(of features: [ListedFeature]) -> String {
        guard !features.isEmpty else { return "no features: the configuration says 'features: none'\n" }
        var table = TextTable(columns: 5)
        table.add("feature", "family", "occurrences", "share", "frequent tokens")
        for feature in features {
            let share = feature.share.map { "\(ProgressMeter.short($0 * 100)) %" } ?? ""
            let examples = feature.examples.map(\.debugDescription).joined(separator: " ")
            let aliases = feature.aliases.isEmpty ? "" : "  (also: \(feature.aliases.joined(separator: ", ")))"
            table.add(feature.name, feature.family.rawValue, "\(feature.occurrences)", share, examples + aliases)
        }
        return table.text
    }
}
