/// A repository on the Hugging Face Hub at a revision, as a configuration names it.
///
/// ```swift
/// let reference = try HubReference("hf:stanford-crfm/alias-gpt2-small-x21@checkpoint-400000")
/// reference.repository    // "stanford-crfm/alias-gpt2-small-x21"
/// reference.revision      // "checkpoint-400000"
/// ```
public struct HubReference: Hashable, Sendable, CustomStringConvertible {
    /// What such a name begins with, and no path does.
    public static let prefix = "hf:"
    /// The revision where none is named.
    public static let defaultRevision = "main"
    /// How it is written, for messages.
    public static let expected = "hf:ORGANISATION/NAME, or hf:ORGANISATION/NAME@REVISION"

    /// Organisation and name, or, for the Hub's oldest models, a name alone.
    public let repository: String
    /// A branch, a tag, or a commit, which may be abbreviated.
    public let revision: String

    /// Whether a text is meant as a reference rather than as a path.
    public static func isMeant(by text: String) -> Bool { text.hasPrefix(prefix) }

    /// Reads a reference.
    ///
    /// - Throws: `CheckpointError.hub` with what is wrong: the Hub's own rules for names hold, and no part of it leads to another folder.
    public init(_ text: String) throws {
        func unusable(_ reason: String) -> CheckpointError { .hub(.unusable(reference: text, reason: reason)) }
        guard Self.isMeant(by: text) else { throw unusable("it does not begin with '\(Self.prefix)'") }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        repository = parts.first.map(String.init) ?? ""
        revision = parts.count > 1 ? String(parts[1]) : Self.defaultRevision
        if let reason = Self.problem(ofRepository: repository) ?? Self.problem(ofRevision: revision) { throw unusable(reason) }
    }

    private init(repository: String, revision: String) {
        self.repository = repository
        self.revision = revision
    }

    /// The same repository at a commit.
    func pinned(to commit: String) -> HubReference { HubReference(repository: repository, revision: commit) }

    public var description: String {
        Self.prefix + repository + (revision == Self.defaultRevision ? "" : "@" + revision)
    }

    /// The name of the repository's folder in a cache.
    var folderName: String { (["models"] + repository.split(separator: "/").map(String.init)).joined(separator: "--") }

    /// The components of the file below `refs` that says which commit the revision is.
    var revisionComponents: [String] { revision.split(separator: "/").map(String.init) }

    /// The command that brings the files into the cache.
    ///
    /// The patterns stand where names of files stand: several of them are patterns for `hf` of huggingface_hub 0.34 to 2.x and for
    /// `huggingface-cli`. Of `--include` before 1.0 one takes all patterns and the last one given counts, since 1.0 each takes one. The
    /// revision comes last: before 1.0 no names are taken behind it.
    func downloadCommand(for content: HubContent) -> String {
        var words = ["hf", "download", repository] + content.patterns
        if revision != Self.defaultRevision { words += ["--revision", revision] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// Whether a text is a whole commit.
    static func isCommit(_ text: String) -> Bool { text.utf8.count == 40 && isHexadecimal(text) }

    /// Whether a text can be the beginning of a commit; git abbreviates to seven digits or more.
    static func isAbbreviation(_ text: String) -> Bool { (7..<40).contains(text.utf8.count) && isHexadecimal(text) }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func problem(ofRepository repository: String) -> String? {
        let names = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(names.count) else { return "a repository has one organisation and one name" }
        for name in names {
            guard let first = name.first, let last = name.last else { return "the organisation or the name is empty" }
            guard name.utf8.count <= 96 else { return "a name has at most 96 characters" }
            guard name.unicodeScalars.allSatisfy({ isPlain($0) || "-.".unicodeScalars.contains($0) }) else {
                return "names consist of letters, digits, '_', '-' and '.'"
            }
            if "-.".contains(first) || "-.".contains(last) { return "no name begins or ends with '-' or '.'" }
        }
        if repository.contains("--") || repository.contains("..") { return "no name contains '--' or '..'" }
        return repository.hasSuffix(".git") ? "no name ends in '.git'" : nil
    }

    private static func problem(ofRevision revision: String) -> String? {
        let components = revision.split(separator: "/", omittingEmptySubsequences: false)
        if components.contains(where: \.isEmpty) { return "the revision, or a part of it, is empty" }
        if revision.contains("..") || components.contains(where: { $0.hasPrefix(".") }) {
            return "no part of a revision begins with '.' or contains '..'"
        }
        if revision.hasPrefix("-") { return "no revision begins with '-'" }
        guard revision.utf8.count <= 255 else { return "a revision has at most 255 characters" }
        // What git allows in no name.
        guard revision.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F && !"~^:?*[\\".unicodeScalars.contains($0) }) else {
            return "a revision has neither blanks nor any of ~ ^ : ? * [ \\"
        }
        return nil
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
    }

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        let isSafe = word.unicodeScalars.allSatisfy { isPlain($0) || "-./@+=,".unicodeScalars.contains($0) }
        return isSafe ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
