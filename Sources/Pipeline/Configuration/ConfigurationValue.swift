import Checkpoints
import SystemPackage
import Yams

/// A value of a configuration file with the place that it stands at, read strictly: every mismatch names file, line and key.
struct ConfigurationValue {
    /// The parsed YAML.
    let node: Node
    /// The file, as the user named it.
    let file: FilePath
    /// The line, from 1.
    let line: Int
    /// The way from the root: `models[1].path`; empty for the root.
    let key: String

    init(_ node: Node, file: FilePath, key: String, line: Int? = nil) {
        self.node = node
        self.file = file
        self.key = key
        self.line = node.mark?.line ?? line ?? 1
    }

    /// The text of a scalar as written; nil for lists, mappings, and for nothing (`key:` or `key: ~`).
    var scalar: String? {
        guard case .scalar(let scalar) = node else { return nil }
        if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return nil }
        return scalar.string
    }

    /// What stands there, for a message.
    var found: String {
        switch node {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar: scalar.map { "'\($0)'" } ?? "nothing"
        }
    }

    func wrongType(_ expected: String) -> PipelineError {
        .wrongType(file: file, line: line, key: key.isEmpty ? "the configuration" : key, expected: expected, found: found)
    }

    func invalid(_ reason: String, remedy: String) -> PipelineError {
        .invalidValue(file: file, line: line, key: key, value: scalar ?? "", reason: reason, remedy: remedy)
    }

    func text(_ expected: String) throws -> String {
        guard let scalar, !scalar.isEmpty else { throw wrongType(expected) }
        return scalar
    }

    func list(_ expected: String) throws -> [ConfigurationValue] {
        guard case .sequence(let items) = node else { throw wrongType(expected) }
        return items.enumerated().map { index, item in ConfigurationValue(item, file: file, key: "\(key)[\(index)]", line: line) }
    }

    /// The mapping, whose keys must all be `known`; `all` are the known keys of the whole file, to find one that stands at the wrong level.
    func mapping(known: [String], expected: String, elsewhere: [String] = []) throws -> ConfigurationMapping {
        guard case .mapping(let pairs) = node else { throw wrongType(expected) }
        return try ConfigurationMapping(pairs, of: self, known: known, elsewhere: elsewhere)
    }

    /// A whole number in a range; underscores may group its digits.
    func integer(_ range: ClosedRange<Int>) throws -> Int {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let scalar, isPlain else { throw wrongType(expected) }
        var digits = scalar.filter { $0 != "_" }
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }) else { throw wrongType(expected) }
        guard let value = Int(scalar.filter { $0 != "_" }), range.contains(value) else {
            throw invalid("it is not \(expected)", remedy: "give \(expected)")
        }
        return value
    }

    /// A seed: any number that 64 bits hold.
    func seed() throws -> UInt64 {
        let expected = "a whole number from 0 to \(UInt64.max)"
        guard let scalar, isPlain else { throw wrongType(expected) }
        guard let value = UInt64(scalar.filter { $0 != "_" }) else {
            guard Double(scalar) != nil else { throw wrongType(expected) }
            throw invalid("it is not \(expected)", remedy: "give \(expected)")
        }
        return value
    }

    /// A number in a range.
    func number(_ range: ClosedRange<Double>) throws -> Double {
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let scalar, isPlain, let value = Double(scalar) else { throw wrongType(expected) }
        guard range.contains(value) else { throw invalid("it is not \(expected)", remedy: "give \(expected)") }
        return value
    }

    func boolean() throws -> Bool {
        guard let scalar, isPlain, let value = ["true": true, "false": false][scalar.lowercased()] else { throw wrongType("true or false") }
        return value
    }

    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type = Choice.self) throws -> Choice where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        let expected = PipelineError.alternatives(names)
        let text = try text(expected)
        guard let value = Choice(rawValue: text) else {
            let nearest = NearestName.of(text, among: names) ?? ""
            throw invalid("it must be \(expected)", remedy: "write '\(nearest)' if that was meant")
        }
        return value
    }

    /// A quantity that a value type parses itself; its complaint gets this place.
    func quantity<Quantity>(_ expected: String, _ parse: (String) throws -> Quantity) throws -> Quantity {
        let text = try text(expected)
        do {
            return try parse(text)
        } catch PipelineError.invalidQuantity(_, let reason, let expected) {
            throw invalid("it \(reason)", remedy: "give \(expected)")
        }
    }

    /// A path, absolute, or relative to the folder of the file.
    func path(relativeTo folder: FilePath) throws -> FilePath {
        let text = try text("a path")
        guard !text.unicodeScalars.contains("\0") else { throw invalid("a path has no NUL", remedy: "give the path of a file or folder") }
        return folder.pushing(FilePath(text))
    }

    /// A path as `path(relativeTo:)` gives it, or a repository of the Hugging Face Hub as it stands there.
    ///
    /// - Parameter placeholder: what stands in the place of a number; no repository's name could have it.
    func folder(relativeTo folder: FilePath, placeholder: String? = nil) throws -> FilePath {
        let text = try text("a path, or \(HubReference.expected)")
        guard HubReference.isMeant(by: text) else { return try path(relativeTo: folder) }
        do {
            if let placeholder, text.contains(placeholder) {
                _ = try HubReference(text.replacing(placeholder, with: "1"))
                return FilePath(text)
            }
            return FilePath(try HubReference(text).description)
        } catch CheckpointError.hub(.unusable(_, let reason)) {
            throw invalid(reason, remedy: "write \(HubReference.expected), or begin a path with './'")
        }
    }

    private var isPlain: Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.style == .plain || scalar.style == .any
    }
}
