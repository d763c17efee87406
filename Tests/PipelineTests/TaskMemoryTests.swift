import Foundation
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("The memory of a task")
struct TaskMemoryTests {
    /// 100 MB, and 30 for each thread.
    private static func bytes(threads: Int) -> Int { (100 + 30 * threads) << 20 }

    private func threads(_ memory: TaskMemory) throws -> Int { try memory.threads(4, of: 7, bytes: Self.bytes) }

    @Test("is enough for as many threads as fit into what was offered, what the machine has and what the process may take")
    func threads() throws {
        let ample = TaskMemory(offered: nil, machine: 1 << 40) { _ in true }
        #expect(try threads(ample) == 4)
        #expect(try threads(TaskMemory(offered: 220 << 20, machine: 1 << 40) { _ in true }) == 4)
        #expect(try threads(TaskMemory(offered: (220 << 20) - 1, machine: 1 << 40) { _ in true }) == 3)
        #expect(try threads(TaskMemory(offered: 1 << 40, machine: 189 << 20) { _ in true }) == 2)
        // OpenBLAS maps 128 MB for each thread besides.
        #expect(try threads(TaskMemory(offered: nil, machine: 1 << 40) { $0 < 400 << 20 }) == 1)
        #expect(try threads(TaskMemory(offered: 130 << 20, machine: 1 << 40) { _ in true }) == 1)
    }

    @Test("that is too little for one thread is told before anything is computed: another machine may have it")
    func tooLittle() throws {
        let cases: [(TaskMemory, MemoryLimit, String)] = [
            (TaskMemory(offered: 16 << 20, machine: 1 << 40) { _ in true }, .offer(16 << 20), "16 MiB were offered"),
            (TaskMemory(offered: 1 << 40, machine: 64 << 20) { _ in true }, .machine(64 << 20), "its container has 64 MiB"),
            (TaskMemory(offered: nil, machine: 1 << 40) { _ in false }, .process, "ulimit -v"),
        ]
        for (memory, limit, text) in cases {
            let error = #expect(throws: PipelineError.self) { try threads(memory) }
            #expect(error == .noMemoryForTask(7, needed: 130 << 20, limit: limit))
            #expect(error?.message.hasPrefix("task 7 needs 131 MiB of memory, and ") == true && error?.message.contains(text) == true)
            #expect(error?.exitStatus == .temporaryFailure)
            // An engine may have another machine, and no other offer.
            let isFinal = limit == .offer(16 << 20)
            #expect(error?.message.contains("no retry with this offer can succeed") == isFinal)
            #expect(error?.remedy.hasPrefix("give --memory 131M or more, ") == isFinal)
        }
    }

    @Test("of this process is less than all addresses there are, and more than a little")
    func ownProcess() throws {
        #expect(try TaskMemory().threads(1, of: 0) { _ in 1 << 20 } == 1)
        #expect(throws: PipelineError.self) { try TaskMemory(machine: Int.max).threads(1, of: 0) { _ in 1 << 52 } }
    }

    @Test("decides on how many threads map computes, and on nothing that it writes")
    func map() throws {
        let folder = try PlantedFolder()
        let run = try folder.plan()
        let task = try #require(run.tasks.first)
        let blocks = task.blocks.map { run.layout.blocks[$0] }
        let one = run.workingSet(threads: 1).bytes(of: blocks)
        #expect(one < run.workingSet(threads: 2).bytes(of: blocks))
        func map(_ name: String, memory: Int?) throws -> [Digest] {
            let output = folder.path.appending(name)
            _ = try MapTask(folder: folder.run, task: 0, output: output, memory: memory, context: folder.context()).run()
            return try PartialReader(output).sections.flatMap { $0.shards.map(\.checksum) }
        }
        #expect(try map("two.partial", memory: nil) == map("one.partial", memory: one))
        #expect(throws: PipelineError.noMemoryForTask(0, needed: one, limit: .offer(one - 1))) { try map("none.partial", memory: one - 1) }
        #expect(!FileManager.default.fileExists(atPath: folder.path.appending("none.partial").string))
    }
}
