import Diagnostics
import Foundation
import SmallRuns
import Testing

@Suite("Manifests", .enabled(if: EngineTools.areAskedFor, "only with UN_ENGINES=1"))
struct ManifestTests {
    private static let hasSystemd = EngineTools.url("systemd-analyze") != nil
    /// Beside the Python of the engines.
    private static let validator = ProcessInfo.processInfo.environment["UN_PYTHON_ENGINES"]
        .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("kubernetes-validate").path }
    private static let hasValidator = validator.map { FileManager.default.isExecutableFile(atPath: $0) } ?? false

    /// The files of a folder under `deploy` with an extension.
    private func files(_ folder: String, _ suffix: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: PythonEngines.deployed(folder))
        return names.filter { $0.hasSuffix(suffix) }.sorted()
    }

    @Test("systemd knows every key of the units", .enabled(if: hasSystemd, "systemd-analyze is not installed: apt-get install systemd"))
    func units() throws {
        try TemporaryFolder.with { folder in
            let names = try files("systemd", ".service")
            #expect(names.count == 3)
            for name in names {
                // It looks for the program as well, which is not installed here.
                let text = try String(contentsOfFile: PythonEngines.deployed("systemd/\(name)"), encoding: .utf8)
                    .replacing("/usr/local/bin/universal-neurons", with: try BuiltProgram.url().path)
                try Data(text.utf8).write(to: folder.appendingPathComponent(name))
                let outcome = try EngineTools.run("systemd-analyze", ["verify", "--man=no", "./\(name)"], in: folder)
                // An unknown key is a warning, with exit code 0.
                #expect(outcome.status == 0 && outcome.text.isEmpty, "\(name): \(outcome.text)")
            }
        }
    }

    @Test("no service is started again for what comes again by itself")
    func restarts() throws {
        for name in try files("systemd", ".service") {
            let text = try String(contentsOfFile: PythonEngines.deployed("systemd/\(name)"), encoding: .utf8)
            let line = try #require(text.firstMatch(of: /(?m)^RestartPreventExitStatus=(.*)$/)?.1)
            let codes = Set(line.split(separator: " ").compactMap { Int32($0) })
            let lasting: [Diagnostics.ExitStatus] = [.usage, .dataError, .noInput, .cannotCreate, .noPermission, .configuration]
            #expect(codes.isSuperset(of: lasting.map(\.rawValue)), "\(name)")
            // A coordinator that is not there yet, a disk that is full.
            #expect(
                codes.isDisjoint(with: [Diagnostics.ExitStatus.unavailable, .temporaryFailure, .ioError, .osError].map(\.rawValue)),
                "\(name)")
        }
    }

    @Test("every variable of the units is in their settings")
    func settings() throws {
        let settings = try String(contentsOfFile: PythonEngines.deployed("systemd/cluster.conf"), encoding: .utf8)
        let known = Set(settings.matches(of: /(?m)^([A-Z_]+)=/).map { String($0.1) })
        var used: Set<String> = []
        for name in try files("systemd", ".service") {
            let text = try String(contentsOfFile: PythonEngines.deployed("systemd/\(name)"), encoding: .utf8)
            used.formUnion(text.matches(of: /\$\{?([A-Z_]+)/).map { String($0.1) })
        }
        #expect(used == known)
    }

    @Test(
        "Kubernetes' schemas accept the manifests",
        .enabled(if: hasValidator, "kubernetes-validate is not installed: pip install -r deploy/python/engines.txt"))
    func manifests() throws {
        try TemporaryFolder.with { folder in
            let files = try files("kubernetes", ".yaml").map { PythonEngines.deployed("kubernetes/\($0)") }
            #expect(files.count == 5)
            let outcome = try PythonEngines.run([try #require(Self.validator), "--strict"] + files, in: folder)
            #expect(outcome.status == 0, "\(outcome.text)")
        }
    }
}
