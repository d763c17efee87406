import Analysis
import Models
import Statistics
import Storage
import SystemPackage

/// `correlations.zarr`: one array for each compared pair of models, `[neurons of the first, neurons of the second]`, chunked by pair of layers.
///
/// xarray has the axes of a against b as dimensions `a` and `b`, with coordinates `a_layer`, `a_neuron`, `b_layer`, `b_neuron`.
///
/// Blocks are written while the analysis computes them, from several threads; the metadata comes last, so a folder without it is unfinished.
struct CorrelationMatrices: CorrelationSink {
    private let group: ZarrGroup
    private let arrays: [String: ZarrArray]
    /// The chunks of each array that the layout has blocks for, as [row, column].
    private let chunks: [String: Set<[Int]>]
    /// Layer and number of the neurons along the axes.
    private let coordinates: [ZarrCoordinate]

    /// Begins the matrices of all compared pairs, in place of any that are there, or joins in writing them.
    ///
    /// - Parameter permit: asked before each chunk gets its name; then another process begins the matrices and finishes them. nil: this one.
    /// - Throws: `StorageError`.
    init?(
        _ path: FilePath, layout: StatisticsLayout, format: MatrixFormat, permit: WritePermit? = nil, on files: some FileLayer
    ) throws {
        let element: ZarrLayout.Element
        switch format {
        case .none: return nil
        case .float16: element = .float16
        case .float32: element = .float32
        }
        group = try permit.map { try ZarrGroup(joining: path, $0, on: files) } ?? ZarrGroup(creating: path, on: files)
        var arrays: [String: ZarrArray] = [:]
        var chunks: [String: Set<[Int]>] = [:]
        for block in layout.blocks {
            let (rows, columns) = (layout.groups[block.rows], layout.groups[block.columns])
            guard let name = Self.name(of: block, in: layout) else { continue }
            chunks[name, default: []].insert([rows.layer, columns.layer])
            guard arrays[name] == nil else { continue }
            func neurons(_ source: String) -> Int { layout.groups(of: source).reduce(0) { $0 + layout.groups[$1].columns } }
            arrays[name] = try group.createArray(
                named: name,
                ZarrLayout(
                    rows: neurons(rows.source), columns: neurons(columns.source), rowsPerChunk: rows.columns,
                    columnsPerChunk: columns.columns, element: element, dimensions: [rows.source, columns.source]))
        }
        self.arrays = arrays
        self.chunks = chunks
        coordinates = Self.coordinates(of: Set(arrays.values.flatMap(\.layout.dimensions)), in: layout)
    }

    /// Layer and number of each neuron of some models.
    private static func coordinates(of models: Set<String>, in layout: StatisticsLayout) -> [ZarrCoordinate] {
        models.sorted().flatMap { model in
            let groups = layout.groups(of: model).map { layout.groups[$0] }
            let columns = [
                ("layer", groups.flatMap { Array(repeating: Int32($0.layer), count: $0.columns) }),
                ("neuron", groups.flatMap { (0..<$0.columns).map(Int32.init) }),
            ]
            // A model may be called a_layer: a coordinate of that name would be taken for one along its axis.
            return columns.filter { !models.contains("\(model)_\($0.0)") }.map { name, values in
                ZarrCoordinate(name: "\(model)_\(name)", dimension: model, title: "\(name) in model \(model)", values: values)
            }
        }
    }

    func write(_ correlations: UnsafePointer<Float>, rows: ColumnGroup, columns: ColumnGroup) throws {
        guard let array = arrays["\(rows.source)-\(columns.source)"] else { return }
        try array.writeChunk(
            row: rows.layer, column: columns.layer, UnsafeBufferPointer(start: correlations, count: rows.columns * columns.columns))
    }

    /// Whether the correlations of a block are written; true of a block whose correlations are not kept.
    func has(_ block: Block, in layout: StatisticsLayout) -> Bool {
        guard let name = Self.name(of: block, in: layout), let array = arrays[name] else { return true }
        return array.hasChunk(row: layout.groups[block.rows].layer, column: layout.groups[block.columns].layer)
    }

    /// The name of the matrix that a block is a chunk of; nil for a block whose correlations are not kept.
    static func name(of block: Block, in layout: StatisticsLayout) -> String? {
        let (rows, columns) = (layout.groups[block.rows].source, layout.groups[block.columns].source)
        return rows == columns || columns == FeatureBank.sourceID ? nil : "\(rows)-\(columns)"
    }

    /// Writes the metadata: from now on the matrices are complete.
    ///
    /// - Parameter statistics: the digest of the statistics that they were made of; it is kept with them.
    /// - Throws: `StorageError`.
    func finish(of statistics: Digest) throws {
        var notes: [String: [String: String]] = [:]
        for (name, array) in arrays {
            notes[name] = [Self.titleKey: "Pearson correlation"]
            if (chunks[name]?.count ?? 0) < array.layout.chunkRows * array.layout.chunkColumns {
                notes[name]?[Self.notComputedKey] = "pairs of layers outside the band (layers.band): no chunk, NaN"
            }
        }
        try group.finish(
            arrays.values.sorted { $0.name < $1.name }, coordinates: coordinates, attributes: [Self.statisticsKey: statistics.hex],
            arrayAttributes: notes
        ) { name, row, column in chunks[name]?.contains([row, column]) ?? true }
    }

    /// Whether complete matrices of some statistics are in a folder.
    static func areComplete(_ path: FilePath, of statistics: Digest) -> Bool {
        (try? ZarrGroup(opening: path).attributes())?[statisticsKey] == statistics.hex
    }

    private static let titleKey = "long_name"
    private static let notComputedKey = "not_computed"
    private static let statisticsKey = "statistics_sha256"
}

extension RunFolder {
    /// The file of a block's correlations; nil for a block whose correlations are not kept.
    public func correlations(of block: Block, in layout: StatisticsLayout) -> FilePath? {
        CorrelationMatrices.name(of: block, in: layout).map {
            correlations.appending($0).appending(
                ZarrArray.chunkName(row: layout.groups[block.rows].layer, column: layout.groups[block.columns].layer))
        }
    }
}
