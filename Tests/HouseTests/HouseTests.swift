import Testing

/// The rules that hold the package together: its layers, and what no source file may contain.
@Suite("The house")
struct HouseTests {
    /// The modules with code, each of which imports only modules before it. README's figure shows them in the same order.
    static let layers = [
        "CKernels", "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics", "Models", "Analysis", "Pipeline",
        "Scheduling", "Cluster", "Reporting", "Benchmarks", "universal-neurons",
    ]
    /// Modules whose every public declaration has a comment.
    static let documented = layers.filter { $0 != "CKernels" && $0 != "universal-neurons" }
    /// What several test targets share; it lies in Tests.
    static let testSupport = ["FaultInjection", "Fuzzing", "SmallRuns"]
    /// What ends a process.
    static let traps = ["try!", "fatalError(", " as!", "unsafelyUnwrapped"]

    /// Whether a line of code ends the process where something is missing: a word of `traps`, or `!` behind a value.
    static func isTrap(_ line: String) -> Bool {
        traps.contains(where: line.contains) || line.contains("!") && line.contains(/[\w)\]}]!(?!=)/)
    }

    /// All files whose names end so; a scan that finds none proves nothing.
    private func files(_ suffixes: [String]) throws -> [SourceTree.File] {
        let files = try SourceTree.files(suffixes)
        try #require(files.count > 10 * Self.layers.count)
        return files
    }
    /// Modules that only name a library of the system; only the modules listed may import them.
    static let libraries = [
        "COneDNN": ["Kernels"], "COpenBLAS": ["Kernels"], "CZstd": ["Storage"], "CZlib": ["Storage"], "CCrypto": ["Storage"],
        "CZeroMQ": ["Cluster"],
    ]

    @Test("every folder in Sources is in the list of layers")
    func everyModule() throws {
        #expect(try SourceTree.modules() == (Self.layers + Self.libraries.keys).sorted())
    }

    @Test("no two kinds of messages have the same number")
    func messageKinds() throws {
        let file = try #require(try files([".swift"]).first { $0.path.hasSuffix("/MessageKind+Protocol.swift") })
        let numbers = file.code.compactMap { $0.firstMatch(of: /MessageKind\(rawValue: (\d+)\)/)?.1 }
        #expect(numbers.count > 40 && Set(numbers).count == numbers.count)
    }

    @Test("each module imports only modules that come before it in the list")
    func imports() throws {
        for file in try files([".swift"]) {
            let place = Self.layers.firstIndex(of: file.module) ?? 0
            for module in file.imports {
                if let other = Self.layers.firstIndex(of: module) { #expect(other < place, "\(file.path) imports \(module)") }
                if let users = Self.libraries[module] { #expect(users.contains(file.module), "\(file.path) imports \(module)") }
            }
        }
    }

    @Test("Package.swift lists the modules in the same order")
    func package() throws {
        let package = try #require(SourceTree.text("Package.swift"))
        let targets = package.matches(of: /\.(?:executableTarget|target)\(\s*name:\s*"([^"]+)"/).map { String($0.output.1) }
        #expect(targets.filter { !Self.testSupport.contains($0) } == Self.layers)
    }

    @Test("no source file is longer than 400 lines")
    func length() throws {
        for file in try files([".swift", ".c", ".h"]) where file.lines.count > 401 {
            Issue.record("\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("no source file ends the process where an error could be thrown")
    func traps() throws {
        for file in try files([".swift"]) {
            for (number, line) in file.code.enumerated() where Self.isTrap(line) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("no source file is a placeholder, and none is named after nothing")
    func names() throws {
        for file in try files([".swift", ".c"]) {
            for word in ["placeholder", "utils", "helper", "manager"] where file.path.lowercased().contains(word) {
                Issue.record("\(file.path)")
            }
        }
    }

    @Test("every public declaration has a comment, where no protocol has it already")
    func comments() throws {
        let files = try files([".swift"]).filter { Self.documented.contains($0.module) }
        #expect(files.reduce(0) { $0 + PublicDeclaration.all(in: $1).count } > 100)
        for declaration in PublicDeclaration.undocumented(in: files) { Issue.record("\(declaration.place): \(declaration.name)") }
    }

    @Test("README's figure of the architecture names every module", .enabled(if: SourceTree.text("README.md") != nil))
    func readme() throws {
        let readme = try #require(SourceTree.text("README.md"))
        for module in Self.layers { #expect(readme.contains(module), "README.md does not name \(module)") }
    }

    @Test("the rules would see what they forbid")
    func rules() {
        let file = SourceTree.File(
            module: "Kernels", path: "x",
            lines: [
                "import Storage", "  @preconcurrency public import struct Corpus.Draw", "// import Models", "let x = \"try!\" // as!",
                "try! f()",
            ])
        #expect(file.imports == ["Storage", "Corpus"])
        #expect(file.code.map(Self.isTrap) == [false, false, false, false, true])
        for trap in ["x.baseAddress! + 1", "f()!.y", "a[0]!", "x as! Int", "x.unsafelyUnwrapped"] { #expect(Self.isTrap(trap)) }
        for harmless in ["a != b", "!isEmpty", "f(!x)", "a && !b"] { #expect(!Self.isTrap(harmless)) }
    }

    @Test("the rule about comments would see what it forbids")
    func commentRule() {
        let file = SourceTree.File(
            module: "Kernels", path: "x",
            lines: """
                /// A protocol.
                public protocol P {
                    /// Documented here.
                    func required()
                    func bare()
                }

                public struct S: P {
                    public func required() {}
                    @inlinable
                    public static func made() {}
                    private let hidden = 0
                    let inner = 0
                    /// Has one.
                    @inlinable
                    public mutating func documented() {}
                    public init() {}
                    public init(from decoder: any Decoder) {}
                    public private(set) var value = 0
                    public static func < (x: S, y: S) -> Bool { false }
                }

                public extension S {
                    func member() {}
                    /// Has one.
                    func other() { let x = 0 }
                    private func hiddenMember() {}
                }
                """.split(separator: "\n", omittingEmptySubsequences: false))
        #expect(PublicDeclaration.undocumented(in: [file]).map(\.name) == ["bare", "S", "made", "init", "value", "<", "member"])
    }
}
