import Storage

/// One compressed piece.
struct EncodedPiece: Sendable {
    let stored: [UInt8]
    let size: Int
    let checksum: Digest

    init(stored: [UInt8], size: Int) {
        self.stored = stored
        self.size = size
        checksum = Digest(of: stored)
    }
}
