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
              universal-neurons bench --html bench.html --save bench.json

            Both sides of a ratio are measured by turns on the same threads; above 1
            we are faster. The exit code is 70 when a result is wrong, however fast.
            """)

    @Flag(help: "Smaller sizes, a few minutes instead of half an hour or more.")
    var quick = false

    @Option(help: "Measure this part alone; may be given several times.")
    var only: [BenchmarkPart] = []

    @Option(help: "Python with torch, transformers and tokenizers, for the peers (default: those ratios are left out).")
    var python: PathArgument?

    @Option(help: "Also write the JSON result to a file; after each part, so that what is stopped keeps those before.")
    var save: PathArgument?

    @Option(help: "Also write a page with tables and plots.")
    var html: PathArgument?

    @Option(help: "Measure nothing: make the page of --html from what --save or --json wrote.")
    var from: PathArgument?

    @Option(
        parsing: .unconditional, help: "Threads of both sides (default: one a core).", transform: ConfigurationOverrides.threads(parsing:))
    var threads: Int?

    @OptionGroup var report: OutputOptions

    func validate() throws {
        guard from != nil else { return }
        if html == nil { throw ValidationError("--from needs --html.") }
        if quick || !only.isEmpty || python != nil || save != nil || threads != nil {
            throw ValidationError("--from measures nothing: --quick, --only, --python, --threads and --save do not go with it.")
        }
    }

    func run() throws {
        let session = try Session(report, label: "bench")
        // Not after half an hour.
        for path in [save, html].compactMap({ $0?.path }) {
            let folder = path.removingLastComponent()
            guard folder.isEmpty || Folder.exists(folder) else { throw StorageError.cannotCreate(path, code: .noSuchFileOrDirectory) }
        }
        let result = try from.map { try BenchmarkReport(savedAt: $0.path) } ?? measure(session)
        if let html { try DurableFile.replace(html.path, with: try result.html()) }
        try session.finish(result) { result.text }
        try result.check()
    }

    private func measure(_ session: Session) throws -> BenchmarkReport {
        _ = try session.selectKernels(nil)
        let overrides = ConfigurationOverrides(threads: threads).over(try ResourceOptions.environment())
        var configuration = BenchmarkConfiguration(
            quick: quick, threads: overrides.threads ?? ThreadTeam.coresOfThisProcess, python: python?.path, program: OwnProgram.path)
        if !only.isEmpty { configuration.parts = Set(only) }
        return try Bench(configuration).run(
            progress: { session.log.info("measuring \($0)") },
            measured: { soFar in if let save { try JSONFile.write(soFar, to: save.path) } })
    }
}

extension BenchmarkPart: ExpressibleByArgument {}
