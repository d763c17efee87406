import SystemPackage
import Yams

/// A mapping of a configuration file all of whose keys are known, each given once.
struct ConfigurationMapping {
    private let owner: ConfigurationValue
    private let values: [String: ConfigurationValue]

    /// Checks the keys of `pairs` against `known`.
    ///
    /// - Throws: `PipelineError.unknownKey`, naming the nearest of `known` and `elsewhere` (keys of other levels, written with their way
    ///   from the root); `PipelineError.optionAsKey` for one that is an option of commands; `PipelineError.duplicateKey`;
    ///   `PipelineError.wrongType` for a key that is no text.
    init(_ pairs: Node.Mapping, of owner: ConfigurationValue, known: [String], elsewhere: [String]) throws {
        var values: [String: ConfigurationValue] = [:]
        for (keyNode, node) in pairs {
            let line = keyNode.mark?.line ?? owner.line
            guard case .scalar(let scalar) = keyNode else {
                throw PipelineError.wrongType(
                    file: owner.file, line: line, key: owner.key.isEmpty ? "a key" : "a key of \(owner.key)", expected: "text",
                    found: ConfigurationValue(keyNode, file: owner.file, key: "").found)
            }
            let name = scalar.string
            let key = owner.key.isEmpty ? name : "\(owner.key).\(name)"
            guard known.contains(name) else {
                if owner.key.isEmpty, let option = Configuration.options[name] {
                    throw PipelineError.optionAsKey(file: owner.file, line: line, key: key, option: option)
                }
                let misplaced = elsewhere.first { $0.hasSuffix(".\(name)") || $0 == name }
                throw PipelineError.unknownKey(
                    file: owner.file, line: line, key: key, nearest: misplaced ?? NearestName.of(name, among: known) ?? "", known: known)
            }
            guard values[name] == nil else { throw PipelineError.duplicateKey(file: owner.file, line: line, key: key) }
            values[name] = ConfigurationValue(node, file: owner.file, key: key, line: line)
        }
        self.owner = owner
        self.values = values
    }

    /// The value of a key; nil where the file leaves it out.
    subscript(name: String) -> ConfigurationValue? { values[name] }

    /// The value of a key that has no default.
    ///
    /// - Throws: `PipelineError.missingKey`.
    func required(_ name: String, _ expected: String) throws -> ConfigurationValue {
        guard let value = values[name] else {
            let key = owner.key.isEmpty ? name : "\(owner.key).\(name)"
            throw PipelineError.missingKey(file: owner.file, line: owner.line, key: key, expected: expected)
        }
        return value
    }
}
