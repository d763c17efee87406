/// A declaration that other modules see, as far as a scan of lines finds it.
struct PublicDeclaration {
    /// What protocols outside the package ask for; their meaning is written there.
    private static let knownWitnesses: Set<String> = ["description", "encode", "init(from", "hash", "=="]

    /// File and line, for a message.
    let place: String
    /// The name, `init` or `init(from`.
    let name: String
    /// Whether a comment of three slashes stands before it, or before its attributes.
    let isDocumented: Bool
    /// Whether it is what a public protocol asks for.
    let isRequirement: Bool

    /// The public declarations of a file: those with the word, and the members of public protocols and public extensions.
    static func all(in file: SourceTree.File) -> [PublicDeclaration] {
        let code = file.code
        var isInherited = false
        var isProtocol = false
        return code.indices.compactMap { index in
            let line = code[index]
            if line.hasPrefix("public extension ") || line.hasPrefix("public protocol ") {
                isInherited = true
                isProtocol = line.hasPrefix("public protocol ")
            }
            if line == "}" { isInherited = false }
            let isMember = isInherited && line.hasPrefix("    ") && !line.hasPrefix("     ")
            guard !line.contains("extension "), let name = name(of: line, isPublic: isMember) else { return nil }
            var before = index - 1
            while before >= 0, code[before].drop(while: { $0 == " " }).hasPrefix("@") { before -= 1 }
            let isDocumented = before >= 0 && file.lines[before].drop { $0 == " " }.hasPrefix("///")
            return PublicDeclaration(
                place: "\(file.path):\(index + 1)", name: name, isDocumented: isDocumented, isRequirement: isMember && isProtocol)
        }
    }

    /// The public declarations without a comment, but those that fulfil what a protocol asks for.
    static func undocumented(in files: [SourceTree.File]) -> [PublicDeclaration] {
        var requirements: [String: Set<String>] = [:]
        for file in files {
            for line in file.code where line.hasPrefix("public protocol ") {
                guard let match = line.firstMatch(of: /^public protocol (\w+)/) else { continue }
                requirements[String(match.output.1)] = Set(all(in: file).filter(\.isRequirement).map(\.name))
            }
        }
        return files.flatMap { file in
            var witnesses = knownWitnesses
            for line in file.code where types.contains(where: line.contains) {
                let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).map(String.init)
                guard !types.isDisjoint(with: words) else { continue }
                for word in words { witnesses.formUnion(requirements[word] ?? []) }
            }
            return all(in: file).filter { !$0.isDocumented && ($0.isRequirement || !witnesses.contains($0.name)) }
        }
    }

    /// The name that a line declares publicly, or nil.
    private static func name(of line: String, isPublic: Bool) -> String? {
        var words = line.split(separator: " ")[...]
        var isPublic = isPublic
        while let word = words.first {
            switch word {
            case "public", "open": isPublic = true
            case "private", "fileprivate", "internal": return nil
            case "func", "var", "let", "struct", "class", "enum", "protocol", "actor", "typealias":
                if word == "class", let next = words.dropFirst().first, next == "func" || next == "var" { break }
                guard isPublic, let name = words.dropFirst().first else { return nil }
                let plain = name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                return String(plain.isEmpty ? name.prefix { $0 != "(" } : plain)
            default:
                if let initial = ["init", "subscript"].first(where: { word.hasPrefix($0) }), let next = word.dropFirst(initial.count).first,
                    "?<(".contains(next)
                {
                    guard isPublic else { return nil }
                    return word.hasPrefix("init(from") ? "init(from" : initial
                }
                guard word.hasPrefix("@") || word.contains("(set)") || modifiers.contains(String(word)) else { return nil }
            }
            words.removeFirst()
        }
        return nil
    }

    /// Words that begin a type or what is added to one.
    private static let types: Set<String> = ["struct", "class", "enum", "actor", "extension"]

    private static let modifiers: Set<String> = [
        "static", "final", "mutating", "nonisolated", "nonisolated(unsafe)", "indirect", "override", "convenience", "required", "class",
        "lazy",
    ]
}
