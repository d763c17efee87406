import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models

@Suite("Neurons that switch attention heads")
struct AttentionAnalysisTests {
    /// The scores of a model's neurons, layer after layer.
    private func scores(_ fixture: AttentionFixture, threads: Int = 2) throws -> (AttentionFindings, [HeadScores]) {
        var all: [HeadScores] = []
        let analysis = AttentionAnalysis(fixture.weights, token: try fixture.token(), team: ThreadTeam(count: threads))
        let findings = try analysis.run { all.append($0) }
        return (findings, all)
    }

    @Test("heuristic and composition scores are those of a float64 implementation", arguments: AttentionFixture.names)
    func reference(name: String) throws {
        let fixture = try AttentionFixture(name)
        let (_, found) = try scores(fixture)
        #expect(AttentionFixture.error(found.flatMap { $0.score.map(Double.init) }, try fixture.numbers("score")) < 1e-4)
        for kind in CompositionKind.allCases {
            let values = found.flatMap { ($0.composition[kind] ?? []).map(Double.init) }
            let error = AttentionFixture.error(values, try fixture.numbers(kind.rawValue))
            #expect(error < 1e-4, "\(kind): \(error)")
        }
    }

    @Test("the ranking has the largest scores in order, and each neuron's strongest heads are its own largest")
    func ranking() throws {
        let fixture = try AttentionFixture("GPT2/crfm")
        let (findings, found) = try scores(fixture)
        let (layers, heads) = (3, 4)
        let sorted = found.flatMap(\.score).filter { !$0.isNaN }.map(abs).sorted(by: >)
        #expect(findings.ranking.map { abs($0.score) } == Array(sorted.prefix(AttentionAnalysis.usualLength)))
        for entry in findings.ranking.prefix(20) {
            let (pair, own) = (entry.pair, found[entry.pair.layer])
            let place = own.place(neuron: pair.neuron, headLayer: pair.headLayer, head: pair.head)
            #expect(own.score[place] == entry.score && own.pair(at: place) == pair)
            #expect(entry.composition[.query] == own.composition[.query]?[place])
            #expect(abs(entry.cosine) <= 1.0001 && pair.headLayer > pair.layer)
        }
        let kept = AttentionFindings.strongestHeads
        for (layer, own) in found.enumerated() {
            for neuron in 0..<own.neurons {
                let row = own.score[neuron * layers * heads..<(neuron + 1) * layers * heads].filter { !$0.isNaN }
                let first = (layer * own.neurons + neuron) * kept
                let expected = Array(row.sorted { abs($0) > abs($1) }.prefix(kept))
                #expect(Array(findings.strongestScores[first..<first + kept].prefix(expected.count)) == expected)
                #expect(findings.strongest[first..<first + kept].count { $0 < 0 } == kept - expected.count)
            }
        }
        let few = try AttentionAnalysis(
            fixture.weights, token: try fixture.token(), length: 5, isWanted: { $0.head == 2 && $0.neuron == 7 },
            team: ThreadTeam(count: 1)
        ).run()
        #expect(few.ranking.map(\.pair.head) == [2, 2, 2] && few.ranking.allSatisfy { $0.pair.neuron == 7 && $0.composition.isEmpty })
    }

    @Test("scores of random directions have Student's distribution, on which the threshold rests")
    func null() throws {
        let (findings, _) = try scores(try AttentionFixture("GPT2/crfm"))
        let student = StudentT(degreesOfFreedom: 22)
        for (head, norm) in findings.norms.enumerated() {
            let quantiles = findings.nullQuantiles[head * 5..<(head + 1) * 5].map { $0 / norm }
            for (index, share) in AttentionFindings.nullShares.enumerated() where share > 0.5 {
                let t = student.quantile(share)
                let expected = t / (t * t + 22).squareRoot()
                #expect(abs(quantiles[index] - expected) < 0.1 && abs(quantiles[4 - index] + expected) < 0.1, "\(share) of head \(head)")
            }
            #expect(abs(quantiles[2]) < 0.02)
        }
        #expect(AttentionFindings.threshold(pairs: 0, width: 24) == 1)
        let few = AttentionFindings.threshold(pairs: 100, width: 768)
        #expect(few > 0.1 && few < AttentionFindings.threshold(pairs: 2_000_000, width: 768))
        #expect(AttentionFindings.threshold(pairs: 2_000_000, width: 768) < 0.25)
    }

    @Test("are the same bits on any number of threads")
    func threads() throws {
        let fixture = try AttentionFixture("GPTNeoX/pythia")
        let (first, scores) = try scores(fixture, threads: 1)
        let (second, others) = try self.scores(fixture, threads: 3)
        #expect(first.nullQuantiles == second.nullQuantiles && first.strongest == second.strongest)
        #expect(first.ranking.map(\.pair) == second.ranking.map(\.pair))
        #expect(first.ranking.map(\.score.bitPattern) == second.ranking.map(\.score.bitPattern))
        #expect(first.ranking.map(\.effect) == second.ranking.map(\.effect))
        // What two are not connected by has no score, and a NaN is no other's equal.
        for kind in CompositionKind.allCases {
            #expect(first.ranking.map { $0.composition[kind]?.bitPattern } == second.ranking.map { $0.composition[kind]?.bitPattern })
        }
        for (one, other) in zip(scores, others) {
            #expect(one.score.map(\.bitPattern) == other.score.map(\.bitPattern))
            for kind in CompositionKind.allCases {
                #expect(one.composition[kind]?.map(\.bitPattern) == other.composition[kind]?.map(\.bitPattern))
            }
        }
    }

    @Test("the files have the scores in numpy's order, and a row for each ranked pair")
    func files() throws {
        try TemporaryFolder.with { url in
            let folder = FilePath(url.path)
            let (findings, found) = try scores(try AttentionFixture("GPT2/crfm"))
            try AttentionTable(findings, isUniversal: { $0.pair.neuron == 3 }).write(to: folder.appending("attention.csv"))
            let lines = try String(contentsOf: url.appendingPathComponent("attention.csv"), encoding: .utf8).split(separator: "\n")
            #expect(lines[0] == "layer,neuron,head_layer,head,effect,universal,score,cosine,query,key,value")
            #expect(lines.count == 1 + findings.ranking.count)
            let best = findings.ranking[0]
            #expect(lines[1].hasPrefix("\(best.pair.layer),\(best.pair.neuron),\(best.pair.headLayer),\(best.pair.head),"))
            #expect(lines[1].split(separator: ",", omittingEmptySubsequences: false)[6] == "\(best.score)")
            try AttentionArchive.write(found[1], to: folder.appending(AttentionArchive.name(layer: 1)))
            try AttentionArchive.write(findings, to: folder.appending(AttentionArchive.headsName))
            let arrays = try NumpyArchive.read(folder.appending("layer1.npz"))
            #expect(Set(arrays.keys) == ["score", "query", "key", "value", "output"] && arrays["output"]?.shape == [96, 3, 4])
            #expect(try arrays["score"]?.values(as: Float.self).map(\.bitPattern) == found[1].score.map(\.bitPattern))
            let heads = try NumpyArchive.read(folder.appending("heads.npz"))
            #expect(heads["null_quantiles"]?.shape == [3, 4, 5] && heads["strongest_head"]?.shape == [288, 3])
        }
    }
}
