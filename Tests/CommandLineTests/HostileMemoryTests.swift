import Foundation
import SmallRuns
import Testing

@testable import Storage

/// What a process of the program takes at most, as the system counts it.
@Suite("The memory of plan with a hostile checkpoint", .serialized)
struct HostileMemoryTests {
    /// The largest header of safetensors that is read takes some 300 MB, the largest list of a zip archive less.
    private static let most = 512 << 20
    /// What one that is refused before it is read may take more than a small one.
    private static let little = 64 << 20

    /// Plans with a file in the place of a model's weights.
    ///
    /// - Returns: the most memory that it took. That it is refused with anything but 65 and the words is an issue.
    private func peak(_ name: String, _ file: String, _ bytes: [UInt8], refusedWith words: String, in run: TinyRun) throws -> Int {
        for file in ["model.safetensors", "pytorch_model.bin"] { try? FileManager.default.removeItem(atPath: run.path("b/\(file)")) }
        try Data(bytes).write(to: URL(fileURLWithPath: run.path("b/\(file)")))
        let plan = try StartedProgram(name, ["plan", "run.yaml", "--output", "out"], in: run.folder)
        let peak = plan.peakMemory()
        #expect(plan.end() == 65 && plan.errors.contains(words), "\(name): \(plan.errors)")
        #expect(peak > 0 && peak < Self.most, "\(name): \(peak >> 20) MB")
        return peak
    }

    /// A zip archive of empty entries.
    private func archive(of count: Int) -> [UInt8] {
        let names = (0..<count).map { "w/\(1_000_000 + $0)" }
        // Each entry is its header and its name.
        let records = names.enumerated().map { ZipRecord(name: $1, checksum: 0, count: 0, offset: 39 * $0) }
        let entries = records.flatMap(\.local)
        let list = records.flatMap(\.central)
        return entries + list + ZipRecord.end(count: count, start: entries.count, size: list.count)
    }

    /// A safetensors file of empty tensors of the most axes, with a header of so many bytes.
    private func header(of count: Int) -> [UInt8] {
        let axes = [String](repeating: "0", count: 64).joined(separator: ",")
        func tensor(_ number: Int) -> String { #""\#(1_000_000 + number)":{"dtype":"F32","shape":[\#(axes)],"data_offsets":[0,0]}"# }
        // Each is followed by a comma or the brace.
        let tensors = (count - 1) / (tensor(0).utf8.count + 1)
        let text = "{" + (0..<tensors).map(tensor).joined(separator: ",") + "}"
        let length = withUnsafeBytes(of: UInt64(count).littleEndian) { Array($0) }
        return length + Array(text.utf8) + [UInt8](repeating: 0x20, count: count - text.utf8.count)
    }

    @Test("has a bound: the largest list, header and pickle that are read, and one entry or byte more, which are refused at once")
    func bounded() throws {
        try TinyRun.with { run in
            let small = try peak("small", "pytorch_model.bin", archive(of: 3), refusedWith: "with 0 files NAME/data.pkl", in: run)
            let entries = 1 << 18
            _ = try peak("entries", "pytorch_model.bin", archive(of: entries), refusedWith: "with 0 files NAME/data.pkl", in: run)
            let more = try peak(
                "more", "pytorch_model.bin", archive(of: entries + 1), refusedWith: "a zip archive of 262145 entries", in: run)
            #expect(more < small + Self.little, "\(more >> 20) MB, \(small >> 20) MB")

            let bytes = 1 << 24
            _ = try peak("header", "model.safetensors", header(of: bytes), refusedWith: "lacks tensor", in: run)
            let longer = try peak(
                "longer", "model.safetensors", header(of: bytes + 1), refusedWith: "the header claims 16777217 bytes", in: run)
            #expect(longer < small + Self.little, "\(longer >> 20) MB, \(small >> 20) MB")

            // One tensor of axes that fill its header: as many as a shard's would be kept.
            let (begin, end) = (#"{"w":{"dtype":"F32","shape":["#, #"0],"data_offsets":[0,0]}}"#)
            let wide = Array((begin + String(repeating: "0,", count: 65_536) + end).utf8)
            let length = withUnsafeBytes(of: UInt64(wide.count).littleEndian) { Array($0) }
            _ = try peak("axes", "model.safetensors", length + wide, refusedWith: "its shape has 65537 axes", in: run)

            // The older layout: magic number, version and facts; then lists of texts of 16 bytes that nothing needs.
            let start: [UInt8] = [
                0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 2, 0x4D, 0xE9, 3, 0x2E,
            ]
            let facts: [UInt8] = [0x80, 2, 0x7D, 0x58, 13, 0, 0, 0] + Array("little_endian".utf8) + [0x88, 0x73, 0x2E]
            let text: [UInt8] = [0x58, 16, 0, 0, 0] + Array("sixteen letters.".utf8)
            let list: [UInt8] = [0x28] + [[UInt8]](repeating: text, count: 26_000).flatMap { $0 } + [0x65]
            let lists = [[UInt8]](repeating: list, count: 26).flatMap { $0 }
            _ = try peak("texts", "pytorch_model.bin", start + facts + [0x80, 2, 0x5D] + lists, refusedWith: "there are 0", in: run)
        }
    }

    @Test("has a bound with a model's tokenizer: the largest that is looked into, and one byte more, which is refused at once")
    func tokenizer() throws {
        try TinyRun.with { run in
            func plan(_ name: String, _ text: String) throws -> (peak: Int, status: Int32, errors: String) {
                try Data(text.utf8).write(to: URL(fileURLWithPath: run.path("a/tokenizer.json")))
                let plan = try StartedProgram(name, ["plan", "run.yaml", "--output", name], in: run.folder)
                let peak = plan.peakMemory()
                return (peak, plan.end(), plan.errors)
            }
            // Tokenizers are looked into where two of them differ.
            try Data("{}".utf8).write(to: URL(fileURLWithPath: run.path("b/tokenizer.json")))
            let small = try plan("small", "{} ")
            // As values, lists of one number take most for their bytes.
            let (begin, end) = (#"{"x":["#, "[0]]}")
            let lists = begin + String(repeating: "[0],", count: ((1 << 25) - begin.utf8.count - end.utf8.count) / 4) + end
            let text = lists + String(repeating: " ", count: (1 << 25) - lists.utf8.count)
            let large = try plan("large", text)
            #expect(small.status == 0 && large.status == 0, "\(small.errors), \(large.errors)")
            #expect(large.errors.contains("cannot be compared") && large.peak > 0 && large.peak < 1 << 30, "\(large.peak >> 20) MB")
            let longer = try plan("longer", text + " ")
            #expect(longer.status == 65 && longer.errors.contains("has 33554433 bytes, the most that are read"), "\(longer.errors)")
            #expect(longer.peak < small.peak + Self.little, "\(longer.peak >> 20) MB, \(small.peak >> 20) MB")
        }
    }
}
