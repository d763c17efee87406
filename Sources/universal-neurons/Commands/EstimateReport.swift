import Kernels
import Pipeline
import Scheduling

/// What `plan` prints without an output.
struct EstimateReport: Encodable {
    /// How fast a core is taken to be.
    struct Speed: Encodable {
        /// Billions of operations a second.
        let gigaflopsOfCore: Double
        /// Whether that was measured on this machine.
        let isMeasured: Bool
    }

    let estimate: PlanEstimate
    let speed: Speed
    /// Bytes that may wait on a reducer's disk beside its share of the store.
    let reducerStaging: Int

    /// Workers that clusters have, where none is asked for: the smallest that a coordinator counts on when nothing is said, and larger ones.
    static let workerMemory = [8 << 30, 16 << 30, 64 << 30]

    /// Numbers of cores to say the time for.
    private static let cores = [16, 64, 256, 1_024]

    init(_ estimate: PlanEstimate, gigaflopsOfCore: Double, isMeasured: Bool) {
        self.estimate = estimate
        speed = Speed(gigaflopsOfCore: gigaflopsOfCore, isMeasured: isMeasured)
        reducerStaging = ReducerPolicy().stagingLimit
    }

    /// For people.
    var text: String {
        var table = TextTable()
        table.add("ESTIMATE", "of \(estimate.name), from shapes alone: this is no plan, and nothing was written")
        for (index, model) in estimate.models.enumerated() {
            let role = index == 0 ? ", the reference" : ""
            table.add("model \(model.id)", "\(model.layers) layers, \(model.neurons) neurons\(role): \(model.path)")
        }
        let rows = "rows of \(estimate.context)"
        table.add(
            "budget", "\(estimate.tokens) tokens in \(AmountText.count(estimate.shards, "shard")) of \(estimate.shardTokens), \(rows)")
        for line in estimate.assumptions { table.add("assumed", line) }
        table.add(
            "pairs", "\(short(estimate.pairs)) pairs of neurons; \(estimate.blocks) blocks of \(short(estimate.entries)) sums in all")
        if let band = estimate.band { table.add("layers", "only pairs at most \(band) apart") }
        table.add("accumulators", "\(ByteCount.text(estimate.accumulators)) in 32 bits, over all workers that share a shard")
        let forward = short(estimate.forwardOfToken / 1e9)
        table.add("a token", "\(forward) GFLOP of forward passes, \(short(estimate.productsOfToken / 1e9)) of cross-products")
        table.add(
            "worker memory",
            "\(ByteCount.memory(estimate.leastMemory)) at least, \(ByteCount.memory(estimate.wholeMemory)) for one pass of each model; "
                + AmountText.count(estimate.threads, "thread"))
        if let worker = estimate.workers.first(where: { $0.cost != nil }), let cost = worker.cost {
            if let pilot = worker.pilot { add(pilot: pilot, to: &table) }
            add(cost, to: &table)
        }
        for line in estimate.missing { table.add("missing", line) }
        table.add(
            "a plan", estimate.missing.isEmpty ? "--output RUN makes it" : "--output RUN makes it, once what is missing is there")
        if estimate.pilotTokens == nil {
            table.add("", "its tasks are cut for one process here, a coordinator's for its smallest worker as below: their numbers differ")
        }
        return table.text + "\n" + workers
    }

    /// What the pilot of a screened run costs.
    private func add(pilot: PlanCost, to table: inout TextTable) {
        let time = AmountText.duration(pilot.secondsOfOperations(cores: 16))
        let work = "\(AmountText.operations(pilot.operations)), rotation baselines included: \(time) on 16 cores"
        table.add("pilot", "\(estimate.pilotTokens ?? 0) tokens, as many shards of each replicate, with all pairs: \(work)")
        table.add("", "store \(ByteCount.text(pilot.storeOnDisk)); what follows is the run after it")
        if let ratio = estimate.workOfExact { table.add("exact", "\(short(ratio)) × the work of both") }
    }

    /// What one kind of worker costs, and what no kind changes.
    private func add(_ cost: PlanCost, to table: inout TextTable) {
        let cores = Self.cores.map { "\(AmountText.duration(cost.sharedSeconds(cores: $0))) on \($0)" }.joined(separator: ", ")
        // Of a run in one process; with a speed that others have it would say nothing of this machine.
        let here = ThreadTeam.coresOfThisProcess
        if speed.isMeasured {
            table.add("here", "\(AmountText.count(here, "core")): \(AmountText.duration(cost.seconds(cores: here))) for the whole run")
        }
        let source = speed.isMeasured ? "measured here" : "from --gigaflops"
        table.add("workers", "\(AmountText.operations(cost.sharedOperations)): \(cores) cores")
        let share = cost.isScreened ? "forward passes at" : "\(short(PlanCost.shareOfSpeed * 100)) % of"
        table.add("speed", "\(share) \(short(speed.gigaflopsOfCore)) GFLOP/s a core (\(source))")
        if cost.isScreened {
            table.add("partials", "\(ByteCount.text(estimate.partialsOfShard)) a shard, \(ByteCount.text(cost.partials)) in all")
            table.add("store", "\(ByteCount.text(cost.storeOnDisk)), \(ByteCount.text(cost.store)) at most")
            return
        }
        let analysis = "\(AmountText.operations(cost.analysisOperations)) of rotation baselines"
        table.add("analysis", "\(analysis), on the reducers: \(AmountText.duration(cost.analysisSeconds(cores: 16))) on 16 cores")
        table.add(
            "sent", "\(ByteCount.text(estimate.partialsOfShard)) a shard, \(ByteCount.text(cost.partials)) in all, from workers to reducers"
        )
        let replicate = ByteCount.text(cost.storeOnDisk / Double(estimate.replicates))
        let all = "\(ByteCount.text(cost.storeOnDisk)) for \(estimate.replicates), \(ByteCount.text(cost.store)) at most"
        table.add("store", "\(replicate) a replicate, \(all)")
        table.add(
            "reducer memory",
            "\(ByteCount.memory(cost.reducerMemory)) at most for one that has all of it; \(AmountText.count(estimate.threads, "thread"))")
        table.add("reducer disk", "its share of the store, and up to \(ByteCount.text(reducerStaging)) that wait to be added")
        table.add("matrices", "\(ByteCount.text(cost.matricesOnDisk)), \(ByteCount.text(cost.matrices)) before compression")
        table.add(
            "run's folder",
            "\(ByteCount.text(cost.matrices)) at most, where reducers share it; they keep the store, unless `gather` brings it")
    }

    /// The block groups of each kind of worker.
    private var workers: String {
        var table = TextTable(columns: 8)
        table.add("a worker of", "uses", "block groups", "passes", "tasks", "forward, GFLOP a token", "of it repeated", "sent by a task")
        for worker in estimate.workers {
            // As --memory and --worker-memory have it.
            let memory = MemorySize(clamping: worker.memory).description
            guard let cost = worker.cost else {
                table.add(memory, "too little")
                continue
            }
            table.add(
                memory, ByteCount.memory(cost.memory), "\(worker.blockGroups)", "\(worker.passes)", "\(cost.tasks)",
                short(cost.forwardOperations / Double(estimate.tokens) / 1e9), AmountText.percent(cost.repeatedShare),
                ByteCount.text(cost.partials / Double(cost.tasks)))
        }
        return table.text
    }

    private func short(_ value: Double) -> String { AmountText.number(value) }
}
