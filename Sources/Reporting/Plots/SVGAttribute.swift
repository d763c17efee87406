/// What can stand in an attribute of an SVG element.
protocol SVGAttribute {
    /// The attribute's text, safe between quotation marks.
    var attributeText: String { get }
}

extension Double: SVGAttribute {
    var attributeText: String { NumberFormat.coordinate(self) }
}

extension String: SVGAttribute {
    var attributeText: String { Markup.escaped(self) }
}
