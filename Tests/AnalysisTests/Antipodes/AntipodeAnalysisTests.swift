import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import Testing

@testable import Analysis
@testable import Models

@Suite("Antipodes and duplicates by weights")
struct AntipodeAnalysisTests {
    private static let names = ["GPT2-crfm", "GPT2-untied", "GPTNeoX-pythia"]

    private static func weights(_ name: String) throws -> ProcessedWeights {
        ProcessedWeights(try ModelFolder(WeightFixture.root.appending(name.replacing("-", with: "/"))))
    }

    /// The figures of all neurons in each layer, and the findings.
    private static func found(
        _ weights: ProcessedWeights, memory: Int? = nil, threads: Int = 2
    ) throws -> (findings: AntipodeFindings, layers: [[LayerNeighbours]]) {
        var layers: [[LayerNeighbours]] = []
        let findings = try AntipodeAnalysis(weights, memory: memory, team: ThreadTeam(count: threads)).run { layer, neighbours in
            #expect(layer == layers.count)
            layers.append(neighbours)
        }
        return (findings, layers)
    }

    @Test("the largest and smallest cosines with each layer are those of float64, for every pairing", arguments: names)
    func reference(name: String) throws {
        let weights = try Self.weights(name)
        let (count, layers) = (weights.configuration.mlpWidth, weights.configuration.layers)
        let found = try Self.found(weights).layers
        try #require(found.count == layers && found.allSatisfy { $0.count == layers })
        let arrays = try NumpyArchive.read(WeightFixture.root.appending("Weights/antipodes.npz"))
        func check(_ key: String, _ best: (LayerNeighbours) -> BestPartners, isProduct: Bool = false) throws {
            let expected = try #require(arrays["\(name)_\(key)"]).values(as: Double.self)
            try #require(expected.count == layers * count * layers)
            for layer in 0..<layers {
                for other in 0..<layers {
                    let column = best(found[layer][other])
                    for neuron in 0..<count {
                        let value = expected[(layer * count + neuron) * layers + other]
                        let (own, partner) = (column.values[neuron], column.partners[neuron])
                        if isProduct, value == 0 {
                            #expect(partner == -1 && own.isNaN)
                        } else {
                            #expect(abs(Double(own) - value) < 2e-6, "\(key) of \(layer).\(neuron) in layer \(other)")
                            #expect((0..<Int32(count)).contains(partner) && (layer != other || Int(partner) != neuron))
                        }
                    }
                }
            }
        }
        for pairing in VectorPairing.allCases {
            try check("\(pairing.rawValue)_max") { $0.highest(pairing) }
            try check("\(pairing.rawValue)_min") { $0.lowest(pairing) }
        }
        try check("antipode", \.antipodes, isProduct: true)
        try check("duplicate", \.duplicates, isProduct: true)
    }

    @Test("over the model each neuron has the best of its layers, within its layer that of its own", arguments: names)
    func scopes(name: String) throws {
        let weights = try Self.weights(name)
        let count = weights.configuration.mlpWidth
        let (findings, layers) = try Self.found(weights)
        #expect(findings.layers == Array(repeating: count, count: layers.count))
        for (layer, neighbours) in layers.enumerated() {
            for neuron in 0..<count {
                let place = layer * count + neuron
                let all = neighbours.map { $0.lowest(.outputs).values[neuron] }
                #expect(findings.inModel.mostOpposedOutput.values[place] == all.min())
                let partner = Int(findings.inModel.mostOpposedOutput.partners[place])
                #expect(all.firstIndex(of: all.min() ?? 0) == partner / count)
                #expect(Int(neighbours[partner / count].lowest(.outputs).partners[neuron]) == partner % count)
                #expect(findings.inLayer.closestInput.values[place] == neighbours[layer].highest(.inputs).values[neuron])
                #expect(Int(findings.inLayer.closestInput.partners[place]) / count == layer)
                #expect(findings.inModel.closestInput.values[place] >= findings.inLayer.closestInput.values[place])
            }
        }
    }

    @Test("the same bits on any number of threads, and where only two layers fit into memory")
    func sameBits() throws {
        let weights = try Self.weights("GPT2-crfm")
        let one = try Self.found(weights, threads: 1)
        for threads in 1...3 {
            for memory in [0, nil] {
                let other = try Self.found(weights, memory: memory, threads: threads)
                #expect(other.layers == one.layers)
                #expect(other.findings.inModel == one.findings.inModel && other.findings.inLayer == one.findings.inLayer)
            }
        }
    }

