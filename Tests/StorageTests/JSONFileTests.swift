import Foundation
import SmallRuns
import Storage
import Testing

@Suite("JSON files")
struct JSONFileTests {
    private struct Sample: Codable, Equatable {
        var name: String
        var values: [Double]
        var path = "a/b"
    }

    @Test("a value is read back to the bit, numbers that are not finite too")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let sample = Sample(name: "ü\"\n", values: [0.1, 1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.infinity])
        try JSONFile.write(sample, to: folder.file("sample.json"))
        #expect(try JSONFile.read(Sample.self, from: folder.file("sample.json")) == sample)
        #expect(folder.names == ["sample.json"])
        let text = String(decoding: try content(of: folder.file("sample.json")), as: UTF8.self)
        #expect(text.contains("\"a/b\"") && text.hasSuffix("}\n"))
        #expect(text.firstRange(of: "name")!.lowerBound < text.firstRange(of: "path")!.lowerBound)
    }

    @Test("dates are ISO 8601, whoever reads them")
    func dates() throws {
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        let bytes = try JSONFile.encode(["date": date], isPretty: false)
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"date\":\"2027-01-15T08:00:00Z\"}\n")
        #expect(try bytes.withUnsafeBytes { try JSONFile.decode([String: Date].self, from: $0, of: "date.json") } == ["date": date])
    }

    @Test(
        "broken JSON names file and place",
        arguments: [
            ("{\"name\": 3, \"values\": [], \"path\": \"\"}", "name"), ("{\"values\": [], \"path\": \"\"}", "name"),
            ("{\"name\": \"\", \"values\": [1, \"x\"], \"path\": \"\"}", "values.[1]"), ("{", "sample.json"), ("", "sample.json"),
        ])
    func broken(text: String, word: String) throws {
        let folder = try TemporaryFolder()
        try write(Array(text.utf8), to: folder.file("sample.json"))
        let error = try #require(throws: StorageError.self) { try JSONFile.read(Sample.self, from: folder.file("sample.json")) }
        #expect(error.message.contains(word) && error.message.contains("sample.json"))
        #expect(error.exitStatus == .dataError)
    }
}
