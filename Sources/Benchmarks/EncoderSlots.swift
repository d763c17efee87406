import Corpus

/// One encoder for each thread.
final class EncoderSlots: @unchecked Sendable {
    private let encoders: [TokenEncoder]

    init(tokenizer: Tokenizer, count: Int) { encoders = (0..<count).map { _ in tokenizer.makeEncoder() } }

    /// The encoder of a thread, for that thread only.
    func encoder(_ thread: Int) -> TokenEncoder { encoders[thread] }
}
