import ArgumentParser
import Benchmarks
import Kernels
import Pipeline
import Storage

/// `bench`: measure this machine against its peers, ratios in one run.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this machine against its peers, ratios in one run.",
        discussion: """
            EXAMPLE:
              universal-neurons bench --quick --python .venv/bin/python

            Both sides of a ratio are measured by turns on the same threads; above 1
            we are faster. The exit code is 70 when a result is wrong, however fast.
            """)

    @Flag(help: "Smaller sizes, a few minutes instead of half an hour or more.")
    var quick = false

    @Option(help: "Measure this part alone; may be given several times.")
    var only: [BenchmarkPart] = []

    @Option(help: "Python with torch, transformers and tokenizers, for the peers (default: those ratios are left out).")
    var python: PathArgument?

    @Option(help: "Also write the JSON result to a file.")
    var save: PathArgument?

    @Option(help: "Threads of both sides (default: one a core).", transform: ConfigurationOverrides.threads(parsing:))
    var threads: Int?

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "bench")
        _ = try session.selectKernels(nil)
        let overrides = ConfigurationOverrides(threads: threads).over(try ResourceOptions.environment())
        var configuration = BenchmarkConfiguration(
            quick: quick, threads: overrides.threads ?? ThreadTeam.coresOfThisProcess, python: python?.path, program: OwnProgram.path)
        if !only.isEmpty { configuration.parts = Set(only) }
        let result = try Bench(configuration).run { session.log.info("measuring \($0)") }
        if let save { try JSONFile.write(result, to: save.path) }
        try session.finish(result) { result.text }
        try result.check()
    }
}

extension BenchmarkPart: ExpressibleByArgument {}
