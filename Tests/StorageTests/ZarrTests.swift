import FaultInjection
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Zarr")
struct ZarrTests {
    /// What stands in row `row`, column `column` of every test matrix; exact in float16.
    static func value(_ row: Int, _ column: Int) -> Float { Float((row * 31 + column * 7) % 512) / 256 - 1 }

    /// A group of one matrix in float32 without partial chunks and one in float16 with them, its chunks written by several threads.
    static func write(_ path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let group = try ZarrGroup(creating: path, on: files)
        let layouts = [
            "a-b": ZarrLayout(rows: 24, columns: 40, rowsPerChunk: 8, columnsPerChunk: 10, dimensions: ["a_neuron", "b_neuron"]),
            "a-c": ZarrLayout(
                rows: 24, columns: 35, rowsPerChunk: 10, columnsPerChunk: 16, element: .float16, dimensions: ["a_neuron", "c_neuron"],
                level: 5),
        ]
        var arrays: [ZarrArray] = []
        for (name, layout) in layouts.sorted(by: { $0.key < $1.key }) {
            let array = try group.createArray(named: name, layout)
            for row in 0..<layout.chunkRows {
                for column in 0..<layout.chunkColumns {
                    let values = layout.rows(ofChunkRow: row).flatMap { row in
                        layout.columns(ofChunkColumn: column).map { value(row, $0) }
                    }
                    try array.writeChunk(row: row, column: column, values)
                }
            }
            arrays.append(array)
        }
        try group.finish(
            arrays,
            coordinates: [
                ZarrCoordinate(name: "a_layer", dimension: "a_neuron", title: "layer", values: (0..<24).map { Int32($0 / 8) }),
                ZarrCoordinate(name: "c_layer", dimension: "c_neuron", title: "layer", values: (0..<35).map { Int32($0 - 17) }),
            ], attributes: ["plan": "abc"])
    }