    /// A model into which a duplicate and an antipode were put: neurons 9 and 12 of layer 1 are neuron 4, the second one turned round, and
    /// neuron 3 of layer 0 has no output.
    private func planted<Result>(_ body: (ProcessedWeights) throws -> Result) throws -> Result {
        try TemporaryFolder.with { folder in
            let (width, mlp) = (16, 24)
            try TinyModel(width: width, mlp: mlp, seed: 8) { name, values in
                for (neuron, sign) in [(9, Float(2)), (12, -0.5)] {
                    for d in 0..<width {
                        if name == "h.1.mlp.c_fc.weight" { values[d * mlp + neuron] = sign * values[d * mlp + 4] }
                        if name == "h.1.mlp.c_proj.weight" { values[neuron * width + d] = sign * values[4 * width + d] }
                    }
                }
                if name == "h.0.mlp.c_proj.weight" { for d in 0..<width { values[3 * width + d] = 0 } }
            }.write(to: folder)
            return try body(ProcessedWeights(try ModelFolder(.init(folder.path))))
        }
    }

    @Test("a duplicate and an antipode that were planted are found, by both sides; a neuron that writes nothing has neither")
    func planting() throws {
        try planted { weights in
            let findings = try Self.found(weights).findings
            let scope = findings.inModel
            for (neuron, duplicates, antipodes) in [
                (24 + 4, [24 + 9], [24 + 12]), (24 + 9, [24 + 4], [24 + 12]), (24 + 12, [], [24 + 4, 24 + 9]),
            ] {
                if !duplicates.isEmpty {
                    #expect(duplicates.contains(Int(scope.duplicates.partners[neuron])) && scope.duplicates.values[neuron] > 0.999)
                }
                #expect(antipodes.contains(Int(scope.antipodes.partners[neuron])) && scope.antipodes.values[neuron] > 0.999)
                #expect(scope.mostOpposedInput.values[neuron] < -0.999 && scope.mostOpposedOutput.values[neuron] < -0.999)
            }
            #expect(scope.antipodes.values.filter { $0 > 0.9 }.count == 3 && scope.duplicates.values.filter { $0 > 0.9 }.count == 2)
            #expect(scope.antipodes.partners[3] == -1 && scope.duplicates.values[3].isNaN && scope.closestOutput.partners[3] == -1)
            #expect(scope.closestInput.partners[3] >= 0)
        }
    }

    @Test("correlations within the layer are those of a neuron with its antipode and its duplicate there")
    func correlations() throws {
        try planted { weights in
            var findings = try Self.found(weights).findings
            try findings.addCorrelations { layer, correlations in
                for place in 0..<24 * 24 { correlations[place] = Float(layer) + Float(place) / 1_024 }
            }
            let (antipodes, duplicates) = (try #require(findings.antipodeCorrelations), try #require(findings.duplicateCorrelations))
            #expect(duplicates[24 + 4] == 1 + Double(4 * 24 + 9) / 1_024 && duplicates[24 + 9] == 1 + Double(9 * 24 + 4) / 1_024)
            #expect(antipodes[24 + 9] == 1 + Double(9 * 24 + 12) / 1_024 && antipodes[3].isNaN)
        }
    }

    @Test("the table has a row a neuron, and empty cells where there is no partner")
    func table() throws {
        try planted { weights in
            let findings = try Self.found(weights).findings
            try TemporaryFolder.with { folder in
                let file = folder.appendingPathComponent("antipodes.csv")
                try AntipodeTable(findings, isUniversal: (0..<48).map { $0 == 28 }).write(to: .init(file.path))
                let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                }
                #expect(lines.count == 49 && lines.allSatisfy { $0.count == 3 + 6 * 3 + 6 * 2 + 2 })
                func cell(_ column: String, _ neuron: Int) throws -> String {
                    lines[1 + neuron][try #require(lines[0].firstIndex(of: column))]
                }
                #expect(try cell("duplicate_layer", 28) == "1" && cell("duplicate_neuron", 28) == "9" && cell("universal", 28) == "1")
                #expect(try cell("layer_duplicate_neuron", 28) == "9" && cell("layer_duplicate_corr", 28).isEmpty)
                #expect(try cell("antipode", 3).isEmpty && cell("antipode_layer", 3).isEmpty && !cell("in_max_cos", 3).isEmpty)
            }
            #expect(throws: AnalysisError.self) { try AntipodeTable(findings, isUniversal: [true]) }
        }
    }
}
