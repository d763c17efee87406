import Foundation

/// Two figures of each of some neurons against each other, in groups that are told apart by colour and shape.
struct ScatterPlot {
    /// A neuron.
    struct Point {
        let x, y: Double
        let name: String
    }

    /// Neurons that have something in common.
    struct Group {
        let name: String
        let points: [Point]
    }

    /// Four at most; a group's kind of mark is its place. Points of which a figure is no number are not drawn, and neither is one of 0 where
    /// the vertical axis is of powers of ten.
    let groups: [Group]
    /// Whether the vertical axis is of powers of ten.
    var isLogarithmic = false
    /// A dashed line across, with what it is.
    var limit: (value: Double, name: String)?

    private func height(_ y: Double) -> Double? {
        guard y.isFinite, !isLogarithmic || y > 0 else { return nil }
        return isLogarithmic ? log10(y) : y
    }

    /// The image; a vertical axis of numbers begins at 0.
    func svg(id: String, title: String, description: String, horizontal: String, vertical: String) -> String {
        var canvas = SVGCanvas(width: 500, height: 330, id: id, title: title, description: description)
        let points = groups.flatMap(\.points).filter { $0.x.isFinite }
        let heights = (points.map(\.y) + (limit.map { [$0.value] } ?? [])).compactMap(height)
        let lowest = heights.min() ?? 0
        let area = PlotArea(
            in: canvas, top: 36, horizontal: Axis(covering: points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 1),
            vertical: Axis(
                covering: isLogarithmic ? lowest : min(0, lowest), heights.max() ?? 1, minimumStep: isLogarithmic ? 1 : 0,
                style: isLogarithmic ? .powerOfTen : .number))
        area.drawVerticalAxis(on: &canvas, title: vertical)
        area.drawHorizontalAxis(on: &canvas, title: horizontal)
        if let limit, let y = height(limit.value).map(area.y) {
            canvas.line(area.left, y, area.right, y, "outline-base")
            canvas.text(VisibleText.plain(limit.name, limit: 40), area.right, y - 5, "label small halo", anchor: "end")
        }
        // The last groups are the background of the first.
        for (index, group) in groups.enumerated().reversed() {
            for point in group.points where point.x.isFinite {
                guard let y = height(point.y) else { continue }
                let figures = "\(NumberFormat.significant(point.x)), \(NumberFormat.significant(point.y))"
                canvas.mark(index % 4 + 1, area.x(point.x), area.y(y), tooltip: "\(point.name), \(group.name): \(figures)")
            }
        }
        for (place, (index, group)) in groups.enumerated().filter({ !$0.element.points.isEmpty }).enumerated() {
            let left = area.left + 6 + 116 * Double(place)
            canvas.mark(index % 4 + 1, left, 13, tooltip: group.name)
            canvas.text(VisibleText.plain(group.name, limit: 16), left + 9, 17)
        }
        return canvas.finished()
    }
}
