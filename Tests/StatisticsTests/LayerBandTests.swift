import Testing

@testable import Statistics

@Suite("A band of layers")
struct LayerBandTests {
    private func pairs(_ rows: Int, _ columns: Int, _ width: Int) -> [[Int]] {
        func layers(_ id: String, _ count: Int) -> [ColumnGroup] { (0..<count).map { ColumnGroup(source: id, layer: $0, columns: 2) } }
        let layout = StatisticsLayout(
            models: [layers("a", rows), layers("b", columns)], features: [ColumnGroup(source: "f", layer: 0, columns: 3)],
            pairing: .reference, band: LayerBand(width))
        // Within-layer blocks and features are as ever.
        #expect(layout.blocks.count { $0.isWithin } == rows + columns + 1)
        #expect(layout.blocks.count { layout.groups[$0.columns].source == "f" } == rows + 1)
        #expect(layout.blocks.map(\.index) == Array(layout.blocks.indices))
        return layout.blocks.filter { !$0.isWithin && layout.groups[$0.columns].source == "b" }
            .map { [layout.groups[$0.rows].layer, layout.groups[$0.columns].layer] }
    }

    @Test("of models of equal depth has the pairs |l − m| ≤ band", arguments: 0..<5)
    func equalDepths(width: Int) {
        #expect(pairs(4, 4, width) == (0..<4).flatMap { m in (0..<4).filter { abs($0 - m) <= width }.map { [$0, m] } })
    }

    @Test("of models of other depths goes by relative depth in the shallower one, halves up, whichever is the reference")
    func unequalDepths() {
        #expect(pairs(2, 3, 0) == [[0, 0], [1, 1], [1, 2]])
        #expect(pairs(3, 2, 0) == [[0, 0], [1, 1], [2, 1]])
        #expect(pairs(1, 3, 0) == [[0, 0], [0, 1], [0, 2]])
        #expect(pairs(6, 3, 0) == [[0, 0], [1, 0], [2, 1], [3, 1], [4, 2], [5, 2]])
    }

    @Test("leaves no layer without a partner")
    func everyLayer() {
        for rows in 1...7 {
            for columns in 1...7 {
                let found = pairs(rows, columns, 0)
                #expect(Set(found.map { $0[0] }).count == rows && Set(found.map { $0[1] }).count == columns)
            }
        }
    }
}
