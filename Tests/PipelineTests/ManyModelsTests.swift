import Analysis
import Foundation
import Storage
import Testing

@testable import Pipeline

@Suite("Many seeds and their training")
struct ManyModelsTests {
    private let a = PlantedModel(seed: 1, embedding: 100)
    private let first = (0, 3), second = (1, 5), third = (0, 11)

    /// Four models: one neuron corresponds in all of them, one in three, one in b and c alone.
    private func seeds() -> [(String, PlantedModel)] {
        var b = PlantedModel(seed: 2, embedding: 100)
        var c = PlantedModel(seed: 3, embedding: 100)
        var d = PlantedModel(seed: 4, embedding: 100)
        b.plant(0, 17, as: a, first.0, first.1)
        c.plant(1, 2, as: a, first.0, first.1)
        d.plant(1, 4, as: a, first.0, first.1)
        b.plant(1, 6, as: a, second.0, second.1)
        c.plant(1, 19, as: a, second.0, second.1)
        b.plant(0, 0, as: c, 0, 8)
        return [("a", a), ("b", b), ("c", c), ("d", d)]
    }

    private func list(_ ids: [String]) -> String { ids.map { "  - {id: \($0), path: \($0)}\n" }.joined() }

    @Test("cliques are the planted correspondences, with the smallest correlation inside and the excess of the reference's neuron")
    func cliques() throws {
        let seeds = try PlantedSeeds(seeds())
        try seeds.configure(list(["a", "b", "c", "d"]) + "pairs: all")
        let (result, summary) = try seeds.run()
        let cliques = try #require(summary.cliques)
        let rows = seeds.rows("cliques.csv")
        #expect(seeds.text("cliques.csv")?.hasPrefix("id,size,strength,excess,members\n") == true)
        #expect(rows.count == cliques.count && rows.map { $0[0] } == (0..<rows.count).map { "\($0)" })
        // By size, then by strength: what corresponds in all models is the first.
        let whole = try #require(rows.first)
        #expect(whole[1] == "4" && whole[4] == "a:0.3 b:0.17 c:1.2 d:1.4")
        #expect(try #require(Float(whole[2])) > 0.9999)
        let excess = result.excess[a.index(first)]
        #expect(abs(try #require(Double(whole[3])) - excess) < 1e-6 && excess > 0.38)
        // The one of three models: alone, or with a neuron of d that happens to be the nearest there, and is not near.
        let three = try #require(rows.first { $0[4].hasPrefix("a:1.5 b:1.6 c:1.19") })
        #expect(three[1] == "3" ? Float(three[2]) ?? 0 > 0.9999 : Float(three[2]) ?? 1 < 0.95)
        // The one of b and c: never with a at such strength, and without a there is no excess.
        let two = try #require(rows.first { $0[4].contains("b:0.0 c:0.8") })
        #expect(two[4].hasPrefix("a:") == !two[3].isEmpty)
        #expect(two[1] == "2" ? Float(two[2]) ?? 0 > 0.9999 : Float(two[2]) ?? 1 < 0.95)
        for row in rows {
            let members = row[4].split(separator: " ").map { $0.split(separator: ":").first ?? "" }
            #expect(members.count == Int(row[1]) && Set(members).count == members.count && members == members.sorted())
        }
        // The table counts the reference's neurons by their largest clique.
        let sizes = cliques.sizes
        #expect(sizes.map(\.size) == [2, 3, 4] && sizes.map(\.count) == sizes.map(\.count).sorted(by: >))
        for size in sizes {
            let neurons = Set(rows.filter { $0[4].hasPrefix("a:") && Int($0[1]) ?? 0 >= size.size }.map { $0[4].prefix { $0 != " " } })
            #expect(size.count == neurons.count && size.standardError != nil)
        }
        #expect((sizes.last?.universal ?? 0) >= 1 && cliques.replicates == 1_000)
    }

