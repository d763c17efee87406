import Pipeline

/// What `plan` prints.
struct PlanReport: Encodable {
    let plan: PlanInspection
    let cost: PlanCost
    /// Of a screened run: what its pilot costs.
    var pilot: PlanCost?
    /// Of a screened run whose pilot this plan is: about what the run will cost, and the folder of the pilot.
    var run: PlanCost?
    var pilotFolder: String?

    /// For people.
    var text: String {
        var table = TextTable()
        plan.add(to: &table)
        table.add("forward passes", AmountText.operations(cost.forwardOperations) + repeated)
        table.add("cross-products", AmountText.operations(cost.productOperations))
        table.add("analysis", AmountText.operations(cost.analysisOperations))
        let analysis = cost.analysisMemory > 0 ? ", \(ByteCount.memory(cost.analysisMemory)) for the analysis" : ""
        table.add("memory", "\(ByteCount.memory(cost.memory)) at most for each process\(analysis)")
        if cost.reducerMemory > 0 {
            table.add("reducer memory", "\(ByteCount.memory(cost.reducerMemory)) at most, on a cluster, for one that has all of it")
        }
        table.add("store", "\(ByteCount.text(cost.storeOnDisk)), \(ByteCount.text(cost.store)) at most")
        table.add("partials", "\(ByteCount.text(cost.partials)) over \(AmountText.count(cost.tasks, "task"))")
        table.add("matrices", "\(ByteCount.text(cost.matricesOnDisk)), \(ByteCount.text(cost.matrices)) before compression")
        table.add("run's folder", "\(ByteCount.text(cost.folder)), \(ByteCount.text(cost.folderAtMost)) on the way")
        table.add("time", "\(AmountText.duration(cost.seconds)) at \(ProgressMeter.short(cost.gigaflops)) GFLOP/s of this machine")
        if let pilot { table.add("pilot, before", Self.text(pilot)) }
        if let run { table.add("run, after", "\(Self.text(run)), with as many candidates as neurons can have") }
        guard let pilotFolder else { return table.text }
        return table.text + """

            This is the pilot's plan. Its tasks are `tasks --plan \(pilotFolder)`; once their partials are in \(pilotFolder)/store, `plan` \
            again makes the plan of the run. (`run` does all of it.)

            """
    }

    /// What of the forward passes is done again for further block groups, and what that is of all work; nothing where there is one group.
    private var repeated: String {
        guard plan.blockGroups > 1 else { return "" }
        let (ofForward, ofAll) = (cost.repeatedShare, cost.operations > 0 ? cost.repeatedOperations / cost.operations : 0)
        let groups = AmountText.count(plan.blockGroups, "block group")
        return ", \(AmountText.percent(ofForward)) of it repeated for \(groups), \(AmountText.percent(ofAll)) of all work"
    }

    private static func text(_ cost: PlanCost) -> String {
        "\(AmountText.operations(cost.operations)), \(AmountText.duration(cost.seconds)); \(ByteCount.memory(cost.memory)) for each process"
    }
}

extension PlanInspection {
    /// The plan's facts for people.
    func add(to table: inout TextTable) {
        table.add("run", "\(name), planned by version \(program)")
        table.add("identity", identity.hex)
        for (index, model) in models.enumerated() {
            let role = index == 0 ? ", the reference" : ""
            let commit = model.commit.map { ", commit \($0)" } ?? ""
            table.add("model \(model.id)", "\(model.layers) layers, \(model.neurons) neurons\(role): \(model.path)\(commit)")
        }
        table.add("corpus", "\(rows) rows of \(context) tokens, \(corpusTokens) in all; domains \(domains.joined(separator: ", "))")
        let parts = AmountText.count(windows, shards == windows ? "shard" : "window")
        let cut = shards == windows ? "" : ", cut by domain into \(shards.map { AmountText.count($0, "shard") } ?? "unknown shards")"
        table.add("budget", "\(tokens) tokens in \(parts) of \(shardTokens)\(cut)")
        // Without domains as strata there are no others than the replicates.
        let divided = strata == replicates ? "" : ", each divided by domain: \(strata) strata"
        table.add("replicates", "\(replicates)\(divided)")
        table.add("features", AmountText.count(features, "column") + (featuresOf == .all ? ", of all models" : ""))
        table.add(
            "blocks",
            "\(blocks) in \(AmountText.count(blockGroups, "group")), \(tasks.map { AmountText.count($0, "task") } ?? "unknown tasks")")
        if let screening {
            let bounds = "candidates within bounds of \(screening.confidence)"
            let candidates = screening.candidates.map { "\($0) candidates a neuron" } ?? bounds
            let pilot = AmountText.count(screening.pilotWindows, "window")
            table.add("screening", "a pilot of \(pilot), so that all replicates have as many, then \(candidates)")
        }
        if let band { table.add("layers", "only pairs at most \(band) apart") }
        if let columns, let layerColumns {
            let counts = Set(layerColumns).sorted().map(String.init).joined(separator: " or ")
            table.add("columns", "\(columns), \(counts) a layer, in the place of neurons")
        }
        let rounding = bits.map { "activations of \($0) bits" } ?? resolution.map { "q = \($0)" } ?? ""
        table.add("numbers", "chunks of \(chunk) tokens, \(rounding), kernels \(kernels)")
    }
}
