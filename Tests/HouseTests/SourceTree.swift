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
        var code: [String] {
            lines.map { line in
                var code = line.replacing(/"(?:\\.|[^"\\])*"/, with: "\"\"")
                if let comment = code.firstRange(of: "//") { code = code[..<comment.lowerBound] }
                return String(code)
            }
        }

        /// The modules that it imports.
        var imports: [String] {
            code.compactMap { line in
                let kinds = /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+/
                guard let start = line.firstMatch(of: kinds)?.range.upperBound else { return nil }
                let words = line[start...].split(whereSeparator: { $0 == " " || $0 == "." })
                let isPart =
                    words.first.map { ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"].contains($0) } ?? false
                return words.dropFirst(isPart ? 1 : 0).first.map(String.init)
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