    @Test("a neuron that never fires is in no clique, though others are as silent")
    func silent() throws {
        var models = seeds()
        models[0].1.silence(0, 6)
        models[1].1.silence(0, 6)
        models[2].1.silence(1, 3)
        let seeds = try PlantedSeeds(models)
        try seeds.configure(list(["a", "b", "c", "d"]) + "pairs: all")
        let (result, summary) = try seeds.run()
        #expect(result.zeroVariance == ["a": [6], "b": [6], "c": [23], "d": []] || result.zeroVariance == ["a": [6], "b": [6], "c": [23]])
        let members = seeds.rows("cliques.csv").flatMap { $0[4].split(separator: " ").map(String.init) }
        #expect(Set(["a:0.6", "b:0.6", "c:1.3"]).isDisjoint(with: members) && members.contains("a:0.3"))
        #expect(
            summary.cliques?.universalStandardError != nil && summary.cliques?.sizes.allSatisfy { $0.universalStandardError != nil } == true
        )
    }

    @Test("without all pairs there are no cliques, and what another plan has left of them is removed")
    func noCliques() throws {
        let seeds = try PlantedSeeds(seeds())
        try seeds.configure(list(["a", "b", "c"]))
        _ = try seeds.run()
        #expect(seeds.text("cliques.csv") == nil)
        try DurableFile.replace(seeds.folder.run.cliques, with: "id\n")
        try LocalFiles().createFolder(seeds.folder.run.groups)
        let summary = try seeds.folder.analyze().summary
        #expect(summary.cliques == nil && summary.groups == nil && summary.steps == nil)
        #expect(seeds.text("cliques.csv") == nil && !Folder.exists(seeds.folder.run.groups))
    }

    @Test("a group gets what a run of its models alone would find, to the bit", arguments: ["all", "reference"])
    func groups(within: String) throws {
        var (e, f) = (PlantedModel(seed: 5, embedding: 100, layers: 3, mlp: 13), PlantedModel(seed: 6, embedding: 100, layers: 1, mlp: 30))
        var g = PlantedModel(seed: 7, embedding: 100, layers: 3, mlp: 13)
        e.plant(2, 12, as: a, 0, 1)
        f.plant(0, 7, as: a, 0, 1)
        g.plant(0, 0, as: a, 0, 1)
        let seeds = try PlantedSeeds(seeds() + [("e", e), ("f", f), ("g", g)])
        try seeds.configure(list(["a", "e", "b", "f", "c", "g"]) + "pairs: {groups: [[e, f, g], [a, b, c]], within: \(within)}")
        let (result, summary) = try seeds.run()
        #expect(result.matches.map(\.model.id) == ["b", "c"] && summary.models == ["a", "b", "c"])
        let group = try #require(summary.groups?.first)
        #expect(summary.groups?.count == 1 && group.models == ["e", "f", "g"] && group.neurons == 39)
        #expect((group.cliques != nil) == (within == "all"))
        let pairs = try Folder.names(in: seeds.folder.run.pairs).sorted()
        let more = within == "all" ? ["b-c", "f-g"] : []
        #expect(pairs == (["a-b", "a-c", "e-f", "e-g"] + more).map { "\($0).npz" }.sorted())
        let planted = try #require(seeds.rows("groups/e.csv").first { $0.prefix(2) == ["2", "12"] })
        #expect(planted.contains("0.99999") || planted.compactMap(Float.init).contains { $0 > 0.9999 })
        let (tables, cliques) = ([seeds.text("neurons.csv"), seeds.text("groups/e.csv")], seeds.rows("cliques.csv"))
        let files = try (["a-b", "e-g"] + more).map {
            try Data(contentsOf: URL(fileURLWithPath: seeds.folder.run.pairs.appending("\($0).npz").string))
        }
        // The same from the findings of column groups, as reducers elsewhere make them.
        let expected = try seeds.results()
        try seeds.folder.run.removeFolder(seeds.folder.run.correlations)
        try seeds.folder.run.removeFolder(seeds.folder.run.groups)
        try seeds.folder.summarise()
        try seeds.folder.removeBlocks()
        try seeds.folder.analyze()
        #expect(try seeds.results() == expected && expected.keys.contains { $0.hasSuffix("correlations.zarr/e-g/0.0") })

        var alone: [[[String]]] = []
        for (place, ids) in [["a", "b", "c"], ["e", "f", "g"]].enumerated() {
            try seeds.configure(list(ids) + "pairs: \(within)")
            _ = try seeds.run()
            #expect(seeds.text("neurons.csv") == tables[place])
            for (name, data) in zip(["a-b", "e-g"] + more, files) where name.first == ids[0].first || name.first == ids[1].first {
                let file = URL(fileURLWithPath: seeds.folder.run.pairs.appending("\(name).npz").string)
                #expect(try Data(contentsOf: file) == data, "\(name)")
            }
            alone.append(seeds.rows("cliques.csv"))
        }
        #expect(cliques.map { Array($0.dropFirst()) } == alone.joined().map { Array($0.dropFirst()) })
    }

    @Test("screened, a group gets what a screened run of its models alone would find, to the bit", arguments: ["all", "reference"])
    func screened(within: String) throws {
        var f = PlantedModel(seed: 6, embedding: 100, layers: 1, mlp: 30)
        let e = PlantedModel(seed: 5, embedding: 100)
        f.plant(0, 7, as: e, 1, 2)
        let seeds = try PlantedSeeds(seeds() + [("e", e), ("f", f)])
        let screening = "precision: {screening: {pilot: 4096, candidates: 4}}"
        // The groups' models stand mixed, and so do the pairs of their candidates.
        try seeds.configure(list(["a", "e", "b", "f", "c"]) + "pairs: {groups: [[e, f], [a, b, c]], within: \(within)}\n\(screening)")
        let (result, summary) = try seeds.run()
        let group = try #require(summary.groups?.first)
        #expect(summary.models == ["a", "b", "c"] && group.models == ["e", "f"] && result.screening == summary.screening)
        let tables = [seeds.text("neurons.csv"), seeds.text("groups/e.csv")]
        let findings = [summary.screening, group.screening]
        #expect(findings.allSatisfy { $0?.pilotTokens == 4_096 } && (group.cliques != nil) == (within == "all"))
        for (place, ids) in [["a", "b", "c"], ["e", "f"]].enumerated() {
            try seeds.configure(list(ids) + "pairs: \(within)\n\(screening)")
            let alone = try seeds.run().summary
            #expect(seeds.text("neurons.csv") == tables[place] && tables[place] != nil)
            #expect(alone.screening == findings[place] && alone.groups == nil)
        }
    }

    @Test("domains are those of the first group alone, as that group by itself would have them, also from findings of column groups")
    func domains() throws {
        let seeds = try PlantedSeeds(seeds())
        try seeds.configure(list(["a", "b"]) + "pairs: all\nstrata: domain")
        let cliques = try #require(try seeds.run().summary.cliques)
        // Of two models each clique is a pair, and other seeds there are none.
        #expect(cliques.sizes.map(\.size) == [2] && cliques.sizes[0].count == cliques.count && cliques.sizes[0].standardError == nil)
        #expect(cliques.universalStandardError == nil)
        let alone = try #require(seeds.text("domains.csv"))
        try seeds.configure(list(["a", "b", "c", "d"]) + "pairs: {groups: [[a, b], [c, d]]}\nstrata: domain")
        _ = try seeds.run()
        #expect(seeds.text("domains.csv") == alone)
        let expected = try seeds.results()
        try seeds.folder.summarise()
        try LocalFiles().remove(seeds.folder.run.domains)
        try seeds.folder.removeBlocks()
        try seeds.folder.analyze()
        #expect(try seeds.results() == expected)
    }

    @Test("of training, each universal neuron has the step at which it appears")
    func steps() throws {
        // At step 1 the first neuron corresponds, and one that is lost again; at step 20 the first, and two new ones.
        let lost = (1, 9)
        var last = seeds().prefix(3).map(\.1)
        last[1].plant(1, 18, as: a, third.0, third.1)
        last[2].plant(0, 1, as: a, third.0, third.1)
        var early = (11...13).map { PlantedModel(seed: UInt64($0), embedding: 100) }
        let start = early[0]
        for (model, places) in [(1, [(0, 17), (0, 5)]), (2, [(1, 2), (1, 7)])] {
            for (place, neuron) in zip(places, [first, lost]) { early[model].plant(place.0, place.1, as: start, neuron.0, neuron.1) }
        }
        let seeds = try PlantedSeeds(
            zip(["a", "b", "c"], early).map { ("\($0)-1", $1) } + zip(["a", "b", "c"], last).map { ("\($0)-20", $1) })
        try seeds.configure(["a", "b", "c"].map { "  - {id: \($0), path: \"\($0)-{step}\", steps: [20, 1]}\n" }.joined())
        let summary = try seeds.run().summary
        #expect(summary.models == ["a@20", "b@20", "c@20"])
        #expect(summary.groups?.map(\.models) == [["a@1", "b@1", "c@1"]])
        #expect(seeds.text("steps.csv")?.hasPrefix("layer,neuron,appears,excess_1,excess_20\n") == true)
        let rows = seeds.rows("steps.csv")
        #expect(rows.map { Array($0.prefix(3)) } == [["0", "3", "1"], ["0", "11", "20"], ["1", "5", "20"]])
        for row in rows {
            let excess = row.suffix(2).map { Double($0) ?? .nan }
            #expect((excess[0] > 0.38) == (row[2] == "1") && excess[1] > 0.38)
        }
        #expect(summary.steps?.map(\.step) == [1, 20])
        #expect(summary.steps?.map(\.universal.count) == [2, 3])
        #expect(summary.steps?.map(\.universalAtEnd) == [1, 3] && summary.steps?.map(\.appear) == [1, 2])
        // Checkpoints of other steps are not compared.
        #expect(try Folder.names(in: seeds.folder.run.pairs).sorted() == ["a@1-b@1.npz", "a@1-c@1.npz", "a@20-b@20.npz", "a@20-c@20.npz"])
        #expect(seeds.text("groups/a@1.csv") != nil && seeds.text("cliques.csv") == nil)
    }

    @Test("checkpoints of other shapes are no steps of a training")
    func otherShape() throws {
        let small = PlantedModel(seed: 8, embedding: 100, layers: 1, mlp: 20)
        let seeds = try PlantedSeeds([("a-1", small), ("b-1", small), ("a-2", a), ("b-2", a)])
        try seeds.configure(["a", "b"].map { "  - {id: \($0), path: \"\($0)-{step}\", steps: [1, 2]}\n" }.joined())
        #expect(throws: AnalysisError.self) { try seeds.run() }
        // That is known before anything is computed.
        #expect(!seeds.folder.run.hasPlan)
        let error = #expect(throws: AnalysisError.self) { try EstimatedShape(seeds.folder.configuration, threads: 1) }
        #expect(error?.message.contains("neurons of 'a@1', a checkpoint of the training of 'a@2': expected 40, found 20") == true)
    }
}
