/// Lying bars in pairs: the share of a category among some, and among all.
struct PairedBars {
    /// A category with its two counts.
    struct Category {
        let label: String
        let some: Int
        let all: Int
    }

    let categories: [Category]
    /// What the two groups are called, and how many each has.
    let some: (name: String, total: Int)
    let all: (name: String, total: Int)
    /// The class of the first group's colour.
    var style = "fill-mark"
    /// What is counted.
    var nouns = "neurons"

    /// The image: the page's whole width, and as tall as the categories need.
    func svg(id: String, title: String, description: String) -> String {
        let pitch = 34.0
        let height = 34 + pitch * Double(categories.count) + 46
        var canvas = SVGCanvas(width: 1020, height: height, id: id, title: title, description: description)
        let shares = categories.flatMap { [share($0.some, some.total), share($0.all, all.total)] }
        let area = PlotArea(
            in: canvas, left: 128, top: 30, right: 66,
            horizontal: Axis(covering: 0, max(shares.max() ?? 0, 0.05), about: 4, style: .percent),
            vertical: Axis(covering: 0, 1))
        for tick in area.horizontal.ticks { canvas.line(area.x(tick), area.top, area.x(tick), area.bottom, "grid") }
        for (index, category) in categories.enumerated() {
            let y = area.top + pitch * Double(index) + 4
            canvas.text(VisibleText.plain(category.label, limit: 20), area.left - 8, y + 17, anchor: "end")
            drawBar(category.some, of: some.total, y, style, on: &canvas, in: area, "\(category.label), \(some.name)")
            drawBar(category.all, of: all.total, y + 13, "fill-main", on: &canvas, in: area, "\(category.label), \(all.name)")
        }
        area.drawHorizontalAxis(on: &canvas, title: "share of the group’s \(nouns)")
        canvas.rectangle(area.left, 8, 12, 10, style)
        canvas.text("\(some.name) (\(NumberFormat.integer(some.total)))", area.left + 17, 17)
        canvas.rectangle(area.left + 180, 8, 12, 10, "fill-main")
        canvas.text("\(all.name) (\(NumberFormat.integer(all.total)))", area.left + 197, 17)
        return canvas.finished()
    }

    private func share(_ count: Int, _ total: Int) -> Double { total == 0 ? 0 : Double(count) / Double(total) }

    private func drawBar(
        _ count: Int, of total: Int, _ y: Double, _ style: String, on canvas: inout SVGCanvas, in area: PlotArea, _ label: String
    ) {
        let end = area.x(share(count, total))
        let tooltip = "\(label): \(NumberFormat.integer(count)) of \(NumberFormat.integer(total))"
        canvas.rectangle(area.left, y, end - area.left, 11, style, tooltip: tooltip)
        canvas.text(NumberFormat.integer(count), end + 5, y + 9.5, "number small")
    }
}
