import Analysis
import Pipeline
import Reporting

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

extension NeuronInspection {
    /// The neuron for people.
    var text: String {
        var table = TextTable()
        table.add("neuron", "\(layer).\(neuron)")
        let others = order.compactMap { $0.hasSuffix("_corr_crossfit") ? String($0.dropLast("_corr_crossfit".count)) : nil }
        let ofPartners = Set(others.flatMap { ["\($0)_corr", "\($0)_layer", "\($0)_neuron", "\($0)_corr_crossfit"] })
        // A score that is too small to explain anything is no explanation's.
        let isExplained = (columns["explanation"] ?? .empty) != .empty
        for name in order.dropFirst(2) where !ofPartners.contains(name) && (isExplained || name != "explanation_score") {
            guard let value = columns[name], value != .empty else { continue }
            table.add(name, name == "explanation" ? explanation(value.description) : value.description)
        }
        if order.isEmpty { table.add("", "not analysed yet") }
        if let written { table.add("in words", ReportWords.written(written)) }
        var partners = TextTable(columns: 4)
        if !others.isEmpty { partners.add("model", "best match", "correlation", "cross-fitted") }
        for other in others {
            func cell(_ name: String) -> String { columns["\(other)_\(name)"]?.description ?? "" }
            partners.add(other, "\(cell("layer")).\(cell("neuron"))", cell("corr"), cell("corr_crossfit"))
        }
        var lines = TextTable(columns: 3)
        if !examples.isEmpty { lines.add("activation", "row, position", "text") }
        for example in examples {
            lines.add("\(example.value)", "\(example.row), \(example.position)", example.text)
        }
        var highest = TextTable(columns: 2)
        // A dozen shows the pattern; --json has all.
        let tokens = (tokens ?? []).prefix(12)
        if !tokens.isEmpty { highest.add("highest at", "token") }
        for token in tokens { highest.add("\(token.value)", token.visibleText) }
        return
            ([table.text] + (others.isEmpty ? [] : [partners.text]) + (tokens.isEmpty ? [] : [highest.text])
            + (examples.isEmpty ? [] : [lines.text])).joined(separator: "\n")
    }
}

extension NeuronInspection {
    /// A feature as the report has it: how it explains the neuron, and how much of it.
    private func explanation(_ feature: String) -> String {
        let text = (isExplanationNegative ? FeatureExplanations.negation : "") + feature
        switch columns["explanation_score"] {
        case .number(let score): return "\(text), \(ReportWords.strength(ofExplanation: score))"
        case .integer(let score): return "\(text), \(ReportWords.strength(ofExplanation: Double(score)))"
        case .empty, .text, nil: return text
        }
    }

    /// Whether the neuron is lower where the feature of its explanation holds.
    private var isExplanationNegative: Bool {
        switch columns["explanation_corr"] {
        case .number(let correlation): correlation < 0
        case .integer(let correlation): correlation < 0
        case .empty, .text, nil: false
        }
    }
}

extension NeuronInspection.Example {
    /// The text with the token in brackets, on one line and without control characters.
    fileprivate var text: String { "\(visible(before))⟦\(visible(token))⟧\(visible(after))" }
}

extension NeuronInspection.Token {
    /// The token in brackets, on one line and without control characters.
    fileprivate var visibleText: String { "⟦\(visible(text))⟧" }
}

/// Text on one line and without control characters.
private func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": result += "⏎"
        case "\t": result += "→"
        case _ where scalar.properties.generalCategory == .control: result += "·"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
