import Foundation
import Testing

@testable import Corpus

@Suite struct JSONCursorTests {
    private func fault(_ text: String) -> JSONFault? {
        Array(text.utf8).withUnsafeBufferPointer { (bytes) -> JSONFault? in
            do {
                var cursor = JSONCursor(bytes)
                try cursor.skipValue()
                try cursor.expectEnd()
                return nil
            } catch { return error }
        }
    }

    private func string(_ text: String) throws -> [UInt8] {
        try Array(text.utf8).withUnsafeBufferPointer { bytes in
            var cursor = JSONCursor(bytes)
            var result: [UInt8] = []
            try cursor.readString(into: &result)
            try cursor.expectEnd()
            return result
        }
    }

    @Test(
        "what RFC 8259 allows is read",
        arguments: [
            "{}", "[]", " [ ] ", "null", "true", "false", "0", "-0", "12.5e-3", "1E+9", "\"\"", "[1, [2, {\"a\": null}], \"x\"]",
            "{\"a\":{\"b\":[{}]}, \"c\":\"\\u00e9\\n\\\\\"}\r", String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
        ])
    func valid(text: String) { #expect(fault(text) == nil) }

    @Test(
        "what is broken is named by its byte",
        arguments: [
            ("", 0), ("{", 1), ("{\"a\"", 4), ("{\"a\" 1}", 5), ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{a:1}", 1), ("[1 2]", 3), ("[1,]", 3),
            ("\"abc", 4), ("\"a\u{1}b\"", 2), ("\"\\x\"", 1), ("\"\\u12G4\"", 1), ("\"\\u12", 1), ("01", 1), ("1.", 2), ("1e", 2), ("-", 0),
            ("+1", 0),
            ("nul", 0), ("nulll", 4), ("NaN", 0), ("{} {}", 3), ("'a'", 0), (String(repeating: "[", count: 300), 256),
        ])
    func broken(text: String, offset: Int) { #expect(fault(text)?.offset == offset, "\(text)") }

    @Test("escapes, surrogate pairs and lone surrogates")
    func escapes() throws {
        #expect(try string(#""a\"\\\/\b\f\n\r\tz""#) == Array("a\"\\/\u{8}\u{c}\n\r\tz".utf8))
        #expect(try string(#""\u00e9\u4E2D\ud83d\uDE00\u0000""#) == Array("é中😀\0".utf8))
        #expect(
            try string(#""\ud83d \ude00 \ud83d\ud83d\ude00 \ud83d\n \ud83dx""#)
                == Array("\u{FFFD} \u{FFFD} \u{FFFD}😀 \u{FFFD}\n \u{FFFD}x".utf8))
    }

    @Test("any bytes whatever give a value or an error")
    func fuzz() {
        var generator = LinearCongruential(state: 11)
        let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{1}é".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<generator.next() % 24).map { _ in alphabet[generator.next() % alphabet.count] }
            bytes.withUnsafeBufferPointer { buffer in
                var cursor = JSONCursor(buffer)
                if (try? cursor.skipValue()) != nil { #expect(cursor.position <= buffer.count) }
            }
        }
    }

    @Test("ill-formed UTF-8 is repaired as Python does, and scalars are counted")
    func repair() {
        for (bytes, text, count) in [
            ([UInt8]("abc".utf8), "abc", 3), ([], "", 0), ([0xE2, 0x82], "\u{FFFD}", 1), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}", 2),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}", 3), ([0xF0, 0x9F, 0x98, 0x41], "\u{FFFD}A", 2),
            ([UInt8]("12345678é😀e\u{301}".utf8), "12345678é😀e\u{301}", 12),
        ] {
            var repaired = bytes
            #expect(TextRepair.repair(&repaired) == count)
            #expect(repaired == Array(text.utf8))
        }
    }

    @Test("the validation of UTF-8 agrees with the standard library's on every pair of bytes and many longer runs")
    func validation() {
        var generator = LinearCongruential(state: 5)
        func check(_ bytes: [UInt8]) {
            let valid = String(validating: bytes, as: UTF8.self)
            #expect(bytes.withUnsafeBufferPointer { TextRepair.scalarCount($0) } == valid?.unicodeScalars.count, "\(bytes)")
        }
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max { check([first, second]) }
        }
        let interesting: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5,
        ]
        for _ in 0..<50_000 { check((0..<(1 + generator.next() % 12)).map { _ in interesting[generator.next() % interesting.count] }) }
    }
}
