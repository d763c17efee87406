import Checkpoints
import Diagnostics
import SmallRuns
import Testing

@Suite("Damaged PyTorch checkpoints")
struct PyTorchDamageTests {
    private static let files = ["types/few.bin", "types/few-legacy.bin", "types/pytorch_model.bin", "types/legacy.bin"]

    /// Opens a file and reads all of it.
    ///
    /// - Returns: whether it was taken; every error must be one of ours.
    private func read(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
        let path = try folder.write(bytes, to: "pytorch_model.bin")
        do {
            let file = try PyTorchFile(path)
            for tensor in file.tensors {
                #expect(tensor.bytes.upperBound <= bytes.count && tensor.count * tensor.dataType.bytes <= bytes.count)
            }
            let tensors = try NamedTensors(folder: folder.path)
            for name in tensors.names { _ = try tensors.digest(of: name) }
            return true
        } catch is any DiagnosedError {
            return false
        }
    }

    @Test("cut off anywhere, they are refused", arguments: files)
    func cutOff(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try TorchFixture.bytes(name)
        for count in 0..<whole.count {
            if try read(Array(whole.prefix(count)), in: folder) { return fail("\(count) bytes of \(whole.count) are taken") }
        }
        #expect(try read(whole, in: folder))
    }

    @Test("with any of 1,000 random mutations, they never crash, and never give bytes outside the file", arguments: files)
    func mutations(name: String) throws {
        let folder = try TemporaryFolder()
        let right = try TorchFixture.bytes(name)
        var random = SeededGenerator(seed: 11, name: name)
        var taken = 0
        for _ in 0..<1_000 {
            var bytes = right
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            if try read(bytes, in: folder) { taken += 1 }
        }
        // Padding and values may be any bytes; the pickle and the headers may not.
        #expect((1..<990).contains(taken))
    }

    @Test("the older layout's parts must be there once each, and nothing more")
    func legacy() throws {
        let folder = try TemporaryFolder()
        let count = CraftedPickle.little(1)
        let body = CraftedPickle.dictionary([
            ("w", CraftedPickle.tensor(CraftedPickle.storage("7", count: 1), shape: [1], strides: [1]))
        ])
        func error(_ bytes: [UInt8]) throws -> CheckpointError {
            let path = try folder.write(bytes, to: "pytorch_model.bin")
            return try #require(throws: CheckpointError.self) { _ = try PyTorchFile(path) }
        }
        #expect(try read(CraftedTorch.legacy(body, keys: ["7"], storages: count + [0, 0, 0, 0]), in: folder))
        let cases: [([UInt8], String)] = [
            (CraftedTorch.legacy(body, keys: ["7"], storages: count + [0, 0, 0, 0, 0]), "1 bytes behind"),
            (CraftedTorch.legacy(body, keys: ["7"], storages: count + [0, 0, 0]), "needs"),
            (CraftedTorch.legacy(body, keys: ["7"], storages: CraftedPickle.little(2) + [0, 0, 0, 0, 0, 0, 0, 0]), "does not begin with"),
            (CraftedTorch.legacy(body, keys: ["7"], storages: []), "does not begin with"),
            (CraftedTorch.legacy(body, keys: [], storages: []), "storage 7 is not in the file"),
            (CraftedTorch.legacy(body, keys: ["7", "7"], storages: count + [0, 0, 0, 0]), "comes twice"),
            (CraftedTorch.legacy(body, keys: ["8"], storages: count + [0, 0, 0, 0]), "no tensor has"),
            (CraftedTorch.legacy(body, keys: ["7"], storages: count + [0, 0, 0, 0], version: 1000), "version"),
            (CraftedTorch.legacy(body, keys: ["7"], storages: count + [0, 0, 0, 0], isLittleEndian: false), "little-endian"),
        ]
        for (bytes, text) in cases { #expect(try error(bytes).message.contains(text), "\(text)") }
        let huge = CraftedPickle.dictionary([
            ("w", CraftedPickle.tensor(CraftedPickle.storage("7", count: 1 << 62), shape: [1], strides: [1]))
        ])
        guard case .truncated = try error(CraftedTorch.legacy(huge, keys: ["7"], storages: CraftedPickle.little(1 << 62))) else {
            return fail("huge")
        }
    }
}
