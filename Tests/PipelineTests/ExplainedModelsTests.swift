import Analysis
import Foundation
import Kernels
import Models
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("Families of all models' neurons")
struct ExplainedModelsTests {
    init() { OpenBLAS.useOneThread() }

    /// The neurons in whose rows a column is not empty, with what it has there.
    private func named(_ table: NeuronTableFile, _ column: String) throws -> [NeuronPlace: String] {
        let cells = try #require(table.cells(of: column))
        let places = table.neurons.map { NeuronPlace(layer: $0.layer, neuron: $0.neuron) }
        return Dictionary(zip(places, cells).filter { !$0.1.isEmpty }) { "\($0), \($1)" }
    }

    @Test("neurons that fire on known features are found in a copy of their model in which they stand elsewhere")
    func planted() throws {
        typealias Model = ModelOfAllKinds
        let folder = try RunOfAllKinds(shift: 7) { $0.features.models = .all }
        _ = try RunJob(configuration: folder.configuration, folder: folder.run, context: folder.context).run()
        let outcome = try AnalyzeRun(folder: folder.run, context: folder.context).run()
        let (a, b) = (try NeuronTableFile(folder.run.neurons), try NeuronTableFile(folder.run.families(of: "b")))
        try #require(b.rows.count == Model.layers * Model.mlp)
        #expect(
            b.columns == [
                "layer", "neuron", "family", "explanation", "explanation_score", "explanation_corr", "second_explanation",
                "second_explanation_corr",
            ])
        let moved = Model.readers.map { NeuronPlace(layer: $0.place.layer, neuron: ($0.place.neuron + 7) % Model.mlp) }
        let families = ["unigram", "alphabet", "position", "previous token"]
        let explanations = ["unigram the", "letter x", "position below 64", "previous: letter z"]
        #expect(try named(b, "family") == Dictionary(uniqueKeysWithValues: zip(moved, families)))
        #expect(try named(b, "explanation") == Dictionary(uniqueKeysWithValues: zip(moved, explanations)))
        let scores = (try named(a, "explanation_score"), try named(b, "explanation_score"))
        for (place, reader) in zip(moved, Model.readers) {
            let (own, other) = (Double(scores.0[reader.place] ?? "") ?? 0, Double(scores.1[place] ?? "") ?? 0)
            // The output of a layer's neurons is added up in another order.
            #expect(other > 0.98 && abs(own - other) < 1e-3, "\(place): \(own) and \(other)")
        }
        // Each feature has its neuron in both models.
        let features = try #require(NeuronTableRow.records(in: folder.run.featureNeurons))
        func cells(_ name: String) -> [String] {
            features[0].firstIndex(of: name).map { column in features.dropFirst().map { $0[column] } } ?? []
        }
        let names = cells("feature")
        let (layers, numbers) = (cells("b_layer"), cells("b_neuron"))
        for (explanation, place) in zip(explanations, moved) {
            let row = try #require(names.firstIndex(of: explanation))
            #expect([layers[row], numbers[row]] == ["\(place.layer)", "\(place.neuron)"])
        }
        #expect(outcome.otherExplanations.map(\.model) == ["b"])
        #expect(Array(features[0].suffix(3)) == ["b_layer", "b_neuron", "b_corr"])

        // The card of a neuron says what its best partner responds to, and that of the partner what itself does.
        let (reader, place) = (Model.readers[1].place, moved[1])
        let neuron = try NeuronInspection(layer: reader.layer, neuron: reader.neuron, in: folder.run)
        let partner = try #require(neuron.partners?.first)
        #expect(partner.best.layer == place.layer && partner.best.neuron == place.neuron)
        #expect(partner.explanation?.feature == "letter x" && partner.explanation?.family == "alphabet" && neuron.reference == nil)
        let other = try NeuronInspection(layer: place.layer, neuron: place.neuron, of: "b", in: folder.run)
        #expect(other.model == "b" && other.reference == "a" && other.explanations?.first == partner.explanation)
        let back = try #require(other.partners?.first)
        #expect(back.model == "a" && [back.best.layer, back.best.neuron] == [reader.layer, reader.neuron] && back.best.correlation > 0.99)
        #expect(back.explanation == neuron.explanations?.first && back.next?.count == 4 && other.examples.isEmpty && other.role == nil)
        #expect(try RunInspection(folder.run).results.contains("families"))
        // Lists have each model's neurons, and of the reference's alone whether they are universal.
        let neurons = try RunNeurons(in: folder.run)
        let entries = neurons.entries(of: "b")
        #expect(neurons.explained.map(\.id) == ["b"] && entries.count == Model.layers * Model.mlp && neurons.entries(of: "c").isEmpty)
        let listed = entries.filter { $0.explanation != nil }.map { NeuronPlace(layer: $0.layer, neuron: $0.neuron) }
        #expect(listed == moved.sorted() && entries.allSatisfy { $0.model == "b" && $0.isUniversal == nil && $0.excess == nil })
        #expect(neurons.entries().filter { $0.isUniversal == true }.map(\.explanation?.feature).contains("letter x"))

