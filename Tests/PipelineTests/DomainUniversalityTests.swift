import Analysis
import Foundation
import Storage
import Synchronization
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("Universality by domain")
struct DomainUniversalityTests {
    /// Neurons of a that correspond in b and c: to all tokens, to those of the vocabulary's first half, of its second half.
    private static let (everywhere, first, second) = ((0, 3), (0, 7), (1, 11))
    private let a = PlantedModel(seed: 1, embedding: 100, hasTwoHalves: true)

    private func models() -> [(String, PlantedModel)] {
        var b = PlantedModel(seed: 2, embedding: 100, hasTwoHalves: true)
        var c = PlantedModel(seed: 3, embedding: 100, hasTwoHalves: true)
        func plant(_ model: inout PlantedModel, _ offset: Int) {
            model.plant(1, offset, as: a, Self.everywhere.0, Self.everywhere.1)
            model.plant(0, offset + 1, as: a, Self.first.0, Self.first.1, onSecondHalf: false)
            model.plant(1, offset + 2, as: a, Self.second.0, Self.second.1, onSecondHalf: true)
        }
        plant(&b, 0)
        plant(&c, 9)
        return [("a", a), ("b", b), ("c", c)]
    }

    /// The first domain has the first half of the vocabulary, the second the second, the third both.
    private func run(use: (RunFolder, JobContext) throws -> Void = { _, _ in }) throws -> PlantedRun {
        try PlantedRun(
            models: models(), rows: 768, vocabularies: [0..<100, 100..<200, 0..<200],
            change: {
                $0.strata = .domain
                $0.threshold = 0.32
            }, use: use)
    }

    private func index(_ place: (Int, Int)) -> Int { a.index(place) }

