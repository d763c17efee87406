import Foundation

@testable import Models

/// Files made by `make_features.py`, and the demo's vocabulary.
enum FeatureFixtures {
    struct Demo: Decodable {
        /// Feature → ids of the demo's tokens that it holds for.
        let features: [String: [Int]]
        /// Lower-cased stripped strings with more than three tokens.
        let variants: [String: Int]
    }

    struct Strings: Decodable {
        /// Texts in hexadecimal.
        let bytes: [String]
        /// Feature → indices of the texts that it holds for.
        let features: [String: [Int]]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func demo() throws -> Demo { try decode(Demo.self, "demo_vocabulary.json") }

    static func strings() throws -> Strings { try decode(Strings.self, "strings.json") }

    /// The decoded tokens of the demo's vocabulary.
    static func demoVocabulary() throws -> [String] {
        let path = root.deletingLastPathComponent().appending(path: "configs/demo/tokenizer/vocab.json")
        let ids = try JSONDecoder().decode([String: Int].self, from: Data(contentsOf: path))
        var byteOfSymbol: [Unicode.Scalar: UInt8] = [:]
        var spare: UInt32 = 256
        for byte in UInt8.min...UInt8.max {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            guard let symbol = Unicode.Scalar(isPrintable ? UInt32(byte) : spare) else { continue }
            byteOfSymbol[symbol] = byte
            if !isPrintable { spare += 1 }
        }
        var decoded = Array(repeating: "", count: ids.count)
        for (token, id) in ids { decoded[id] = String(decoding: token.unicodeScalars.compactMap { byteOfSymbol[$0] }, as: UTF8.self) }
        return decoded
    }

    static func text(hex: String) -> String {
        let digits = Array(hex)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The indices of the texts that a feature of the catalogue holds for; nil for a name that the catalogue lacks.
    static func holding(_ name: String, _ texts: [TokenText]) -> [Int]? {
        guard let feature = FeatureCatalogue.tokenFeatures.first(where: { $0.name == name }) else { return nil }
        return texts.indices.filter { feature.predicate(texts[$0]) }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: root.appending(path: "Fixtures/Features/\(name)")))
    }
}
