/// Some quantities over the layers of a model, a line each, told apart by colour, dashes and marks.
struct DepthProfile {
    /// A quantity, `[layers]`; what is not finite is not drawn.
    struct Line {
        let name: String
        let values: [Double]
    }

    /// Four at most.
    let lines: [Line]
    /// Whether the values are shares; else they are counts.
    var areShares = false

    private var layers: Int { lines.map(\.values.count).max() ?? 0 }

    /// Whether the image needs the page's whole width.
    var isWide: Bool { layers > 26 }

    /// The image; the vertical axis begins at 0.
    func svg(id: String, title: String, description: String, layer: String, value: String) -> String {
        var canvas = SVGCanvas(width: isWide ? 1020 : 500, height: 330, id: id, title: title, description: description)
        let highest = lines.flatMap(\.values).filter(\.isFinite).max() ?? 0
        let vertical =
            areShares
            ? Axis(covering: 0, max(highest, 0.01), about: 5, style: .percent)
            : Axis(covering: 0, max(highest, 1), about: 5, minimumStep: 1)
        let area = PlotArea(in: canvas, top: 30, horizontal: Axis(covering: 0, 1), vertical: vertical)
        area.drawVerticalAxis(on: &canvas, title: value)
        let pitch = (area.right - area.left) / Double(max(1, layers))
        func x(_ layer: Int) -> Double { area.left + (Double(layer) + 0.5) * pitch }
        // Labels of many layers would run into each other.
        let step = max(1, Int((24 / pitch).rounded(.up)))
        for layer in stride(from: 0, to: layers, by: step) { canvas.text("\(layer)", x(layer), area.bottom + 18, anchor: "middle") }
        area.drawHorizontalTitle(on: &canvas, layer)
        for (index, line) in lines.enumerated() {
            let kind = index % 4 + 1
            let points = line.values.enumerated().filter { $0.element.isFinite }.map { (x: x($0.offset), y: area.y($0.element)) }
            canvas.path(points, "role-line role-line-\(kind)")
            for (layer, value) in line.values.enumerated() where value.isFinite {
                let text = areShares ? NumberFormat.percent(value, 1) : NumberFormat.fixed(value, 0)
                canvas.mark(kind, x(layer), area.y(value), tooltip: "\(line.name), layer \(layer): \(text)")
            }
            let left = area.left + 128 * Double(index)
            canvas.path([(left, 13), (left + 26, 13)], "role-line role-line-\(kind)")
            canvas.mark(kind, left + 13, 13, tooltip: line.name)
            canvas.text(VisibleText.plain(line.name, limit: 14), left + 32, 17)
        }
        return canvas.finished()
    }
}
