import SmallRuns
import Storage
import Testing

@testable import Checkpoints

@Suite("PyTorch checkpoints that want to exhaust the reader")
struct PyTorchBombTests {
    private func error(_ body: [UInt8]) throws -> CheckpointError {
        let folder = try TemporaryFolder()
        let path = try folder.write(CraftedTorch.file(body), to: "pytorch_model.bin")
        return try #require(throws: CheckpointError.self) { _ = try PyTorchFile(path) }
    }

    private func isLimited(_ body: [UInt8], _ text: String) throws {
        let error = try error(body)
        guard case .pickleTooLarge(_, _, let what, _) = error, what.contains(text) else { return fail("\(error)") }
    }

    private func times(_ count: Int, _ bytes: [UInt8]) -> [UInt8] { [[UInt8]](repeating: bytes, count: count).flatMap { $0 } }

    @Test("more values, marks, containers and remembered values than any checkpoint needs are refused at the first one too many")
    func limits() throws {
        try isLimited(times(70_000, [0x4E]), "on the stack")
        try isLimited(times(70_000, [0x28]), "marks")
        try isLimited(times(70_000, [0x5D, 0x28]), "on the stack")
        let put = (0..<270_000).flatMap { index -> [UInt8] in [0x72] + CraftedPickle.little(UInt32(index)) }
        try isLimited([0x4E] + put, "remembered")
        // A tuple of a tuple of a tuple …, each a byte of the pickle.
        try isLimited([0x4E] + times(300_000, [0x85]), "tuples")
        try isLimited([0x5D] + times(30, [0x28] + times(40_000, [0x4E]) + [0x65]), "values in tuples")
    }

    @Test("shapes of many axes, remembered once and used for tensor after tensor, are counted each time")
    func axes() throws {
        let ones = CraftedPickle.integers([Int](repeating: 1, count: 64))
        let arguments = CraftedPickle.tuple([
            CraftedPickle.storage("0", count: 1), CraftedPickle.integer(0), ones, ones, [0x89], CraftedPickle.hooks,
        ])
        let remembered = CraftedPickle.global("torch._utils", "_rebuild_tensor_v2") + [0x71, 0] + arguments + [0x71, 1]
        // Five bytes for a kilobyte, up to what the stack holds; no real tensor has more than four axes.
        try isLimited(remembered + times(20_000, [0x68, 0, 0x68, 1, 0x52]), "values in tuples")
    }

    @Test("nesting of any depth, and values that hold themselves, make nothing recurse")
    func nesting() throws {
        #expect(try error([0x4E] + times(200_000, [0x85])).message.contains("a tuple"))
        #expect(try error(times(60_000, [0x5D]) + times(59_999, [0x61])).message.contains("a list"))
        // A dictionary that holds itself as its model, and a list that holds itself.
        let itself = [0x7D, 0x71, 0] + CraftedPickle.text("model") + [0x68, 0, 0x73]
        #expect(try error(itself).message.contains("a dictionary of model"))
        #expect(try error([0x5D, 0x71, 0, 0x68, 0, 0x61]).message.contains("a list"))
        // Sixty times twice the value before: 2^60 values to whoever follows them.
        #expect(try error([0x29] + times(60, [0x71, 0, 0x68, 0, 0x86])).message.contains("a tuple"))
    }

    @Test("texts and integers of absurd lengths are refused before they are read")
    func lengths() throws {
        try isLimited([0x58, 0xFF, 0xFF, 0xFF, 0xFF], "text")
        try isLimited(CraftedPickle.text(String(repeating: "x", count: 70_000)), "text")
        #expect(try error([0x58, 0xFF, 0, 0, 0]).message.contains("255 bytes are to follow"))
        guard case .refusedOpcode(_, _, "LONG") = try error([0x4C] + times(1_000_000, [0x39])) else { return fail("LONG") }
        guard case .refusedOpcode(_, _, "LONG4") = try error([0x8B, 0, 0, 0, 0x7F]) else { return fail("LONG4") }
        #expect(try error([0x8A, 255] + times(255, [1])).message.contains("255 bytes"))
        #expect(try error([0x63] + times(1_000, [0x61])).message.contains("longer than 256"))
    }

    @Test("a pickle of many megabytes that does nothing is refused where it is too long")
    func endless() throws {
        let filler = [UInt8](repeating: 0, count: PickleInterpreter.longestPickle + 10)
        // Values that are put in the same place over and over.
        var body: [UInt8] = [0x4E] + filler
        for index in stride(from: 1, to: body.count - 1, by: 2) { body[index] = 0x71 }
        try isLimited(body, "bytes of the pickle")
    }

    @Test("an archive whose entries share bytes, lie outside, are compressed or have two descriptions is refused")
    func archives() throws {
        let folder = try TemporaryFolder()
        let right = CraftedTorch.file(shape: [2], strides: [1], entries: [1, 2])
        func error(_ bytes: [UInt8]) throws -> any Error {
            try #require(throws: (any Error).self) { _ = try PyTorchFile(try folder.write(bytes, to: "pytorch_model.bin")) }
        }
        let lists = (0..<right.count - 4).filter { Array(right[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] }
        try #require(lists.count == 4)
        // The last entry of the list, the storage, leads to where the one before it lies.
        var bytes = right
        bytes.replaceSubrange(lists[3] + 42..<lists[3] + 46, with: right[lists[2] + 42..<lists[2] + 46])
        #expect(try (error(bytes) as? StorageError)?.message.contains("overlaps") == true)
        // Its size, larger than there is room for by both headers, and smaller by one.
        bytes = right
        let local = Int(right[lists[3] + 42]) | Int(right[lists[3] + 43]) << 8
        for place in [lists[3] + 20, lists[3] + 24, local + 18, local + 22] { bytes[place] = 9 }
        #expect(try (error(bytes) as? StorageError)?.message.contains("overlaps") == true)
        for place in [20, 24] { bytes[lists[3] + place] = 4 }
        #expect(try (error(bytes) as? StorageError)?.message.contains("contradicts") == true)
        // Compressed, by both headers.
        bytes = right
        bytes[lists[3] + 10] = 8
        #expect(try (error(bytes) as? StorageError)?.message.contains("contradicts") == true)
        bytes[local + 8] = 8
        guard case .invalidPyTorch(_, _, let reason) = try error(bytes) as? CheckpointError else { return fail("compressed") }
        #expect(reason.contains("compressed"))
        // A terabyte that deflate could hold only in a gigabyte.
        bytes.replaceSubrange(lists[3] + 24..<lists[3] + 28, with: [0xFE, 0xFF, 0xFF, 0xFF])
        #expect(try (error(bytes) as? StorageError)?.message.contains("claims") == true)
        // Another name in the list than at the entry.
        bytes = right
        bytes[lists[3] + 46] ^= 1
        #expect(try (error(bytes) as? StorageError)?.message.contains("contradicts") == true)
    }

    @Test("an archive of more than four gigabytes is read, its storage behind them")
    func large() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pytorch_model.bin")
        let body = CraftedPickle.dictionary([
            ("w", CraftedPickle.tensor(CraftedPickle.storage("0", count: 2), shape: [2], strides: [1]))
        ])
        let entries: [CraftedTorch.Entry] = [
            ("w/data.pkl", CraftedPickle.pickle(body)), ("w/version", [0x33]), ("w/data/0", CraftedTorch.bytes(of: [7, 8])),
        ]
        try CraftedTorch.write(entries, hole: 5 << 30, to: path)
        #expect(try folder.tensors().float32("w", shape: [2]) == [7, 8])
    }
}
