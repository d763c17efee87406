import Diagnostics
import Storage
import SystemPackage

/// What a run's folder had before a run was begun in it. Of a run whose input is refused before it has a plan nothing stays: neither a lock,
/// nor a store, nor packed rows, nor the folder. What was there before is not touched, and what was stopped or has met trouble goes on later.
struct BegunRun: Sendable {
    private let folder: RunFolder
    private let names: Set<String>
    /// The folders that did not exist, the innermost first.
    private let missing: [FilePath]

    /// Looks at a folder before anything is made there; it need not exist.
    ///
    /// - Throws: a `StorageError` where it cannot be read.
    init(_ folder: RunFolder) throws {
        self.folder = folder
        names = Folder.exists(folder.path) ? Set(try Folder.names(in: folder.path)) : []
        var missing: [FilePath] = []
        var path = folder.path
        while !path.isEmpty, !Folder.exists(path) {
            missing.append(path)
            path = path.removingLastComponent()
        }
        self.missing = missing
    }

    /// Does what comes before a run has a plan.
    ///
    /// - Parameter checkOwner: throws when another process owns the folder meanwhile: then nothing of it is removed.
    /// - Returns: what `body` gives.
    /// - Throws: what `body` throws.
    func plan<Result>(checkOwner: () throws -> Void, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            // What could not be removed is no better error.
            if Self.isRefusal(error), !folder.hasPlan, !folder.pilot.hasPlan, (try? checkOwner()) != nil { try? remove() }
            throw error
        }
    }

    /// Whether an input is to be changed before the same command can do anything.
    private static func isRefusal(_ error: any Error) -> Bool {
        switch (error as? any DiagnosedError)?.exitStatus {
        case .usage, .dataError, .noInput, .noPermission, .configuration: true
        // Something may be reachable again in a moment.
        case .unavailable, .software, .osError, .cannotCreate, .ioError, .temporaryFailure, .interrupted, nil: false
        }
    }

    /// Removes what plans are made of, where it is new; the lock last, behind which nobody else begins.
    private func remove() throws {
        let files = [folder.calibration, folder.features, folder.labels, folder.candidates]
        let folders = [folder.store, folder.corpus, folder.otherCorpus, folder.basis, folder.pilot.path]
        for path in folders where isNew(path) && Folder.exists(path) { try folder.removeFolder(path) }
        for path in files + [folder.path.appending(FolderLock.fileName)] where isNew(path) { try LocalFiles().remove(path) }
        // One that holds something else stays, and so do those around it.
        for path in missing { guard try LocalFiles().removeEmptyFolder(path) else { return } }
    }

    private func isNew(_ path: FilePath) -> Bool { path.lastComponent.map { !names.contains($0.string) } ?? false }
}
