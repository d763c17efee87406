import Foundation
import FoundationXML

/// The elements of a piece of XML, in document order.
struct ParsedMarkup {
    struct Element {
        let name: String
        let attributes: [String: String]
    }

    struct NotWellFormed: Error {
        let reason: String
        let line: Int
    }

    let elements: [Element]

    /// - Throws: `NotWellFormed`.
    init(_ text: String) throws {
        let collector = Collector()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = collector
        guard parser.parse() else {
            throw NotWellFormed(reason: "\(parser.parserError.map { "\($0)" } ?? "unknown")", line: parser.lineNumber)
        }
        elements = collector.elements
    }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            elements.append(Element(name: name, attributes: attributes))
        }
    }
}