    @Test("neurons that correspond on one domain's tokens are found to be universal there, and nowhere else")
    func planted() throws {
        let table = Mutex("")
        let run = try run { folder, _ in
            let text = try String(contentsOfFile: folder.domains.string, encoding: .utf8)
            table.withLock { $0 = text }
            let summary = try JSONFile.read(RunSummary.self, from: folder.summary)
            #expect(summary.domains?.domains.map(\.universal.count) == [2, 2, 1])
        }
        let domains = try #require(run.outcome.domains)
        #expect(domains.domains.map(\.name) == ["0", "1", "2"])
        #expect(domains.domains.map(\.tokens) == run.countedTokens)
        func universal(_ domain: Int) -> Set<Int> {
            Set(domains.domains[domain].isUniversal.indices.filter { domains.domains[domain].isUniversal[$0] })
        }
        #expect(universal(0) == [index(Self.everywhere), index(Self.first)])
        #expect(universal(1) == [index(Self.everywhere), index(Self.second)])
        #expect(universal(2) == [index(Self.everywhere)])
        #expect(domains.onlyDomain(of: index(Self.first)) == 0 && domains.onlyDomain(of: index(Self.second)) == 1)
        #expect(domains.onlyDomain(of: index(Self.everywhere)) == nil && domains.onlyDomain(of: 0) == nil)
        #expect(domains.countsByDomains == [a.layers * a.mlp - 3, 2, 0, 1])
        let summary = try #require(run.outcome.summary.domains)
        #expect(summary.universalInOne == 2 && summary.universalInAll == 1 && summary.domains.map(\.only) == [1, 1, 0])
        #expect(summary.domains.map(\.unjudged) == [0, 0, 0])
        #expect(domains.domains.allSatisfy { $0.standardError?.allSatisfy { $0 >= 0 && $0 < 0.3 } == true })

        let lines = table.withLock { $0 }.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(lines.count == 1 + a.layers * a.mlp)
        #expect(
            lines[0] == [
                "layer", "neuron", "universal", "universal_domains", "only_domain", "excess_corr:0", "excess_corr_se:0", "universal:0",
                "excess_corr:1", "excess_corr_se:1", "universal:1", "excess_corr:2", "excess_corr_se:2", "universal:2",
            ])
        let row = lines[1 + index(Self.second)]
        #expect(row[0...1] == ["1", "11"] && row[3...4] == ["1", "1"] && [row[7], row[10], row[13]] == ["0", "1", "0"])
        #expect(row[8] == "\(domains.domains[1].excess[index(Self.second)])")
        #expect(lines[1 + index(Self.everywhere)][3...4] == ["3", ""])
    }

    @Test("of as many domains as the Pile has each is judged, and a neuron that corresponds in one alone is found there and only there")
    func many() throws {
        let (count, special) = (22, 7)
        // As the corpus has them: in the order of their names.
        let names = (0..<count).map(String.init).sorted()
        func expected(_ isSpecial: Bool) -> [Int] { [index(Self.everywhere), index(isSpecial ? Self.first : Self.second)].sorted() }
        let vocabularies = (0..<count).map { $0 == special ? Int32(0)..<100 : 100..<200 }
        let run = try PlantedRun(
            models: models(), rows: 64 * count, cycle: (0..<count).map(UInt16.init), vocabularies: vocabularies,
            change: {
                $0.strata = .domain
                // Planted ones come to 0.37 at least in a domain of 2,048 tokens, all others to 0.17 at most.
                $0.threshold = 0.27
            },
            use: { folder, _ in
                let summary = try JSONFile.read(RunSummary.self, from: folder.summary)
                #expect(summary.domains?.domains.map(\.name) == names)
                let table = try NeuronTableFile(folder.domains)
                for name in names {
                    let cells = try #require(table.cells(of: "universal:\(name)"))
                    #expect(cells.indices.filter { cells[$0] == "1" } == expected(name == "\(special)"), "\(name)")
                    #expect(cells.allSatisfy { $0 == "0" || $0 == "1" })
                }
                let only = try #require(table.cells(of: "only_domain"))
                #expect(only.indices.allSatisfy { only[$0] == ($0 == index(Self.first) ? "\(special)" : "") })
            })
        let domains = try #require(run.outcome.domains)
        #expect(domains.domains.map(\.tokens) == run.countedTokens && run.countedTokens == Array(repeating: 64 * 32, count: count))
        for domain in domains.domains {
            let found = domain.isUniversal.indices.filter { domain.isUniversal[$0] }
            #expect(found == expected(domain.name == "\(special)"), "\(domain.name)")
            #expect(domain.standardError?.allSatisfy { $0 >= 0 && $0 < 0.3 } == true)
        }
        #expect(domains.onlyDomain(of: index(Self.first)).map { names[$0] } == "\(special)")
        #expect(domains.onlyDomain(of: index(Self.second)) == nil)
        #expect(domains.universalDomains[index(Self.second)] == count - 1)
        let summary = try #require(run.outcome.summary.domains)
        #expect(summary.universalInOne == 1 && summary.universalInAll == 1 && summary.neuronsByDomains.count == count + 1)
        #expect(summary.domains.map(\.only) == names.map { $0 == "\(special)" ? 1 : 0 })
        #expect(summary.domains.map(\.unjudged) == Array(repeating: 0, count: count))
    }

    @Test("a domain's figures are those of its tokens alone: those of a run of that domain, but for its provisional scales")
    func alone() throws {
        let run = try run()
        let part = run.statistics.restricted(toDomain: 1)
        let block = try #require(part.layout.blocks.first { !$0.isWithin })
        #expect(try part.tokens(of: block, over: .all(part.replicates)) == run.countedTokens[1])
        let sum = try (0..<3).reduce(0) { try $0 + run.statistics.restricted(toDomain: $1).tokens(of: block, over: .all(part.replicates)) }
        #expect(try sum == run.statistics.tokens(of: block, over: .all(part.replicates)))
        // Every token of the run is of domain 1.
        let only = try PlantedRun(models: models(), rows: 256, vocabularies: Array(repeating: 100..<200, count: 3)) { $0.threshold = 0.32 }
        let universal = only.outcome.result.isUniversal.indices.filter { only.outcome.result.isUniversal[$0] }
        #expect(universal == [index(Self.everywhere), index(Self.second)])
        #expect(only.outcome.domains == nil && only.outcome.summary.domains == nil)
        let found = try #require(run.outcome.domains).domains[1]
        for neuron in universal {
            #expect(abs(Double(found.excess[neuron]) - only.outcome.result.excess[neuron]) < 0.1)
        }
    }

    @Test("little memory and one thread give the same table; without strata there is none, and an old one goes")
    func memory() throws {
        let folder = try PlantedFolder { $0.strata = .domain }
        try folder.compute()
        try folder.analyze()
        let expected = try String(contentsOfFile: folder.run.domains.string, encoding: .utf8)
        #expect(expected.split(separator: "\n").count == 41)
        _ = try AnalyzeRun(folder: folder.run, context: JobContext(team: .init(count: 1), memory: 1)).run()
        #expect(try String(contentsOfFile: folder.run.domains.string, encoding: .utf8) == expected)
        let plain = try PlantedFolder()
        try plain.compute()
        try DurableFile.replace(plain.run.domains, with: "old")
        #expect(try plain.analyze().domains == nil)
        #expect(!plain.holds("domains.csv") && plain.holds("neurons.csv"))
    }

    @Test("where no excess can reach the threshold nothing is said of a neuron; a silent one is universal nowhere")
    func unjudged() throws {
        let folder = try PlantedFolder {
            $0.strata = .domain
            $0.threshold = 0.9
        }
        var silent = PlantedModel(seed: 0, embedding: 9)
        silent.silence(0, 2)
        try silent.write(to: folder.path.appending("a"))
        try folder.compute()
        let domains = try #require(try folder.analyze().summary.domains)
        #expect(domains.domains.map(\.unjudged) == [39, 39, 39] && domains.neuronsByDomains == [40, 0, 0, 0])
        let table = try NeuronTableFile(folder.run.domains)
        let cells = try ["0", "1", "2"].map { try #require(table.cells(of: "universal:\($0)")) }
        // Its correlations and their baseline are 0 by definition: there is room, and it is not universal.
        for column in cells { #expect(column.indices.allSatisfy { column[$0] == ($0 == 2 ? "0" : "") }) }
        #expect(try #require(table.numbers(of: "excess_corr:1"))[2] == 0)
    }

    @Test("a domain without tokens is empty in the table, and a name with a comma is quoted")
    func empty() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let reference = try folder.analyze().result.reference
        let count = reference.neurons
        let comparison = try DomainComparison(
            reference: reference,
            domains: [
                DomainUniversality(withoutTokens: "a, \"b\"", neurons: count, threshold: 0.5),
                DomainUniversality(withoutTokens: "c", neurons: count, threshold: 0.5),
            ])
        let path = folder.path.appending("domains.csv")
        try DomainTable(comparison, isUniversal: Array(repeating: false, count: count)).write(to: path)
        let lines = try String(contentsOfFile: path.string, encoding: .utf8).split(separator: "\n")
        #expect(lines[0].contains("\"excess_corr:a, \"\"b\"\"\",\"excess_corr_se:a, \"\"b\"\"\",\"universal:a, \"\"b\"\"\",excess_corr:c"))
        #expect(lines[1] == "0,0,0,0,,,,,,,")
        #expect(comparison.countsByDomains == [count, 0, 0] && comparison.universalInAll == 0)
        // A domain without tokens keeps no neuron from being universal in all that have some.
        let whole = DomainUniversality(name: "b", try folder.analyze().result)
        let one = try DomainComparison(
            reference: reference, domains: [whole, DomainUniversality(withoutTokens: "c", neurons: count, threshold: 0.5)])
        #expect(one.universalInAll == whole.universal.count)
        #expect(throws: AnalysisError.self) {
            try DomainComparison(
                reference: reference, domains: [DomainUniversality(withoutTokens: "c", neurons: count + 1, threshold: 0.5)])
        }
    }
}
