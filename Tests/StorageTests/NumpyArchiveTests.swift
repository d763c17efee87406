import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Archives of arrays")
struct NumpyArchiveTests {
    @Test("numpy.savez's file is read, every array of it")
    func stored() throws {
        let arrays = try NumpyArchive.read(fixture("stored.npz"))
        #expect(Set(arrays.keys) == Set(NumpyType.allCases.map(\.name)))
        for type in NumpyType.allCases {
            let alone = try NumpyArray(mapping: fixture("\(type.name).npy"))
            let array = try #require(arrays[type.name])
            #expect(array.dtype == type && array.shape == [2, 3] && array.bytes.elementsEqual(alone.bytes))
        }
    }

    @Test("numpy.savez_compressed's file is read")
    func deflated() throws {
        let arrays = try NumpyArchive.read(fixture("deflated.npz"))
        #expect(arrays["zeros"]?.shape == [1000, 100])
        #expect(try arrays["zeros"]?.values(as: Float.self).allSatisfy { $0 == 0 } == true)
        #expect(arrays["empty"]?.shape == [0, 7])
        #expect(arrays["number"]?.shape == [])
        #expect(try arrays["number"]?.values(as: Float.self) == [2.5])
        let noise = try #require(arrays["noise"]).values(as: Double.self)
        // numpy.random.default_rng(0).standard_normal() begins so.
        #expect(noise.count == 1000 && abs(noise[0] - 0.12573022) < 1e-8)
    }

    @Test("the shape of a large array is known from its beginning, compressed or not; what is damaged there is seen")
    func shapes() throws {
        let folder = try TemporaryFolder()
        let reader = try NumpyArchiveReader(fixture("deflated.npz"))
        #expect(try ["zeros", "empty", "number", "noise"].map(reader.shape) == [[1000, 100], [0, 7], [], [40, 25]])
        #expect(try reader.shape(of: "none") == nil)
        let entries = [NumpyArchive.Entry("ids", [Int32](repeating: 7, count: 90_000), shape: [300, 300])]
        try NumpyArchive.write(folder.file("stored.npz"), entries)
        for (path, name, shape) in [(fixture("deflated.npz"), "zeros", [1000, 100]), (folder.file("stored.npz"), "ids", [300, 300])] {
            let file = Array("\(name).npy".utf8)
            var bytes = try content(of: path)
            let names = (30..<bytes.count - file.count).filter { Array(bytes[$0..<$0 + file.count]) == file }
            let (first, listed) = (try #require(names.first), try #require(names.last))
            // Before the name, at its entry and in the list, stands the checksum, which is of the whole array.
            bytes[first - 16] ^= 1
            bytes[listed - 30] ^= 1
            try write(bytes, to: folder.file("damaged.npz"))
            let damaged = try NumpyArchiveReader(folder.file("damaged.npz"))
            #expect(try damaged.shape(of: name) == shape)
            #expect(throws: StorageError.self) { try damaged.array(name) }
            // The data begin behind the name, and its extra field where there is one.
            let extra = Int(bytes[first - 2]) | Int(bytes[first - 1]) << 8
            for offset in 0..<8 { bytes[first + file.count + extra + offset] ^= 0xFF }
            try write(bytes, to: folder.file("damaged.npz"))
            #expect(throws: StorageError.self) { try NumpyArchiveReader(folder.file("damaged.npz")).shape(of: name) }
        }
    }

    @Test("the demo's expected results are read")
    func oracle() throws {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let arrays = try NumpyArchive.read(root.appending("configs/demo/oracle/expected.npz"))
        #expect(arrays["a_mean"]?.shape == [2048])
        #expect(arrays["a_b_argmax"]?.dtype == .int32)
        #expect(arrays["block_a0_b0"]?.shape == [512, 512])
    }

    @Test("what is written is read back, and equal arrays are equal bytes")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let entries = [
            NumpyArchive.Entry("a.0_mean", [1.5, -2] as [Double]),
            NumpyArchive.Entry("ids", [1, 2, 3, 4, 5, 6] as [Int32], shape: [2, 3]),
            NumpyArchive.Entry("none", [] as [Float]),
        ]
        try NumpyArchive.write(folder.file("one.npz"), entries)
        try NumpyArchive.write(folder.file("two.npz"), entries)
        #expect(try content(of: folder.file("one.npz")) == content(of: folder.file("two.npz")))
        let arrays = try NumpyArchive.read(folder.file("one.npz"))
        #expect(try arrays["a.0_mean"]?.values(as: Double.self) == [1.5, -2])
        #expect(arrays["ids"]?.shape == [2, 3])
        #expect(try arrays["ids"]?.values(as: Int32.self) == [1, 2, 3, 4, 5, 6])
        #expect(arrays["none"]?.shape == [0])
    }

