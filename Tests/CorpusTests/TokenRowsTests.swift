import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite struct TokenRowsTests {
    private func pack(_ path: FilePath, context: Int? = nil, tokenizer: Tokenizer? = nil) throws -> PackedCorpus {
        try CorpusPacking(context: context)
            .pack(try CorpusSource(path), tokenizer: tokenizer, into: FilePath(path.string + ".packed"), team: ThreadTeam(count: 1))
    }

    private func write<Element: NumpyElement>(_ folder: TemporaryFolder, _ values: [Element], _ shape: [Int]) throws -> FilePath {
        let path = folder.path.appending("rows.npy")
        try NumpyWriter.write(values, shape: shape, to: path)
        return path
    }

    @Test("integers of every width are the same rows")
    func widths() throws {
        let folder = try TemporaryFolder()
        let ids = [7, 1, 2, 7, 100, 3, 7, 0, 5]
        func check<Element: NumpyElement & FixedWidthInteger>(_: Element.Type) throws {
            let packed = try pack(try write(folder, ids.map { Element($0) }, [3, 3]))
            #expect(packed.context == 3 && packed.rowCount == 3)
            #expect((0..<3).flatMap { packed.tokens(ofRow: $0) } == ids.map(Int32.init))
            #expect(packed.domains == ["all"] && packed.vocabularySize == 101 && packed.beginningOfRow == 7)
        }
        try check(Int8.self)
        try check(UInt8.self)
        try check(Int16.self)
        try check(UInt16.self)
        try check(Int32.self)
        try check(UInt32.self)
        try check(Int64.self)
        try check(UInt64.self)
    }

    @Test("ids above 65,535 are kept in 32 bits")
    func wide() throws {
        let folder = try TemporaryFolder()
        let packed = try pack(try write(folder, [Int32(70000), 1, 2, 3], [2, 2]))
        #expect((0..<2).flatMap { packed.tokens(ofRow: $0) } == [70000, 1, 2, 3])
        #expect(packed.beginningOfRow == nil)
        #expect(try NumpyArray(mapping: packed.folder.appending("tokens.npy")).dtype == .int32)
        #expect(try PackedCorpus.open(packed.folder).digest == packed.digest)
        #expect(try PackedCorpus.open(packed.folder, hashingRows: true).digest == packed.digest)
    }

    @Test("floats, other shapes, rows of another length, ids outside the vocabulary and nothing at all are refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CorpusError.self) { try pack(try write(folder, [Float(1), 2], [1, 2])) }
        #expect(throws: CorpusError.self) { try pack(try write(folder, [Int32(1), 2], [2])) }
        #expect(throws: CorpusError.self) { try pack(try write(folder, [Int32](), [0, 4])) }
        let path = try write(folder, [Int32(1), 2, 3, -4], [2, 2])
        #expect(throws: CorpusError.self) { try pack(path) }
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        _ = try write(folder, [Int32(1), 2, 2048, 4], [2, 2])
        #expect(throws: CorpusError.tokenOutsideVocabulary(path: path.string, row: 1, column: 0, id: 2048, vocabularySize: 2048)) {
            try pack(path, tokenizer: tokenizer)
        }
        _ = try write(folder, [Int64(1), 1 << 40], [1, 2])
        #expect(throws: CorpusError.self) { try pack(path) }
        _ = try write(folder, [Int32](repeating: 1, count: 20), [2, 10])
        for context in [9, 16] {
            let error = CorpusError.otherRowLength(path: path.string, width: 10, context: context)
            #expect(throws: error) { try pack(path, context: context) }
            #expect(error.message.contains("10") && error.message.contains("\(context)") && error.remedy.contains("context"))
        }
        #expect(try pack(path, context: 10).context == 10)
        try Data(repeating: 1, count: 100).write(to: URL(fileURLWithPath: path.string))
        #expect(throws: StorageError.self) { try pack(path) }
    }

    @Test("an array without a token is said to be that, and the largest id is named as it is")
    func nothingAndTooMuch() throws {
        let folder = try TemporaryFolder()
        for shape in [[0, 4], [3, 0]] {
            let path = try write(folder, [Int32](), shape)
            let error = CorpusError.emptyArray(path: path.string, shape: shape)
            #expect(throws: error) { try pack(path) }
            #expect(error.remedy.contains("array") && !error.remedy.contains("characters") && error.exitStatus == .dataError)
        }
        let path = try write(folder, [UInt64(1), .max], [1, 2])
        let error = CorpusError.impossibleToken(path: path.string, row: 0, column: 1, id: Int128(UInt64.max))
        #expect(throws: error) { try pack(path) }
        #expect(error.message.contains("18446744073709551615"))
        let tokenizer = try Tokenizer(folder: Fixture.demoTokenizer)
        #expect(
            throws: CorpusError.tokenOutsideVocabulary(
                path: path.string, row: 0, column: 1, id: Int128(UInt64.max), vocabularySize: tokenizer.vocabularySize)
        ) { try pack(path, tokenizer: tokenizer) }
    }

    @Test("domains come from the files beside the array, and have to fit it")
    func domains() throws {
        let folder = try TemporaryFolder()
        let path = try write(folder, [Int32](repeating: 1, count: 12), [4, 3])
        let sidecar = folder.path.appending("rows.domains.npy")
        try NumpyWriter.write([Int32(2), 0, 0, 1], shape: [4], to: sidecar)
        #expect(try pack(path).domains == ["0", "1", "2"])
        try folder.write("rows.domains.json", "[\"Web\", \"Code\", \"Books\"]")
        let packed = try pack(path)
        #expect(packed.domains == ["Books", "Code", "Web"])
        #expect((0..<4).map { packed.domains[packed.domain(ofRow: $0)] } == ["Books", "Web", "Web", "Code"])
        #expect(packed.domainCounts.map(\.rows) == [1, 1, 2])
        try folder.write("rows.domains.json", "[\"Web\", \"Code\"]")
        #expect(throws: CorpusError.self) { try pack(path) }
        try folder.write("rows.domains.json", "[\"Web\", \"Code\", \"Web\"]")
        #expect(throws: CorpusError.self) { try pack(path) }
        try NumpyWriter.write([Int32(2), 0, 0], shape: [3], to: sidecar)
        #expect(throws: CorpusError.self) { try pack(path) }
        try NumpyWriter.write([Int32(2), 0, 0, -1], shape: [4], to: sidecar)
        #expect(throws: CorpusError.self) { try pack(path) }
    }
}
