import Cluster
import Diagnostics
import Kernels
import Pipeline
import SystemPackage

/// A worker's peak of memory against what it offered, on GPT-2 small's shapes: a real worker, of a real coordinator and reducer.
struct MemoryBenchmark {
    private let configuration: BenchmarkConfiguration
    private let work: BenchCluster.Work
    private let offers: [Int]

    /// What the names of the lines begin with.
    static let name = "worker's memory, of offered"

    /// - Parameters:
    ///   - offers: in bytes, whole megabytes.
    ///   - work: two models of 12 layers need 8 GB at once, of 6 layers 3 GB.
    init(_ configuration: BenchmarkConfiguration, offers: [Int] = [2 << 30, 4 << 30, 8 << 30], work: BenchCluster.Work? = nil) {
        self.configuration = configuration
        self.offers = offers
        self.work =
            work
            ?? configuration.size(
                quick: BenchCluster.Work(tasks: 1, rows: 1, context: 512, width: 768, layers: 6),
                full: BenchCluster.Work(tasks: 1, rows: 4, context: 512, width: 768, layers: 12))
    }

    func lines() throws -> [BenchmarkLine] {
        try offers.map { offer in
            let name = "\(Self.name) \(offer >> 20) MiB"
            guard let program = configuration.program else { return .skipped(name, unit: "MB", because: "no program to start") }
            let free = MachineMemory.current.available
            guard free > offer + Self.others else {
                return .skipped(name, unit: "MB", because: "\(free >> 20) MiB of this machine's memory are free")
            }
            return try line(name, offer, program: program)
        }
    }

    /// What coordinator and reducer take beside the worker.
    private static let others = 1 << 30

    private func line(_ name: String, _ offer: Int, program: FilePath) throws -> BenchmarkLine {
        var work = work
        work.workerMemory = offer
        let cluster = try BenchCluster(work, program: program, hasKeys: false)
        let worker = try MeasuredProcess(
            "worker", program: program,
            arguments: [
                "worker", "--connect", cluster.endpoint.description, "--memory", "\(offer >> 20)M", "--threads",
                "\(configuration.team.count)", "--scratch", "scratch",
            ], in: cluster.folder.path)
        var peak = 0
        try cluster.finishTasks(by: worker) { peak = max(peak, worker.memory.peak) }
        return BenchmarkLine(
            name, value: Double(peak) / 1e6, unit: "MB", against: .limit("offered", Double(offer) / 1e6),
            ratio: Double(peak) / Double(offer),
            note: "2 random models of \(work.layers) layers of \(4 * work.width) neurons, \(CountText.of(cluster.groups, "block group"))")
    }
}
