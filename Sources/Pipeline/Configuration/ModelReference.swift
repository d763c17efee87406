import SystemPackage

/// A model of the comparison: its name in every file, and where it is.
public struct ModelReference: Hashable, Sendable {
    /// Short unique name: a letter or digit, then letters, digits and `_`; no `-`, so that the array `a-b` names its pair without doubt. A
    /// checkpoint of training has its step after it: `a@1000`.
    public let id: String
    /// The folder with `config.json` and the weights; or, as in `hf:stanford-crfm/alias-gpt2-small-x21@checkpoint-400000`, a repository of
    /// the Hugging Face Hub at a revision, in the local cache.
    public let path: FilePath
    /// The commit that a repository's revision was when the plan was made.
    public var commit: String?

    /// Takes an id that was checked (`unusable(id:)`).
    public init(id: String, path: FilePath, commit: String? = nil) {
        self.id = id
        self.path = path
        self.commit = commit
    }

    /// A checkpoint of a model's training.
    init(id: String, step: Int, path: FilePath) { self.init(id: "\(id)@\(step)", path: path) }

    /// The model's id without the step.
    public var name: String { Self.parts(of: id).name }

    /// The step of training that the checkpoint was taken after; nil for a model without steps.
    public var step: Int? { Self.parts(of: id).step }

    private static func parts(of id: String) -> (name: String, step: Int?) {
        let parts = id.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let step = Int(parts[1]), step >= 0, parts[1] == "\(step)" else { return (id, nil) }
        return (String(parts[0]), step)
    }

    /// Names that other columns or sources of a run have: with `mean`, the column `mean_corr` would stand twice in `neurons.csv`.
    static let reserved: Set<String> = ["features", "mean", "max", "min", "excess", "diag", "obo"]

    /// Why a plan cannot have an id, which may have a step; nil where it can.
    static func unusable(planned id: String) -> String? { unusable(id: parts(of: id).name) }

    /// Why an id cannot be used in a configuration; nil where it can.
    static func unusable(id: String) -> String? {
        let scalars = Array(id.unicodeScalars)
        func isPlain(_ scalar: Unicode.Scalar) -> Bool {
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        guard let first = scalars.first else { return "an id has at least one character" }
        if scalars.contains("-") { return "'-' stands between the two ids in the name of a pair" }
        guard isPlain(first), scalars.allSatisfy({ isPlain($0) || $0 == "_" }) else {
            return "ids name files and columns: letters, digits and '_', beginning with a letter or digit"
        }
        if scalars.count > 64 { return "it has more than 64 characters" }
        if reserved.contains(id.lowercased()) { return "other columns of the results have that name" }
        return nil
    }
}

extension ModelReference: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, path, commit
    }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(String.self, forKey: .id), path: FilePath(try values.decode(String.self, forKey: .path)),
            commit: try values.decodeIfPresent(String.self, forKey: .commit))
    }

    /// Writes the id, the path as text, and a repository's commit.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(path.string, forKey: .path)
        try values.encodeIfPresent(commit, forKey: .commit)
    }
}
