import Checkpoints
import SmallRuns
import SystemPackage
import Testing

@Suite("Safetensors headers")
struct SafetensorsFileTests {
    /// Opens a file with these bytes and gives what it says.
    private func tensors(of bytes: [UInt8]) throws -> [TensorEntry] {
        let folder = try TemporaryFolder()
        return try SafetensorsFile(try folder.write(bytes, to: "model.safetensors")).tensors
    }

    /// The error that a file with these bytes gives; its file's name is checked here.
    private func error(of bytes: [UInt8]) throws -> CheckpointError {
        let error = try #require(throws: CheckpointError.self) { _ = try tensors(of: bytes) }
        #expect(error.message.contains("model.safetensors"))
        #expect(error.exitStatus == .dataError)
        return error
    }

    /// The header of one tensor.
    private func header(_ type: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]", more: String = "") -> String {
        "{\"w\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)\(more)}}"
    }

    private let eight = [UInt8](repeating: 0, count: 8)

    @Test("a right file gives its tensors in the order of their bytes, trailing blanks and metadata allowed")
    func right() throws {
        let header = """
            {"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]},
             "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[4,4]}}   
            """
        let tensors = try tensors(of: Crafted.file(header: header, data: [UInt8](repeating: 0, count: 12)))
        #expect(tensors.map(\.name) == ["a", "none", "b"])
        #expect(tensors.map(\.count) == [1, 0, 4])
        #expect(tensors[2].shape == [2, 2])
    }

    @Test("a file shorter than its header's length or its header is named as truncated", arguments: [0, 7])
    func shorterThanLength(count: Int) throws {
        guard case .truncated(_, 8, count, _) = try error(of: [UInt8](repeating: 1, count: count)) else {
            Issue.record("another error")
            return
        }
    }

    @Test("a header that claims more bytes than the file has is named with both numbers")
    func headerBeyondFile() throws {
        let error = try error(of: Crafted.file(header: "{}", length: 1000))
        guard case .truncated(_, 1008, 10, _) = error else { return fail("\(error)") }
    }

    @Test("an absurd header length is refused before anything is read", arguments: [16_777_217, UInt64.max, 1 << 63])
    func absurdLength(length: UInt64) throws {
        let error = try error(of: Crafted.file(header: "{}", length: length))
        guard case .headerTooLong(_, length, 16_777_216) = error else { return fail("\(error)") }
    }

    @Test(
        "a header that is no JSON is named with the byte",
        arguments: [
            "", "{", "[1", "{\"a\"}", "{\"a\":1,}", "{} {}", "nul", "{\"a\":01}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\u{1}\"}",
            String(repeating: "[", count: 100_000),
        ])
    func noJSON(header: String) throws {
        let error = try error(of: Crafted.file(header: header))
        guard case .invalidJSON(_, let offset, _) = error else { return fail("\(error)") }
        #expect(offset >= 8)
    }

    @Test("two tensors of one name are refused")
    func duplicate() throws {
        let one = "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
        let error = try error(of: Crafted.file(header: "{\(one)[0,4]},\(one)[4,8]}}", data: eight))
        guard case .invalidJSON(_, _, let reason) = error else { return fail("\(error)") }
        #expect(reason.contains("twice"))
    }

    @Test(
        "a header of the wrong form is named with the tensor",
        arguments: [
            "[]", "{\"w\":3}", "{\"w\":{}}", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}", "{\"__metadata__\":{\"a\":1}}",
            "{\"w\":{\"dtype\":3,\"shape\":[2],\"data_offsets\":[0,8]}}", "{\"w\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775808]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[18446744073709551618],\"data_offsets\":[0,8]}}",
            "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":1}}",
        ])
    func wrongForm(header: String) throws {
        let error = try error(of: Crafted.file(header: header, data: eight))
        guard case .invalidHeader = error else { return fail("\(error)") }
    }

    @Test("a tensor of more axes than torch allows is named: its shape would be kept, however long it is")
    func axes() throws {
        func shape(_ axes: Int) -> String { "[\([String](repeating: "1", count: axes - 1).joined(separator: ",")),2]" }
        #expect(try tensors(of: Crafted.file(header: header("F32", shape(64)), data: eight)).first?.shape.count == 64)
        guard case .invalidHeader(_, "w", let reason) = try error(of: Crafted.file(header: header("F32", shape(65)), data: eight)) else {
            return fail("another error")
        }
        #expect(reason == "its shape has 65 axes, the most are 64")
    }

    @Test("a data type that the format does not have is named")
    func unknownType() throws {
        let error = try error(of: Crafted.file(header: header("F33"), data: eight))
        guard case .unknownDataType(_, "w", "F33") = error else { return fail("\(error)") }
    }

    @Test("a shape whose product overflows is refused, also when it would wrap to the right number")
    func shapeOverflow() throws {
        // 2⁶² entries of 4 bytes wrap to 0 bytes.
        for shape in ["[4611686018427387904]", "[4611686018427387904,4]", "[9223372036854775807,9223372036854775807]"] {
            let error = try error(of: Crafted.file(header: header("F32", shape, "[0,0]")))
            guard case .shapeOverflow(_, "w", _) = error else { return fail("\(error)") }
        }
    }

    @Test("a shape that needs other bytes than the offsets span is named with both numbers")
    func byteCount() throws {
        let error = try error(of: Crafted.file(header: header("F32", "[3]"), data: eight))
        guard case .byteCount(_, "w", 12, 8) = error else { return fail("\(error)") }
    }

    @Test("a tensor that ends beyond the file is named: the file was cut short")
    func beyondFile() throws {
        let error = try error(of: Crafted.file(header: header("F32", "[4]", "[0,16]"), data: eight))
        guard case .outsideFile(_, "w", 16, 8) = error else { return fail("\(error)") }
    }

    @Test("tensors that overlap are both named")
    func overlap() throws {
        let one = "{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":"
        let error = try error(of: Crafted.file(header: "{\"a\":\(one)[0,5]},\"b\":\(one)[3,8]}}", data: eight))
        guard case .overlap(_, "b", 3, "a", 5) = error else { return fail("\(error)") }
    }

    @Test("bytes that belong to no tensor are named", arguments: [("[1,4]", 0, 1), ("[0,3]", 3, 8), ("[5,8]", 0, 5)])
    func hole(offsets: String, begin: Int, end: Int) throws {
        let error = try error(of: Crafted.file(header: header("U8", "[3]", offsets), data: offsets == "[1,4]" ? [0, 0, 0, 0] : eight))
        guard case .hole(_, begin, end) = error else { return fail("\(error)") }
    }

    @Test("names from a file cannot send control characters to a terminal")
    func controlCharacters() throws {
        let error = try error(
            of: Crafted.file(header: "{\"\\u001b[2Jw\":{\"dtype\":\"X\",\"shape\":[],\"data_offsets\":[0,8]}}", data: eight))
        #expect(!error.message.unicodeScalars.contains("\u{1b}"))
        #expect(error.message.contains("[2Jw"))
    }

    @Test("a file with any of 1,500 random mutations never crashes and never gives bytes outside the file")
    func mutations() throws {
        let folder = try TemporaryFolder()
        let right = Crafted.file(Crafted.tensors())
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1500 {
            var bytes = right
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            guard let file = try? SafetensorsFile(try folder.write(bytes, to: "model.safetensors")) else { continue }
            #expect(file.tensors.allSatisfy { $0.bytes.upperBound <= bytes.count && file.bytes(of: $0).count == $0.bytes.count })
        }
    }
}
