import Foundation
import Mustache
import Storage

/// The page's templates, style sheet and script, which are compiled into the program.
struct ReportTemplates {
    private let library: MustacheLibrary
    let style: String
    let script: String
    /// The script's hash as a content security policy names it: the page runs this script and no other.
    let scriptHash: String

    /// - Throws: `ReportingError.template` when one does not parse.
    init() throws {
        MustacheContentTypes.register(Markup(), named: Markup.contentType)
        let sources: [(name: String, bytes: [UInt8])] = [
            ("page", PackageResources.page_mustache), ("figure", PackageResources.figure_mustache),
            ("neuron", PackageResources.neuron_mustache), ("method", PackageResources.method_mustache),
            ("measurements", PackageResources.measurements_mustache), ("card", PackageResources.card_mustache),
            ("listing", PackageResources.listing_mustache), ("rows", PackageResources.rows_mustache),
            ("ending", PackageResources.ending_mustache),
        ]
        var templates: [String: MustacheTemplate] = [:]
        for source in sources {
            do {
                templates[source.name] = try MustacheTemplate(string: String(decoding: source.bytes, as: UTF8.self))
            } catch {
                throw ReportingError.template(name: source.name, reason: "\(error)")
            }
        }
        library = MustacheLibrary(templates: templates)
        style = String(decoding: PackageResources.report_css, as: UTF8.self)
        script = String(decoding: PackageResources.report_js, as: UTF8.self)
        let hex = Array(Digest(of: Array(script.utf8)).hex)
        let bytes = stride(from: 0, to: hex.count - 1, by: 2).compactMap { UInt8(String(hex[$0...$0 + 1]), radix: 16) }
        scriptHash = "sha256-\(Data(bytes).base64EncodedString())"
    }

    /// A page.
    func render(_ page: some Any, with name: String) throws -> String {
        guard let text = library.render(page, withTemplate: name) else {
            throw ReportingError.template(name: name, reason: "it is not in the library")
        }
        return text
    }
}
