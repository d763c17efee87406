import Kernels
import Testing

@Suite("Large blocks of memory")
struct LargeBlocksTests {
    @Test("are aligned to cache lines, whatever their size", arguments: [0, 1, 65, LargeBlocks.bytes, LargeBlocks.bytes + 1])
    func aligned(byteCount: Int) {
        let memory = LargeBlocks.allocate(byteCount: byteCount)
        defer { memory.deallocate() }
        #expect(UInt(bitPattern: memory) % 64 == 0)
        if byteCount > 0 { memory.storeBytes(of: 7, toByteOffset: byteCount - 1, as: UInt8.self) }
    }

    @Test("that nobody has end the process with a message and the code of what may pass, and no crash")
    func want() async {
        let result = await #expect(processExitsWith: .exitCode(75), observing: [\.standardErrorContent]) {
            _ = LargeBlocks.allocate(byteCount: 1 << 60)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("error: there is no memory for a block of 1099511627776 MiB\nremedy: "), "\(text)")
    }
}
