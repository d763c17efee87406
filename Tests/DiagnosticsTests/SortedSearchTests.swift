import Diagnostics
import Testing

@Suite("Where elements end that come first in a sorted collection")
struct SortedSearchTests {
    @Test("is the index that asking one after another gives, for any length and any border, with few asked")
    func borders() {
        for count in 0...33 {
            // Every number twice: of equal ones the first is found.
            let numbers = (0..<count).map { $0 / 2 * 2 }
            for border in -1...count + 1 {
                var asked = 0
                let place = numbers.index(afterAll: { number in
                    asked += 1
                    return number < border
                })
                #expect(place == numbers.firstIndex { $0 >= border } ?? numbers.endIndex, "\(count), \(border)")
                #expect(asked <= 1 + (count == 0 ? 0 : Int.bitWidth - count.leadingZeroBitCount), "\(count), \(border)")
            }
        }
    }

    @Test("is an index of the collection itself, also of a part of an array, a range and a view")
    func indices() {
        let part = [9, 1, 2, 3, 0][1..<4]
        #expect(part.index(afterAll: { $0 < 3 }) == 3)
        #expect(part.index(afterAll: { _ in true }) == 4 && part.index(afterAll: { _ in false }) == 1)
        #expect((10..<20).index(afterAll: { $0 < 15 }) == 15)
        let reversed = [5, 4, 3].reversed()
        #expect(reversed[reversed.index(afterAll: { $0 < 4 })] == 4)
    }

    @Test("is not known where an element cannot be asked, and the error says so")
    func errors() {
        struct Unreadable: Error {}
        #expect(throws: Unreadable.self) { try [1, 2, 3].index(afterAll: { _ in throw Unreadable() }) }
    }
}
