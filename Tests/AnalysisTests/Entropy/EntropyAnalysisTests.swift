import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

@Suite("Entropy neurons by weights")
struct EntropyAnalysisTests {
    private static let width = 64, mlp = 32

    /// No token has anything in the first two dimensions; neuron 1.20 writes their difference, strongly, and little else.
    private static func model() -> TinyModel {
        TinyModel(.gpt2, layers: 2, width: width, mlp: mlp, vocabulary: 200, seed: 9) { name, values in
            if name == "wte.weight" { for token in 0..<200 { for d in 0..<2 { values[token * width + d] = 0 } } }
            guard name == "h.1.mlp.c_proj.weight" else { return }
            for d in 0..<width { values[20 * width + d] *= 0.1 }
            values[20 * width] += 6
            values[20 * width + 1] -= 6
        }
    }

    private func findings(kurtosis: [Double]? = nil) throws -> EntropyFindings {
        try TemporaryFolder.with { url in
            try Self.model().write(to: url)
            let weights = ProcessedWeights(try ModelFolder(FilePath(url.path)))
            let team = ThreadTeam(count: 2)
            let analysis = EntropyAnalysis(
                weights, findings: try WeightAnalysis(weights, team: team).run(), activationKurtosis: kurtosis, team: team)
            return try #require(try analysis.run())
        }
    }

    @Test("a planted one, with large weights in the unembedding's null space, is found, and no other is")
    func planted() throws {
        let findings = try findings()
        #expect(findings.entropyNeurons.map { [$0.layer, $0.neuron] } == [[1, 20]])
        let neuron = try #require(findings.candidates.first)
        #expect(neuron.neuron == 20 && neuron.kind == .candidate && neuron.nullFraction > 0.95 && neuron.penalty > 60)
        #expect(findings.nullFractions.count == 2 * Self.mlp && findings.nullFractions[Self.mlp + 20] == neuron.nullFraction)
        #expect(findings.randomFraction > 0.2 && findings.randomFraction < 0.8)
        #expect(findings.controls.count == 20 && findings.controls.allSatisfy { $0.kind == .control && !$0.isEntropyNeuron })
        #expect(Set(findings.controls.map(\.index)).isDisjoint(with: findings.candidates.map(\.index)))
    }

    @Test("kurtosis of pre-activations is asked where it is known")
    func activationKurtosis() throws {
        var kurtosis = [Double](repeating: 3, count: 2 * Self.mlp)
        kurtosis[Self.mlp + 20] = 11
        #expect(try findings(kurtosis: kurtosis).entropyNeurons.isEmpty)
        kurtosis[Self.mlp + 20] = 9
        #expect(try findings(kurtosis: kurtosis).entropyNeurons.map(\.activationKurtosis) == [9])
    }

    /// Twelve layers of ten neurons with ordinary figures.
    private func figures(_ change: (inout [Double], inout [Double], inout [Double], inout [Double]) -> Void) throws -> EntropyFigures {
        var penalty = (0..<120).map { 1 + Double($0 * 37 % 120) / 1_000 }
        var variance = (0..<120).map { 0.01 + Double($0 * 53 % 120) / 10_000 }
        var (kurtosis, active) = ([Double](repeating: 3, count: 120), [Double](repeating: 4, count: 120))
        change(&penalty, &variance, &kurtosis, &active)
        return try EntropyFigures(
            layers: Array(repeating: 10, count: 12), penalty: penalty, variance: variance, kurtosis: kurtosis, activationKurtosis: active)
    }

    @Test("the paper's literal cuts admit what they say, number by number")
    func presets() throws {
        let figures = try figures { penalty, variance, kurtosis, active in
            for neuron in 100..<107 { penalty[neuron] = 3 }
            for neuron in [99, 100, 101] { variance[neuron] = 0.001 }
            penalty[99] = 5
            kurtosis[102] = 10.1
            kurtosis[101] = 7.5
            active[103] = 10.1
            penalty[104] = 2.9
        }
        func admitted(_ preset: EntropyPreset) -> [Int] { (0..<120).filter { preset.cuts.admit($0, of: figures) } }
        #expect(admitted(.small) == [100, 101, 105, 106])
        #expect(admitted(.pythia) == [100])
        #expect(admitted(.medium) == [])
        #expect(figures.layer(of: 99) == 9 && figures.number(of: 99) == 9 && figures.lastTwoLayers == 10)
    }

    @Test("quantiles are within the model, controls of the last two layers, the same for a seed, and more of them only add some")
    func quantiles() throws {
        let figures = try figures { penalty, variance, _, _ in
            penalty[115] = 9
            variance[115] = 1e-5
            // Large, and with an effect: neither candidate nor control.
            penalty[116] = 9
        }
        let cuts = EntropyCuts(within: figures)
        #expect((0..<120).filter { cuts.admit($0, of: figures) } == [115])
        let eligible = EntropyControls.eligible(among: figures)
        #expect(eligible.allSatisfy { $0 >= 100 } && !eligible.contains(115) && !eligible.contains(116) && eligible.count > 12)
        let few = EntropyControls.chosen(5, of: eligible, seed: 1)
        #expect(few.count == 5 && few == few.sorted() && few == EntropyControls.chosen(5, of: eligible, seed: 1))
        #expect(Set(few).isSubset(of: EntropyControls.chosen(9, of: eligible, seed: 1)))
        #expect(EntropyControls.chosen(5, of: eligible, seed: 2) != few)
        #expect(EntropyControls.chosen(1_000, of: eligible, seed: 1) == eligible)
        #expect(throws: AnalysisError.self) {
            try EntropyFigures(layers: [2], penalty: [1, 2], variance: [1, 2], kurtosis: [3], activationKurtosis: nil)
        }
    }

    @Test("quantiles are numpy's, and what is not finite has no place")
    func sorted() {
        let figures = SortedFigures([4, .nan, 1, 2, .infinity, 3])
        #expect(figures.quantile(0) == 1 && figures.quantile(1) == 4 && abs(figures.quantile(0.9) - 3.7) < 1e-12)
        #expect(SortedFigures([]).quantile(0.5).isNaN && SortedFigures([7]).quantile(0.1) == 7)
    }

    @Test("the table has candidates, then controls; the archive every neuron")
    func files() throws {
        try TemporaryFolder.with { url in
            let findings = try findings()
            let folder = FilePath(url.path)
            try EntropyTable(findings, isUniversal: { $0.neuron == 20 && $0.layer == 1 }).write(to: folder.appending("entropy.csv"))
            let lines = try String(contentsOf: url.appendingPathComponent("entropy.csv"), encoding: .utf8).split(separator: "\n")
            #expect(
                lines[0] == "layer,neuron,kind,entropy,universal,null_fraction,l2_penalty,vocab_var,vocab_kurt,kurt,presets,"
                    + "frequency_corr,token_frequency")
            #expect(lines[1].hasPrefix("1,20,candidate,1,1,0.9") && lines.count == 1 + findings.candidates.count + 20)
            #expect(lines.last?.contains(",control,0,") == true)
            try EntropyArchive.write(findings, to: folder.appending("entropy.npz"))
            let arrays = try NumpyArchive.read(folder.appending("entropy.npz"))
            #expect(try arrays["null_fraction"]?.values(as: Double.self) == findings.nullFractions)
        }
    }
}
