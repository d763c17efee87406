import Foundation
import SmallRuns
import Testing

@testable import Cluster

@Suite("Decoders of what comes from outside")
struct DecoderFuzzTests {
    /// Inputs of all targets together.
    private static let inputs = ProcessInfo.processInfo.environment["UN_FUZZ_INPUTS"].flatMap { Int($0) } ?? 15_000
    private static let seed = ProcessInfo.processInfo.environment["UN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_124

    @Test("take any bytes: right ones are taken, wrong ones refused, and nothing else happens (UN_FUZZ_INPUTS for more, UN_FUZZ_SEED)")
    func anyBytes() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let targets = try FuzzTarget.all(in: folder)
        let share = max(1, Self.inputs / targets.count)
        for target in targets {
            for example in target.examples { #expect(try target.take(example), "\(target.name)") }
            var (taken, refused) = (0, 0)
            // Each hundred has a seed of its own, so that a failure is found again quickly.
            for part in 0..<(share + 99) / 100 {
                var random = SeededGenerator(seed: Self.seed &+ UInt64(part))
                for _ in 0..<100 {
                    let input = Self.mutated(target.examples, &random)
                    do {
                        if try target.take(input) { taken += 1 } else { refused += 1 }
                    } catch {
                        Issue.record("\(target.name), seed \(Self.seed &+ UInt64(part)): \(error) for \(Data(input).base64EncodedString())")
                        return
                    }
                }
            }
            // Tokens are any bytes.
            #expect(refused > 0 || target.name == "tokens", "\(target.name): \(taken) taken")
        }
    }

    @Test("read every kind of message that there is")
    func everyKind() throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let text = try String(contentsOf: root.appending(path: "Sources/Cluster/Protocol/MessageKind+Protocol.swift"), encoding: .utf8)
        let numbers = text.matches(of: /MessageKind\(rawValue: (\d+)\)/).compactMap { UInt16($0.1) }
        #expect(numbers.count > 40)
        let targets = try FuzzTarget.all(in: folder)
        #expect(Set(numbers).subtracting(targets.flatMap(\.kinds).map(\.rawValue)) == [])
        // A target's name is what chooses it.
        #expect(Set(targets.map(\.name)).count == targets.count)
    }

    /// An example with some mutations, or random bytes.
    private static func mutated(_ examples: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = examples.randomElement(using: &random) ?? []
        if Int.random(in: 0..<50, using: &random) == 0 { bytes = random.bytes(Int.random(in: 0..<200, using: &random)) }
        for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
        return bytes
    }

    private static let numbers = [
        "-1", "0", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e300", "-1e-300", "\"NaN\"", "\"Infinity\"",
        "null", "true", "[]", "{}", "4294967296", "0.5", "\"\"",
    ].map { Array($0.utf8) }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let count = bytes.count
        let place = Int.random(in: 0...count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0 where place < count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(place..<min(count, place + Int.random(in: 0...8, using: &random)))
        case 3: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...8, using: &random)), at: place)
        case 4: bytes = Array(bytes.prefix(place))
        case 5:
            let end = min(count, place + Int.random(in: 1...64, using: &random))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...count, using: &random))
        case 6, 7:
            // A number, a text or a word of JSON gives way to another.
            let isWord: (UInt8) -> Bool = { $0 == 0x2D || $0 == 0x2E || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
            guard let start = bytes[place...].firstIndex(where: isWord) else { return }
            let end = bytes[start...].firstIndex { !isWord($0) } ?? count
            bytes.replaceSubrange(start..<end, with: numbers.randomElement(using: &random) ?? [])
        case 8 where count >= place + 8:
            let value = [0, -1, .max, .min, 1 << 40, count].randomElement(using: &random) ?? 0
            withUnsafeBytes(of: value) { bytes.replaceSubrange(place..<(place + 8), with: $0) }
        default: break
        }
    }
}
