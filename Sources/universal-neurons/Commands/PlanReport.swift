import Pipeline

/// What `plan` prints.
struct PlanReport: Encodable {
    let plan: PlanInspection
    let cost: PlanCost

    /// For people.
    var text: String {
        var table = TextTable()
        plan.add(to: &table)
        table.add("forward passes", AmountText.operations(cost.forwardOperations))
        table.add("cross-products", AmountText.operations(cost.productOperations))
        table.add("analysis", AmountText.operations(cost.analysisOperations))
        table.add("memory", "\(ByteCount.text(cost.memory)) at most for each process")
        table.add("store", "\(ByteCount.text(cost.storeOnDisk)), \(ByteCount.text(cost.store)) at most")
        table.add("partials", "\(ByteCount.text(cost.partials)) over \(AmountText.count(cost.tasks, "task"))")
        table.add("matrices", "\(ByteCount.text(cost.matricesOnDisk)), \(ByteCount.text(cost.matrices)) before compression")
        table.add("time", "\(AmountText.duration(cost.seconds)) at \(ProgressMeter.short(cost.gigaflops)) GFLOP/s of this machine")
        return table.text
    }
}

extension PlanInspection {
    /// The plan's facts for people.
    func add(to table: inout TextTable) {
        table.add("run", "\(name), planned by version \(program)")
        table.add("identity", identity.hex)
        for (index, model) in models.enumerated() {
            let role = index == 0 ? ", the reference" : ""
            table.add("model \(model.id)", "\(model.layers) layers, \(model.neurons) neurons\(role): \(model.path)")
        }
        table.add("corpus", "\(rows) rows of \(context) tokens, \(corpusTokens) in all; domains \(domains.joined(separator: ", "))")
        let parts = AmountText.count(windows, shards == windows ? "shard" : "window")
        let cut = shards == windows ? "" : ", cut by domain into \(shards.map { AmountText.count($0, "shard") } ?? "unknown shards")"
        table.add("budget", "\(tokens) tokens in \(parts) of \(shardTokens)\(cut)")
        // Without domains as strata there are no others than the replicates.
        let divided = strata == replicates ? "" : ", each divided by domain: \(strata) strata"
        table.add("replicates", "\(replicates)\(divided)")
        table.add("features", AmountText.count(features, "column"))
        table.add(
            "blocks",
            "\(blocks) in \(AmountText.count(blockGroups, "group")), \(tasks.map { AmountText.count($0, "task") } ?? "unknown tasks")")
        if let band { table.add("layers", "only pairs at most \(band) apart") }
        let rounding = bits.map { "activations of \($0) bits" } ?? resolution.map { "q = \($0)" } ?? ""
        table.add("numbers", "chunks of \(chunk) tokens, \(rounding), kernels \(kernels)")
    }
}
