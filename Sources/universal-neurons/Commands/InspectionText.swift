import Pipeline

extension PlanInspection {
    /// The plan for people.
    var text: String {
        var table = TextTable()
        add(to: &table)
        return table.text
    }
}

extension RunInspection {
    /// The run for people.
    var text: String {
        var table = TextTable()
        plan.add(to: &table)
        if let tasksDone {
            let folding = areStatisticsElsewhere ? "" : ", \(AmountText.count(staged, "partial")) to be folded"
            table.add("done", "\(tasksDone) of \(AmountText.count(tasks, "task"))\(folding)")
        }
        if areStatisticsElsewhere {
            table.add(
                "sums", "with reducers elsewhere; " + (tasksDone == nil ? "`status` says how far they are" : "`gather` brings them here"))
        }
        // A dozen shows the pattern; --json has all.
        for line in missing.prefix(12) { table.add("missing", line) }
        if missing.count > 12 { table.add("", "and \(missing.count - 12) more") }
        table.add("results", results.isEmpty ? "none yet" : results.joined(separator: ", "))
        if let incompleteResults { table.add("", "they are not complete: \(incompleteResults.sentence)") }
        if areResultsOfOtherBudget == true, let resultsTokens {
            table.add("", "they are those of \(resultsTokens) counted tokens, not of this budget")
        }
        return table.text
    }
}

extension PartialInspection {
    /// The partial for people.
    var text: String {
        var head = TextTable()
        head.add("file", path)
        head.add("plan", plan.hex)
        head.add("sections", "\(sections.count), every checksum right")
        var table = TextTable(columns: 7)
        table.add("section", "stratum", "tokens", "chunks", "bytes", "64-bit tiles", "shards")
        for section in sections {
            table.add(
                "\(section.kind.rawValue) \(section.index)", "\(section.stratum)", "\(section.tokens)", "\(section.chunks)",
                "\(section.bytes)", "\(section.wideTiles)", section.shards.map { "\($0.shard)" }.joined(separator: " "))
        }
        return head.text + "\n" + table.text
    }
}
