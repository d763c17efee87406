import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite("Labels of a tagger")
struct LabelFileTests {
    private let folder: TemporaryFolder
    private let corpus: PackedCorpus
    private var path: FilePath { folder.file("labels.npz") }
    /// Six rows of five tokens, of two domains.
    private static let tokens = (0..<30).map { Int32($0 * 7 % 11) }
    private static let context = 5
    private var labels: TinyLabels { TinyLabels(tokens: Self.tokens, context: Self.context) }

    init() throws {
        folder = try TemporaryFolder()
        let array = folder.file("tokens.npy")
        try NumpyWriter.write(Self.tokens, shape: [6, 5], to: array)
        try NumpyWriter.write([0, 0, 1, 1, 0, 1] as [UInt8], shape: [6], to: folder.file("tokens.domains.npy"))
        try folder.write("tokens.domains.json", "[\"Code\", \"Prose\"]")
        corpus = try CorpusPacking(context: nil)
            .pack(try CorpusSource(array), tokenizer: nil, into: folder.file("packed"), team: ThreadTeam(count: 1))
    }

    private func read(_ labels: TinyLabels) throws -> LabelFile {
        try labels.write(to: path)
        return try LabelFile(path)
    }

    @Test("are read as they were written, and fit the rows that were tagged")
    func read() throws {
        let file = try read(labels)
        #expect(file.names == TinyLabels.names && file.combinations == 4 && file.table == TinyLabels.table.flatMap { $0 })
        #expect(file.rows.rowCount == 6 && file.rows.context == 5)
        #expect((0..<6).flatMap { file.rows.labels(ofRow: $0) } == labels.combinations)
        #expect(Set(labels.combinations).count > 2)
        try file.check(against: corpus)
    }

    @Test("in 16 and in 32 bits are the same labels, and come back from a file of their own")
    func widths() throws {
        let wide = try read(labels)
        var changed = labels
        changed.replaced["combination"] = NumpyArchive.Entry("combination", labels.combinations.map { UInt16($0) }, shape: [6, 5])
        let narrow = try read(changed)
        #expect(narrow.rows.digest == wide.rows.digest)
        for rows in [wide.rows, narrow.rows] {
            try rows.write(to: folder.file("labels.npy"))
            let opened = try LabelRows.open(folder.file("labels.npy"), combinations: 4)
            #expect(opened.digest == wide.rows.digest)
            #expect((0..<6).flatMap { opened.labels(ofRow: $0) } == labels.combinations)
            #expect(throws: CorpusError.self) { try LabelRows.open(folder.file("labels.npy"), combinations: 3) }
        }
        var other = labels
        other.combinations[29] = (other.combinations[29] + 1) % 4
        #expect(try read(other).rows.digest != wide.rows.digest)
    }

    @Test("of other tokens are refused with the first row that has others")
    func misaligned() throws {
        var other = labels
        for place in [17, 28] { other.tokens[place] += 1 }
        let file = try read(other)
        let error = CorpusError.labelsOfOtherRows(path: path.string, row: 3, domain: "Prose")
        #expect(throws: error) { try file.check(against: corpus) }
        #expect(error.message.contains("row 3, of the domain Prose") && error.remedy.contains("deploy/tag/tag.py"))
        // Rows in another order are other rows.
        let turned = try read(TinyLabels(tokens: Array(Self.tokens[5...] + Self.tokens[..<5]), context: 5))
        #expect(throws: CorpusError.labelsOfOtherRows(path: path.string, row: 0, domain: "Code")) { try turned.check(against: corpus) }
    }

