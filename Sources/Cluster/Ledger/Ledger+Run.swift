import Glibc
import Logging
import Pipeline
import Storage
import SystemPackage

extension Ledger {
    /// What a ledger belongs to: the plan, and how its blocks are grouped, for tasks are named by group.
    static func identity(of plan: RunPlan) -> Digest {
        var builder = DigestBuilder()
        builder.update(plan.identity.bytes)
        for group in plan.blockGroups {
            builder.update(group.count)
            for block in group { builder.update(block) }
        }
        return builder.finalize()
    }

    /// The ledger's file in a run's folder.
    public static func path(in folder: RunFolder) -> FilePath { folder.path.appending(fileName) }

    /// Whether all tasks of the run are settled: what is left is the analysis.
    ///
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`.
    public func hasFinished() throws -> Bool {
        try entries().contains { if case .finished = $0.record { true } else { false } }
    }

    /// Opens the ledger of a run to write to it, or begins one.
    ///
    /// - Parameter rebuilding: whether one that cannot be used is put aside and begun anew.
    /// - Throws: as `init`.
    static func open(of run: PlannedRun, rebuilding: Bool, logger: Logger) throws -> Ledger {
        let path = path(in: run.folder)
        let plan = identity(of: run.plan)
        do {
            return try Ledger(path, plan: plan, program: ProgramVersion.current)
        } catch let error as ClusterError {
            switch error {
            case .ledgerOfOtherPlan: logger.info("the tasks are cut anew: \(path) is begun anew, too")
            case .ledgerUnusable, .ledgerIsNewer:
                guard rebuilding else { throw error }
                logger.warning("\(error.message); it is begun anew from what the reducers hold")
            default: throw error
            }
        }
        try putAside(path)
        return try Ledger(path, plan: plan, program: ProgramVersion.current)
    }

    /// Renames a ledger with the files that belong to it: it may still tell somebody what happened.
    private static func putAside(_ path: FilePath) throws {
        for suffix in ["", "-wal", "-shm"] where Folder.holdsFile(FilePath(path.string + suffix)) {
            let old = FilePath(path.string + suffix)
            let aside = path.removingLastComponent().appending("ledger.old.sqlite" + suffix)
            guard rename(old.string, aside.string) == 0 else { throw StorageError(Errno(rawValue: errno), .rename, old) }
        }
    }
}