    @Test("a flipped bit anywhere in an array's data is seen", arguments: ["stored.npz", "deflated.npz"])
    func flippedBits(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: fixture(name))
        let read = try NumpyArchive.read(fixture(name)).mapValues { Array($0.bytes) }
        for offset in stride(from: 0, to: whole.count, by: 37) {
            var bytes = whole
            bytes[offset] ^= 1 << UInt8(offset % 8)
            try write(bytes, to: folder.file("flipped.npz"))
            // A bit in a date changes nothing; nothing else may come back than an error or the same numbers under some name.
            guard let arrays = try? NumpyArchive.read(folder.file("flipped.npz")) else { continue }
            for array in arrays.values { #expect(read.values.contains(Array(array.bytes)), "bit \(offset)") }
        }
    }

    @Test("an archive cut off anywhere is refused")
    func cutOff() throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: fixture("stored.npz"))
        for count in stride(from: 0, to: whole.count, by: 11) {
            try write(Array(whole.prefix(count)), to: folder.file("cut.npz"))
            #expect(throws: StorageError.self) { try NumpyArchive.read(folder.file("cut.npz")) }
        }
    }

    @Test("a size that no compression reaches is refused before memory is asked for")
    func bomb() throws {
        let folder = try TemporaryFolder()
        var bytes = try content(of: fixture("deflated.npz"))
        let list = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4b, 1, 2] })
        bytes.replaceSubrange(list + 24..<list + 28, with: [0xFE, 0xFF, 0xFF, 0xFF])
        try write(bytes, to: folder.file("bomb.npz"))
        let error = try #require(throws: StorageError.self) { try NumpyArchive.read(folder.file("bomb.npz")) }
        #expect(error.message.contains("claims"))
    }

    @Test("a size that fits the stored bytes, but no memory, is an error and no crash")
    func noMemory() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("large.npz")
        try NumpyArchive.write(path, [NumpyArchive.Entry("x", [1, 2, 3] as [Float])])
        var bytes = try content(of: path)
        // The same archive behind a hole of a terabyte, its entry deflated: a thousand terabytes could come of it.
        let hole = 1 << 40
        let list = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4b, 1, 2] })
        var tail = LittleEndianBytes()
        tail.append(UInt32(0x0201_4b50))
        tail.append(UInt32(45 << 16 | 45))
        tail.append(UInt16(1 << 11))
        tail.append(UInt16(8))
        tail.append(UInt32(0))
        tail.append(UInt32(0))
        tail.append(UInt32.max)
        tail.append(UInt32.max)
        tail.append(UInt16(5))
        tail.append(UInt16(20))
        tail.append(UInt16(0))
        tail.append(UInt64(0))
        tail.append(UInt32(0))
        tail.bytes += Array("x.npy".utf8)
        tail.append(UInt16(1))
        tail.append(UInt16(16))
        tail.append(UInt64(hole * 1000))
        tail.append(UInt64(hole - 1000))
        let size = tail.bytes.count
        tail.append(UInt32(0x0606_4b50))
        tail.append(UInt64(44))
        tail.append(UInt32(45 << 16 | 45))
        tail.append(UInt64(0))
        for number in [1, 1, size, hole] { tail.append(UInt64(number)) }
        tail.append(UInt32(0x0706_4b50))
        tail.append(UInt32(0))
        tail.append(UInt64(hole + size))
        tail.append(UInt32(1))
        tail.append(UInt32(0x0605_4b50))
        tail.append(UInt32(0))
        tail.append(UInt16.max)
        tail.append(UInt16.max)
        tail.append(UInt32.max)
        tail.append(UInt32.max)
        tail.append(UInt16(0))
        bytes.removeSubrange(list...)
        // Its own header says the same: deflated, numbers not known beforehand.
        bytes[6] = 8
        bytes[8] = 8
        bytes.replaceSubrange(14..<26, with: [UInt8](repeating: 0, count: 12))
        try write(bytes, to: path)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path.string))
        try file.seek(toOffset: UInt64(hole))
        try file.write(contentsOf: tail.bytes)
        try file.close()
        let error = try #require(throws: StorageError.self) { try NumpyArchive.read(path) }
        #expect(error == .noMemory(path, bytes: hole * 1000) && error.exitStatus == .temporaryFailure)
    }

    @Test("an entry whose own header contradicts the list is refused", arguments: [4, 6, 8, 14, 18, 22, 26, 30])
    func contradiction(place: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("one.npz")
        try NumpyArchive.write(path, [.init("x", [1, 2, 3] as [Float])])
        var bytes = try content(of: path)
        bytes[place] ^= 1
        try write(bytes, to: path)
        // The version that is needed to unpack it says nothing about the content.
        guard place != 4 else { return #expect(try NumpyArchive.read(path).count == 1) }
        let error = try #require(throws: StorageError.self) { try NumpyArchive.read(path) }
        #expect(error.message.contains("contradicts") || error.message.contains("overlaps"), "\(error)")
    }

    @Test("a list that two readers would read in two ways is refused")
    func ambiguousList() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("one.npz")
        try NumpyArchive.write(path, [.init("x", [1, 2, 3] as [Float])])
        let right = try content(of: path)
        let end = right.count - 22
        // Bytes between the list and the record at the end; a list that is longer than its entries.
        try write(Array(right[..<end]) + [0] + right[end...], to: path)
        #expect(try #require(throws: StorageError.self) { try NumpyArchive.read(path) }.message.contains("does not lie before"))
        var longer = Array(right[..<end]) + [0] + right[end...]
        longer[longer.count - 10] += 1
        try write(longer, to: path)
        #expect(try #require(throws: StorageError.self) { try NumpyArchive.read(path) }.message.contains("are left"))
        // A zip64 record that says something else than the other one.
        var large = LittleEndianBytes()
        large.append(UInt32(0x0606_4b50))
        large.append(UInt64(44))
        large.append(UInt32(45 << 16 | 45))
        large.append(UInt64(0))
        let size = Int(right[end + 12]) | Int(right[end + 13]) << 8
        for number in [1, 1, size, end - size + 1] { large.append(UInt64(number)) }
        large.append(UInt32(0x0706_4b50))
        large.append(UInt32(0))
        large.append(UInt64(end))
        large.append(UInt32(1))
        try write(Array(right[..<end]) + large.bytes + right[end...], to: path)
        #expect(try #require(throws: StorageError.self) { try NumpyArchive.read(path) }.message.contains("contradicts the one"))
    }

    @Test("entries that share bytes are refused")
    func overlap() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("two.npz")
        try NumpyArchive.write(path, [.init("x", [1, 2, 3] as [Float]), .init("y", [4, 5, 6] as [Float])])
        var bytes = try content(of: path)
        let lists = (0..<bytes.count - 4).filter { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4b, 1, 2] }
        try #require(lists.count == 2)
        // The second entry of the list leads to where the first one lies.
        bytes.replaceSubrange(lists[1] + 42..<lists[1] + 46, with: [0, 0, 0, 0])
        try write(bytes, to: path)
        let error = try #require(throws: StorageError.self) { try NumpyArchive.read(path) }
        #expect(error.message.contains("overlaps"))
    }
}
