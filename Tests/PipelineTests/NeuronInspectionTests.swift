import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("What a run knows of one neuron")
struct NeuronInspectionTests {
    /// A run of two models that write to the residual stream: 2 layers of 20 neurons.
    private func analysed() throws -> PlantedFolder {
        let folder = try PlantedFolder()
        try folder.replaceModels()
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func write(_ text: String, to file: FilePath) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file.string)) }

    @Test("is what its tables have: partners, percentiles, tokens")
    func tables() throws {
        let folder = try analysed()
        let found = try NeuronInspection(layer: 1, neuron: 5, in: folder.run)
        #expect(found.model == "a" && found.columns["layer"] == .integer(1) && found.columns["neuron"] == .integer(5))
        let partner = try #require(found.partners?.first)
        let pair = try NumpyArchive.read(folder.run.pair("a", "b"))
        let highest = try #require(pair["a_max_tail_corr"]).values(as: Float.self)
        let places = try #require(pair["a_max_tail_corr_ix"]).values(as: Int32.self)
        let lowest = try #require(pair["a_min_tail_corr"]).values(as: Float.self)
        let length = try #require(pair["a_max_tail_corr"]?.shape.last)
        let start = 25 * length
        #expect(found.partners?.count == 1 && partner.model == "b" && partner.crossfit != nil)
        #expect(partner.best.layer * 20 + partner.best.neuron == Int(places[start]) && Float(partner.best.correlation) == highest[start])
        let (next, last) = (try #require(partner.next), try #require(partner.lowest))
        #expect(next.map { Float($0.correlation) } == Array(highest[start + 1..<start + 5]))
        #expect(next.map { Int32($0.layer * 20 + $0.neuron) } == Array(places[start + 1..<start + 5]))
        #expect(last.map { Float($0.correlation) } == Array(lowest[start..<start + 4]))

        let percentiles = try NeuronTableFile(folder.run.percentiles)
        for name in percentiles.columns.dropFirst(2) {
            let numbers = try #require(percentiles.numbers(of: name))
            #expect(found.percentiles?[name] == numbers[25], "\(name)")
        }
        let vocabulary = try #require(found.vocabulary)
        for (effect, (side, matrix)) in zip(vocabulary, [("out", "unembedding"), ("in", "embedding")]) {
            let arrays = try NumpyArchive.read(folder.run.vocabulary.appending("layer1_\(matrix).npz"))
            let tokens = try #require(arrays["\(side)_bottom_token"])
            let tail = tokens.shape[1]
            #expect(effect.weights.rawValue == side && effect.matrix == matrix && effect.highest.count == 20)
            let ids = try tokens.values(as: Int32.self)
            let variances = try #require(arrays["\(side)_var"]).values(as: Double.self)
            #expect(effect.lowest.map { Int32($0.id) } == Array(ids[5 * tail..<5 * tail + 20]))
            #expect(effect.variance == variances[5])
            #expect(effect.lowest.allSatisfy { $0.text == nil })
        }
        #expect(vocabulary.count == 2 && found.explanations == nil && found.domains == nil)
        #expect(found.tables?.contains { $0.table == "steps.csv" } != true)
        // Only all pairs have cliques; of two models the one pair is all of them.
        #expect(found.cliques == nil || folder.holds("cliques.csv"))
    }

    @Test("is without what is gone, and refuses neurons and models that there are not")
    func missing() throws {
        let folder = try analysed()
        for file in [folder.run.percentiles, folder.run.roles] { try LocalFiles().remove(file) }
        for place in [folder.run.vocabulary, folder.run.pairs] { try folder.run.removeFolder(place) }
        let found = try NeuronInspection(layer: 0, neuron: 0, in: folder.run)
        #expect(found.percentiles == nil && found.role == nil && found.vocabulary == nil)
        #expect(found.partners?.first?.next == nil && found.partners?.first?.lowest == nil && found.partners?.count == 1)
        #expect(throws: PipelineError.noSuchNeuron(layer: 0, neuron: 20, model: "a", layers: 2, width: 20)) {
            try NeuronInspection(layer: 0, neuron: 20, in: folder.run)
        }
        #expect(throws: PipelineError.noReference(model: "b", folder: folder.run.path, references: ["a"])) {
            try NeuronInspection(layer: 0, neuron: 0, of: "b", in: folder.run)
        }
        try LocalFiles().remove(folder.run.neurons)
        #expect(try NeuronInspection(layer: 0, neuron: 0, in: folder.run).order.isEmpty)
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try folder.run.checkHasTables() }
    }

    @Test("has its role, cliques, verdicts by domain and rows of further tables, as the files have them")
    func rows() throws {
        let folder = try analysed()
        let header =
            "layer,neuron,role,universal,vocab_mean,vocab_var,vocab_skew,vocab_kurt,feature,feature_reduction,feature_difference,feature_t,"
            + "promoted,suppressed\n"
        let row = #"1,5,suppression,1,0.001,0.02,-1.5,12.5,is a digit,0.25,-0.3,-9.5,"[""a,b"",""""]",[7]"#
        try write(header + row + "\n", to: folder.run.roles)
        try write(
            "id,size,strength,excess,members\n0,2,0.75,,a:1.5 b:0.3\n1,2,0.5,,a:1.50 b:0.4\n", to: folder.run.cliques)
        try write(
            "layer,neuron,universal,universal_domains,only_domain,excess_corr:Code,excess_corr_se:Code,universal:Code,excess_corr:x,"
                + "excess_corr_se:x,universal:x\n1,5,1,1,Code,0.6,0.01,1,,,\n", to: folder.run.domains)
        try write("layer,neuron,appears,excess_1\n1,5,1000,0.25\n0,5,1,0\n", to: folder.run.steps)
        let found = try NeuronInspection(layer: 1, neuron: 5, in: folder.run)
        let role = try #require(found.role)
        #expect(role.role == .suppression && role.isUniversal && role.strength == 12.5 && role.featureT == -9.5)
        #expect(role.promoted == [.text("a,b"), .text("")] && role.suppressed == [.integer(7)])
        #expect(found.cliques?.map(\.members) == [["a:1.5", "b:0.3"]] && found.cliques?.first?.strength == 0.75)
        let domains = try #require(found.domains)
        #expect(domains.map(\.domain) == ["Code", "x"] && domains.map(\.isUniversal) == [true, nil] && domains[0].standardError == 0.01)
        let table = try #require(found.tables?.first)
        #expect(table.table == "steps.csv" && table.columns == ["appears", "excess_1"] && table.rows == [[.integer(1000), .number(0.25)]])
        // Another neuron is in none of them.
        let other = try NeuronInspection(layer: 0, neuron: 6, in: folder.run)
        #expect(other.role == nil && other.cliques?.isEmpty == true && other.domains == nil)
        #expect(other.tables?.contains { $0.table == "steps.csv" } != true)
        let encoded = try JSONFile.encode(found, keys: .convertToSnakeCase)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(encoded)) as? [String: Any])
        #expect(
            Set(json.keys).isSuperset(of: [
                "layer", "neuron", "model", "columns", "order", "percentiles", "partners", "role", "vocabulary", "cliques", "domains",
                "tables",
                "examples",
            ]))
        #expect((json["domains"] as? [[String: Any]])?[0]["is_universal"] as? Bool == true)
        #expect((json["role"] as? [String: Any])?["feature_reduction"] as? Double == 0.25)
        #expect((json["percentiles"] as? [String: Any])?["in_out_sim"] as? Double == found.percentiles?["in_out_sim"])
    }

    @Test("a table of roles that is damaged is named")
    func damagedRoles() throws {
        let folder = try analysed()
        for (role, tokens) in [("oracle", "[]"), ("partition", "[1")] {
            try write("layer,neuron,role,promoted,suppressed\n0,0,\(role),[],\(tokens)\n", to: folder.run.roles)
            #expect(throws: StorageError.self) { try NeuronInspection(layer: 0, neuron: 0, in: folder.run) }
        }
    }
}