    @Test("of fewer, more, longer or shorter rows are refused")
    func otherShape() throws {
        func expect(_ found: [Int], _ tokens: [Int32], context: Int = 5) throws {
            let file = try read(TinyLabels(tokens: tokens, context: context))
            #expect(throws: CorpusError.labelsOfOtherShape(path: path.string, found: found, corpus: [6, 5])) {
                try file.check(against: corpus)
            }
        }
        try expect([4, 5], Array(Self.tokens.prefix(20)))
        try expect([7, 5], Self.tokens + Self.tokens.prefix(5))
        try expect([5, 6], Self.tokens, context: 6)
    }

    @Test("are checked only as long as nobody asks to stop")
    func stopped() throws {
        struct Stopped: Error {}
        let file = try read(labels)
        #expect(throws: Stopped.self) { try file.check(against: corpus) { throw Stopped() } }
    }

    @Test("that name a combination outside the table are refused with its place", arguments: [4, -1, 1 << 20] as [Int32])
    func outsideTable(combination: Int32) throws {
        var other = labels
        other.combinations[13] = combination
        try other.write(to: path)
        #expect(
            throws: CorpusError.brokenLabels(
                path: path.string, reason: "row 2, token 3 has combination \(combination), the table has 4")
        ) { try LabelFile(path) }
    }

    @Test("without an array, or with arrays that contradict each other, are refused by name")
    func broken() throws {
        func expect(_ words: String, _ array: String, _ entry: NumpyArchive.Entry?) throws {
            var other = labels
            other.replaced[array] = .some(entry)
            try other.write(to: path)
            let error = #expect(throws: CorpusError.self) { try LabelFile(path) }
            guard case .brokenLabels(_, let reason) = error, reason.contains(words) else {
                Issue.record("\(array): \(String(describing: error))")
                return
            }
        }
        for name in ["combination", "features", "names", "row_crc"] { try expect("array '\(name)' is missing", name, nil) }
        let table = TinyLabels.table.flatMap { $0 }
        try expect("'combination' has shape [30]", "combination", .init("combination", labels.combinations))
        try expect("'combination' has shape [0, 5]", "combination", .init("combination", [] as [Int32], shape: [0, 5]))
        try expect(
            "'combination' is int64", "combination", .init("combination", labels.combinations.map { Int64($0) }, shape: [6, 5]))
        try expect("'features' is uint8 [12]", "features", .init("features", table))
        try expect("'features' is int32 [4, 3]", "features", .init("features", table.map { Int32($0) }, shape: [4, 3]))
        try expect("'features' is uint8 [3, 4]", "features", .init("features", table, shape: [3, 4]))
        try expect("'features' is uint8 [0, 3]", "features", .init("features", [] as [UInt8], shape: [0, 3]))
        try expect("'features' has 2 for combination 3", "features", .init("features", table.dropLast() + [2], shape: [4, 3]))
        for names in ["a\nb", "a\nb\nc\nd"] { try expect("'features' is uint8 [4, 3]", "names", .init("names", Array(names.utf8))) }
        try expect("has a name twice", "names", .init("names", Array("a\nb\na".utf8)))
        for names in ["a\n\nb", "a\nb\nc\u{7}"] { try expect("'names' has \"", "names", .init("names", Array(names.utf8))) }
        try expect("'names' is uint8 [5, 1]", "names", .init("names", Array("a\nb\nc".utf8), shape: [5, 1]))
        try expect("'row_crc' is uint32 [5]", "row_crc", .init("row_crc", [UInt32](repeating: 0, count: 5)))
        try expect("'row_crc' is int32 [6]", "row_crc", .init("row_crc", [Int32](repeating: 0, count: 6)))
    }

    @Test("that are not there, or cut short, are refused")
    func unreadable() throws {
        let missing = #expect(throws: CorpusError.self) { try LabelFile(folder.file("nowhere.npz")) }
        guard case .unreadable = missing else {
            Issue.record("\(String(describing: missing))")
            return
        }
        #expect(throws: CorpusError.unreadable(path: folder.path.string, reason: "it is no file")) { try LabelFile(folder.path) }
        try labels.write(to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path.string))
        for count in [0, 10, bytes.count / 2, bytes.count - 1] {
            try folder.write("cut.npz", bytes.prefix(count))
            #expect(throws: StorageError.self) { try LabelFile(folder.file("cut.npz")) }
        }
        // One bit of the numbers: the archive's checksum has it.
        var damaged = bytes
        damaged[200] ^= 1
        try folder.write("cut.npz", damaged)
        #expect(throws: StorageError.self) { try LabelFile(folder.file("cut.npz")) }
    }
}