        // Of a table that is cut off nobody is shown what is left of it.
        let file = folder.run.families(of: "b")
        let good = try MappedFile(file).withBytes { Array($0) }
        for bytes in [[], Array(good.prefix(good.count / 2)), Array(good.dropLast(1))] {
            try DurableFile.replace(file, with: bytes)
            for model in ["a", "b"] {
                let error = try #require(throws: StorageError.self) { try RunNeurons(of: model, in: folder.run) }
                #expect(error.message.contains("b.csv") && error.message.contains("universal-neurons analyze"), "\(error.message)")
            }
        }
    }

    /// A run with features, of the reference alone or of all models.
    private func folder(_ models: ExplainedModels, change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        try PlantedFolder {
            $0.features.isEnabled = true
            $0.features.models = models
            change(&$0)
        }
    }

    /// The text of the tables of families and of features.
    private func tables(_ folder: PlantedFolder) throws -> [String: String] {
        let names = Folder.exists(folder.run.families) ? try Folder.names(in: folder.run.families) : []
        let files = names.map { folder.run.families.appending($0) } + [folder.run.featureNeurons, folder.run.neurons]
        return try Dictionary(
            uniqueKeysWithValues: files.map { ($0.lastComponent?.string ?? "", try String(contentsOfFile: $0.string, encoding: .utf8)) })
    }

    @Test("where they are not asked for, plan, configuration and files are what they were before there were any")
    func without() throws {
        let digest = Digest(of: "bank")
        let planned = PlannedFeatures(digest: digest, columns: 12)
        let json = String(decoding: try JSONFile.encode(planned, isPretty: false), as: UTF8.self)
        #expect(json == #"{"columns":12,"digest":"\#(digest.hex)"}"# + "\n")
        let settings = String(decoding: try JSONFile.encode(FeatureSettings(), isPretty: false), as: UTF8.self)
        #expect(settings == #"{"isEnabled":true,"unigramShare":0.003}"# + "\n")
        let folder = try folder(.reference)
        let run = try folder.compute()
        try folder.analyze()
        #expect(run.plan.numbers.features?.models == nil && run.plan.layout.otherExplainedModels.isEmpty)
        #expect(!folder.holds("families") && run.inspection.featuresOf == nil)
        #expect(
            try tables(folder)["features.csv"]?.hasPrefix("feature,family,vocabulary_tokens,layer,neuron,corr,score,universal\n") == true)
        #expect(throws: PipelineError.noReference(model: "b", folder: folder.run.path, references: ["a"])) {
            try NeuronInspection(layer: 0, neuron: 0, of: "b", in: folder.run)
        }
        // What another plan has left is removed.
        try LocalFiles().createFolder(folder.run.families)
        try folder.analyze()
        #expect(!folder.holds("families"))
    }

    @Test("they change nothing else: the other statistics and tables have the same bits")
    func beside() throws {
        let (few, all) = (try folder(.reference), try folder(.all))
        let runs = (try few.compute(), try all.compute())
        let outcomes = (try few.analyze(), try all.analyze())
        #expect(runs.0.plan.identity != runs.1.plan.identity)
        let (old, new) = (runs.0.plan.layout.blocks, runs.1.plan.layout.blocks)
        // A block for each layer of b.
        #expect(new.count == old.count + 2 && Array(new.prefix(old.count - 1)) == Array(old.dropLast()))
        #expect(runs.1.inspection.featuresOf == .all)
        let (one, other) = (try tables(few), try tables(all))
        #expect(one["neurons.csv"] == other["neurons.csv"] && one["b.csv"] == nil && other["b.csv"] != nil)
        // The reference's columns of the table of features.
        let lines = try [one, other].map { try #require($0["features.csv"]).split(separator: "\n") }
        try #require(lines[0].count == lines[1].count)
        for (few, all) in zip(lines[0], lines[1]) { #expect(all.hasPrefix("\(few),")) }
        #expect(outcomes.0.summary.statisticsSHA256 != outcomes.1.summary.statisticsSHA256)
        let pairs = try [few, all].map { try Data(contentsOf: URL(fileURLWithPath: $0.run.pair("a", "b").string)) }
        #expect(pairs[0] == pairs[1])
    }

    @Test("on any number of threads, in any groups of blocks, from the statistics or from findings of column groups: the same bits")
    func sameBits() throws {
        let expected = try folder(.all)
        let run = try expected.compute()
        let digest = try expected.analyze().summary.statisticsSHA256
        let files = try tables(expected)
        for threads in [1, 3] {
            let folder = try folder(.all)
            let context = JobContext(team: ThreadTeam(count: threads))
            _ = try RunJob(configuration: folder.configuration, folder: folder.run, context: context).run()
            let outcome = try AnalyzeRun(folder: folder.run, context: context).run()
            #expect(try outcome.summary.statisticsSHA256 == digest && tables(folder) == files)
        }
        let apart = try folder(.all)
        let (planned, context) = (try apart.plan(), apart.context())
        var plan = planned.plan
        let blocks = Array(run.layout.blocks.indices)
        plan.blockGroups = stride(from: 0, to: blocks.count, by: 4).map { Array(blocks[$0..<min($0 + 4, blocks.count)]) }
        try plan.write(to: apart.run.plan, on: context.files)
        try planned.store.create()
        for number in 0..<plan.blockGroups.count * planned.shards.count {
            let output = apart.path.appending("\(number).partial")
            _ = try MapTask(folder: apart.run, task: number, output: output, context: context).run()
            try planned.store.fold([try PartialReader(output)], team: context.team)
        }
        #expect(try plan.blockGroups.count > 3 && apart.analyze().summary.statisticsSHA256 == digest && tables(apart) == files)
        try expected.summarise()
        try expected.removeBlocks()
        try expected.run.removeFolder(expected.run.families)
        #expect(try expected.analyze().otherExplanations.map(\.model) == ["b"])
        #expect(try tables(expected) == files)
    }

    @Test("findings that lack a model of the plan are refused")
    func lackingFindings() throws {
        let folder = try folder(.all)
        try folder.compute()
        try folder.summarise()
        try folder.removeBlocks()
        let file = folder.run.findings(ofGroup: "features.0")
        let found = try GroupFindings(contentsOf: file)
        #expect(found.otherExplanations.map(\.model) == ["b"] && found.otherExplanations[0].explanations.neurons.count == 40)
        let few = GroupFindings(header: found.header, universality: nil, domains: found.domains, explanations: found.explanations)
        #expect(try few.encoded().count < found.encoded().count)
        try DurableFile.replace(file, with: few.encoded())
        #expect { try folder.analyze() } throws: { "\($0)".contains("features of other models") }
    }

    @Test("a run that is extended keeps them, and gets what a run of all tokens has")
    func extended() throws {
        let whole = try folder(.all)
        try whole.compute()
        try whole.analyze()
        let folder = try folder(.all) { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        try folder.analyze()
        _ = try ExtendRun(folder: folder.run, tokens: .all, context: folder.context()).run()
        try folder.analyze()
        #expect(try tables(folder) == tables(whole))
    }

    @Test("a run of the reference's families is not gone on with as one of all, and the key is named")
    func otherPlan() throws {
        let folder = try folder(.reference)
        try folder.plan()
        folder.configuration.features.models = .all
        #expect(throws: PipelineError.otherRun(folder: folder.run.path, differences: ["features.models: reference → all"])) {
            try folder.plan()
        }
    }

    @Test("screened runs have them: their blocks are kept whole")
    func screened() throws {
        let exact = try folder(.all)
        try exact.compute()
        try exact.analyze()
        let folder = try folder(.all) {
            var settings = ScreeningSettings()
            settings.pilot = 1_024
            $0.precision = .screening(settings)
        }
        let run = try folder.compute()
        try folder.analyze()
        let group = try #require(run.layout.groups(of: FeatureBank.sourceID).first)
        #expect(
            run.plan.candidates.map { candidates in run.layout.blocks(ownedBy: group).allSatisfy { candidates.count(of: $0) == nil } }
                == true)
        let tables = try [exact, folder].map { try NeuronTableFile($0.run.families(of: "b")) }
        let correlations = try tables.map { try #require($0.numbers(of: "explanation_corr")) }
        #expect(correlations[0].count == 40 && zip(correlations[0], correlations[1]).allSatisfy { abs(abs($0) - abs($1)) < 1e-4 })
    }

    @Test("with groups of models, domains as strata and directions in the place of neurons every model has them")
    func everywhere() throws {
        let seeds = try PlantedSeeds(["a", "b", "c", "d"].enumerated().map { ($1, PlantedModel(seed: UInt64($0), embedding: 100)) })
        let models = ["a", "b", "c", "d"].map { "  - {id: \($0), path: \($0)}\n" }.joined()
        try seeds.configure(models + "pairs: {groups: [[a, b], [c, d]]}\nstrata: domain\ncolumns: {rotated: {seed: 1}}")
        seeds.folder.configuration.features.isEnabled = true
        seeds.folder.configuration.features.models = .all
        _ = try seeds.run()
        let folder = seeds.folder.run
        #expect(try Folder.names(in: folder.families).sorted() == ["b.csv", "c.csv", "d.csv"])
        for model in ["b", "c", "d"] {
            let table = try NeuronTableFile(folder.families(of: model))
            #expect(table.rows.count == 40 && table.cells(of: "name")?.last == "1.r19")
            let numbers = try #require(table.numbers(of: "explanation_corr"))
            let found = try NeuronInspection(layer: 1, neuron: 4, of: model, in: folder)
            #expect(found.reference == (model == "c" ? nil : model == "b" ? "a" : "c"))
            #expect(numbers.allSatisfy { abs($0) <= 1 } && found.partners?.count == 1 && found.kind == "rotated direction")
        }
        #expect(try NeuronTableFile(folder.neurons(ofGroup: "c")).rows.count == 40)
    }
}
