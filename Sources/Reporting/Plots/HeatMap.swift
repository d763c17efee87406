/// A matrix of shares as coloured cells with their numbers; cells that were not computed are hatched.
struct HeatMap {
    /// `[rows, columns]` row-major, 0 to 1; nil where nothing was computed.
    let shares: [Double?]
    let columns: Int
    let rowTitle: String
    let columnTitle: String

    /// Above this share of the highest a cell's number has the other ink: there the page's heat colour over its background contrasts 4.5 : 1
    /// with black as with white, light and dark.
    static let turn = 0.77

    private var rows: Int { columns == 0 ? 0 : shares.count / columns }

    /// Whether the image needs the page's whole width.
    var isWide: Bool { columns > 14 }

    /// The image, the first row at the bottom so that depth grows upwards and to the right.
    func svg(id: String, title: String, description: String, tooltip: (_ row: Int, _ column: Int) -> String) -> String {
        let width = isWide ? 1020.0 : 500.0
        let left = 54.0
        let cell = (width - left - 14) / Double(max(1, columns))
        // Cells are flatter than wide when there are few of them, so that a small matrix does not tower.
        let cellHeight = min(cell, max(22, min(44, 270 / Double(max(1, rows)))))
        let height = 12 + cellHeight * Double(rows) + 46
        var canvas = SVGCanvas(width: width, height: height, id: id, title: title, description: description)
        let bottom = height - 46
        let highest = max(shares.compactMap(\.self).filter(\.isFinite).max() ?? 1, .leastNormalMagnitude)
        for row in 0..<rows {
            let y = bottom - cellHeight * Double(row + 1)
            for column in 0..<columns {
                let x = left + cell * Double(column)
                guard let share = shares[row * columns + column] else {
                    Self.hatch(
                        &canvas, x + 0.75, y + 0.75, width: cell - 1.5, height: cellHeight - 1.5, tooltip: tooltip(row, column))
                    continue
                }
                canvas.element(
                    "rect",
                    [
                        "class": "heat", "x": x + 0.75, "y": y + 0.75, "width": cell - 1.5, "height": cellHeight - 1.5,
                        "fill-opacity": share.isFinite ? 0.05 + 0.95 * share / highest : 0,
                    ], tooltip: tooltip(row, column))
                guard cell >= 16, share.isFinite else { continue }
                // A cell that rounds to 0 says so, faintly: an empty one would look like none.
                let style = share < 0.005 ? "no-heat" : share / highest > Self.turn ? "on-heat" : "in-heat"
                canvas.text(
                    NumberFormat.fixed(share * 100, 0), x + cell / 2, y + cellHeight / 2 + 4, cell < 26 ? "\(style) small" : style,
                    anchor: "middle")
            }
            canvas.text("\(row)", left - 8, y + cellHeight / 2 + 4, anchor: "end")
        }
        for column in 0..<columns {
            canvas.text("\(column)", left + cell * (Double(column) + 0.5), bottom + 18, anchor: "middle")
        }
        canvas.text(rowTitle, 13, (12 + bottom) / 2, "axis-title", anchor: "middle", turned: true)
        canvas.text(columnTitle, left + cell * Double(columns) / 2, bottom + 38, "axis-title", anchor: "middle")
        if shares.contains(where: { $0 == nil }) {
            canvas.text("not computed", width - 14, bottom + 38, anchor: "end")
            Self.hatch(&canvas, width - 14 - Self.legendText - 24, bottom + 28, width: 18, height: 12)
        }
        return canvas.finished()
    }

    /// Room for the legend's two words in the page's 12.5-unit type.
    private static let legendText = 90.0
    /// Units between two lines of the hatching.
    private static let hatching = 9.0

    /// A rectangle with slanted lines, which go on from one cell to the next. They are drawn one by one: a pattern would need an address.
    private static func hatch(
        _ canvas: inout SVGCanvas, _ x: Double, _ y: Double, width: Double, height: Double, tooltip: String? = nil
    ) {
        canvas.rectangle(x, y, width, height, "uncomputed", tooltip: tooltip)
        let lines = stride(from: hatching * ((x + y) / hatching).rounded(.up), to: x + y + width + height, by: hatching).map { sum in
            // The ends of x + y = sum within the rectangle.
            let (low, high) = (max(x, sum - y - height), min(x + width, sum - y))
            return [low, sum - low, high, sum - high].map(NumberFormat.coordinate)
        }
        canvas.element("path", ["class": "hatch", "d": lines.map { "M\($0[0]) \($0[1])L\($0[2]) \($0[3])" }.joined()])
    }
}
