import Foundation
import Storage
import Synchronization
import SystemPackage

/// Real files whose n-th operation fails, and which can lose what was not synced.
public final class FaultyFiles: FileLayer {
    /// What happens at the n-th operation.
    public enum Fault: CaseIterable, Sendable {
        /// It fails, a write after half of its bytes; later ones work again.
        case failure
        /// The process dies: it fails, a write after half of its bytes, and so does everything that comes after.
        case death
        /// As `death`, and the machine goes down with it: files that were not synced lose their second half.
        case powerLossKeepingNames
        /// As before, and names in folders that were not synced are the old ones.
        case powerLossLosingNames

        /// Whether everything is tried: with UN_ALL=1, which takes many times as long.
        public static let triesAll = ProcessInfo.processInfo.environment["UN_ALL"] != nil

        /// The ways in which an operation is tried to fail: one of them, unless all are. Files are written by the same few operations again and
        /// again, each of which meets another fault the next time.
        public static func tried(at position: Int) -> [Self] {
            triesAll ? allCases : [allCases[(position + position / 8) % allCases.count]]
        }
    }

    /// What a failing operation throws.
    public static let error = StorageError(.noSpace, .write, "faulty", bytes: 1)

    private struct Rename {
        let path: FilePath
        let old: [UInt8]?
    }
    private struct State {
        var count = 0
        var isDead = false
        var unsynced: [OpenFile: FilePath] = [:]
        var renames: [Rename] = []
    }

    private let fault: Fault
    private let position: Int
    private let state = Mutex(State())
    private let local = LocalFiles()

    /// - Parameters:
    ///   - fault: what happens.
    ///   - position: at which operation, from 1.
    public init(_ fault: Fault, at position: Int) {
        self.fault = fault
        self.position = position
    }

    /// Operations asked for so far.
    public var count: Int { state.withLock(\.count) }

    /// Whether nothing works any more.
    public var isDead: Bool { state.withLock(\.isDead) }

    /// What the machine finds when it comes up again.
    public func restart() throws {
        try state.withLock { state in
            guard fault == .powerLossKeepingNames || fault == .powerLossLosingNames else { return }
            for path in state.unsynced.values {
                guard let bytes = try? content(of: path) else { continue }
                try Data(bytes.prefix(bytes.count / 2)).write(to: URL(fileURLWithPath: path.string))
            }
            guard fault == .powerLossLosingNames else { return }
            for rename in state.renames.reversed() {
                if let old = rename.old {
                    try Data(old).write(to: URL(fileURLWithPath: rename.path.string))
                } else {
                    try local.remove(rename.path)
                }
            }
        }
    }

    private func content(of path: FilePath) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path.string))) }

    private func isFaulty() -> Bool {
        state.withLock { state in
            state.count += 1
            if state.isDead { return true }
            guard state.count == position else { return false }
            state.isDead = fault != .failure
            return true
        }
    }

    public func create(_ path: FilePath) throws -> OpenFile {
        if isFaulty() { throw Self.error }
        let file = try local.create(path)
        state.withLock { $0.unsynced[file] = path }
        return file
    }

    public func resume(_ path: FilePath) throws -> OpenFile {
        if isFaulty() { throw Self.error }
        return try local.resume(path)
    }

    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws {
        if isFaulty() {
            if !(state.withLock(\.isDead) && fault == .failure) {
                try local.write(UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)), at: offset, to: file)
            }
            throw Self.error
        }
        state.withLock { state in
            if state.unsynced[file] == nil { state.unsynced[file] = file.path }
        }
        try local.write(bytes, at: offset, to: file)
    }

    public func sync(_ file: OpenFile) throws {
        if isFaulty() { throw Self.error }
        try local.sync(file)
        _ = state.withLock { $0.unsynced.removeValue(forKey: file) }
    }

    public func close(_ file: OpenFile) throws {
        // The descriptor is closed in any case, as the death of a process does it.
        defer { try? local.close(file) }
        if isFaulty() { throw Self.error }
    }

    public func rename(_ file: OpenFile, to path: FilePath) throws {
        if isFaulty() { throw Self.error }
        let old = try? content(of: path)
        try local.rename(file, to: path)
        state.withLock { state in
            state.renames.append(Rename(path: path, old: old))
            if state.unsynced[file] != nil { state.unsynced[file] = path }
        }
    }

    public func discard(_ file: OpenFile) throws {
        if isFaulty() { throw Self.error }
        try local.discard(file)
    }

    public func remove(_ path: FilePath) throws {
        if isFaulty() { throw Self.error }
        try local.remove(path)
    }

    public func syncFolder(_ folder: FilePath) throws {
        if isFaulty() { throw Self.error }
        try local.syncFolder(folder)
        state.withLock { state in state.renames.removeAll { $0.path.removingLastComponent() == folder } }
    }

    public func createFolder(_ folder: FilePath) throws {
        if isFaulty() { throw Self.error }
        try local.createFolder(folder)
    }

    public func removeEmptyFolder(_ folder: FilePath) throws -> Bool {
        if isFaulty() { throw Self.error }
        return try local.removeEmptyFolder(folder)
    }
}
