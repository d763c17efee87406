import Checkpoints
import SmallRuns
import Storage
import Testing

@Suite("PyTorch checkpoints that ask for more than tensors")
struct PyTorchRefusalTests {
    private func error(_ bytes: [UInt8]) throws -> CheckpointError {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "pytorch_model.bin")
        let error = try #require(throws: CheckpointError.self) { _ = try PyTorchFile(path) }
        #expect(error.message.contains("pytorch_model.bin") && error.exitStatus == .dataError)
        return error
    }

    /// Where `data.pkl` begins in a crafted archive.
    private static let pickleStart = 30 + "w/data.pkl".utf8.count

    @Test(
        "a name of Python that no tensor needs is refused by name and byte, and nothing is executed",
        arguments: [
            ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "exec"), ("subprocess", "Popen"),
            ("torch", "load"), ("torch.hub", "load"), ("torch", "ComplexFloatStorage"), ("torch", "FloatStorage.__class__"),
            ("torch._utils", "_rebuild_sparse_tensor"), ("numpy.core.multiarray", "_reconstruct"), ("collections", "Counter"),
            ("transformers.models.gpt2.modeling_gpt2", "GPT2LMHeadModel"),
        ])
    func globals(module: String, name: String) throws {
        let body = CraftedPickle.dictionary([("w", CraftedPickle.call(module, name, [CraftedPickle.text("touch executed")]))])
        let place = Self.pickleStart + 2 + 2 + 6
        guard case .refusedGlobal(_, place, "\(module).\(name)") = try error(CraftedTorch.file(body)) else {
            return fail("\(try error(CraftedTorch.file(body)))")
        }
        guard case .refusedGlobal = try error(CraftedTorch.legacy(body, keys: [], storages: [])) else { return fail("legacy") }
    }

    @Test("every opcode that no tensor needs is refused by name")
    func opcodes() throws {
        var refused = 0
        for code in UInt8.min...UInt8.max {
            guard case .refusedOpcode(_, Self.pickleStart + 2, let name) = try error(CraftedTorch.file([code, 0x93])) else { continue }
            refused += 1
            if [0x52, 0x62, 0x51].contains(code) { fail(name) }
        }
        // 256 but those 31 that a dictionary of tensors needs.
        #expect(refused == 225)
        guard case .refusedOpcode(_, _, "INST") = try error(CraftedTorch.file(Array("ios\nsystem\n".utf8))) else { return fail("INST") }
        guard case .refusedOpcode(_, _, "STACK_GLOBAL") = try error(CraftedTorch.file([0x93])) else { return fail("STACK_GLOBAL") }
    }

    @Test("a pickle of a newer protocol is told how to be saved again; of one that there is not, that it is none")
    func protocols() throws {
        for version in 3...5 {
            let error = try error(CraftedTorch.file([0x80, UInt8(version)]))
            guard case .newerPickle(_, Self.pickleStart + 2, version) = error else { return fail("\(error)") }
            #expect(error.remedy.contains("torch.save(torch.load(file, weights_only=True), file)") && error.exitStatus == .dataError)
        }
        for version in [1, 6, 255] as [UInt8] {
            guard case .invalidPyTorch = try error(CraftedTorch.file([0x80, version])) else { return fail("\(version)") }
        }
    }

    @Test("attributes other than the modules' versions are refused by name")
    func attributes() throws {
        let state = CraftedPickle.hooks + CraftedPickle.dictionary([("__class__", CraftedPickle.text("x"))]) + [0x62]
        #expect(try error(CraftedTorch.file(state)).message.contains("__class__"))
        let both = CraftedPickle.hooks + CraftedPickle.dictionary([("_metadata", [0x4E]), ("x", [0x4E])]) + [0x62]
        #expect(try error(CraftedTorch.file(both)).message.contains("2 attributes"))
        let tensor = CraftedPickle.text("x") + CraftedPickle.dictionary([("_metadata", [0x4E])]) + [0x62]
        #expect(try error(CraftedTorch.file(tensor)).message.contains("no dictionary"))
    }

    @Test("hooks, and bits that change a tensor's sign, are refused")
    func hooks() throws {
        let storage = CraftedPickle.storage("0", count: 1)
        let negative = CraftedPickle.tensor(storage, shape: [1], strides: [1], more: [CraftedPickle.dictionary([("neg", [0x88])])])
        let body = CraftedPickle.dictionary([("w", negative)])
        #expect(try error(CraftedTorch.file(body, storages: [("0", [0, 0, 0, 0])])).message.contains("negative bits"))
        let hooked = CraftedPickle.call(
            "torch._utils", "_rebuild_tensor_v2",
            [
                storage, CraftedPickle.integer(0), CraftedPickle.integers([1]), CraftedPickle.integers([1]), [0x89],
                CraftedPickle.dictionary([("x", [0x4E])]),
            ])
        #expect(
            try error(CraftedTorch.file(CraftedPickle.dictionary([("w", hooked)]), storages: [("0", [0, 0, 0, 0])])).message
                .contains("hooks"))
    }

    @Test("what is saved must be one dictionary of tensors, or hold one as model or state_dict; what is there is said")
    func stateDictionary() throws {
        let tensor = CraftedPickle.tensor(CraftedPickle.storage("0", count: 1), shape: [1], strides: [1])
        let inner = CraftedPickle.dictionary([("w", tensor)])
        func error(_ body: [UInt8]) throws -> String {
            let error = try self.error(CraftedTorch.file(body, storages: [("0", [0, 0, 0, 0])]))
            guard case .noStateDictionary(_, let found) = error else { return "another error: \(error)" }
            return found
        }
        #expect(try error(tensor) == "a tensor")
        #expect(try error(CraftedPickle.list([tensor])) == "a list")
        #expect(
            try error(CraftedPickle.dictionary([("w", tensor), ("step", CraftedPickle.integer(3))]))
                == "an integer under step, beside tensors")
        #expect(try error(CraftedPickle.dictionary([("weights", inner)])) == "a dictionary of weights")
        #expect(try error(CraftedPickle.dictionary([("model", inner), ("ema", inner)])) == "a dictionary of model, ema")
        #expect(try error(CraftedPickle.dictionary([("model", inner), ("state_dict", inner)])) == "a dictionary of model, state_dict")
        #expect(try error(CraftedPickle.dictionary([("model", inner), ("model", CraftedPickle.none)])) == "a dictionary of model, model")
        #expect(try error([0x7D, 0x28] + CraftedPickle.integer(1) + tensor + [0x75]).contains("an integer in the place of a name"))
        let twice = CraftedPickle.dictionary([("w", tensor), ("w", tensor)])
        guard case .duplicateTensor(_, "w", _, _) = try self.error(CraftedTorch.file(twice, storages: [("0", [0, 0, 0, 0])])) else {
            return fail("twice")
        }
    }

    @Test("shapes, strides and offsets that do not fit the storage are refused with the tensor's name")
    func layouts() throws {
        let six: [Float] = [0, 1, 2, 3, 4, 5]
        let cases: [([Int], [Int], Int, String)] = [
            ([6], [-1], 0, "negative stride"), ([6], [-1], 5, "negative stride"), ([-6], [1], 0, "negative size"),
            ([6], [1], -1, "negative stride or offset"), ([6], [1], 1, "entry 6"), ([2, 2], [3, 3], 0, "entry 6"),
            ([7], [0], 0, "7 entries"), ([1 << 40], [0], 0, "entries"), ([2], [.max], 1, "counted"), ([3], [.max], 0, "counted"),
            ([2], [1, 1], 0, "sizes"), ([0], [1], 7, "entry 7"), ([1], [1], .max, "entry"),
        ]
        for (shape, strides, offset, text) in cases {
            let error = try error(CraftedTorch.file(shape: shape, strides: strides, offset: offset, entries: six))
            guard case .invalidTensor(_, _, "w", let reason) = error, reason.contains(text) else { return fail("\(shape): \(error)") }
        }
        for shape in [[1 << 32, 1 << 32], [1 << 62, 4], [.max], [1 << 62, 1 << 62, 0]] {
            let error = try error(CraftedTorch.file(shape: shape, strides: shape.map { _ in 1 }, entries: six))
            guard case .shapeOverflow(_, "w", shape) = error else { return fail("\(shape): \(error)") }
        }
        let axes = [Int](repeating: 1, count: 65)
        guard case .pickleTooLarge = try error(CraftedTorch.file(shape: axes, strides: axes, entries: six)) else { return fail("axes") }
    }

    @Test("a storage that lacks bytes, has too many, or is named in two ways is refused", arguments: [5, 7, 0, -1, .max, 1 << 62])
    func storageSizes(claimed: Int) throws {
        let error = try error(CraftedTorch.file(shape: [1], strides: [1], entries: [0, 1, 2, 3, 4, 5], claimed: claimed))
        guard case .invalidPyTorch(_, _, let reason) = error, reason.contains("storage 0") else { return fail("\(error)") }
    }

    @Test("storages that are missing, or named with two types, are refused")
    func storageNames() throws {
        let first = CraftedPickle.tensor(CraftedPickle.storage("0", count: 1), shape: [1], strides: [1])
        for second in [
            CraftedPickle.storage("../../data.pkl", count: 1), CraftedPickle.storage("0", "IntStorage", count: 1),
            CraftedPickle.storage("0", count: 2),
        ] {
            let body = CraftedPickle.dictionary([("v", first), ("w", CraftedPickle.tensor(second, shape: [1], strides: [1]))])
            guard case .invalidPyTorch = try error(CraftedTorch.file(body, storages: [("0", [0, 0, 0, 0])])) else { return fail("names") }
        }
    }

    @Test("other files under this name are told by what they are")
    func otherFiles() throws {
        #expect(try error(Array("version https://git-lfs.github.com/spec/v1\n".utf8)).message.contains("Git LFS"))
        #expect(try error([]).message.contains("byte 0"))
        #expect(try error(CraftedTorch.archive([("x/y", [])])).message.contains("0 files NAME/data.pkl"))
        let empty = CraftedPickle.dictionary([])
        #expect(try error(CraftedTorch.file(empty, more: [("v/data.pkl", [])])).message.contains("2 files NAME/data.pkl"))
        #expect(try error(CraftedTorch.file(empty, more: [("w/constants.pkl", [])])).message.contains("TorchScript"))
        #expect(try error(CraftedTorch.file(empty, more: [("w/version", [0x33])])).message.contains("two entries"))
        let pickle = CraftedPickle.pickle(empty)
        for (name, content, text) in [("version", "11", "version 11"), ("version", "x", "version x"), ("none", "", "no w/version")] {
            #expect(try error(CraftedTorch.archive([("w/data.pkl", pickle), ("w/\(name)", Array(content.utf8))])).message.contains(text))
        }
        let big = CraftedTorch.archive([("w/data.pkl", pickle), ("w/version", [0x33]), ("w/byteorder", Array("big".utf8))])
        #expect(try error(big).message.contains("byte order is big"))
    }
}
