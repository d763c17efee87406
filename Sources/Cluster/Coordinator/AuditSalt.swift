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
        let path = folder.path.appending(fileName)
        if Folder.holdsFile(path) { return try JSONFile.read(AuditSalt.self, from: path).salt }
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in
            let text = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }
        let drawn = AuditSalt(salt: digits.joined())
        try SecretFile.write(String(decoding: try JSONFile.encode(drawn), as: UTF8.self), to: path)
        return drawn.salt
    }
}
