import Storage
import Testing

@Suite("Compression with zstd")
struct ZstdTests {
    @Test("bytes come back", arguments: [0, 1, 1000, 3_000_000])
    func roundTrip(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
        for level in [1, 19] where level == 1 || count < 10_000 {
            #expect(try Zstd.decompress(Zstd.compress(bytes, level: level), count: count) == bytes)
        }
    }

    @Test("data of another length than expected are refused")
    func otherLength() throws {
        let compressed = try Zstd.compress([UInt8](repeating: 7, count: 100))
        #expect(throws: StorageError.self) { try Zstd.decompress(compressed, count: 99) }
        #expect(throws: StorageError.self) { try Zstd.decompress(compressed, count: 101) }
        #expect(throws: StorageError.self) { try Zstd.decompress([1, 2, 3, 4, 5], count: 5) }
        #expect(throws: StorageError.self) { try Zstd.decompress(Array(compressed.dropLast()), count: 100) }
    }
}
