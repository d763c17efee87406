/// The tags of an HTML page, whose elements must be closed in the order in which they were opened.
public struct PageTags: Sendable {
    /// A page whose tags do not fit together.
    public struct Unbalanced: Error {
        /// What is wrong, and how many characters from the beginning.
        public let problem: String
        /// Characters before it.
        public let offset: Int
    }

    /// An element: its name and its attributes as they stand, entities and all.
    public struct Element: Sendable {
        /// In lower case.
        public let name: String
        /// By name; empty for one without value.
        public let attributes: [String: String]
    }

    /// The elements in the order of the page.
    public let elements: [Element]

    /// Elements that are never closed.
    private static let void: Set = ["meta", "input", "br", "hr", "img", "link", "col"]
    /// Elements whose content is no markup.
    private static let raw: Set = ["script", "style"]

    /// Reads a page.
    ///
    /// - Throws: ``Unbalanced``.
    public init(_ html: String) throws {
        let text = Array(html.unicodeScalars)
        var (place, open, elements) = (0, [String](), [Element]())
        func string(_ range: Range<Int>) -> String {
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: text[range])
            return String(scalars)
        }
        func find(_ word: String, from start: Int) -> Int? {
            let word = Array(word.unicodeScalars)
            guard start + word.count <= text.count else { return nil }
            return (start...text.count - word.count).first { text[$0] == word[0] && text[$0..<$0 + word.count].elementsEqual(word) }
        }
        while place < text.count {
            guard text[place] == "<" else {
                if text[place] == ">" { throw Unbalanced(problem: "a > outside of a tag", offset: place) }
                place += 1
                continue
            }
            // Values stand between double quotation marks, in which > is text.
            var (end, isQuoted) = (place + 1, false)
            while end < text.count, isQuoted || text[end] != ">" {
                if text[end] == "\"" { isQuoted.toggle() }
                if text[end] == "<" { throw Unbalanced(problem: "a < within a tag", offset: end) }
                end += 1
            }
            guard end < text.count else { throw Unbalanced(problem: "a tag without end", offset: place) }
            let tag = string(place + 1..<end)
            defer { place = end + 1 }
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = tag.dropFirst().lowercased()
                guard open.popLast() == name else { throw Unbalanced(problem: "</\(name)> closes nothing that is open", offset: place) }
                continue
            }
            let element = Self.element(tag)
            elements.append(element)
            if Self.void.contains(element.name) || tag.hasSuffix("/") { continue }
            if Self.raw.contains(element.name) {
                guard let close = find("</\(element.name)>", from: end) else {
                    throw Unbalanced(problem: "<\(element.name)> is not closed", offset: place)
                }
                end = close + element.name.unicodeScalars.count + 2
                continue
            }
            open.append(element.name)
        }
        guard open.isEmpty else { throw Unbalanced(problem: "not closed: \(open.joined(separator: ", "))", offset: text.count) }
        self.elements = elements
    }

    private static func element(_ tag: String) -> Element {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        var attributes: [String: String] = [:]
        for match in tag.dropFirst(name.count).matches(of: /([A-Za-z][-A-Za-z0-9:]*)(?:="([^"]*)")?/) {
            attributes[String(match.output.1)] = match.output.2.map(String.init) ?? ""
        }
        return Element(name: name.lowercased(), attributes: attributes)
    }
}
