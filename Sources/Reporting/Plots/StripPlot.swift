/// The distribution of a value in each of several groups: silhouette, quartile box, and the strongest as dots.
struct StripPlot {
    /// The groups' labels and values.
    let groups: [(label: String, values: [Float])]
    /// A dashed line at this value; dots above it are set off.
    let threshold: Double
    /// Dots a group, at most; the silhouette stands for the others.
    var dots = 30
    /// What the values are of.
    var nouns = "neurons"

    /// Whether the image needs the page's whole width.
    var isWide: Bool { groups.count > 16 }

    /// Linear interpolation between order statistics, as numpy does; `sorted` ascending and not empty.
    static func quantile(_ sorted: [Float], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place.rounded(.down))
        let above = min(sorted.count - 1, below + 1)
        return Double(sorted[below]) + (Double(sorted[above]) - Double(sorted[below])) * (place - Double(below))
    }

    /// The image.
    func svg(id: String, title: String, description: String, group: String, value: String) -> String {
        var canvas = SVGCanvas(width: isWide ? 1020 : 500, height: 330, id: id, title: title, description: description)
        let finite = groups.flatMap(\.values).filter { $0.isFinite }.map(Double.init)
        let vertical = Axis(covering: min(finite.min() ?? 0, 0), max(finite.max() ?? 0, threshold), about: 6)
        let area = PlotArea(in: canvas, top: 30, horizontal: Axis(covering: 0, 1), vertical: vertical)
        area.drawVerticalAxis(on: &canvas, title: value)
        let pitch = (area.right - area.left) / Double(max(1, groups.count))
        for (index, member) in groups.enumerated() {
            let x = area.left + (Double(index) + 0.5) * pitch
            draw(member.values.filter { $0.isFinite }.sorted(), at: x, reach: min(pitch * 0.42, 36), on: &canvas, in: area, member.label)
            canvas.text(member.label, x, area.bottom + 18, anchor: "middle")
        }
        canvas.line(area.left, area.y(threshold), area.right, area.y(threshold), "threshold")
        drawLegend(on: &canvas, in: area)
        area.drawHorizontalTitle(on: &canvas, group)
        return canvas.finished()
    }

    private func drawLegend(on canvas: inout SVGCanvas, in area: PlotArea) {
        canvas.line(area.left, 13, area.left + 22, 13, "threshold")
        canvas.text("threshold \(NumberFormat.fixed(threshold, 2))", area.left + 27, 17)
        let isAnyUniversal = groups.contains { $0.values.contains { Double($0) > threshold } }
        if isAnyUniversal {
            canvas.element("circle", ["class": "dot-mark", "cx": area.left + 142, "cy": 13.0, "r": 3.5])
            canvas.text("universal", area.left + 150, 17)
        }
        let x = area.left + (isAnyUniversal ? 230 : 142)
        canvas.element("circle", ["class": "dot-main", "cx": x, "cy": 13.0, "r": 2.5])
        canvas.text(isAnyUniversal ? "other strong \(nouns)" : "strongest \(nouns)", x + 8, 17)
    }

    private func draw(
        _ sorted: [Float], at x: Double, reach: Double, on canvas: inout SVGCanvas, in area: PlotArea, _ label: String
    ) {
        guard let lowest = sorted.first, let highest = sorted.last else { return }
        canvas.path(silhouette(sorted, at: x, reach: reach, in: area), "silhouette", closed: true)
        let quartiles = [0.25, 0.5, 0.75].map { Self.quantile(sorted, $0) }
        let tooltip =
            "\(label): median \(NumberFormat.fixed(quartiles[1], 3)), middle half \(NumberFormat.fixed(quartiles[0], 3)) to "
            + "\(NumberFormat.fixed(quartiles[2], 3)), "
            + "all \(NumberFormat.fixed(Double(lowest), 3)) to \(NumberFormat.fixed(Double(highest), 3))"
        let half = min(6, reach * 0.35)
        canvas.rectangle(
            x - half, area.y(quartiles[2]), 2 * half, area.y(quartiles[0]) - area.y(quartiles[2]), "box", tooltip: tooltip)
        canvas.line(x - half, area.y(quartiles[1]), x + half, area.y(quartiles[1]), "median")
        let strongest = Array(sorted.suffix(min(dots, sorted.count)))
        for (order, value) in strongest.enumerated() {
            // Spread by the golden ratio: even, and the same each time. One that has its height to itself stands in the middle.
            let neighbours = [order - 1, order + 1].filter(strongest.indices.contains)
            let gap = neighbours.map { abs(area.y(Double(value)) - area.y(Double(strongest[$0]))) }.min() ?? .infinity
            let crowding = max(0, 1 - gap / 12)
            let spread = ((Double(order) * 0.618_034).truncatingRemainder(dividingBy: 1) * 2 - 1) * crowding
            let isAbove = Double(value) > threshold
            canvas.element(
                "circle",
                [
                    "class": isAbove ? "dot-mark" : "dot-main", "cx": x + spread * reach * 0.8, "cy": area.y(Double(value)),
                    "r": isAbove ? (isWide ? 2.2 : 3) : (isWide ? 1.6 : 2),
                ])
        }
    }

    /// A mirrored, twice smoothed histogram over the values' range.
    private func silhouette(_ sorted: [Float], at x: Double, reach: Double, in area: PlotArea) -> [(x: Double, y: Double)] {
        let lower = Double(sorted[0])
        let upper = Double(sorted[sorted.count - 1])
        guard upper > lower else { return [] }
        var binning = Binning(lower: lower, upper: upper, bins: 40)
        for value in sorted { binning.add(Double(value)) }
        var heights = binning.counts.map(Double.init)
        for _ in 0..<2 {
            heights = heights.indices.map { index in
                let before = heights[max(0, index - 1)]
                let after = heights[min(heights.count - 1, index + 1)]
                return 0.25 * before + 0.5 * heights[index] + 0.25 * after
            }
        }
        let widest = max(heights.max() ?? 1, .leastNormalMagnitude)
        let right = heights.indices.map { index in
            (x: x + reach * heights[index] / widest, y: area.y(binning.edge(index) + binning.width / 2))
        }
        return right + right.reversed().map { (x: 2 * x - $0.x, y: $0.y) }
    }
}
