import Storage
import SystemPackage

/// A safetensors file in a memory map, its header checked as input that nobody vouches for.
///
/// The layout: eight bytes of header length (little-endian), the header (a JSON object from names to data type, shape and offsets), then
/// the data. The tensors must cover the data exactly: no overlap, no hole, nothing after the last. So two readers can never see different
/// tensors in one file, and a file that was cut short is always noticed.
///
/// ```swift
/// let file = try SafetensorsFile("model/model.safetensors")
/// for tensor in file.tensors { print(tensor.name, tensor.dataType, tensor.shape) }
/// ```
public final class SafetensorsFile: TensorFile {
    /// The most bytes of a header that are read. The format allows 100 MB; real headers have some hundred bytes a tensor, and as values a
    /// text takes some twenty times its size.
    public static let longestHeader = StrictJSONFile.longestList

    /// The most axes of a tensor, those that torch allows: shapes are kept for all tensors of all shards.
    private static let mostAxes = 64

    /// The file.
    public let path: FilePath
    /// The tensors in the order of their bytes.
    public let tensors: [TensorEntry]

    let mapped: MappedFile

    /// Maps the file and checks its header.
    ///
    /// - Throws: a `CheckpointError` that names the file, the tensor and the bytes expected and found; a `StorageError` when the file cannot
    ///   be opened.
    public init(_ path: FilePath) throws {
        self.path = path
        mapped = try MappedFile(path)
        tensors = try Self.checkedTensors(of: mapped.bytes, file: path)
    }

    /// The bytes of one of this file's tensors; valid while the file object lives.
    public func bytes(of tensor: TensorEntry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: mapped.bytes[tensor.bytes])
    }

    private static func checkedTensors(of bytes: UnsafeRawBufferPointer, file: FilePath) throws -> [TensorEntry] {
        guard bytes.count >= 8 else {
            throw CheckpointError.truncated(file: file, expected: 8, found: bytes.count, what: "the header length")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(longestHeader) else {
            throw CheckpointError.headerTooLong(file: file, length: length, limit: longestHeader)
        }
        let start = 8 + Int(length)
        guard start <= bytes.count else {
            throw CheckpointError.truncated(file: file, expected: UInt64(start), found: bytes.count, what: "the header")
        }
        let header: JSONValue
        do {
            header = try JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[8..<start]))
        } catch {
            throw CheckpointError.invalidJSON(file: file, offset: 8 + error.offset, reason: error.reason)
        }
        guard let members = header.object else {
            throw CheckpointError.invalidHeader(file: file, tensor: nil, reason: "it is \(header.shown) instead of an object")
        }
        var tensors: [TensorEntry] = []
        for member in members {
            if member.name == "__metadata__" {
                guard let notes = member.value.object, notes.allSatisfy({ $0.value.string != nil }) else {
                    throw CheckpointError.invalidHeader(file: file, tensor: nil, reason: "__metadata__ is not a map from text to text")
                }
            } else {
                tensors.append(try entry(member, file: file, dataStart: start, available: bytes.count - start))
            }
        }
        tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name) < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name) }
        try checkCoverage(tensors, file: file, dataStart: start, end: bytes.count)
        return tensors
    }

    private static func entry(_ member: JSONMember, file: FilePath, dataStart: Int, available: Int) throws -> TensorEntry {
        func invalid(_ reason: String) -> CheckpointError { .invalidHeader(file: file, tensor: member.name, reason: reason) }
        guard let fields = member.value.object else { throw invalid("it is \(member.value.shown) instead of an object") }
        var typeName: String?
        var shape: [Int]?
        var offsets: [Int]?
        for field in fields {
            switch field.name {
            case "dtype": typeName = field.value.string
            case "shape":
                if let axes = field.value.array?.count, axes > mostAxes {
                    throw invalid("its shape has \(axes) axes, the most are \(mostAxes)")
                }
                shape = naturals(field.value)
            case "data_offsets": offsets = naturals(field.value)
            default: throw invalid("the field \(field.name) is not known")
            }
        }
        guard let typeName else { throw invalid("dtype is missing or not text") }
        guard let shape else { throw invalid("shape is missing or not a list of sizes") }
        guard let offsets, offsets.count == 2 else { throw invalid("data_offsets is missing or not two offsets") }
        guard let dataType = TensorDataType(rawValue: typeName) else {
            throw CheckpointError.unknownDataType(file: file, tensor: member.name, name: typeName)
        }
        guard offsets[0] <= offsets[1] else { throw invalid("data_offsets end at \(offsets[1]) before they begin at \(offsets[0])") }
        guard offsets[1] <= available else {
            throw CheckpointError.outsideFile(file: file, tensor: member.name, end: offsets[1], available: available)
        }
        var expected = dataType.bytes
        for size in shape {
            let (product, overflow) = expected.multipliedReportingOverflow(by: size)
            guard !overflow else { throw CheckpointError.shapeOverflow(file: file, tensor: member.name, shape: shape) }
            expected = product
        }
        guard expected == offsets[1] - offsets[0] else {
            throw CheckpointError.byteCount(file: file, tensor: member.name, expected: expected, found: offsets[1] - offsets[0])
        }
        return TensorEntry(name: member.name, dataType: dataType, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private static func naturals(_ value: JSONValue) -> [Int]? {
        guard let values = value.array else { return nil }
        var result: [Int] = []
        for value in values {
            guard let size = value.integer, size >= 0 else { return nil }
            result.append(size)
        }
        return result
    }

    private static func checkCoverage(_ tensors: [TensorEntry], file: FilePath, dataStart: Int, end: Int) throws {
        var covered = dataStart
        var previous = ""
        for tensor in tensors {
            if tensor.bytes.lowerBound < covered {
                throw CheckpointError.overlap(
                    file: file, tensor: tensor.name, begin: tensor.bytes.lowerBound - dataStart, other: previous,
                    otherEnd: covered - dataStart)
            }
            if tensor.bytes.lowerBound > covered {
                throw CheckpointError.hole(file: file, begin: covered - dataStart, end: tensor.bytes.lowerBound - dataStart)
            }
            covered = tensor.bytes.upperBound
            previous = tensor.name
        }
        if covered < end { throw CheckpointError.hole(file: file, begin: covered - dataStart, end: end - dataStart) }
    }
}
