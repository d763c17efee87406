/// The rectangle of an image that data are drawn in, with its two axes.
struct PlotArea {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double
    let horizontal: Axis
    let vertical: Axis

    /// The area within `canvas` that margins leave; without `left` there is room for the vertical axis's labels and title.
    init(
        in canvas: SVGCanvas, left: Double? = nil, top: Double = 14, right: Double = 14, bottom: Double = 46, horizontal: Axis,
        vertical: Axis
    ) {
        let longest = vertical.ticks.map { vertical.label($0).count }.max() ?? 0
        // 7.6 units are the width of a figure in the page's 12.5-unit type; the title needs 22, the gaps 10.
        self.left = left ?? max(50, 32 + 7.6 * Double(longest))
        self.top = top
        self.right = canvas.width - right
        self.bottom = canvas.height - bottom
        self.horizontal = horizontal
        self.vertical = vertical
    }

    func x(_ value: Double) -> Double { left + (right - left) * horizontal.fraction(value) }
    func y(_ value: Double) -> Double { bottom - (bottom - top) * vertical.fraction(value) }

    /// Horizontal grid lines with the vertical axis's labels and title.
    func drawVerticalAxis(on canvas: inout SVGCanvas, title: String) {
        for tick in vertical.ticks {
            canvas.line(left, y(tick), right, y(tick), tick == vertical.lower ? "axis" : "grid")
            canvas.text(vertical.label(tick), left - 7, y(tick) + 4, anchor: "end")
        }
        canvas.text(title, 13, (top + bottom) / 2, "axis-title", anchor: "middle", turned: true)
    }

    /// Tick marks with the horizontal axis's labels and title.
    func drawHorizontalAxis(on canvas: inout SVGCanvas, title: String) {
        canvas.line(left, bottom, right, bottom, "axis")
        for tick in horizontal.ticks {
            canvas.line(x(tick), bottom, x(tick), bottom + 4, "axis")
            canvas.text(horizontal.label(tick), x(tick), bottom + 18, anchor: "middle")
        }
        drawHorizontalTitle(on: &canvas, title)
    }

    /// The horizontal axis's title alone, for axes of categories.
    func drawHorizontalTitle(on canvas: inout SVGCanvas, _ title: String) {
        canvas.text(title, (left + right) / 2, bottom + 38, "axis-title", anchor: "middle")
    }
}
