/// Collects the elements of one SVG image for use inside a page.
///
/// Colours come from the page's style sheet through classes, so that the same image serves light, dark and paper.
struct SVGCanvas {
    let width: Double
    let height: Double
    private var markup: String

    /// - Parameters:
    ///   - id: unique within the page; the title and description are named after it.
    ///   - title: what is shown, for screen readers.
    ///   - description: what is to be seen in it, in a sentence or two.
    init(width: Double, height: Double, id: String, title: String, description: String) {
        self.width = width
        self.height = height
        let size = "\(NumberFormat.coordinate(width)) \(NumberFormat.coordinate(height))"
        markup = """
            <svg class="plot" viewBox="0 0 \(size)" role="img" aria-labelledby="\(id)-title \(id)-desc">\
            <title id="\(id)-title">\(Markup.escaped(VisibleText.plain(title)))</title>\
            <desc id="\(id)-desc">\(Markup.escaped(VisibleText.plain(description)))</desc>\n
            """
    }

    /// An element with attributes in the order given, and a tooltip.
    mutating func element(_ name: String, _ attributes: KeyValuePairs<String, any SVGAttribute>, tooltip: String? = nil) {
        markup += "<\(name)\(Self.written(attributes))"
        if let tooltip {
            markup += "><title>\(Markup.escaped(VisibleText.plain(tooltip)))</title></\(name)>\n"
        } else {
            markup += "/>\n"
        }
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        element("line", ["class": style, "x1": x1, "y1": y1, "x2": x2, "y2": y2])
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, tooltip: String? = nil) {
        element(
            "rect", ["class": style, "x": x, "y": y, "width": max(0, width), "height": max(0, height)], tooltip: tooltip)
    }

    /// A run of text; `anchor` is SVG's start, middle or end; `turned` by −90° about its point.
    mutating func text(_ text: String, _ x: Double, _ y: Double, _ style: String = "label", anchor: String = "start", turned: Bool = false)
    {
        let turn = turned ? " transform=\"rotate(-90 \(NumberFormat.coordinate(x)) \(NumberFormat.coordinate(y)))\"" : ""
        let place = Self.written(["class": style, "x": x, "y": y, "text-anchor": anchor])
        markup += "<text\(place)\(turn)>\(Markup.escaped(VisibleText.plain(text)))</text>\n"
    }

    /// A path through points; `closed` back to the first.
    mutating func path(_ points: [(x: Double, y: Double)], _ style: String, closed: Bool = false) {
        guard !points.isEmpty else { return }
        let steps = points.enumerated().map { index, point in
            "\(index == 0 ? "M" : "L")\(NumberFormat.coordinate(point.x)) \(NumberFormat.coordinate(point.y))"
        }
        element("path", ["class": style, "d": steps.joined() + (closed ? "Z" : "")])
    }

    /// A point with a vertical error bar from `low` to `high`.
    mutating func errorBar(_ x: Double, low: Double, high: Double, cap: Double = 4, _ style: String = "error") {
        line(x, low, x, high, style)
        line(x - cap, low, x + cap, low, style)
        line(x - cap, high, x + cap, high, style)
    }

    /// The whole image.
    func finished() -> String { markup + "</svg>" }

    private static func written(_ attributes: KeyValuePairs<String, any SVGAttribute>) -> String {
        attributes.map { " \($0.key)=\"\($0.value.attributeText)\"" }.joined()
    }
}
