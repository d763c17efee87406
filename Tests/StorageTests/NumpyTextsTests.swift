import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Arrays of texts")
struct NumpyTextsTests {
    private static let names = ["Wikipedia (en)", "", "arXiv \u{FC}\u{1F9E0}"]

    @Test("numpy's texts are read, from an array and from an archive; what holds numbers has none")
    func read() throws {
        let texts = try #require(try NumpyTexts(mapping: fixture("texts.npy")))
        #expect(texts.values == Self.names && texts.shape == [3])
        #expect(try NumpyTexts(mapping: fixture("int32.npy")) == nil)
        let archive = try NumpyArchiveReader(fixture("texts.npz"))
        #expect(archive.names == ["names", "table", "numbers"])
        #expect(try archive.texts("names")?.values == Array(Self.names.prefix(2)))
        #expect(try archive.texts("table")?.shape == [3, 1] && archive.texts("table")?.values == Self.names)
        #expect(try archive.texts("numbers") == nil && archive.texts("nothing") == nil && archive.array("nothing") == nil)
        #expect(try archive.array("numbers")?.values(as: Int64.self) == [0, 1, 2])
        #expect(try archive.shape(of: "table") == [3, 1] && archive.shape(of: "numbers") == [3])
        #expect(throws: StorageError.unsupported(fixture("texts.npz"), what: "the type '<U14'")) { try archive.array("names") }
    }

    @Test("texts that are cut off, that are no Unicode, and absurd lengths are refused")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("x.npy")
        let whole = try content(of: fixture("texts.npy"))
        func refuses(_ bytes: [UInt8]) throws {
            try write(bytes, to: path)
            #expect(throws: StorageError.self) { try NumpyTexts(mapping: path) }
        }
        try refuses(Array(whole.dropLast(4)))
        try refuses(whole + [0, 0, 0, 0])
        for (place, value) in [(whole.count - 4, 0xFF), (whole.count - 57, 0x11), (whole.count - 3 * 56 + 1, 0xD8)] {
            var bytes = whole
            bytes[place] = UInt8(value)
            try refuses(bytes)
        }
        for type in ["<U99999999", "<U0", "<U4096"] {
            let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (9223372036854775807,), }".utf8)
            try refuses(whole.prefix(8) + [UInt8(header.count), 0] + header)
        }
    }
}
