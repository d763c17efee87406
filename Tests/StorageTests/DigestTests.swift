import Foundation
import SmallRuns
import Storage
import Testing

@Suite("Digests")
struct DigestTests {
    // FIPS 180-2, appendix B.1.
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("the standard's example comes out, in one piece, in pieces and from a file")
    func standard() throws {
        #expect(Digest(of: "abc").hex == abc)
        var builder = DigestBuilder()
        builder.update(Array("a".utf8))
        builder.update(Array("bc".utf8))
        #expect(builder.finalize().hex == abc)
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("abc"), with: "abc")
        #expect(try Digest.ofFile(folder.file("abc")).description == abc)
        try DurableFile.replace(folder.file("empty"), with: "")
        #expect(try Digest.ofFile(folder.file("empty")) == Digest(of: [UInt8]()))
    }

    @Test("hexadecimal digits are read back, anything else is refused")
    func hexadecimal() throws {
        #expect(Digest(hex: abc) == Digest(of: "abc"))
        #expect(Digest(hex: abc.uppercased()) == Digest(of: "abc"))
        #expect(Digest(hex: String(abc.dropLast())) == nil)
        #expect(Digest(hex: abc.dropLast() + "g") == nil)
        #expect(Digest(bytes: [1, 2]) == nil)
        let counted = (0..<32).map { UInt8($0) }
        #expect(Digest(bytes: counted)?.bytes == counted)
        #expect(Digest(bytes: counted)?.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        let decoded = try JSONDecoder().decode([Digest].self, from: JSONEncoder().encode([Digest(of: "abc")]))
        #expect(decoded == [Digest(of: "abc")])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Digest].self, from: Data("[\"ab\"]".utf8)) }
    }

    @Test("texts one after another differ from the same letters parted elsewhere")
    func parting() {
        func digest(_ texts: [String]) -> Digest {
            var builder = DigestBuilder()
            for text in texts { builder.update(text) }
            return builder.finalize()
        }
        #expect(digest(["ab", "c"]) != digest(["a", "bc"]))
    }
}
