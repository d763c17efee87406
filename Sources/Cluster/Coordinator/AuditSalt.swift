import Pipeline
import Storage
import SystemPackage

/// What decides, with the share, which tasks of a run are audited: drawn once, kept in the run's folder where only its owner can read it,
/// told to reducers and never to workers. A worker that knew it could lie wherever nobody looks.
struct AuditSalt: Codable, Sendable, Hashable {
    /// The file's name in a run's folder.
    static let fileName = "audit.json"

    /// 32 hexadecimal digits, from the system's random numbers.
    let salt: String

    /// The salt of a run, drawn where it has none yet.
    ///
    /// - Throws: `StorageError`.
    static func kept(in folder: RunFolder) throws -> String {
        if let known = try known(in: folder) { return known }
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in
            let text = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }
        let drawn = AuditSalt(salt: digits.joined())
        try GuardedFile.write(String(decoding: try JSONFile.encode(drawn), as: UTF8.self), to: path(in: folder))
        return drawn.salt
    }

    /// The salt of a run; nil where it has none yet.
    ///
    /// - Throws: `StorageError`.
    static func known(in folder: RunFolder) throws -> String? {
        let path = path(in: folder)
        return Folder.holdsFile(path) ? try JSONFile.read(AuditSalt.self, from: path).salt : nil
    }

    private static func path(in folder: RunFolder) -> FilePath { folder.path.appending(fileName) }
}
