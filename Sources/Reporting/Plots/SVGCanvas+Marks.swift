/// Marks that are told apart by colour and shape.
extension SVGCanvas {
    /// A circle, a square, a triangle or a lozenge: kinds 1 to 4.
    mutating func mark(_ kind: Int, _ x: Double, _ y: Double, tooltip: String) {
        guard kind > 1 else {
            element("circle", ["class": "role-1", "cx": x, "cy": y, "r": 4.0], tooltip: tooltip)
            return
        }
        let corners: [(x: Double, y: Double)] =
            switch kind {
            case 2: [(-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)]
            case 3: [(0, -4.8), (4.6, 3.6), (-4.6, 3.6)]
            default: [(0, -5), (5, 0), (0, 5), (-5, 0)]
            }
        let steps = corners.enumerated().map { index, corner in
            "\(index == 0 ? "M" : "L")\(NumberFormat.coordinate(x + corner.x)) \(NumberFormat.coordinate(y + corner.y))"
        }
        element("path", ["class": "role-\(kind)", "d": steps.joined() + "Z"], tooltip: tooltip)
    }
}
