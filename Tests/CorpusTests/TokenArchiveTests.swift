import Foundation
import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Corpus

@Suite("Token ids in an archive")
struct TokenArchiveTests {
    /// `<U8`, as numpy writes texts.
    private static func texts(_ values: [String]) -> [UInt8] {
        let header = Array("{'descr': '<U8', 'fortran_order': False, 'shape': (\(values.count),), }".utf8)
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header
        for value in values {
            let scalars = Array(value.unicodeScalars).map(\.value) + [UInt32](repeating: 0, count: 8 - value.unicodeScalars.count)
            for scalar in scalars { withUnsafeBytes(of: scalar.littleEndian) { bytes.append(contentsOf: $0) } }
        }
        return bytes
    }

    private func write(_ folder: TemporaryFolder, _ entries: [NumpyArchive.Entry]) throws -> FilePath {
        let path = folder.file("rows.npz")
        try NumpyArchive.write(path, entries)
        return path
    }

    private func pack(_ path: FilePath, context: Int? = nil) throws -> PackedCorpus {
        try CorpusPacking(context: context)
            .pack(try CorpusSource(path), tokenizer: nil, into: FilePath(path.string + ".packed"), team: ThreadTeam(count: 1))
    }

    @Test("are the rows of the same array alone, with the same domains")
    func sameRows() throws {
        let folder = try TemporaryFolder()
        let ids: [Int64] = [7, 1, 2, 7, 100, 3, 7, 0, 5, 7, 7, 7]
        let archive = try write(
            folder,
            [
                .init("domains", [2, 0, 0, 1] as [UInt8]), .init("tokens", ids, shape: [4, 3]), .init("noise", [0.5] as [Double]),
            ])
        let source = try CorpusSource(archive)
        #expect(try source.tokenShape() == [4, 3])
        #expect(source.kind == .tokenRows && CorpusSource.isTokenArray(archive))
        let packed = try pack(archive)
        let alone = folder.file("alone.npy")
        try NumpyWriter.write(ids, shape: [4, 3], to: alone)
        try NumpyWriter.write([2, 0, 0, 1] as [Int32], shape: [4], to: folder.file("alone.domains.npy"))
        #expect(try pack(alone).digest == packed.digest)
        #expect(packed.domains == ["0", "1", "2"] && packed.rowCount == 4 && packed.context == 3)
        #expect((0..<4).flatMap { packed.tokens(ofRow: $0) } == ids.map { Int32($0) })
        // Without domains all rows are of one.
        #expect(try pack(write(folder, [.init("tokens", ids, shape: [4, 3])])).domains == ["all"])
    }

    @Test("domains that are texts beside a .npy are the domains")
    func textsBeside() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("rows.npy")
        try NumpyWriter.write([Int32](repeating: 1, count: 12), shape: [4, 3], to: path)
        try folder.write("rows.domains.npy", Self.texts(["Web", "Code", "", "Web"]))
        let packed = try pack(path)
        #expect((0..<4).map { packed.domains[packed.domain(ofRow: $0)] } == ["Web", "Code", "all", "Web"])
        #expect(packed.domains == ["Code", "Web", "all"] && packed.domainCounts.map(\.rows) == [1, 2, 1])
        try folder.write("rows.domains.json", "[\"Web\", \"Code\", \"all\"]")
        #expect(try pack(path).digest == packed.digest)
        try folder.write("rows.domains.json", "[\"Web\", \"all\"]")
        #expect(
            throws: CorpusError.domainsDoNotFit(
                path: folder.file("rows.domains.npy").string, reason: "row 1 has the domain 'Code', which the list of names lacks")
        ) { try pack(path) }
        try FileManager.default.removeItem(atPath: folder.file("rows.domains.json").string)
        try folder.write("rows.domains.npy", Self.texts(["Web", "Code", "Web"]))
        #expect(
            throws: CorpusError.domainsDoNotFit(path: folder.file("rows.domains.npy").string, reason: "it is texts [3] for 4 rows")
        ) { try pack(path) }
    }

    @Test("numpy's own archive, compressed, with texts as domains or as names of integers")
    func written() throws {
        let fixtures = Fixture.folder.appending("tokens")
        for name in ["texts.npz", "names.npz"] {
            let folder = try TemporaryFolder()
            let path = folder.file(name)
            try FileManager.default.copyItem(atPath: fixtures.appending(name).string, toPath: path.string)
            let packed = try pack(path)
            #expect((0..<3).map { packed.domains[packed.domain(ofRow: $0)] } == ["Wikipedia (en)", "arXiv", "Wikipedia (en)"])
            #expect((0..<3).flatMap { packed.tokens(ofRow: $0) } == (0..<12).map { Int32($0) })
        }
    }

    @Test("what lacks tokens, or has domains that do not fit, is refused with the array")
    func refused() throws {
        let folder = try TemporaryFolder()
        let ids = [Int32](repeating: 1, count: 12)
        let tokens = NumpyArchive.Entry("tokens", ids, shape: [4, 3])
        func expect(_ error: CorpusError, _ entries: [NumpyArchive.Entry], context: Int? = nil) throws {
            let path = try write(folder, entries)
            #expect(throws: error) { try pack(path, context: context) }
        }
        let path = folder.file("rows.npz").string
        try expect(.notTokenRows(path: path, found: "an archive without 'tokens', of 'ids', 'x'"), [.init("ids", ids), .init("x", ids)])
        try expect(.notTokenRows(path: path, found: "int32 [12]"), [.init("tokens", ids)])
        try expect(.notTokenRows(path: path, found: "float32 [1, 2]"), [.init("tokens", [1, 2] as [Float], shape: [1, 2])])
        try expect(.otherRowLength(path: path, width: 3, context: 4), [tokens], context: 4)
        let place = "\(path), array domains"
        try expect(
            .domainsDoNotFit(path: place, reason: "it is int32 [3] for 4 rows"), [tokens, .init("domains", [0, 1, 2] as [Int32])])
        try expect(.domainsDoNotFit(path: place, reason: "row 2 has domain -1"), [tokens, .init("domains", [0, 1, -1, 0] as [Int32])])
        try expect(
            .domainsDoNotFit(path: "\(path), array names", reason: "it is no list of texts"),
            [tokens, .init("domains", [0, 1, 1, 0] as [Int32]), .init("names", [0, 1] as [Int32])])
        let cut = try write(folder, [tokens])
        try folder.write("rows.npz", try Data(contentsOf: URL(fileURLWithPath: cut.string)).dropLast(10))
        #expect(throws: StorageError.self) { try pack(cut) }
    }
}
