import SystemPackage

/// A folder of matrices in Zarr format 2, as zarr-python 2 and 3, xarray and dask open it; with consolidated metadata.
///
/// The metadata are written last: a group without them is unfinished and nobody takes its missing chunks for numbers.
///
///     let group = try ZarrGroup(creating: run.appending("correlations.zarr"))
///     let array = try group.createArray(named: "a-b", layout)
///     try array.writeChunk(row: 0, column: 0, values)
///     try group.finish([array], attributes: ["plan": digest.hex])
public struct ZarrGroup: Sendable {
    /// The folder.
    public let path: FilePath

    private let files: any FileLayer
    /// nil: this process owns the group.
    private let permit: WritePermit?
    /// How the CF conventions let an array name its coordinates.
    private static let coordinatesKey = "coordinates"

    /// Begins a group, or begins again with one that is there: its metadata are removed, its chunks stay until they are replaced.
    ///
    /// - Throws: A `StorageError` when the folder cannot be created or changed.
    public init(creating path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        self.path = path
        self.files = files
        permit = nil
        try files.createFolder(path)
        for name in [ZarrMetadata.consolidatedName, ZarrMetadata.groupName, ZarrMetadata.attributesName] {
            try files.remove(path.appending(name))
        }
    }

    /// Joins in writing the chunks of a group that another process has begun, and will finish: its metadata are left alone.
    ///
    /// - Parameter permit: asked before each chunk gets its name.
    /// - Throws: A `StorageError` when the folder cannot be created.
    public init(joining path: FilePath, _ permit: WritePermit, on files: some FileLayer = LocalFiles()) throws {
        self.path = path
        self.files = files
        self.permit = permit
        try files.createFolder(path)
    }

    /// Opens a finished group to read it.
    ///
    /// - Throws: A `StorageError` when there is none or it is of another format.
    public init(opening path: FilePath) throws {
        self.path = path
        files = LocalFiles()
        permit = nil
        let group = try JSONFile.read(ZarrMetadata.Group.self, from: path.appending(ZarrMetadata.groupName))
        guard group.format == 2 else { throw StorageError.unsupported(path, what: "Zarr format \(group.format)") }
    }

    /// Begins an array, or begins again with one that is there; of a group that was joined, its metadata are left alone.
    ///
    /// - Parameters:
    ///   - name: Its name, and that of its folder.
    ///   - layout: Shape, chunks, kind of numbers, names of the axes.
    /// - Throws: A `StorageError` when the folder cannot be created or changed.
    public func createArray(named name: String, _ layout: ZarrLayout) throws -> ZarrArray {
        let array = ZarrArray(name: name, layout: layout, folder: path.appending(name), files: files, permit: permit)
        try files.createFolder(array.folder)
        guard permit == nil else { return array }
        for name in [ZarrMetadata.arrayName, ZarrMetadata.attributesName] { try files.remove(array.folder.appending(name)) }
        return array
    }

    /// Writes the metadata of the arrays, of the group, and consolidated: from now on others can read it.
    ///
    /// - Parameters:
    ///   - arrays: The group's arrays, all their chunks written.
    ///   - coordinates: What the places along their axes are; they are written here, and each array names those of its axes.
    ///   - attributes: What else is to be known about the group.
    ///   - arrayAttributes: What else is to be known about arrays, by name.
    ///   - isWritten: Whether an array has a chunk at a row and column; one that it has not reads as the fill value, NaN.
    /// - Precondition: the group was not joined: who began it finishes it.
    /// - Throws: `StorageError.notFound` for a chunk that is missing, or what fails while writing.
    public func finish(
        _ arrays: [ZarrArray], coordinates: [ZarrCoordinate] = [], attributes: [String: String] = [:],
        arrayAttributes: [String: [String: String]] = [:],
        isWritten: (_ array: String, _ row: Int, _ column: Int) -> Bool = { _, _, _ in true }
    ) throws {
        precondition(permit == nil, "a group is finished by who began it")
        var consolidated: [String: ZarrMetadata.Entry] = [:]
        func write(_ entry: ZarrMetadata.Entry, _ name: String) throws {
            consolidated[name] = entry
            try DurableFile.replace(
                path.pushing(FilePath(name)), with: JSONFile.encode(entry, for: path.pushing(FilePath(name))), on: files)
        }
        for array in arrays {
            let layout = array.layout
            for row in 0..<layout.chunkRows {
                for column in 0..<layout.chunkColumns where isWritten(array.name, row, column) && !array.hasChunk(row: row, column: column)
                {
                    throw StorageError.notFound(array.path(ofChunkInRow: row, column: column))
                }
            }
            try write(.array(.init(layout)), "\(array.name)/\(ZarrMetadata.arrayName)")
            var others = arrayAttributes[array.name] ?? [:]
            let own = coordinates.filter { layout.dimensions.contains($0.dimension) }
            if !own.isEmpty { others[Self.coordinatesKey] = own.map(\.name).joined(separator: " ") }
            let attributes = ZarrMetadata.Attributes(dimensions: layout.dimensions, others: others)
            try write(.attributes(attributes), "\(array.name)/\(ZarrMetadata.attributesName)")
        }
        for coordinate in coordinates {
            let folder = path.appending(coordinate.name)
            try files.createFolder(folder)
            try DurableFile.replace(folder.appending("0"), with: coordinate.chunk(), on: files)
            try write(.array(.init(coordinate)), "\(coordinate.name)/\(ZarrMetadata.arrayName)")
            let attributes = ZarrMetadata.Attributes(dimensions: [coordinate.dimension], others: ["long_name": coordinate.title])
            try write(.attributes(attributes), "\(coordinate.name)/\(ZarrMetadata.attributesName)")
        }
        try write(.group(.init()), ZarrMetadata.groupName)
        try write(.attributes(.init(dimensions: nil, others: attributes)), ZarrMetadata.attributesName)
        try JSONFile.write(
            ZarrMetadata.Consolidated(metadata: consolidated), to: path.appending(ZarrMetadata.consolidatedName), on: files)
    }

    /// What else is to be known about a finished group.
    ///
    /// - Throws: A `StorageError` when it cannot be read.
    public func attributes() throws -> [String: String] {
        try JSONFile.read(ZarrMetadata.Attributes.self, from: path.appending(ZarrMetadata.attributesName)).others
    }

    /// Opens an array of a finished group.
    ///
    /// - Throws: A `StorageError` when there is none of that name, or it is of a kind that this program does not write.
    public func array(named name: String) throws -> ZarrArray {
        let folder = path.appending(name)
        let metadata = try JSONFile.read(ZarrMetadata.Array.self, from: folder.appending(ZarrMetadata.arrayName))
        let attributes = try JSONFile.read(ZarrMetadata.Attributes.self, from: folder.appending(ZarrMetadata.attributesName))
        let layout = try metadata.layout(attributes.dimensions ?? ["rows", "columns"], of: folder.appending(ZarrMetadata.arrayName))
        return ZarrArray(name: name, layout: layout, folder: folder, files: files)
    }
}
