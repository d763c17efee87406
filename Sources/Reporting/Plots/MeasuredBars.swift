/// Upright bars of measured values; what each is held against is a line across its place, and its aim a dashed one. A limit of all bars
/// is the top of the plot.
struct MeasuredBars {
    let plot: MeasurementContent.Plot

    private static let plotHeight = 230.0, lineHeight = 15.0
    /// About the width of a character of labels, and of small ones.
    private static let character = 6.9, smallCharacter = 6.1

    /// Whether the image needs the page's whole width.
    var isWide: Bool { plot.measurements.count > 4 }

    private var width: Double { isWide ? 1020 : 500 }

    /// Lines, without those that are no numbers.
    private var lines: [(reference: Double?, aim: Double?)] {
        plot.measurements.map { ($0.reference.map(\.value).flatMap(Self.number), $0.aim?.mark.flatMap(Self.number)) }
    }

    /// The axis from 0: it ends at a limit or a peer where nothing lies above that.
    var axis: Axis {
        let values = plot.measurements.compactMap { $0.value.flatMap(Self.number) }
        let held = (lines.map(\.reference) + [plot.limit.map(\.value).flatMap(Self.number)]).compactMap { $0 }.max() ?? 0
        let others = (values + lines.compactMap(\.aim)).max() ?? 0
        // Above a limit there can only be what the clock's noise makes.
        let endsThere = held > 0 && (held >= others || plot.limit != nil)
        return endsThere ? Axis(endingAt: max(held, others)) : Axis(covering: 0, max(others, held) * 1.05)
    }

    /// What an axis can show; what is smaller than any measurement is nothing.
    private static func number(_ value: Double) -> Double? {
        guard value.isFinite, value >= 0, value < 1e15 else { return nil }
        return value < 1e-12 ? 0 : value
    }

    /// The image.
    func svg(id: String, description: String) -> String {
        let pitch = (width - 80) / Double(max(1, plot.measurements.count))
        let labels = plot.measurements.map { self.labels(of: $0, width: pitch - 8) }
        let below = 20 + Self.lineHeight * Double(labels.map(\.count).max() ?? 1)
        let limit = plot.limit.flatMap { Self.number($0.value) }
        // A row for the legend; with a limit one for what it is, and room for a bar's number between that and the line.
        let top = limit == nil ? 36.0 : 62.0
        var canvas = SVGCanvas(width: width, height: top + Self.plotHeight + below, id: id, title: plot.title, description: description)
        let area = PlotArea(
            in: canvas, left: 66, top: top, bottom: below, horizontal: Axis(covering: 0, 1), vertical: axis)
        drawLegend(on: &canvas, from: area.left)
        area.drawVerticalAxis(on: &canvas, title: VisibleText.plain(plot.unit, limit: 24))
        for (index, measurement) in plot.measurements.enumerated() {
            let x = area.left + (Double(index) + 0.5) * (area.right - area.left) / Double(plot.measurements.count)
            draw(
                measurement, lines[index], at: x, reach: (area.right - area.left) / Double(plot.measurements.count) / 2, on: &canvas,
                in: area)
            for (line, label) in labels[index].enumerated() {
                canvas.text(
                    label.text, x, area.bottom + 18 + Self.lineHeight * Double(line), label.isSmall ? "label small" : "axis-title",
                    anchor: "middle")
            }
        }
        canvas.line(area.left, area.bottom, area.right, area.bottom, "axis")
        if let limit, let reference = plot.limit {
            canvas.line(area.left, area.y(limit), area.right, area.y(limit), "limit")
            let text = "limit: \(VisibleText.plain(reference.name, limit: 40)), \(NumberFormat.significant(limit)) \(plot.unit)"
            canvas.text(text, area.right, 36, "number", anchor: "end")
        }
        return canvas.finished()
    }

