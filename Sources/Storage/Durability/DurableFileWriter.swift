import SystemPackage

extension DurableFile {
    /// Takes the content of a file that is being written; buffered.
    public struct Writer {
        /// Large enough that calls of the operating system do not show, small enough for many writers at once.
        private static let capacity = 1 << 20

        private let file: OpenFile
        private let files: any FileLayer
        private var buffer: [UInt8] = []
        private var flushed = 0

        init(file: OpenFile, files: any FileLayer) {
            self.file = file
            self.files = files
        }

        /// Bytes written so far; where the next `write` begins.
        public var count: Int { flushed + buffer.count }

        /// Appends bytes.
        public mutating func write(_ raw: UnsafeRawBufferPointer) throws {
            if buffer.count + raw.count > Self.capacity { try flush() }
            if raw.count >= Self.capacity {
                try files.write(raw, at: flushed, to: file)
                flushed += raw.count
            } else {
                if buffer.isEmpty { buffer.reserveCapacity(Self.capacity) }
                buffer.append(contentsOf: raw)
            }
        }

        /// Appends bytes.
        public mutating func write(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try write($0) }
        }

        /// Appends text as UTF-8.
        public mutating func write(_ text: String) throws {
            var text = text
            try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
        }

        /// Replaces bytes already written, for headers whose content is known only at the end.
        ///
        /// - Precondition: `offset + raw.count` is at most `count`.
        public mutating func overwrite(at offset: Int, _ raw: UnsafeRawBufferPointer) throws {
            precondition(offset >= 0 && offset + raw.count <= count, "only bytes already written can be replaced")
            try flush()
            try files.write(raw, at: offset, to: file)
        }

        /// Replaces bytes already written, for headers whose content is known only at the end.
        ///
        /// - Precondition: `offset + bytes.count` is at most `count`.
        public mutating func overwrite(at offset: Int, _ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try overwrite(at: offset, $0) }
        }

        /// Hands what is buffered to the file layer.
        mutating func flush() throws {
            guard !buffer.isEmpty else { return }
            try buffer.withUnsafeBytes { try files.write($0, at: flushed, to: file) }
            flushed += buffer.count
            buffer.removeAll(keepingCapacity: true)
        }
    }
}
