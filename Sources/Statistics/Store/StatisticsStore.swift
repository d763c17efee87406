import Kernels
import Storage
import SystemPackage

/// The exact statistics of a run on disk: a file for each block and stratum, and a folder of partials that are not folded in yet.
///
/// A block file's directory is its table of shards; numbers and table are replaced in one step. A shard that is in the table is never added
/// again, so folding a partial twice, or half and then again, changes nothing. Entries are 64-bit integers, kept in as few bits as they are
/// certified to need and compressed.
public struct StatisticsStore: Sendable {
    /// The store's folder.
    public let folder: FilePath
    /// Shapes, from the plan.
    public let shape: SectionShape
    /// The identity of the plan that the store belongs to.
    public let plan: Digest
    /// Other stores that may hold sections instead of this one: those of reducers at work. They are only read.
    public let others: [FilePath]
    /// What the name of a staged partial ends in that may not be folded yet.
    public static let heldSuffix = ".held.partial"

    /// Where partials wait to be folded.
    public var staging: FilePath { Self.staging(of: folder) }
    /// Where the sections lie.
    public var sections: FilePath { folder.appending("sections") }

    /// The store in a folder, which need not exist yet.
    public init(folder: FilePath, shape: SectionShape, plan: Digest, others: [FilePath] = []) {
        self.others = others
        self.folder = folder
        self.shape = shape
        self.plan = plan
    }

    /// Makes the store's folders where they are missing.
    ///
    /// - Throws: `StorageError`.
    public func create(on files: some FileLayer = LocalFiles()) throws {
        try files.createFolder(staging)
        try files.createFolder(sections)
    }

    private static func staging(of folder: FilePath) -> FilePath { folder.appending("staging") }

    /// The file of a section.
    public func path(of key: SectionKey) -> FilePath {
        sections.appending(key.name(in: shape.layout) + Self.suffix(of: key.kind))
    }

    /// What the name of a section's file ends in.
    private static func suffix(of kind: SectionKey.Kind) -> String {
        switch kind {
        case .block: ".sums"
        case .examples: ".top"
        case .moments: ".moments"
        case .tokens: ".tokens"
        case .means: ".means"
        }
    }

    /// The partials that wait to be folded, by name; none where the store was not begun yet.
    ///
    /// - Throws: `StorageError`.
    public func stagedFiles() throws -> [FilePath] {
        func files(in staging: FilePath) throws -> [FilePath] {
            guard Folder.exists(staging) else { return [] }
            return try Folder.names(in: staging).filter { $0.hasSuffix(".partial") }.map { staging.appending($0) }
        }
        let elsewhere = try others.flatMap { try files(in: Self.staging(of: $0)) }.filter { !$0.string.hasSuffix(Self.heldSuffix) }
        return try files(in: staging) + elsewhere
    }

    /// Opens a section's file, if there is one.
    ///
    /// - Parameter staysMapped: as for `PartialReader`.
    /// - Throws: `StorageError`, `StatisticsError`.
    public func reader(of key: SectionKey, staysMapped: Bool = true) throws -> PartialReader? {
        let own = path(of: key)
        let name = own.lastComponent?.string ?? ""
        let paths = [own] + others.map { $0.appending("sections").appending(name) }
        guard let path = paths.first(where: { Folder.holdsFile($0) }) else { return nil }
        let reader = try PartialReader(path, staysMapped: staysMapped)
        try reader.check(plan: plan)
        guard reader.sections.count == 1, reader.sections[0].key == key else {
            throw StatisticsError.malformed(file: path, section: key.name(in: shape.layout), reason: "it holds another section")
        }
        return reader
    }

