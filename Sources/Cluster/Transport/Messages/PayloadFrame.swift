import Storage

/// Binary data to be sent behind a message's body: sent as often as wanted, without a copy, from where it lies.
///
///     let tile = try PayloadFrame(count: bytes) { memory in … }   // filled where it is sent from
///     let shard = PayloadFrame(mapped, 4096..<8192)               // part of a file
///
/// Sendable because its bytes never change once it exists.
public final class PayloadFrame: @unchecked Sendable {
    /// The bytes; valid as long as this object.
    let memory: UnsafeRawBufferPointer
    /// What keeps them, or nil when the frame owns them itself.
    private let owner: (any Sendable)?

    /// Bytes that `fill` writes; what it leaves out is zero.
    ///
    /// - Throws: What `fill` throws.
    public init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        precondition(count >= 0, "a frame has no negative size")
        // 64: whoever fills it may use vector instructions.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        do {
            try fill(memory)
        } catch {
            memory.deallocate()
            throw error
        }
        self.memory = UnsafeRawBufferPointer(memory)
        owner = nil
    }

    /// A copy of bytes.
    public convenience init(copying bytes: [UInt8]) {
        self.init(count: bytes.count) { memory in bytes.withUnsafeBytes { memory.copyMemory(from: $0) } }
    }

    /// Part of a file that is mapped; a file of this program, which is never shortened or written to in place.
    public init(_ file: MappedFile, _ range: Range<Int>) {
        memory = UnsafeRawBufferPointer(rebasing: file.bytes[range])
        owner = file
    }

    /// A frame that was received, to be passed on.
    public init(_ frame: ReceivedFrame) {
        memory = frame.withBytes { $0 }
        owner = frame
    }

    deinit {
        if owner == nil { memory.deallocate() }
    }

    /// A copy of its bytes.
    var bytes: [UInt8] { withExtendedLifetime(self) { Array(memory) } }

    /// Its size in bytes.
    public var count: Int { memory.count }
}
