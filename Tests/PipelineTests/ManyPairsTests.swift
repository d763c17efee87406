import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("The results of several groups of models, exported and compared")
struct ManyPairsTests {
    /// A run of some of five models; f is deeper than the others.
    ///
    /// - Parameter change: changes the models before they are written.
    private func run(
        _ ids: [String], _ pairs: String, change: (inout [String: PlantedModel]) -> Void = { _ in }
    ) throws -> PlantedSeeds {
        var models = Dictionary(
            uniqueKeysWithValues: ["a", "b", "c", "e", "f"].enumerated().map { place, id in
                (id, PlantedModel(seed: UInt64(place), embedding: 9, layers: id == "f" ? 3 : 2))
            })
        change(&models)
        let seeds = try PlantedSeeds(models.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        try seeds.configure(ids.map { "  - {id: \($0), path: \($0)}\n" }.joined() + "pairs: \(pairs)")
        _ = try seeds.run()
        return seeds
    }

    private func grouped() throws -> PlantedSeeds { try run(["a", "b", "c", "e", "f"], "{groups: [[a, b, c], [e, f]]}") }

    @Test("the export has a folder for each compared pair, and tables of each group's reference")
    func exported() throws {
        let (seeds, scratch) = (try grouped(), try TemporaryFolder())
        func export(_ names: [String: String]) throws -> [String] {
            try AuthorsExport(folder: seeds.folder.run, output: scratch.path, names: names).run().files
        }
        func tables(_ name: String) -> [String] {
            ["dataframes/neuron_dfs/\(name).csv", "dataframes/interpretable_neurons/\(name)/universal.csv"]
        }
        func pair(_ name: String, hasBaseline: Bool = true) -> [String] {
            let files = ["none/correlation_summary.npz", "none/correlation_summary_T.npz", "rotation/correlation_summary.npz"]
            return files.prefix(hasBaseline ? 3 : 2).map { "correlation_results/\(name)/planted/pearson.\($0)" }
        }
        // Of b against c there is no baseline: neither is judged.
        let expected = tables("a") + tables("big") + pair("a+b") + pair("a+c") + pair("b+c", hasBaseline: false) + pair("big+f")
        #expect(try export(["e": "big"]) == ["universal-neurons.json"] + expected)
        let own = try NumpyArchive.read(seeds.folder.run.pair("e", "f"))
        for (file, (model, neurons)) in zip(expected.suffix(3), [("e", 40), ("f", 60)]) {
            let found = try NumpyArchive.read(scratch.path.pushing(FilePath(file)))
            #expect(try found["max_corr"]?.values(as: Float.self) == own["\(model)_max_corr"]?.values(as: Float.self), "\(file)")
            #expect(found["bin_counts"]?.shape == [neurons, 101] && found["diag_corr"]?.shape == [40], "\(file)")
        }
        let (theirs, table) = (
            try NeuronTableFile(scratch.path.pushing(FilePath("dataframes/neuron_dfs/big.csv"))),
            try NeuronTableFile(seeds.folder.run.neurons(ofGroup: "e"))
        )
        #expect(theirs.rows.count == 40 && theirs.rows == table.rows.map { Array($0.prefix(22)) })
        // The name of a model of another group is taken.
        #expect(throws: PipelineError.self) { try export(["e": "b"]) }
        #expect(throws: PipelineError.self) { try export(["z": "b"]) }
    }

    @Test("two runs are compared over all pairs that both have, in both directions, and a group's reference by its name")
    func compared() throws {
        let (first, second) = (try grouped(), try run(["e", "f", "b"], "all"))
        func compare(_ other: PlantedSeeds, model: String? = nil) throws -> ComparisonReport {
            try CompareResults(first: first.folder.run.path, second: other.folder.run.path, model: model).run()
        }
        let found = try compare(second, model: "e")
        #expect(found.first.models == ["e", "f"] && found.second.models == ["e", "f", "b"] && found.comparison.neurons == 40)
        #expect(!found.expected.map(\.cause).contains(.reference))
        let best = try #require(found.comparison.columns.first { $0.column == "f_corr" })
        #expect(best.neurons == 40 && best.largest < 1e-5)
        // Of b, which the first run compares with others, there is no common pair.
        let pairs = try #require(found.pairs)
        #expect(pairs.map { [$0.model, $0.other] } == [["e", "f"], ["f", "e"]] && pairs.allSatisfy(\.hasSameModels))
        #expect(pairs.map(\.correlation.neurons) == [40, 60] && pairs.allSatisfy { $0.correlation.largest < 1e-5 })
        #expect(pairs.allSatisfy { $0.partner?.same == $0.correlation.neurons })
        // Without a name each run's own reference is meant.
        let own = try compare(second)
        #expect(own.first.models == ["a", "b", "c"] && own.expected.first?.cause == .reference && own.pairs?.count == 2)
        #expect(try compare(first).pairs?.map { "\($0.model)\($0.other)" } == ["ab", "ba", "ac", "ca", "bc", "cb", "ef", "fe"])

        #expect(throws: PipelineError.noReference(model: "f", folder: first.folder.run.path, references: ["a", "e"])) {
            try compare(second, model: "f")
        }
        let table = first.folder.run.neurons
        #expect(try CompareResults(first: table, second: table).run().pairs == nil)
        #expect(throws: PipelineError.noReference(model: "e", folder: table, references: [])) {
            try CompareResults(first: table, second: table, model: "e").run()
        }
    }

    @Test("other weights under the same ids are named, and models of other shapes not compared")
    func otherModels() throws {
        let first = try grouped()
        let second = try run(["a", "c", "b", "f", "e"], "{groups: [[a, c, b], [f, e]]}") {
            $0["e"] = PlantedModel(seed: 77, embedding: 9)
            $0["b"] = PlantedModel(seed: 78, embedding: 9, layers: 1)
        }
        let found = try CompareResults(first: first.folder.run.path, second: second.folder.run.path).run()
        // The pair is e-f in one run and f-e in the other; b has another shape.
        let pairs = try #require(found.pairs)
        #expect(pairs.map { "\($0.model)\($0.other)" } == ["ac", "ca", "ef", "fe"])
        #expect(pairs.map(\.hasSameModels) == [true, true, false, false])
        #expect(pairs.map { $0.correlation.largest > 0.01 } == [false, false, true, true])
    }
}
