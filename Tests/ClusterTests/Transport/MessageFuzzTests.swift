import Foundation
import SmallRuns
import Testing

@testable import Cluster

@Suite("The message decoder")
struct MessageFuzzTests {
    private static let limits: MessageLimits = {
        var limits = MessageLimits()
        limits.bodyBytes = 300
        limits.payloadFrames = 4
        limits.bodyDepth = 8
        return limits
    }()

    private static let inputs = ProcessInfo.processInfo.environment["UN_FUZZ_INPUTS"].flatMap { Int($0) } ?? 15_000

    private static let seed = ProcessInfo.processInfo.environment["UN_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_240_711

    @Test("takes any bytes without a crash: a message or a refusal, never anything else (UN_FUZZ_INPUTS for more, UN_FUZZ_SEED)")
    func anyBytes() throws {
        // Each thousand has a seed of its own, so that a failure is found again quickly.
        var accepted = 0
        var decoded = 0
        var refused: [MessageRefusal.Reason: Int] = [:]
        for part in 0..<(Self.inputs + 999) / 1_000 {
            var random = SeededGenerator(seed: Self.seed &+ UInt64(part))
            for _ in 0..<1_000 {
                let frames = Self.input(&random)
                do throws(MessageRefusal) {
                    let message = try IncomingMessage(
                        frames.compactMap { try? ReceivedFrame(copying: $0) }, from: nil, Self.limits)
                    accepted += 1
                    // Whatever passes fits the limits and is what was sent.
                    guard frames.count >= 2, frames.count <= 6, frames[1].count <= 300, message.payload.count == frames.count - 2,
                        message.encodedBody == frames[1], frames[0].starts(with: Array("UNEU".utf8))
                    else {
                        Issue.record("seed \(Self.seed &+ UInt64(part)): \(frames)")
                        return
                    }
                    do {
                        _ = try message.body(as: Greeting.self)
                        decoded += 1
                    } catch let error as MessageRefusal {
                        throw error
                    } catch {
                        Issue.record("seed \(Self.seed &+ UInt64(part)): \(error) for \(frames)")
                        return
                    }
                } catch {
                    refused[error.reason, default: 0] += 1
                    let line = error.description
                    guard line.utf8.allSatisfy({ $0 >= 0x20 }), line.utf8.count < 500 else {
                        Issue.record("seed \(Self.seed &+ UInt64(part)): \(line)")
                        return
                    }
                }
            }
        }
        // The inputs reach everything: each check, the JSON reader, and the way through.
        #expect(Set(refused.keys) == Set(MessageRefusal.Reason.allCases).subtracting([.identity, .sender]))
        #expect(decoded > Self.inputs / 100)
        #expect(accepted > decoded)
    }

    /// Random frames, or a valid message with some mutations (sometimes none).
    private static func input(_ random: inout SeededGenerator) -> [[UInt8]] {
        if Int.random(in: 0..<8, using: &random) == 0 {
            return (0..<Int.random(in: 0..<8, using: &random)).map { _ in random.bytes(Int.random(in: 0..<40, using: &random)) }
        }
        let bodies = [
            #"{"name":"worker-1","shards":[1,2,3],"share":0.25}"#, #"{"name":"\u00e9\n","shards":[],"share":null}"#,
            #"{"shards":[9007199254740993,-1],"name":""}"#, #"[[[[[[[["x"]]]]]]]]"#, #"{"name":"a","shards":[1e400],"share":1e-999}"#,
        ]
        var frames = [header(), Array(bodies[Int.random(in: 0..<bodies.count, using: &random)].utf8)]
        for _ in 0..<Int.random(in: 0..<3, using: &random) { frames.append(random.bytes(Int.random(in: 0..<64, using: &random))) }
        for _ in 0..<Int.random(in: 0..<4, using: &random) { mutate(&frames, &random) }
        return frames
    }

    private static func mutate(_ frames: inout [[UInt8]], _ random: inout SeededGenerator) {
        guard !frames.isEmpty else { return }
        // Header and body hold the checks.
        let index = Int.random(in: 0..<min(frames.count, 3), using: &random)
        let size = frames[index].count
        switch Int.random(in: 0..<11, using: &random) {
        case 0 where size > 0: frames[index][Int.random(in: 0..<size, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where size > 0: frames[index][Int.random(in: 0..<size, using: &random)] = UInt8.random(in: 0...255, using: &random)
        case 2: frames[index] = Array(frames[index].prefix(Int.random(in: 0...size, using: &random)))
        case 3: frames[index].insert(contentsOf: random.bytes(3), at: Int.random(in: 0...size, using: &random))
        case 4: frames.remove(at: index)
        case 5: frames.insert(frames[index], at: Int.random(in: 0...frames.count, using: &random))
        case 6: frames.append(contentsOf: [[UInt8]](repeating: [0], count: Int.random(in: 1..<6, using: &random)))
        case 7: frames.swapAt(index, Int.random(in: 0..<frames.count, using: &random))
        case 8 where frames.count > 1:
            frames[1] = [UInt8](repeating: UInt8(ascii: "["), count: Int.random(in: 1..<40, using: &random)) + frames[1]
        case 9 where frames.count > 1: frames[1] += [UInt8](repeating: 0x20, count: Int.random(in: 0..<350, using: &random))
        case 10 where frames.count > 1 && !frames[1].isEmpty:
            // Signs that mean something to JSON.
            let sign = Array("\"\\{}[]:,-+.eEu0tfn".utf8)
            frames[1][Int.random(in: 0..<frames[1].count, using: &random)] = sign[Int.random(in: 0..<sign.count, using: &random)]
        default: break
        }
    }

    @Test("counts levels of nesting outside texts only")
    func nesting() {
        func exceeds(_ text: String, _ limit: Int) -> Bool { Array(text.utf8).withUnsafeBytes { JSONNesting.exceeds(limit, in: $0) } }
        #expect(!exceeds("[[1],[2],[3]]", 2))
        #expect(exceeds("[[1],[[2]],[3]]", 2))
        #expect(!exceeds(#"{"[[[\"[[[":"{{{\\"}"#, 1))
        #expect(exceeds(#"{"\\":[1]}"#, 1))
        #expect(!exceeds("]]]]", 0))
    }
}
