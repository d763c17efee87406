/// Best correlations as bars, with the universal neurons' part set off, and the baseline as an outline over them.
struct HistogramPlot {
    /// The values of all neurons.
    let values: [Float]
    /// Which of them are to be set off.
    let isMarked: [Bool]
    /// The same neurons' baseline.
    let baseline: [Float]
    /// What the values are of.
    var nouns = "neurons"
    /// What is along the horizontal axis.
    var title = Self.meanTitle

    static let meanTitle = "best correlation, mean over the other models"

    /// Bins of 0.02 from a round number below the smallest value to one above the largest.
    var bins: (all: Binning, marked: Binning, baseline: Binning, axis: Axis) {
        let finite = (values + baseline).filter { $0.isFinite }.map(Double.init)
        let axis = Axis(covering: min(0, finite.min() ?? 0), max(finite.max() ?? 1, 0.1), about: 6)
        let count = Int(((axis.upper - axis.lower) / 0.02).rounded())
        var all = Binning(lower: axis.lower, upper: axis.upper, bins: count)
        var (marked, base) = (all, all)
        for (index, value) in values.enumerated() {
            all.add(Double(value))
            if isMarked[index] { marked.add(Double(value)) }
        }
        for value in baseline { base.add(Double(value)) }
        return (all, marked, base, axis)
    }

    /// The image.
    func svg(id: String, title name: String, description: String) -> String {
        let (all, marked, base, axis) = bins
        var canvas = SVGCanvas(width: 500, height: 330, id: id, title: name, description: description)
        let highest = Double(max(all.counts.max() ?? 0, base.counts.max() ?? 0))
        let area = PlotArea(
            in: canvas, top: 30, horizontal: axis, vertical: Axis(covering: 0, highest, minimumStep: 1))
        area.drawVerticalAxis(on: &canvas, title: nouns)
        for bin in all.counts.indices where all.counts[bin] > 0 {
            let x = area.x(all.edge(bin))
            let width = area.x(all.edge(bin + 1)) - x
            let range = "\(NumberFormat.fixed(all.edge(bin), 2)) to \(NumberFormat.fixed(all.edge(bin + 1), 2))"
            let count = NumberFormat.integer(all.counts[bin])
            let y = area.y(Double(all.counts[bin]))
            canvas.rectangle(x + 0.5, y, width - 1, area.bottom - y, "fill-main", tooltip: "\(range): \(count) \(nouns)")
            guard marked.counts[bin] > 0 else { continue }
            // A single neuron among thousands must still be seen: never lower than two units.
            let height = max(2, area.bottom - area.y(Double(marked.counts[bin])))
            let part = "\(range): \(NumberFormat.integer(marked.counts[bin])) universal of \(count)"
            canvas.rectangle(x + 0.5, area.bottom - height, width - 1, height, "fill-mark", tooltip: part)
        }
        drawOutline(of: base, on: &canvas, in: area)
        area.drawHorizontalAxis(on: &canvas, title: title)
        drawLegend(on: &canvas, in: area, withMarked: marked.counts.contains { $0 > 0 })
        return canvas.finished()
    }

    private func drawOutline(of base: Binning, on canvas: inout SVGCanvas, in area: PlotArea) {
        guard let first = base.counts.firstIndex(where: { $0 > 0 }), let last = base.counts.lastIndex(where: { $0 > 0 }) else { return }
        var points = [(x: area.x(base.edge(first)), y: area.bottom)]
        for bin in first...last {
            let y = area.y(Double(base.counts[bin]))
            points.append((area.x(base.edge(bin)), y))
            points.append((area.x(base.edge(bin + 1)), y))
        }
        points.append((area.x(base.edge(last + 1)), area.bottom))
        canvas.path(points, "outline-base")
    }

    private func drawLegend(on canvas: inout SVGCanvas, in area: PlotArea, withMarked: Bool) {
        canvas.rectangle(area.left, 8, 12, 10, "fill-main")
        canvas.text("models as trained", area.left + 17, 17)
        canvas.path([(area.left + 140, 18), (area.left + 140, 9), (area.left + 152, 9), (area.left + 152, 18)], "outline-base")
        canvas.text("rotated (baseline)", area.left + 157, 17)
        if withMarked {
            canvas.rectangle(area.left + 284, 8, 12, 10, "fill-mark")
            canvas.text("universal", area.left + 301, 17)
        }
    }
}
