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
        table.add("done", "\(tasksDone) of \(tasks) tasks, \(staged) partials to be folded")
        // A dozen shows the pattern; --json has all.
        for line in missing.prefix(12) { table.add("missing", line) }
        if missing.count > 12 { table.add("", "and \(missing.count - 12) more") }
        table.add("results", results.isEmpty ? "none yet" : results.joined(separator: ", "))
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
        for name in order {
            guard let value = columns[name], !value.isEmpty else { continue }
            table.add(name, value)
        }
        if order.isEmpty { table.add("", "not analysed yet") }
        var lines = TextTable(columns: 3)
        for example in examples {
            lines.add("\(example.value)", "row \(example.row), \(example.position)", example.text)
        }
        return table.text + (examples.isEmpty ? "" : "\n" + lines.text)
    }
}

extension NeuronInspection.Example {
    /// The text with the token in brackets, on one line and without control characters.
    fileprivate var text: String {
        func visible(_ text: String) -> String {
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
        return "\(visible(before))⟦\(visible(token))⟧\(visible(after))"
    }
}
