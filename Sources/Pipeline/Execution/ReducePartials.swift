import Statistics
import Storage
import SystemPackage

/// Merges partial files, into another partial or into a store: the `reduce` of the map-reduce, in any grouping and order.
public struct ReducePartials {
    /// Where merged numbers go.
    public enum Target: Sendable {
        /// One partial file.
        case file(FilePath)
        /// The store of the plan's run.
        case store(FilePath)
    }

    /// The plan's folder.
    public let folder: RunFolder
    /// The files to merge.
    public let inputs: [FilePath]
    /// Where the result goes.
    public let target: Target
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// A merge of files of the plan in a folder.
    public init(folder: RunFolder, inputs: [FilePath], target: Target, context: JobContext) {
        self.folder = folder
        self.inputs = inputs
        self.target = target
        self.context = context
    }

    /// Merges the files.
    ///
    /// - Returns: how many of them brought something that the target had not, or, of a file, no other one.
    /// - Throws: `StorageError.locked` when another process owns the store; `StatisticsError.overlap`, `.disagreement`, `.otherPlan`,
    ///   `.checksumMismatch`: the target is then as before; `PipelineError.stopped` and errors of the disk, after which a store may hold
    ///   some sections more, which a repetition does not add again.
    public func run() throws -> Int {
        let plan = try RunPlan.read(folder.plan)
        guard !inputs.isEmpty else { throw PipelineError.nothingToReduce }
        let readers = try inputs.sorted { $0.string < $1.string }.map { try PartialReader($0) }
        let (stop, files) = (context.stop, context.files)
        switch target {
        case .file(let path):
            context.progress.begin(ProgressStage("reducing", unit: .shards, total: nil))
            defer { context.progress.end() }
            try files.createFolder(path.removingLastComponent())
            try DurableFile.check(path, on: files)
            return try PartialReduction(shape: plan.shape, plan: plan.identity, team: context.team)
                .reduce(readers, to: path, on: files) { try stop.check() }
        case .store(let path):
            for reader in readers { try reader.check(plan: plan.identity) }
            // A store takes section after section, so damage is looked for before the first.
            try context.team.forEach(readers.count) { item, _ in
                try stop.check()
                try readers[item].verify()
            }
            let store = plan.store(at: path)
            try store.create(on: files)
            let lock = try FolderLock(path)
            let context = context
            context.progress.begin(ProgressStage("folding", unit: .blocks, total: nil))
            defer { context.progress.end() }
            return try store.fold(
                readers, team: context.team, on: files, checkOwner: { try lock.check() },
                progress: { _, _ in
                    context.progress.advance(by: 1)
                    try stop.check()
                })
        }
    }
}