    /// Folds partials into the store, each section in one pass over its file.
    ///
    /// - Parameters:
    ///   - partials: files of the same plan, in any order, overlapping what is folded already or not.
    ///   - keepsFirst: whether other integers of a shard than those that a section has already, or than an earlier partial's, are passed
    ///     over; else they are an error.
    ///   - tag: as for `DurableFile.replace`: with that of the store's lock, an owner that slept through its successor's start writes no
    ///     file any more.
    ///   - checkOwner: called before each file takes its name; throws when another process owns the store meanwhile.
    ///   - progress: called after each section with the number done and the number of all; may throw to stop.
    /// - Returns: how many of the partials had a shard of a section that the store had not.
    /// - Throws: `StatisticsError`, `StorageError`. Whatever was folded until then is kept and is not folded again.
    @discardableResult
    public func fold(
        _ partials: [PartialReader], keepsFirst: Bool = false, team: ThreadTeam, on files: some FileLayer = LocalFiles(), tag: String = "",
        checkOwner: @Sendable () throws -> Void = {}, progress: @Sendable (Int, Int) throws -> Void = { _, _ in }
    ) throws -> Int {
        for reader in partials { try reader.check(plan: plan) }
        let sections = SectionMerge.inputs(of: partials)
        // What cannot be merged is found before anything changes.
        var new: Set<ObjectIdentifier> = []
        for (key, inputs) in sections {
            let present = try merge(key, of: inputs, keepsFirst: keepsFirst).present
            for input in inputs where input.entry.shards.contains(where: { !present.contains($0.shard) }) {
                new.insert(ObjectIdentifier(input.reader))
            }
        }
        @Sendable func fold(_ item: Int, team: ThreadTeam) throws {
            let (key, inputs) = sections[item]
            let (merge, present) = try merge(key, of: inputs, keepsFirst: keepsFirst)
            if merge.shards.count > present.count, let section = try merge.merged(shape: shape) {
                try PartialWriter(plan: plan, team: team)
                    .write([section], to: path(of: key), on: files, tag: tag, beforeRename: checkOwner)
            }
            try progress(item, sections.count)
        }
        // One thread a section, so each writes with a team of its own: large blocks are many, not few. Sums by token, which come last, may be
        // too large for more than one of them in memory.
        let inner = ThreadTeam(count: 1)
        let large = sections.firstIndex { $0.key.kind == .means } ?? sections.count
        try team.forEach(large) { item, _ in try fold(item, team: inner) }
        for item in large..<sections.count { try fold(item, team: team) }
        return new.count
    }

    /// Chooses among a section's file and new inputs.
    ///
    /// - Returns: the choice, and the shards that are folded already.
    private func merge(
        _ key: SectionKey, of inputs: [SectionMerge.Input], keepsFirst: Bool
    ) throws -> (SectionMerge, present: Set<Int>) {
        let existing = try reader(of: key).map { SectionMerge.Input(reader: $0, entry: $0.sections[0]) }
        let present = Set(existing?.entry.shards.map(\.shard) ?? [])
        let new = keepsFirst ? Self.first(of: inputs, beside: present) : inputs
        return (try SectionMerge(key: key, inputs: new + (existing.map { [$0] } ?? []), shape: shape), present)
    }

    /// The inputs that bring a shard which neither the section nor an earlier input has.
    private static func first(of inputs: [SectionMerge.Input], beside present: Set<Int>) -> [SectionMerge.Input] {
        var known = present
        return inputs.filter { input in
            let shards = input.entry.shards.map(\.shard)
            defer { known.formUnion(shards) }
            return !known.isSuperset(of: shards)
        }
    }

    /// Folds everything that is staged, then removes it.
    ///
    /// - Throws: `StatisticsError`, `StorageError`.
    public func foldStaged(
        team: ThreadTeam, on files: some FileLayer = LocalFiles(), checkOwner: @Sendable () throws -> Void = {},
        progress: @Sendable (Int, Int) throws -> Void = { _, _ in }
    ) throws {
        let paths = try stagedFiles()
        guard !paths.isEmpty else { return }
        try fold(try paths.map { try PartialReader($0) }, team: team, on: files, checkOwner: checkOwner, progress: progress)
        for path in paths {
            try checkOwner()
            try files.remove(path)
        }
    }
}
