import Testing

/// The rules that hold the package together: its layers, and what no source file may contain.
@Suite("The house")
struct HouseTests {
    /// The modules with code, each of which imports only modules before it. README's figure shows them in the same order.
    static let layers = [
        "CKernels", "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics", "Models", "Analysis", "Pipeline",
        "Scheduling", "Cluster", "Reporting", "Benchmarks", "universal-neurons",
    ]
    /// What ends a process.
    static let traps = ["try!", "fatalError(", " as!"]
    /// Modules that only name a library of the system; only the modules listed may import them.
    static let libraries = ["COpenBLAS": ["Kernels"], "CZstd": ["Storage"], "CZlib": ["Storage"], "CZeroMQ": ["Cluster"]]

    @Test("every folder in Sources is in the list of layers")
    func everyModule() throws {
        #expect(try SourceTree.modules() == (Self.layers + Self.libraries.keys).sorted())
    }

    @Test("each module imports only modules that come before it in the list")
    func imports() throws {
        let files = try SourceTree.files([".swift"])
        #expect(files.count > Self.layers.count)
        for file in files {
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
        #expect(targets == Self.layers)
    }

    @Test("no source file is longer than 400 lines")
    func length() throws {
        for file in try SourceTree.files([".swift", ".c", ".h"]) where file.lines.count > 401 {
            Issue.record("\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("no source file ends the process where an error could be thrown")
    func traps() throws {
        for file in try SourceTree.files([".swift"]) {
            for (number, line) in file.code.enumerated() where Self.traps.contains(where: line.contains) {
                Issue.record("\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test("no source file is a placeholder, and none is named after nothing")
    func names() throws {
        for file in try SourceTree.files([".swift", ".c"]) {
            for word in ["placeholder", "utils", "helper", "manager"] where file.path.lowercased().contains(word) {
                Issue.record("\(file.path)")
            }
        }
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
        #expect(file.code.map { $0.contains("try!") } == [false, false, false, false, true])
    }
}
