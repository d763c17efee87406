import Foundation
import Glibc
import SystemPackage

/// How long the program takes to say what it can do.
struct StartUpBenchmark {
    private let configuration: BenchmarkConfiguration
    private static let name = "start-up, --help", unit = "ms"
    /// Of a few hundredths of a second each.
    private static let starts = 21

    init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    func line() throws -> BenchmarkLine {
        guard let program = configuration.program else { return .skipped(Self.name, unit: Self.unit, because: "no program to start") }
        let times = try (0...Self.starts).map { _ in try PairedTimes.seconds { try Self.start(program) } }.dropFirst()
        return BenchmarkLine(
            Self.name, value: PairedTimes.median(Array(times)) * 1e3, unit: Self.unit,
            note: "at most \(((times.max() ?? .nan) * 1e3).rounded(to: 1)) ms in \(Self.starts) starts")
    }

    /// Without Foundation's `Process`, which looks for its end in steps.
    private static func start(_ program: FilePath) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var process = pid_t()
        let words = [strdup(program.string), strdup("--help"), nil]
        let environment = ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + environment { free(word) } }
        let refusal = posix_spawn(&process, program.string, &actions, nil, words, environment)
        guard refusal == 0 else {
            throw BenchmarkError.processFailed(name: "program", reason: String(cString: strerror(refusal)))
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw BenchmarkError.processFailed(name: "program", reason: "--help ended with status \(status)") }
    }
}
