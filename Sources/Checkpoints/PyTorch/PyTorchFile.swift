import Storage
import SystemPackage

/// A file of `torch.save` in a memory map, read as input that nobody vouches for: its pickle is interpreted, never executed, and each tensor
/// is held against the bytes of its storage.
///
/// Two layouts: the zip archive that torch writes since version 1.6, and the older one, pickles followed by the storages.
///
/// ```swift
/// let file = try PyTorchFile("model/pytorch_model.bin")
/// for tensor in file.tensors { print(tensor.name, tensor.dataType, tensor.shape) }
/// ```
public final class PyTorchFile: TensorFile {
    /// The file.
    public let path: FilePath
    /// The tensors in the order of their names in the pickle. Several may share bytes.
    public let tensors: [TensorEntry]

    let mapped: MappedFile

    /// Maps the file, and interprets and checks what it says about its tensors.
    ///
    /// - Throws: a `CheckpointError` that names the file, the byte or tensor, and what was expected and found; a `StorageError` when the file
    ///   cannot be opened or is a damaged archive.
    public init(_ path: FilePath) throws {
        self.path = path
        mapped = try MappedFile(path)
        tensors = try mapped.withBytes { try Self.checkedTensors(of: $0, file: path) }
    }

    private static func checkedTensors(of bytes: UnsafeRawBufferPointer, file: FilePath) throws -> [TensorEntry] {
        let content =
            if bytes.starts(with: [0x50, 0x4B]) {
                try PyTorchContent(archive: bytes, file: file)
            } else if bytes.starts(with: PyTorchContent.legacyMagic) {
                try PyTorchContent(legacy: bytes, file: file)
            } else {
                throw CheckpointError.invalidPyTorch(file: file, offset: 0, reason: unknownStart(of: bytes))
            }
        return try StateDictionary(content.value, in: content.heap, file: file).tensors.map { name, tensor in
            try entry(name, content.heap.tensors[tensor], content, file: file)
        }
    }

    private static func unknownStart(of bytes: UnsafeRawBufferPointer) -> String {
        if bytes.starts(with: Array("version https://git-lfs".utf8)) { return "a pointer of Git LFS in the place of the weights" }
        return "it begins neither as a zip archive nor as the older format of torch.save"
    }

    /// Holds a tensor against its storage.
    private static func entry(_ name: String, _ tensor: PickledTensor, _ content: PyTorchContent, file: FilePath) throws -> TensorEntry {
        func invalid(_ reason: String) -> CheckpointError { .invalidTensor(file: file, offset: tensor.place, tensor: name, reason: reason) }
        let (shape, strides) = (tensor.shape, tensor.strides)
        guard shape.count == strides.count else { throw invalid("\(shape.count) sizes and \(strides.count) strides") }
        guard shape.allSatisfy({ $0 >= 0 }) else { throw invalid("a negative size in the shape \(shape)") }
        guard strides.allSatisfy({ $0 >= 0 }), tensor.offset >= 0 else {
            throw invalid("a negative stride or offset: \(strides), \(tensor.offset)")
        }
        let size = tensor.dataType.bytes
        let storage = content.storages[tensor.storage]
        let available = storage.count / size
        var (count, isTooLarge) = (1, false)
        for length in shape where !isTooLarge { (count, isTooLarge) = count.multipliedReportingOverflow(by: length) }
        guard !isTooLarge, count <= Int.max / size else { throw CheckpointError.shapeOverflow(file: file, tensor: name, shape: shape) }
        // Entries that stand for several would let a small file stand for any amount of memory.
        guard count <= available else { throw invalid("the shape \(shape) has \(count) entries, its storage \(available)") }
        var last = tensor.offset
        if count > 0 {
            for (length, stride) in zip(shape, strides) {
                let (step, overflows) = (length - 1).multipliedReportingOverflow(by: stride)
                let (sum, overflowsToo) = last.addingReportingOverflow(step)
                guard !overflows, !overflowsToo else { throw invalid("the strides \(strides) lead beyond what can be counted") }
                last = sum
            }
        }
        guard count == 0 ? last <= available : last < available else {
            throw invalid("it reaches to entry \(last) of its storage, which has \(available)")
        }
        let begin = storage.lowerBound + tensor.offset * size
        let end = count == 0 ? begin : storage.lowerBound + (last + 1) * size
        return TensorEntry(
            name: name, dataType: tensor.dataType, shape: shape, bytes: begin..<end,
            strides: liesRowByRow(shape, strides) ? nil : strides)
    }

    private static func liesRowByRow(_ shape: [Int], _ strides: [Int]) -> Bool {
        if shape.contains(0) { return true }
        var expected = 1
        for (length, stride) in zip(shape, strides).reversed() where length != 1 {
            guard stride == expected else { return false }
            expected *= length
        }
        return true
    }
}
