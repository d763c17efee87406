import Scheduling
import Storage
import SystemPackage

/// The name of a parcel's file in the staging folder: a second copy of the parcel lands on the same name.
struct StagedName: Hashable {
    /// What every staged file ends in.
    private static let suffix = "partial"
    /// What stands before it where the parcel is held back.
    private static let heldMark = "held"

    /// The parcel.
    let parcel: ParcelID
    /// Whether it was held back when it was written.
    let isHeld: Bool

    init(parcel: ParcelID, isHeld: Bool) {
        self.parcel = parcel
        self.isHeld = isHeld
    }

    /// Reads a file's name; nil where it is none of ours.
    init?(_ path: FilePath) {
        let parts = (path.lastComponent?.string ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 || parts.count == 5 && parts[3] == Self.heldMark, parts.last == Self.suffix[...],
            let shard = Self.number(parts[0], after: "shard"), let group = Self.number(parts[1], after: "group"),
            let digest = Digest(hex: String(parts[2]))
        else { return nil }
        self.init(parcel: ParcelID(task: TaskID(shard: shard, group: group), digest: digest), isHeld: parts.count == 5)
    }

    /// The name of the file.
    var text: String {
        let task = parcel.task
        return "shard\(task.shard).group\(task.group).\(parcel.digest.hex)" + (isHeld ? ".\(Self.heldMark)" : "") + ".\(Self.suffix)"
    }

    /// Where a parcel's file lies, if it does.
    static func path(of parcel: ParcelID, in folder: FilePath) -> FilePath? {
        paths(of: parcel, in: folder).first(where: Folder.holdsFile)
    }

    /// Both places where a parcel's file may lie: it keeps its name when it is held back or released later.
    static func paths(of parcel: ParcelID, in folder: FilePath) -> [FilePath] {
        [false, true].map { folder.appending(StagedName(parcel: parcel, isHeld: $0).text) }
    }

    private static func number(_ text: Substring, after prefix: String) -> Int? {
        guard text.hasPrefix(prefix), let number = Int(text.dropFirst(prefix.count)), number >= 0 else { return nil }
        return number
    }
}
