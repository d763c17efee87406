import Testing

@testable import Models

@Suite("Position bands")
struct PositionBandTests {
    @Test("rows of 256 tokens have beginnings, octaves and the later quarters")
    func names() {
        #expect(
            PositionBand.bands(context: 256).map(\.name) == [
                "position 0", "position below 2", "position below 4", "position below 8", "position below 16", "position below 32",
                "position below 64", "position below 128", "position 1", "position 2 to 3", "position 4 to 7", "position 8 to 15",
                "position 16 to 31", "position 32 to 63", "position 64 to 127", "position 128 to 191", "position 192 to 255",
            ])
    }

    @Test(
        "no band is empty, whole, twice there or the complement of another", arguments: [1, 2, 3, 4, 5, 7, 8, 16, 100, 255, 256, 512, 1000])
    func distinct(context: Int) {
        let bands = PositionBand.bands(context: context)
        let sets = bands.map { band in (0..<context).map { band.contains($0) } }
        for (i, set) in sets.enumerated() {
            #expect(set.contains(true) && set.contains(false))
            for other in sets[..<i] {
                #expect(set != other)
                #expect(set != other.map { !$0 })
            }
        }
        #expect(context > 1 ? !bands.isEmpty : bands.isEmpty)
    }
}
