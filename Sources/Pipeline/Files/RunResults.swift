import Analysis
import Storage

/// What the last analysis of a run has left in its folder: the figures, and the table that goes with them.
public struct RunResults: Sendable {
    /// The run.
    public let folder: RunFolder
    /// The headline figures.
    public let summary: RunSummary
    /// The table of the reference's neurons.
    public let table: NeuronTableFile

    /// Reads a run's results.
    ///
    /// - Throws: `PipelineError.planMissing`, `.resultsMissing`, errors of the files.
    public init(_ folder: RunFolder) throws {
        try folder.checkHasTables()
        self.folder = folder
        summary = try JSONFile.read(RunSummary.self, from: folder.summary)
        table = try NeuronTableFile(folder.neurons)
        try checkUnchanged()
        try table.check(hasAllOf: summary.neurons)
    }

    /// The compared pairs whose summaries are there, group by group, in the order of their models.
    var pairs: [(earlier: String, later: String)] {
        summary.modelGroups.flatMap { models in
            models.indices.flatMap { first in models[(first + 1)...].map { (models[first], $0) } }
        }.filter { Folder.holdsFile(folder.pair($0, $1)) }
    }

    /// The table of the neurons of a group's reference.
    ///
    /// - Parameter model: the reference's id.
    /// - Throws: `PipelineError.noReference`, errors of the file.
    func table(of model: String) throws -> NeuronTableFile {
        let references = summary.modelGroups.compactMap(\.first)
        if model == references.first { return table }
        guard references.contains(model) else {
            throw PipelineError.noReference(model: model, folder: folder.path, references: references)
        }
        let table = try NeuronTableFile(folder.neurons(ofGroup: model))
        if let group = summary.groups?.first(where: { $0.models.first == model }) { try table.check(hasAllOf: group.neurons) }
        return table
    }

    /// Checks that no analysis has replaced the results since they were read: an analysis removes the figures first and writes them last.
    ///
    /// - Throws: `PipelineError.resultsChanged`.
    func checkUnchanged() throws {
        let now = Folder.holdsFile(folder.summary) ? try? JSONFile.encode(JSONFile.read(RunSummary.self, from: folder.summary)) : nil
        guard try now == JSONFile.encode(summary) else { throw PipelineError.resultsChanged(folder: folder.path) }
    }
}

extension RunFolder {
    /// What the results that are here do without; nil for complete ones, and where there are none.
    var incompleteResults: Incompleteness? {
        // Of an unreadable summary nothing is known.
        Folder.holdsFile(summary) ? (try? JSONFile.read(RunSummary.self, from: summary))?.incomplete : nil
    }

    /// Checks that an analysis has left its figures and the table of neurons.
    ///
    /// - Throws: `PipelineError.planMissing`, `.resultsMissing`.
    public func checkHasTables() throws {
        guard hasPlan else { throw PipelineError.planMissing(file: plan) }
        guard Folder.holdsFile(summary), Folder.holdsFile(neurons) else { throw PipelineError.resultsMissing(folder: path) }
    }
}
