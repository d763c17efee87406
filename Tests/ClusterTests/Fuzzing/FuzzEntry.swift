import Foundation
import SmallRuns

/// What `deploy/fuzz` calls: the coverage-guided fuzzer's entry. The environment's `UN_FUZZ_TARGET` names the one target that it feeds.
enum FuzzEntry {
    private static let folder = Result { try TemporaryFolder() }
    private static let targets = Result { try FuzzTarget.all(in: folder.get()) }
    private static let chosen = ProcessInfo.processInfo.environment["UN_FUZZ_TARGET"]

    /// The target.
    private static let target: FuzzTarget = {
        let all: [FuzzTarget]
        do {
            all = try targets.get()
        } catch {
            end("the examples cannot be made: \(error)")
        }
        guard let target = all.first(where: { $0.name == chosen }) else {
            end("UN_FUZZ_TARGET names none of: \(all.map(\.name).joined(separator: ", "))")
        }
        return target
    }()

    /// Writes the examples of all targets into a folder each, and the targets' names into a list.
    static func writeExamples(to folder: String) {
        do {
            var names: [String] = []
            for target in try targets.get() {
                let place = URL(fileURLWithPath: folder).appendingPathComponent(target.name)
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                for (number, example) in target.examples.enumerated() {
                    try Data(example).write(to: place.appendingPathComponent("example-\(number)"))
                }
                names.append(target.name)
            }
            try Data((names.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent("targets"))
        } catch {
            end("the examples cannot be written: \(error)")
        }
    }

    static func take(_ bytes: UnsafeRawBufferPointer) {
        do {
            _ = try target.take(Array(bytes))
        } catch {
            end("\(target.name): \(error)")
        }
    }

    private static func end(_ text: String) -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        abort()
    }
}

@_cdecl("LLVMFuzzerInitialize")
func initializeFuzzer(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    if let folder = ProcessInfo.processInfo.environment["UN_FUZZ_EXAMPLES"] {
        FuzzEntry.writeExamples(to: folder)
        exit(0)
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafeRawPointer?, _ count: Int) -> CInt {
    FuzzEntry.take(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}