    @Test("what is written is read back by chunk and by row")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder.file("z.zarr"))
        let group = try ZarrGroup(opening: folder.file("z.zarr"))
        for name in ["a-b", "a-c"] {
            let array = try group.array(named: name)
            #expect(array.layout.dimensions == ["a_neuron", name == "a-b" ? "b_neuron" : "c_neuron"])
            for row in 0..<24 {
                #expect(try array.readRow(row) == (0..<array.layout.columns).map { Self.value(row, $0) })
            }
        }
        #expect(try group.array(named: "a-c").readChunk(row: 2, column: 2).count == 4 * 3)
        #expect(throws: StorageError.self) { try group.array(named: "a_layer") }
    }

    @Test(
        "chunks and shapes that no memory holds are refused",
        arguments: [
            ("\"chunks\" : [\n    8,\n    10\n  ]", "\"chunks\": [1000000000, 1000000000]"),
            ("\"chunks\" : [\n    8,\n    10\n  ]", "\"chunks\": [100000, 100000]"),
            ("\"chunks\" : [\n    8,\n    10\n  ]", "\"chunks\": [0, 10]"),
            ("\"shape\" : [\n    24,\n    40\n  ]", "\"shape\": [9223372036854775807, 40]"),
        ])
    func absurd(old: String, new: String) throws {
        let folder = try TemporaryFolder()
        try Self.write(folder.file("z.zarr"))
        let path = folder.file("z.zarr").appending("a-b/.zarray")
        let text = String(decoding: try content(of: path), as: UTF8.self)
        try #require(text.contains(old))
        try StorageTests.write(Array(text.replacingOccurrences(of: old, with: new).utf8), to: path)
        #expect(throws: StorageError.self) { try ZarrGroup(opening: folder.file("z.zarr")).array(named: "a-b") }
    }

    @Test("the group is unfinished until its last document, whatever fails before", arguments: [FaultyFiles.Fault.failure, .death])
    func faults(fault: FaultyFiles.Fault) throws {
        let layout = ZarrLayout(rows: 2, columns: 1, rowsPerChunk: 1, columnsPerChunk: 1, dimensions: ["a", "b"])
        let layers = ZarrCoordinate(name: "a_layer", dimension: "a", title: "layer", values: [0, 1])
        func write(_ path: FilePath, on files: some FileLayer) throws {
            let group = try ZarrGroup(creating: path, on: files)
            let array = try group.createArray(named: "a-b", layout)
            for row in 0..<2 { try array.writeChunk(row: row, column: 0, [Float(row)]) }
            try group.finish([array], coordinates: [layers])
        }
        // Also over a finished group: while it is written again nobody may take it for finished.
        for isSecond in [false, true] {
            var position = 1
            while true {
                let folder = try TemporaryFolder()
                let path = folder.file("z.zarr")
                if isSecond { try write(path, on: LocalFiles()) }
                let files = FaultyFiles(fault, at: position)
                let succeeded = (try? write(path, on: files)) != nil
                if files.count < position {
                    #expect(succeeded)
                    break
                }
                if Folder.holdsFile(path.appending(".zmetadata")) {
                    // Either nothing was changed yet or all is written and only the last closing and syncing failed.
                    for row in 0..<2 {
                        #expect(try ZarrGroup(opening: path).array(named: "a-b").readRow(row) == [Float(row)], "operation \(position)")
                    }
                }
                try write(path, on: LocalFiles())
                #expect(try Folder.names(in: path) == [".zattrs", ".zgroup", ".zmetadata", "a-b", "a_layer"])
                #expect(try Folder.names(in: path.appending("a-b")) == [".zarray", ".zattrs", "0.0", "1.0"])
                #expect(try Folder.names(in: path.appending("a_layer")) == [".zarray", ".zattrs", "0"])
                position += 1
            }
        }
    }

    @Test("a missing chunk keeps the group from being finished")
    func missingChunk() throws {
        let folder = try TemporaryFolder()
        let group = try ZarrGroup(creating: folder.file("z.zarr"))
        let array = try group.createArray(
            named: "a-b", ZarrLayout(rows: 4, columns: 2, rowsPerChunk: 2, columnsPerChunk: 2, dimensions: ["a", "b"]))
        try array.writeChunk(row: 0, column: 0, [1, 2, 3, 4])
        #expect(throws: StorageError.notFound(folder.file("z.zarr/a-b/1.0"))) { try group.finish([array]) }
        #expect(throws: StorageError.self) { try ZarrGroup(opening: folder.file("z.zarr")) }
    }

    @Test("damaged chunks and foreign metadata are refused")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("z.zarr")
        try Self.write(path)
        let group = try ZarrGroup(opening: path)
        try StorageTests.write([1, 2, 3], to: path.appending("a-b/0.0").lexicallyNormalized())
        #expect(throws: StorageError.self) { try group.array(named: "a-b").readChunk(row: 0, column: 0) }
        #expect(throws: StorageError.self) { try group.array(named: "a-d") }
        let metadata = String(decoding: try content(of: path.pushing("a-b/.zarray")), as: UTF8.self)
        for (old, new) in [("<f4", "<f8"), ("\"zstd\"", "\"blosc\""), ("\"C\"", "\"F\""), ("24", "-24"), ("10", "0"), ("10", "9e99")] {
            try StorageTests.write(Array(metadata.replacingOccurrences(of: old, with: new).utf8), to: path.pushing("a-b/.zarray"))
            #expect(throws: StorageError.self) { try group.array(named: "a-b") }
        }
    }

    @Test("who joins a group leaves its metadata alone, and changes nothing once his leave has ended")
    func joined() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("z.zarr")
        let layout = ZarrLayout(rows: 2, columns: 1, rowsPerChunk: 1, columnsPerChunk: 1, dimensions: ["a", "b"])
        let owner = try ZarrGroup(creating: path)
        let arrays = [try owner.createArray(named: "a-b", layout)]
        let unfinished = path.appending("a-b").appending("0.0.epoch1.me.part")
        let writer = try ZarrGroup(joining: path, WritePermit(tag: ".epoch1.me") { #expect(Folder.holdsFile(unfinished)) })
        let early = try writer.createArray(named: "a-b", layout)
        try early.writeChunk(row: 0, column: 0, [1])
        try arrays[0].writeChunk(row: 1, column: 0, [2])
        try owner.finish(arrays)
        let names = try Folder.names(in: path.appending("a-b"))
        #expect(names == [".zarray", ".zattrs", "0.0", "1.0"])

        // The leave ends before the chunk has its name.
        let late = try ZarrGroup(joining: path, WritePermit(tag: ".epoch1.me") { throw CancellationError() })
        let sleeper = try late.createArray(named: "a-b", layout)
        #expect(throws: CancellationError.self) { try sleeper.writeChunk(row: 0, column: 0, [9]) }
        // And after it was asked for: what it had begun is gone.
        let removed = try ZarrGroup(joining: path, WritePermit(tag: ".epoch1.me") { try LocalFiles().remove(unfinished) })
        let waking = try removed.createArray(named: "a-b", layout)
        #expect(throws: StorageError.self) { try waking.writeChunk(row: 0, column: 0, [9]) }
        #expect(try Folder.names(in: path.appending("a-b")) == names)
        #expect(try ZarrGroup(opening: path).array(named: "a-b").readRow(0) == [1])
    }

    @Test("chunks may be written by several threads at once")
    func threads() throws {
        let folder = try TemporaryFolder()
        let layout = ZarrLayout(rows: 64, columns: 64, rowsPerChunk: 8, columnsPerChunk: 8, dimensions: ["a", "b"])
        let array = try ZarrGroup(creating: folder.file("z.zarr")).createArray(named: "a-b", layout)
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            try? array.writeChunk(row: index / 8, column: index % 8, [Float](repeating: Float(index), count: 64))
        }
        for index in 0..<64 { #expect(try array.readChunk(row: index / 8, column: index % 8).allSatisfy { $0 == Float(index) }) }
    }
}
