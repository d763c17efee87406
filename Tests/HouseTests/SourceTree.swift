import Foundation

/// The sources of the package, as text.
struct SourceTree {
    /// One file below `Sources`.
    struct File {
        /// The module whose folder it lies in.
        let module: String
        /// Its path from the package's root.
        let path: String
        let lines: [Substring]

        /// Its lines without comments (as far as `//` begins them) and without what stands in quotation marks on one line.
        var code: [String] { lines.map(Self.code) }

        private static func code(_ line: Substring) -> String {
            var code: [UInt8] = []
            var isInText = false
            var isEscaped = false
            for byte in line.utf8 {
                if isInText {
                    isInText = isEscaped || byte != UInt8(ascii: "\"")
                    isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                    if isInText { continue }
                } else if byte == UInt8(ascii: "\"") {
                    isInText = true
                } else if byte == UInt8(ascii: "/"), code.last == UInt8(ascii: "/") {
                    code.removeLast()
                    break
                }
                code.append(byte)
            }
            return String(decoding: code, as: UTF8.self)
        }

        /// The modules that it imports.
        var imports: [String] {
            let modifiers = ["public", "package", "internal", "fileprivate", "private"]
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            return code.filter { $0.contains("import ") }.compactMap { line in
                var words = line.split(whereSeparator: { $0 == " " || $0 == "." }).map(String.init)[...]
                words = words.drop { $0.hasPrefix("@") || modifiers.contains($0) }
                guard words.popFirst() == "import" else { return nil }
                return words.first { !kinds.contains($0) }
            }
        }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folders in `Sources`.
    static func modules() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("Sources").path).filter { !$0.hasPrefix(".") }
            .sorted()
    }

    /// The files of all modules whose names end in one of these.
    static func files(_ suffixes: [String]) throws -> [File] {
        try modules().flatMap { module in
            let folder = root.appendingPathComponent("Sources/\(module)")
            let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            return try names.sorted().filter { name in suffixes.contains { name.hasSuffix($0) } }.map { name in
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                return File(
                    module: module, path: "Sources/\(module)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
            }
        }
    }

    /// A file in the package's root, or nil when there is none.
    static func text(_ name: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }
}
