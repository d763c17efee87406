import Corpus

/// One place for each work item, written by the thread that has the item and read when all have ended.
final class ResultSlots<Value>: @unchecked Sendable {
    private let slots: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        slots = .allocate(capacity: count)
        slots.initialize(repeating: nil)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    subscript(item: Int) -> Value? {
        get { slots[item] }
        set { slots[item] = newValue }
    }

    /// The values of all items that have one, in order.
    var all: [Value] { slots.compactMap { $0 } }
}

/// One encoder for each thread.
final class EncoderSlots: @unchecked Sendable {
    private let encoders: [TokenEncoder]

    init(tokenizer: Tokenizer, count: Int) { encoders = (0..<count).map { _ in tokenizer.makeEncoder() } }

    /// The encoder of a thread, for that thread only.
    func encoder(_ thread: Int) -> TokenEncoder { encoders[thread] }
}
