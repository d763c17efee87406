import Foundation
import Kernels
import Pipeline
import Reporting
import SmallRuns
import Storage
import Synchronization
import SystemPackage
import Testing

@Suite("The pages command")
struct PagesCommandTests {
    /// Raises a request to stop once so many pages are written.
    private final class StopAfter: ProgressReporter {
        private let most: Int
        private let stop: StopRequest
        private let done = Atomic<Int>(0)

        init(_ most: Int, _ stop: StopRequest) { (self.most, self.stop) = (most, stop) }

        func begin(_ stage: ProgressStage) {}
        func advance(by count: Int) {
            if done.wrappingAdd(count, ordering: .relaxed).newValue >= most { stop.raise() }
        }
        func end() {}
    }

    /// The pages of a folder by their names, without notes and locks.
    private func pages(_ folder: String) throws -> [String: String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".html") }
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) })
    }

    /// Checks that pages are well-formed, and that whatever they lead to is there: of the cards, which are all made alike, the first and the last.
    private func check(_ pages: [String: String]) throws {
        let cards = pages.keys.filter { $0.hasPrefix("neurons/") }.sorted().dropFirst(4).dropLast(4)
        for (name, html) in pages where !cards.contains(name) {
            let tags = try PageTags(html)
            #expect(!html.contains("{{"), "\(name)")
            // A text may name any address; no page loads one.
            #expect(!tags.elements.contains { $0.attributes["src"] != nil }, "\(name)")
            let ids = Set(tags.elements.compactMap { $0.attributes["id"] })
            for target in tags.elements.compactMap({ $0.attributes["href"] }) {
                if target.hasPrefix("#") {
                    #expect(ids.contains(String(target.dropFirst())), "\(name): \(target)")
                } else {
                    let path = FilePath("/\(name)").removingLastComponent().pushing(FilePath(target)).lexicallyNormalized()
                    #expect(pages[String(path.string.dropFirst())] != nil, "\(name): \(target)")
                }
            }
        }
    }

    /// The neurons that a page lists, as model:layer.neuron.
    private func listed(_ html: String, model: String) -> [String] {
        html.components(separatedBy: "<tbody class=\"neuron").dropFirst().compactMap { row in
            guard let name = row.firstMatch(of: /<th scope="row" data-v="[0-9]+">(?:<a href="[^"]*">)?([^<]+)</) else { return nil }
            let other = row.firstMatch(of: /data-label="model" class="text">([^<]*)</).map { String($0.output.1) }
            return "\(other ?? model):\(name.output.1)"
        }
    }

    /// The neurons of a table whose column has a value, as model:layer.neuron.
    private func neurons(_ table: NeuronTableFile, of model: String, where column: String, is value: String) -> [String] {
        zip(table.neurons, table.cells(of: column) ?? []).filter { $0.1 == value }.map { "\(model):\($0.0.layer).\($0.0.neuron)" }
    }

    @Test("writes a card of every universal neuron and a page of every family with all members of all models, as the tables have them")
    func demo() throws {
        try DemoRun.with { demo in
            try demo.configure(lines: ["threshold: 0.3", "features: {models: all}"])
            let run = try BuiltProgram.run(["run", "run.yaml", "--output", "RUN"], in: demo.folder)
            try #require(run.status == 0, "\(run.errors)")
            let written = try BuiltProgram.run(["pages", "RUN", "--output", "PAGES", "--json"], in: demo.folder)
            let json = try #require(written.json, "\(written.output)\(written.errors)")
            let table = try NeuronTableFile(FilePath(demo.path("RUN/neurons.csv")))
            let other = try NeuronTableFile(FilePath(demo.path("RUN/families/b.csv")))
            let universal = neurons(table, of: "a", where: "universal", is: "1")
            try #require(universal.count > 2)
            #expect(json["universal"] as? Int == universal.count && json["cards"] as? Int == universal.count)
            #expect(json["index"] as? String == "PAGES/index.html" && json["model"] as? String == "a")
            let pages = try pages(demo.path("PAGES"))
            try check(pages)
            #expect(Set(pages.keys.filter { $0.hasPrefix("neurons/") }) == Set(universal.map { "neurons/\($0.dropFirst(2)).html" }))
            let index = try #require(pages["index.html"])
            #expect(listed(index, model: "a").sorted() == universal.sorted())
            #expect(index.contains("<h1>small</h1>") && index.contains("are universal: the excess correlation is above 0.30."))

            let families = try #require(json["families"] as? [[String: Any]])
            #expect(families.count > 2 && json["pages"] as? Int == pages.count && pages.count == 1 + families.count + universal.count)
            for family in families {
                let (name, page) = (try #require(family["name"] as? String), try #require(family["page"] as? String))
                let own = neurons(table, of: "a", where: "family", is: name)
                let members = own + neurons(other, of: "b", where: "family", is: name)
                #expect(listed(try #require(pages[page]), model: "a").sorted() == members.sorted(), "\(name)")
                #expect(family["members"] as? Int == members.count && family["of_model"] as? Int == own.count)
                #expect(family["universal"] as? Int == Set(own).intersection(universal).count)
            }
            // A card is the page of the neuron command, with links to others.
            for neuron in [try #require(universal.first), try #require(universal.last)] {
                let name = String(neuron.dropFirst(2))
                #expect(try BuiltProgram.run(["neuron", "RUN", name, "--html", "card.html"], in: demo.folder).status == 0)
                let alone = try String(decoding: demo.bytes("card.html"), as: UTF8.self)
                let card = try #require(pages["neurons/\(name).html"])
                #expect(card != alone && card.replacing(/<nav aria-label="Pages">.*<\/nav>\n/, with: "") == alone)
            }
            let report = try String(decoding: demo.bytes("RUN/report.html"), as: UTF8.self)
            #expect(report.contains("<code>universal-neurons pages RUN --output DIR</code>"))
        }
    }

    @Test(
        "writes a card of every neuron where that is asked, the same bytes on any threads, stopped and done again; what is of others stays")
    func whole() throws {
        try TinyRun.with { run in
            // A threshold that about a quarter of the neurons exceeds, whatever the random models are.
            #expect(try run.program("run", "run.yaml", "--output", "first").status == 0)
            let first = try NeuronTableFile(FilePath(run.path("first/neurons.csv")))
            let excess = try #require(first.numbers(of: "excess_corr")).sorted()
            try run.configure(extra: "threshold: \(max(0, (excess[35] + excess[36]) / 2))")
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let text = try run.program("pages", "out", "--output", "pages", "--all")
            #expect(text.status == 0 && text.output.hasPrefix("48 cards; model a has "), "\(text.output)\(text.errors)")
            #expect(text.output.hasSuffix("\npages/index.html\n"))
            func note() throws -> [String: Any]? {
                let bytes = try Data(contentsOf: run.folder.appendingPathComponent("pages/pages.json"))
                return try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
            }
            #expect(try note()?["complete"] as? Bool == true && note()?["model"] as? String == "a" && note()?["run"] as? String == "tiny")
            let pages = try pages(run.path("pages"))
            try check(pages)
            #expect(pages.count == 51 && pages.keys.count { $0.hasPrefix("neurons/") } == 48 && pages["families/syntax.html"] == nil)
            #expect(listed(try #require(pages["layers/1.html"]), model: "a").count == 24)

            let folder = RunFolder(FilePath(run.path("out")))
            for (threads, most) in [(1, 5), (3, 20)] {
                let (place, stop) = (FilePath(run.path("other\(threads)")), StopRequest())
                let team = ThreadTeam(count: threads)
                let stopped = JobContext(team: team, progress: StopAfter(most, stop), stop: stop)
                #expect(throws: PipelineError.stopped) {
                    try RunPages(folder: folder, output: place, isWhole: true, context: stopped).write()
                }
                #expect(!FileManager.default.fileExists(atPath: place.appending("index.html").string))
                let note = try String(contentsOfFile: place.appending("pages.json").string, encoding: .utf8)
                #expect(note.contains("\"complete\" : false"))
                let outcome = try RunPages(folder: folder, output: place, isWhole: true, context: JobContext(team: team)).write()
                #expect(try outcome.pages == 51 && self.pages(place.string) == pages)
            }
            // Of universal neurons alone there are fewer cards, and no lists of layers; files that are no pages are left alone.
            try Data().write(to: run.folder.appendingPathComponent("pages/neurons/notes.html"))
            #expect(try run.program("pages", "out", "--output", "pages").status == 0)
            let table = try NeuronTableFile(folder.neurons)
            let universal = neurons(table, of: "a", where: "universal", is: "1").map { "neurons/\($0.dropFirst(2)).html" }
            try #require((1..<48).contains(universal.count))
            let fewer = Set(try self.pages(run.path("pages")).keys)
            #expect(fewer == Set(universal + ["index.html", "neurons/notes.html"]))
            #expect(!FileManager.default.fileExists(atPath: run.path("pages/layers")))
        }
    }

    @Test("refuses a folder with other files, a run that is not analysed, and a model that is no reference; nothing is written then")
    func refusals() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let early = try run.program("pages", "out", "--output", "pages")
            #expect(early.status == 66 && early.errors.contains("the run has no results"), "\(early.errors)")
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            try FileManager.default.createDirectory(atPath: run.path("mine"), withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: run.folder.appendingPathComponent("mine/index.html"))
            for (arguments, status, words) in [
                (["out", "--output", "mine"], 73, "mine holds other files than pages of a run: index.html"),
                (["out", "--output", "out"], 73, "out holds other files than pages of a run: "),
                (["out", "--output", "pages", "--model", "b"], 65, "it has those of a"),
                (["a", "--output", "pages"], 66, "there is no plan"),
                (["out"], 64, "--output"),
            ] {
                let outcome = try BuiltProgram.run(["pages"] + arguments, in: run.folder)
                #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            }
            #expect(try String(contentsOfFile: run.path("mine/index.html"), encoding: .utf8) == "mine")
            #expect(!FileManager.default.fileExists(atPath: run.path("pages")))
            // Without universal neurons there are the lists alone.
            let none = try run.program("pages", "out", "--output", "pages", "--json")
            #expect(none.json?["cards"] as? Int == 0 && none.json?["pages"] as? Int == 1, "\(none.output)\(none.errors)")
            let pages = try pages(run.path("pages"))
            try check(pages)
            #expect(pages["index.html"]?.contains("No neuron of the model is universal.") == true)
        }
    }

    @Test("writes the neurons of another group's reference where that is asked")
    func groups() throws {
        try TinyRun.with { run in
            try run.groupModels()
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("pages", "out", "--output", "pages", "--model", "c", "--all", "--json")
            #expect(outcome.json?["cards"] as? Int == 120 && outcome.json?["model"] as? String == "c", "\(outcome.output)\(outcome.errors)")
            try check(pages(run.path("pages")))
        }
    }
}
