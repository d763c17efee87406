import SystemPackage
import Yams

/// Reads the bytes of a configuration and parses them as YAML.
enum ConfigurationFile {
    /// A configuration has a few kilobytes; a larger file is a mistake such as the path of the corpus.
    static let limit = 1 << 20

    /// The text of the file.
    ///
    /// - Throws: `PipelineError.configurationUnreadable`, `.configurationTooLarge`, `.configurationSyntax` for text that is not UTF-8.
    static func text(of file: FilePath) throws -> String {
        var bytes: [UInt8] = []
        do {
            let descriptor = try FileDescriptor.open(file, .readOnly)
            try descriptor.closeAfter {
                var block = [UInt8](repeating: 0, count: 1 << 16)
                while bytes.count <= limit {
                    let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                    if count == 0 { break }
                    bytes.append(contentsOf: block[..<count])
                }
            }
        } catch let errno as Errno {
            throw PipelineError.configurationUnreadable(file: file, errno: errno)
        }
        guard bytes.count <= limit else { throw PipelineError.configurationTooLarge(file: file, bytes: bytes.count, limit: limit) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PipelineError.configurationSyntax(file: file, line: invalidLine(of: bytes), problem: "the text is not UTF-8")
        }
        return text
    }

    /// The one document of a YAML text.
    ///
    /// - Throws: `PipelineError.configurationSyntax`, `.duplicateKey`.
    static func document(_ text: String, file: FilePath) throws -> ConfigurationValue {
        do {
            guard let root = try Parser(yaml: text).singleRoot() else {
                throw PipelineError.configurationSyntax(file: file, line: 1, problem: "the file is empty")
            }
            return ConfigurationValue(root, file: file, key: "")
        } catch let error as YamlError {
            throw diagnosis(of: error, text: text, file: file)
        }
    }

    /// The line of the first bytes that are not UTF-8: the valid beginning is as long as its repaired copy agrees with the bytes.
    private static func invalidLine(of bytes: [UInt8]) -> Int {
        var line = 1
        for (repaired, original) in zip(String(decoding: bytes, as: UTF8.self).utf8, bytes) {
            guard repaired == original else { break }
            if original == UInt8(ascii: "\n") { line += 1 }
        }
        return line
    }

    private static func diagnosis(of error: YamlError, text: String, file: FilePath) -> PipelineError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let full = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
            return .configurationSyntax(file: file, line: mark.line, problem: full)
        case .reader(let problem, let offset, _, _):
            let line = offset.map { text.prefix($0).count(where: \.isNewline) + 1 } ?? 1
            return .configurationSyntax(file: file, line: line, problem: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return .duplicateKey(file: file, line: context.mark.line, key: duplicates.first ?? "")
        default:
            return .configurationSyntax(file: file, line: 1, problem: "\(error)")
        }
    }
}
