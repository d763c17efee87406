import Testing

@testable import Pipeline

@Suite("Memory of the machine")
struct MachineMemoryTests {
    static let text = """
        MemTotal:        8000000 kB
        MemFree:          500000 kB
        MemAvailable:    6000000 kB
        """

    @Test("is read from meminfo, in bytes")
    func meminfo() {
        let memory = MachineMemory.meminfo(Self.text)
        #expect(memory.total == 8_000_000 * 1_024)
        #expect(memory.available == 6_000_000 * 1_024)
    }

    @Test("is that of the container where its limit is lower")
    func container() {
        let memory = MachineMemory.meminfo(Self.text)
        let limited = memory.limited(to: 2 << 30, used: 1 << 30)
        #expect(limited.total == 2 << 30)
        #expect(limited.available == 1 << 30)
        #expect(memory.limited(to: nil, used: nil) == memory)
        #expect(memory.limited(to: Int.max, used: 5) == memory)
        #expect(memory.limited(to: 1 << 30, used: 2 << 30).available == 0)
    }

    @Test("of this machine is more than nothing")
    func current() {
        #expect(MachineMemory.current.total > 64 << 20)
        #expect(MachineMemory.current.available <= MachineMemory.current.total)
    }
}