    private func draw(
        _ measurement: ReportedMeasurement, _ lines: (reference: Double?, aim: Double?), at x: Double, reach: Double,
        on canvas: inout SVGCanvas, in area: PlotArea
    ) {
        let half = min(30, reach * 0.5)
        let value = measurement.value.flatMap(Self.number)
        let y = area.y(value ?? 0)
        if value != nil {
            canvas.rectangle(x - half, y, 2 * half, area.bottom - y, "fill-main", tooltip: Self.tooltip(measurement))
        }
        let across = min(reach * 0.92, 2 * half)
        // Where one limit holds for all, the line over all of them says it.
        let own = plot.limit == nil ? lines.reference : nil
        if let own { canvas.line(x - across, area.y(own), x + across, area.y(own), "limit") }
        if let aim = lines.aim { canvas.line(x - across, area.y(aim), x + across, area.y(aim), "threshold") }
        let marks = [own, lines.aim, plot.limit.flatMap { Self.number($0.value) }].compactMap { $0.map(area.y) }
        let text = measurement.value.map(NumberFormat.significant) ?? "not measured"
        // Above the bar, or within it where lines are in the way.
        let within = [17.0, 32, 47].map { y + $0 }.filter { $0 < area.bottom - 3 }
        let free = ([y - 6] + within).first { place in !marks.contains { place - 13 < $0 && $0 < place + 4 } } ?? y - 6
        canvas.text(text, x, free, free > y ? "number on-bar" : "number halo", anchor: "middle")
    }

    private func drawLegend(on canvas: inout SVGCanvas, from left: Double) {
        canvas.rectangle(left, 8, 12, 10, "fill-main")
        canvas.text("measured", left + 17, 17)
        var x = left + 100
        if plot.limit == nil, lines.contains(where: { $0.reference != nil }) {
            canvas.line(x, 13, x + 22, 13, "limit")
            canvas.text("limit or peer", x + 27, 17)
            x += 126
        }
        if lines.contains(where: { $0.aim != nil }) {
            canvas.line(x, 13, x + 22, 13, "threshold")
            canvas.text("aim", x + 27, 17)
        }
    }

    /// What stands below a bar: its name on up to three lines, then what it is held against and its aim.
    private func labels(of measurement: ReportedMeasurement, width: Double) -> [(text: String, isSmall: Bool)] {
        let small = max(8, Int(width / Self.smallCharacter))
        var labels = Self.wrapped(measurement.name, width: max(8, Int(width / Self.character)), limit: 3).map { (text: $0, isSmall: false) }
        if plot.limit == nil, let reference = measurement.reference {
            let value = " \(NumberFormat.significant(reference.value))"
            let name = VisibleText.plain(reference.name, limit: max(4, small - value.count - 1))
            labels.append((name + value, true))
        }
        if let aim = measurement.aim { labels.append((VisibleText.plain("aim \(aim.text)", limit: small), true)) }
        return labels
    }

    /// Words on lines of about `width` characters; what is beyond the last line is cut off.
    static func wrapped(_ text: String, width: Int, limit: Int) -> [String] {
        var lines = [""]
        for word in VisibleText.plain(text, limit: 200).split(separator: " ") {
            let last = lines.count - 1
            if lines[last].isEmpty {
                lines[last] = VisibleText.plain(String(word), limit: width)
            } else if lines[last].count + 1 + word.count <= width {
                lines[last] += " \(word)"
            } else if lines.count < limit {
                lines.append(VisibleText.plain(String(word), limit: width))
            } else {
                lines[last] += "…"
                break
            }
        }
        return lines
    }

    private static func tooltip(_ measurement: ReportedMeasurement) -> String {
        var parts = ["\(measurement.name): \(measurement.value.map(NumberFormat.significant) ?? "–") \(measurement.unit)"]
        if let reference = measurement.reference { parts.append("\(reference.name) \(NumberFormat.significant(reference.value))") }
        if let aim = measurement.aim { parts.append("aim \(aim.text)") }
        return parts.joined(separator: "; ")
    }
}
