import Foundation
import SystemPackage

/// Values as JSON files: indented, keys sorted, so that equal values are equal bytes.
///
/// Numbers that are not finite are written as the texts "Infinity", "-Infinity" and "NaN", and read from them;
/// dates as ISO 8601 in whole seconds of UTC.
public enum JSONFile {
    /// A value as JSON, with a final line break.
    ///
    /// - Parameters:
    ///   - path: The file that it is meant for, for the message.
    ///   - isPretty: Indented, or in one line.
    ///   - keys: How names of properties become keys.
    /// - Throws: `StorageError.unencodable`.
    public static func encode(
        _ value: some Encodable, for path: FilePath = "value", isPretty: Bool = true,
        keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
    ) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = keys
        encoder.outputFormatting =
            isPretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw StorageError.unencodable(path, problem: String(describing: error))
        }
    }

    /// A value from JSON.
    ///
    /// - Throws: `StorageError.corrupt` that names the key which is missing or of another kind.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer, of path: FilePath) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw StorageError.corrupt(path, offset: nil, problem: describe(error))
        }
    }

    /// Writes a value durably in one step.
    public static func write(_ value: some Encodable, to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, with: try encode(value, for: path), on: files)
    }

    /// Reads a value.
    ///
    /// - Throws: A `StorageError` when the file is missing or its content does not fit.
    public static func read<Value: Decodable>(_ type: Value.Type, from path: FilePath) throws -> Value {
        try MappedFile(path).withBytes { try decode(type, from: $0, of: path) }
    }

    private static func describe(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "the top level" : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "\"\(key.stringValue)\" is missing in \(place(context.codingPath))"
        case .valueNotFound(_, let context): return "no value for \(place(context.codingPath))"
        case .typeMismatch(let type, let context): return "\(place(context.codingPath)) is not of the kind \(type)"
        case .dataCorrupted(let context):
            let reason = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
            return "\(place(context.codingPath)): \(reason ?? context.debugDescription)"
        @unknown default: return String(describing: error)
        }
    }
}
