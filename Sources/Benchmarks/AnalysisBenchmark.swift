import Diagnostics
import Foundation
import Kernels
import Pipeline
import Statistics
import Storage
import SystemPackage

/// An analysis of a store that is larger than the memory it is offered: layers of GPT-2 medium's width, correlation matrices, tables and the
/// neurons' cosines with GPT-2's vocabulary included. Whatever it is offered, its results are the same bytes.
struct AnalysisBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    private let offers: [Int]

    /// What the names of the lines begin with.
    static let memory = "analysis' memory, of offered", time = "analysis within"

    /// - Parameters:
    ///   - shape: 16,384 neurons of each model with the full sizes, few tokens: how many there are makes no difference to the analysis.
    ///   - offers: in bytes, whole megabytes.
    init(_ configuration: BenchmarkConfiguration, shape: RandomJob.Shape? = nil, offers: [Int] = [1 << 30, 2 << 30, 4 << 30]) {
        self.configuration = configuration
        self.shape =
            shape
            ?? RandomJob.Shape(
                models: 2, layers: configuration.size(quick: 1, full: 4), width: 1_024, rows: 16, context: 128, shards: 4, draws: 5,
                keepsMatrices: true, vocabularySize: configuration.size(quick: RandomModel.vocabulary, full: 50_257))
        self.offers = offers
    }

    func lines() throws -> [BenchmarkLine] {
        func names(_ offer: Int) -> [String] { [Self.memory, Self.time].map { "\($0) \(offer >> 20) MiB" } }
        func skipped(_ offer: Int, _ reason: String) -> [BenchmarkLine] {
            zip(names(offer), ["MB", "s"]).map { BenchmarkLine.skipped($0, unit: $1, because: reason) }
        }
        guard let program = configuration.program else { return offers.flatMap { skipped($0, "no program to start") } }
        let job = try RandomJob(shape)
        try job.computeStatistics(threads: configuration.team.count)
        let store = FolderBytes.of(job.run.store)
        var first: Digest?
        return try withExtendedLifetime(job) {
            try offers.flatMap { offer in
                let free = MachineMemory.current.available
                guard free > offer else { return skipped(offer, "\(free >> 20) MiB of this machine's memory are free") }
                let found = try analyse(job, within: offer, program: program)
                first = first ?? found.digest
                let isSame = found.digest == first
                let models = "2 random models of \(CountText.of(shape.layers, "layer")) of \(4 * shape.width) neurons"
                return [
                    BenchmarkLine(
                        names(offer)[0], value: Double(found.peak) / 1e6, unit: "MB", against: .limit("offered", Double(offer) / 1e6),
                        ratio: Double(found.peak) / Double(offer), residual: isSame ? 0 : 1, tolerance: 0, curve: found.curve.thinned,
                        note: "\(models), a store of \(store / 1_000_000) MB; right: the results are the same bytes for every offer"),
                    BenchmarkLine(
                        names(offer)[1], value: found.seconds, unit: "s",
                        note: "\((Double(store) / 1e6 / found.seconds).rounded(to: 1)) MB of the store a second, each read several times"),
                ]
            }
        }
    }

    /// What an analysis took, and what it wrote.
    private struct Found {
        var seconds = 0.0
        var peak = 0
        var curve = MemoryCurve()
        var digest = Digest(of: [UInt8]())
    }

    private func analyse(_ job: RandomJob, within offer: Int, program: FilePath) throws -> Found {
        var found = Found()
        let start = ContinuousClock.now
        found.seconds = try PairedTimes.seconds {
            let process = try MeasuredProcess(
                "analyze", program: program,
                arguments: [
                    "analyze", job.run.path.string, "--memory", "\(offer >> 20)M", "--threads", "\(configuration.team.count)", "--quiet",
                ], in: job.folder.path)
            try process.finish { memory in
                found.peak = max(found.peak, memory.peak)
                found.curve.add(bytes: memory.resident, at: (ContinuousClock.now - start) / .seconds(1))
            }
        }
        var all: [UInt8] = []
        let pairs = try Folder.names(in: job.run.pairs).sorted().map { job.run.pairs.appending($0) }
        for path in [job.run.neurons, job.run.summary] + pairs { all += try MappedFile(path).withBytes { Digest(of: $0).bytes } }
        found.digest = Digest(of: all)
        return found
    }
}
