import Foundation
import Testing

@testable import Statistics

@Suite("Which sources are compared")
struct SourcePairingTests {
    private let ids = ["a", "b", "c", "d", "e"]

    /// The pairs of sources that have blocks, such as `a-b`.
    private func pairs(_ pairing: SourcePairing, explained: ExplainedModels = .reference) -> [String] {
        let layout = layout(pairing, explained: explained)
        #expect(layout.blocks.count { $0.isWithin } == layout.groups.count)
        #expect(layout.blocks.map(\.index) == Array(layout.blocks.indices))
        var found: [String] = []
        for block in layout.blocks where !block.isWithin {
            let name = "\(layout.groups[block.rows].source)-\(layout.groups[block.columns].source)"
            if !found.contains(name) { found.append(name) }
        }
        return found
    }

    private func layout(_ pairing: SourcePairing, explained: ExplainedModels, band: LayerBand? = nil) -> StatisticsLayout {
        StatisticsLayout(
            models: ids.map { id in (0..<2).map { ColumnGroup(source: id, layer: $0, columns: 3) } },
            features: [ColumnGroup(source: "f", layer: 0, columns: 2)], explained: explained, pairing: pairing, band: band)
    }

    @Test("features of all models are compared with every layer of each; blocks of models and the reference's are those without")
    func explained() {
        let with = ["a-f", "b-f", "c-f", "d-f", "e-f"]
        #expect(pairs(.reference, explained: .all) == ["a-b", "a-c", "a-d", "a-e"] + with)
        let groups = SourcePairing.groups(SourceGroups([["e", "c"], ["d", "a", "b"]]))
        #expect(pairs(groups, explained: .all) == ["a-b", "a-d", "b-d", "c-e"] + with)
        for band in [nil, LayerBand(0)] {
            let (few, all) = (layout(.all, explained: .reference, band: band), layout(.all, explained: .all, band: band))
            #expect(few.groups == all.groups)
            // The reference's blocks with features come first, then the other models', then that of features among themselves.
            #expect(Array(all.blocks.prefix(few.blocks.count - 1)) == Array(few.blocks.dropLast()))
            #expect(all.blocks(ownedBy: 10).map(\.rows) == Array(0...10) && few.blocks(ownedBy: 10).map(\.rows) == [0, 1, 10])
            #expect((0...10).map(all.isReference) == (0...10).map(few.isReference))
        }
    }

    @Test("the first with each, all with all, or groups among themselves; features with the first")
    func layouts() {
        #expect(pairs(.reference) == ["a-b", "a-c", "a-d", "a-e", "a-f"])
        #expect(pairs(.all) == ["a-b", "a-c", "b-c", "a-d", "b-d", "c-d", "a-e", "b-e", "c-e", "d-e", "a-f"])
        let groups = [["e", "c"], ["d", "a", "b"]]
        #expect(pairs(.groups(SourceGroups(groups))) == ["a-b", "a-d", "b-d", "c-e", "a-f"])
        #expect(pairs(.groups(SourceGroups(groups, within: .reference))) == ["a-b", "a-d", "c-e", "a-f"])
    }

    @Test("groups are in the order of their first source, each in the order of the sources")
    func order() {
        #expect(SourcePairing.groups(SourceGroups([["e", "c"], ["d", "a", "b"]])).groups(of: ids) == [[0, 1, 3], [2, 4]])
        #expect(SourcePairing.all.groups(of: ids) == [[0, 1, 2, 3, 4]])
    }

    @Test("one group of all is all pairs, and what a source is compared with comes before it")
    func earlier() {
        for pairing in [SourcePairing.all, .groups(SourceGroups([ids]))] {
            #expect(ids.indices.map { pairing.earlier(than: $0, of: ids) } == [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]])
        }
        #expect(ids.indices.map { SourcePairing.reference.earlier(than: $0, of: ids) } == [[], [0], [0], [0], [0]])
    }

    @Test("groups that leave a model out, name it twice, name another one or leave it alone are refused")
    func problems() {
        #expect(SourceGroups([["a", "b"], ["c", "d", "e"]]).problem(of: ids) == nil)
        for (groups, word) in [
            ([["a", "b"], ["c", "d"]], "'e' is in no group"), ([["a", "b"], ["b", "c", "d", "e"]], "'b' stands in it twice"),
            ([["a", "b", "x"], ["c", "d", "e"]], "no model 'x'"), ([["a", "b", "c", "d"], ["e"]], "'e' alone"), ([[], ids], "no model"),
        ] {
            let problem = SourceGroups(groups).problem(of: ids)
            #expect(problem?.contains(word) == true, "\(problem ?? "none")")
        }
    }

    @Test("in JSON a name stays a name, as in plans from before there were groups")
    func json() throws {
        func text(_ pairing: SourcePairing) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode([pairing]), as: UTF8.self)
        }
        #expect(try text(.reference) == "[\"reference\"]" && text(.all) == "[\"all\"]")
        let groups = SourcePairing.groups(SourceGroups([["a", "b"], ["c", "d"]], within: .reference))
        #expect(try text(groups) == "[{\"groups\":[[\"a\",\"b\"],[\"c\",\"d\"]],\"within\":\"reference\"}]")
        for pairing in [.reference, .all, groups] {
            #expect(try JSONDecoder().decode([SourcePairing].self, from: Data(text(pairing).utf8)) == [pairing])
        }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([SourcePairing].self, from: Data("[\"some\"]".utf8)) }
    }
}
