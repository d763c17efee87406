import Reporting

extension BenchmarkReport {
    /// The page that `bench --html` writes.
    ///
    /// - Throws: `ReportingError`, which would be a fault of the program.
    public func html() throws -> String { try MeasurementPage(page).html() }

    /// What the page shows.
    var page: MeasurementContent {
        MeasurementContent(
            title: quick ? "Benchmark, small sizes" : "Benchmark",
            machine: "\(processor.brand), \(threads == 1 ? "1 thread" : "\(threads) threads"), OpenBLAS \(kernels)", notices: notices,
            aims: BenchmarkAim.all.flatMap(found), groups: groups, plots: plots, curves: curves,
            facts: facts)
    }

    /// Lines of one part, in the order of the report.
    private var parts: [(part: BenchmarkPart?, lines: [BenchmarkLine])] {
        var parts: [(part: BenchmarkPart?, lines: [BenchmarkLine])] = []
        for line in lines {
            if let place = parts.firstIndex(where: { $0.part == line.part }) {
                parts[place].lines.append(line)
            } else {
                parts.append((line.part, [line]))
            }
        }
        return parts
    }

    private var groups: [MeasurementContent.Group] {
        parts.map { MeasurementContent.Group(Self.heading($0.part), $0.lines.map(\.reported)) }
    }

    private static func heading(_ part: BenchmarkPart?) -> String {
        let title = part?.title ?? "other lines"
        return title.prefix(1).uppercased() + title.dropFirst()
    }

    private var notices: [String] {
        var notices: [String] = []
        let wrong = lines.filter { $0.passed == false }.map(\.name)
        if !wrong.isEmpty { notices.append("Wrong results: \(wrong.joined(separator: "; ")). Do not trust this machine's results.") }
        let differences = (quick ? ["small sizes"] : []) + (threads == 2 ? [] : [threads == 1 ? "one thread" : "\(threads) threads"])
        if !differences.isEmpty {
            notices.append(
                "The aims are of the full sizes on two threads; this was measured with \(differences.joined(separator: " and ")).")
        }
        return notices
    }

    private func found(_ aim: BenchmarkAim) -> [MeasurementContent.Aim] {
        let text = aim.text
        let held = lines.filter(aim.isAbout)
        let measured = held.filter { aim.found(in: $0) != nil }
        if measured.isEmpty {
            let reason = held.first.map { $0.note ?? "it was measured alone" } ?? "not a part of this run"
            return [MeasurementContent.Aim(aim.what, text: text, note: aim.part == nil ? "nothing measures it yet" : reason)]
        }
        return measured.map {
            MeasurementContent.Aim(aim.what, text: text, found: aim.found(in: $0), isMet: aim.isMet(by: $0), note: $0.name)
        }
    }

    private var facts: [ReportedFact] {
        let sets = [
            ("AVX2", processor.hasAVX2), ("FMA", processor.hasFMA), ("AVX-512", processor.hasAVX512), ("VNNI", processor.hasVNNI),
        ].filter(\.1).map(\.0)
        return [
            ReportedFact("processor", "\(processor.brand) (\(processor.vendor))"),
            ReportedFact("instruction sets", sets.isEmpty ? "none of those that count here" : sets.joined(separator: ", ")),
            ReportedFact("threads", "\(threads), of both sides"), ReportedFact("OpenBLAS's kernels", kernels),
            ReportedFact("own kernels", processor.kernelLevel), ReportedFact("sizes", quick ? "small (--quick)" : "full"),
            ReportedFact("measured", date), ReportedFact("program", "universal-neurons \(program)"), ReportedFact("command", command),
        ]
    }

    // MARK: - Plots

    private var plots: [MeasurementContent.Plot] {
        parts.flatMap { plots(of: $0.part, $0.lines) }.filter { plot in
            let measured = plot.measurements.filter { $0.value != nil }
            // A bar alone says no more than its number.
            return measured.count > 1 || measured.contains { $0.reference != nil || $0.aim?.mark != nil }
        }
    }

    private func plots(of part: BenchmarkPart?, _ lines: [BenchmarkLine]) -> [MeasurementContent.Plot] {
        switch part {
        case .products: return [products]
        case .crossProducts where hasProducts: return []  // The products' plot has them.
        case .threads: return [scaling(lines)]
        default: return units(of: lines).map { plot(part, lines, unit: $0) }
        }
    }

    private var hasProducts: Bool { lines.contains { $0.part == .products && $0.value != nil } }

    private func units(of lines: [BenchmarkLine]) -> [String] {
        lines.reduce(into: []) { if !$0.contains($1.unit) { $0.append($1.unit) } }
    }

    private func plot(_ part: BenchmarkPart?, _ lines: [BenchmarkLine], unit: String) -> MeasurementContent.Plot {
        let shown = lines.filter { $0.unit == unit }
        return MeasurementContent.Plot(
            Self.heading(part), unit: unit, isLessBetter: shown.contains { $0.isLessBetter }, shown.map(\.reported))
    }

    /// The memory of processes over their time.
    private var curves: [MeasurementContent.Curve] {
        lines.compactMap { line in
            guard let curve = line.curve, !curve.seconds.isEmpty else { return nil }
            return MeasurementContent.Curve(
                line.name, unit: "MB",
                points: zip(curve.seconds, curve.megabytes).map { MeasurementContent.Curve.Point(seconds: $0, value: $1) },
                limit: line.against.map { ReportedMeasurement.Reference($0.name, $0.value) })
        }
    }

    /// Bare products and what the engine makes of them, below the fastest bare product of the run.
    private var products: MeasurementContent.Plot {
        let shown = lines.filter { $0.part == .products || $0.part == .crossProducts }
        let bare =
            shown.filter { $0.part == .products }.compactMap { line in
                line.value.map { ReportedMeasurement.Reference("fastest \(line.name)", $0) }
            } + shown.compactMap { $0.against.map { ReportedMeasurement.Reference("\($0.name) of the cross-products", $0.value) } }
        return MeasurementContent.Plot(
            "Matrix products and cross-products", unit: shown.first?.unit ?? "", shown.map(\.reported),
            limit: bare.filter { $0.value.isFinite }.max { $0.value < $1.value })
    }

    /// How many times as fast as one thread: no more than there are threads.
    private func scaling(_ lines: [BenchmarkLine]) -> MeasurementContent.Plot {
        let unit = "times as fast"
        var bars = [ReportedMeasurement("1 thread", value: 1, unit: unit)]
        for line in lines where line.ratio != nil {
            let aim = line.aim.map { ReportedMeasurement.Aim($0.text, mark: $0.bound.number, isMet: $0.isMet(by: line)) }
            bars.append(
                ReportedMeasurement(
                    "2 threads", value: line.ratio, unit: unit, reference: ReportedMeasurement.Reference("at most", 2), ratio: line.ratio,
                    aim: aim))
        }
        return MeasurementContent.Plot("A second thread", unit: unit, bars.count > 1 ? bars : [])
    }
}

extension BenchmarkLine {
    /// The line as the page shows it.
    fileprivate var reported: ReportedMeasurement {
        ReportedMeasurement(
            name, value: value, unit: unit, reference: against.map { ReportedMeasurement.Reference($0.name, $0.value) }, ratio: ratio,
            aim: aim.map { aim in
                // Without a ratio the aim has nothing to be held against.
                ReportedMeasurement.Aim(aim.text, mark: value == nil ? nil : aim.mark(on: self), isMet: aim.isMet(by: self))
            }, residual: residual, tolerance: tolerance, note: note)
    }
}
