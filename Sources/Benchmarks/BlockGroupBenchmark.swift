import Checkpoints
import Diagnostics
import Kernels
import Pipeline
import Statistics
import SystemPackage

/// What block groups cost: a shard's tasks of a plan of two groups, which runs the models twice, against the one task of a plan whose memory is
/// enough for all blocks; beside that what `plan` says, the operations of the two over those of the one.
struct BlockGroupBenchmark {
    private let configuration: BenchmarkConfiguration
    private let shape: RandomJob.Shape
    /// The line's name.
    static let name = "work of two block groups, of one"

    /// - Parameter shape: of random models, in one shard.
    init(_ configuration: BenchmarkConfiguration, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.shape =
            shape
            ?? configuration.size(
                quick: RandomJob.Shape(models: 2, layers: 2, width: 256, rows: 16, context: 256),
                full: RandomJob.Shape(models: 2, layers: 4, width: 768, rows: 8, context: 512))
    }

    func line() throws -> BenchmarkLine {
        let job = try RandomJob(shape)
        let one = try Side(job, folder: RunFolder(job.folder.path.appending("one")), memory: nil, team: configuration.team)
        // Without the memory of half of the sums the first group has about the other half, and the second one the rest.
        let sums = one.planned.layout.blocks.reduce(0) { $0 + one.planned.layout.entries(of: $1) * 4 }
        let two = try Side(
            job, folder: RunFolder(job.folder.path.appending("two")), memory: one.cost.memory - sums / 2, team: configuration.team)
        let groups = two.planned.plan.blockGroups.count
        let times = try PairedTimes.measure(
            rounds: configuration.size(quick: 2, full: 3), ours: { try two.seconds() }, theirs: { try one.seconds() })
        let (measured, said) = (1 / times.ratio, two.cost.sharedOperations / one.cost.sharedOperations)
        return BenchmarkLine(
            Self.name, value: measured, unit: "times", against: .peer("plan", said), ratio: measured / said,
            note: "\(CountText.of(groups, "group")) \(times.seconds.rounded(to: 2)) s, one \(times.theirSeconds.rounded(to: 2)) s; "
                + "plan says \(said.rounded(to: 2)) times the operations, \((two.cost.repeatedShare * 100).rounded(to: 1)) % of the forward "
                + "passes repeated")
    }

    /// A plan whose tasks are computed again and again.
    private struct Side {
        let planned: PlannedRun
        let cost: PlanCost
        private let computer: TaskComputer

        /// - Parameter memory: that the plan is made for; nil: all that its blocks take.
        init(_ job: RandomJob, folder: RunFolder, memory: Int?, team: ThreadTeam) throws {
            let context = JobContext(team: team, memory: memory)
            planned = try PlanJob(configuration: job.configuration, folder: folder, context: context).run()
            cost = try planned.cost(context: context)
            let ids = job.configuration.models.map(\.id)
            let folders = try zip(ids, job.models).map { ($0, try ModelFolder($1)) }
            computer = try TaskComputer(
                plan: planned.plan, folder: folder, folders: Dictionary(folders) { first, _ in first }, context: context)
            planned.forgetModels()
        }

        /// The time of the first shard's tasks, one after the other, as a process without the memory for more takes it.
        func seconds() throws -> Double {
            guard let shard = planned.shards.first else { return .nan }
            let rows = planned.rows(of: shard)
            return try PairedTimes.seconds {
                for group in planned.plan.blockGroups.indices {
                    _ = try computer.compute(
                        groups: [group], shard: shard.index, stratum: shard.stratum, rows: rows, worker: "bench"
                    ) { _ in }
                }
            }
        }
    }
}
