import SystemPackage

/// The JSON documents of Zarr format 2.
enum ZarrMetadata {
    static let arrayName = ".zarray"
    static let attributesName = ".zattrs"
    static let groupName = ".zgroup"
    static let consolidatedName = ".zmetadata"

    struct Group: Codable {
        var format = 2

        enum CodingKeys: String, CodingKey {
            case format = "zarr_format"
        }
    }

    struct Compressor: Codable {
        var id = "zstd"
        var level: Int
    }

    struct Array: Codable {
        var format = 2
        var shape: [Int]
        var chunks: [Int]
        var dtype: String
        var compressor: Compressor?
        // xarray masks values that equal the fill value: NaN is no correlation, 0 is one.
        var fillValue: String? = "NaN"
        var filters: [Compressor]?
        var order = "C"
        var separator: String? = "."

        enum CodingKeys: String, CodingKey {
            case format = "zarr_format"
            case shape, chunks, dtype, compressor
            case fillValue = "fill_value"
            case filters, order
            case separator = "dimension_separator"
        }

        init(_ layout: ZarrLayout) {
            shape = [layout.rows, layout.columns]
            chunks = [layout.rowsPerChunk, layout.columnsPerChunk]
            dtype = layout.element.rawValue
            compressor = Compressor(level: layout.level)
        }

        init(_ coordinate: ZarrCoordinate) {
            shape = [coordinate.values.count]
            chunks = shape
            dtype = ZarrCoordinate.dtype
            compressor = Compressor(level: ZarrCoordinate.level)
            // With a fill value xarray would turn whole numbers into float64.
            fillValue = nil
        }

        /// The format wants `null` where others leave a key out.
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(format, forKey: .format)
            try container.encode(shape, forKey: .shape)
            try container.encode(chunks, forKey: .chunks)
            try container.encode(dtype, forKey: .dtype)
            try container.encode(compressor, forKey: .compressor)
            try container.encode(fillValue, forKey: .fillValue)
            try container.encode(filters, forKey: .filters)
            try container.encode(order, forKey: .order)
            try container.encode(separator, forKey: .separator)
        }

        /// What the document says, checked.
        func layout(_ dimensions: [String], of path: FilePath) throws -> ZarrLayout {
            guard format == 2 else { throw StorageError.unsupported(path, what: "Zarr format \(format)") }
            guard let element = ZarrLayout.Element(rawValue: dtype) else {
                throw StorageError.unsupported(path, what: "the type '\(dtype)'")
            }
            guard let compressor, compressor.id == "zstd", filters == nil, order == "C", separator ?? "." == "." else {
                throw StorageError.unsupported(path, what: "an array that is not in C order, in chunks of zstd without filters")
            }
            guard shape.count == 2, chunks.count == 2, dimensions.count == 2 else {
                throw StorageError.unsupported(path, what: "an array of \(shape.count) axes")
            }
            guard (shape + chunks).allSatisfy({ (1...ZarrLayout.lengthLimit).contains($0) }),
                let chunkBytes = NumpyHeader.byteCount(of: chunks, .float32)
            else { throw StorageError.corrupt(path, offset: nil, problem: "shape \(shape) in chunks of \(chunks)") }
            guard chunkBytes <= ZarrLayout.chunkByteLimit else {
                throw StorageError.unsupported(path, what: "a chunk of \(chunks[0]) x \(chunks[1]) numbers")
            }
            return ZarrLayout(
                rows: shape[0], columns: shape[1], rowsPerChunk: chunks[0], columnsPerChunk: chunks[1], element: element,
                dimensions: dimensions, level: compressor.level)
        }
    }

    /// One document among the consolidated ones.
    enum Entry: Encodable {
        case group(Group)
        case array(Array)
        case attributes(Attributes)

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .group(let group): try group.encode(to: encoder)
            case .array(let array): try array.encode(to: encoder)
            case .attributes(let attributes): try attributes.encode(to: encoder)
            }
        }
    }

    struct Consolidated: Encodable {
        var metadata: [String: Entry]
        var format = 1

        enum CodingKeys: String, CodingKey {
            case metadata
            case format = "zarr_consolidated_format"
        }
    }
}
