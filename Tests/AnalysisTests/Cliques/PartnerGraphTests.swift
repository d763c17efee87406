import Foundation
import Testing

@testable import Analysis

@Suite("Cliques of mutual best partners")
struct PartnerGraphTests {
    /// A graph of models of `neurons` neurons each, from mutual edges (model, neuron, model, neuron, correlation).
    private func graph(_ neurons: [Int], _ edges: [(Int, Int, Int, Int, Float)]) -> PartnerGraph {
        PartnerGraph(neurons: neurons) { model, other in
            var partners = [Int32](repeating: 0, count: neurons[model])
            var correlations = [Float](repeating: 0, count: neurons[model])
            for (m, i, n, j, correlation) in edges {
                if (m, n) == (model, other) { (partners[i], correlations[i]) = (Int32(j), correlation) }
                if (n, m) == (model, other) { (partners[j], correlations[j]) = (Int32(i), correlation) }
            }
            return (partners, correlations)
        }
    }

    private func members(_ clique: Clique) -> [[Int]] { clique.members.map { [$0.model, $0.neuron] } }

    @Test("are those that networkx finds, in the order of size and strength, with the smallest correlation inside")
    func networkx() throws {
        struct Content: Decodable {
            struct Best: Decodable {
                let model, other: Int
                let partners: [Int32]
                let correlations: [Float]
            }
            struct Found: Decodable {
                let members: [[Int]]
                let strength: Float
            }
            let neurons: [Int]
            let best: [Best]
            let cliques: [Found]
        }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fixtures/Analysis/cliques.json")
        let content = try JSONDecoder().decode(Content.self, from: Data(contentsOf: file.standardized))
        let graph = PartnerGraph(neurons: content.neurons) { model, other in
            let best = content.best.first { $0.model == model && $0.other == other }
            return (best?.partners ?? [], best?.correlations ?? [])
        }
        let cliques = graph.cliques()
        #expect(cliques.map(members) == content.cliques.map(\.members))
        #expect(cliques.map(\.strength) == content.cliques.map(\.strength))
        // The example has all kinds: some of every size but the largest, and neurons in several cliques.
        #expect(Set(cliques.map(\.size)).isSuperset(of: [2, 3, 4, 5]))
        let all = cliques.flatMap(\.members)
        #expect(Set(all).count < all.count)
    }

    @Test("of a triangle with a tail are the triangle and the tail")
    func triangle() {
        let cliques = graph(
            [2, 2, 2, 2], [(0, 1, 1, 0, 0.9), (0, 1, 2, 1, 0.7), (1, 0, 2, 1, 0.8), (2, 1, 3, 0, 0.95)]
        ).cliques()
        #expect(cliques.map(members) == [[[0, 1], [1, 0], [2, 1]], [[2, 1], [3, 0]]])
        #expect(cliques.map(\.strength) == [0.7, 0.95])
    }

    @Test("never hold two neurons of a model, though a chain of partners may")
    func chain() {
        // a0 – b0 – c0 – a1: c prefers a1 to a0.
        let cliques = graph([2, 1, 1], [(0, 0, 1, 0, 0.9), (1, 0, 2, 0, 0.8), (0, 1, 2, 0, 0.85)]).cliques()
        #expect(cliques.map(members) == [[[0, 0], [1, 0]], [[0, 1], [2, 0]], [[1, 0], [2, 0]]])
        #expect(cliques.allSatisfy { Set($0.members.map(\.model)).count == $0.size })
    }

    @Test("need partners on both sides, and a correlation above 0")
    func mutual() {
        // b0's best is a1, which prefers b1; a2 and b2 do not vary, and each is the other's first of equals.
        let oneSided = PartnerGraph(neurons: [3, 3]) { model, _ in
            model == 0 ? ([0, 1, 2], [0.5, 0.9, 0]) : ([1, 1, 2], [0.6, 0.9, 0])
        }
        #expect(oneSided.cliques().map(members) == [[[0, 1], [1, 1]]])
        #expect(oneSided.partner(of: CliqueMember(model: 0, neuron: 0), in: 1) == nil)
        // A partner that is no neuron of the other model, as of a neuron without one.
        let none = PartnerGraph(neurons: [1, 1]) { model, _ in ([model == 0 ? -1 : 7], [0.5]) }
        #expect(none.cliques().isEmpty)
    }

    @Test("of two neurons that respond the same the first alone has the partner, on either side, in whatever order models stand")
    func duplicates() {
        // Neurons 0 and 1 of each model are copies: everybody's best partner is the first of equals.
        let graph = PartnerGraph(neurons: [2, 2, 2]) { _, _ in ([0, 0], [0.9, 0.9]) }
        #expect(graph.cliques().map(members) == [[[0, 0], [1, 0], [2, 0]]])
        #expect(graph.partner(of: CliqueMember(model: 0, neuron: 1), in: 1) == nil)
    }

    @Test("of equal size and strength come in the order of their members, and the whole order does not depend on anything else")
    func ties() {
        let edges: [(Int, Int, Int, Int, Float)] = (0..<5).map { (0, $0, 1, 4 - $0, 0.5) }
        for edges in [edges, edges.reversed()] {
            #expect(graph([5, 5], edges).cliques().map { $0.members[0].neuron } == [0, 1, 2, 3, 4])
        }
    }
}
