import Foundation
import Glibc

/// A terminal that nobody sits at: what a process writes to it can be read.
final class PseudoTerminal {
    /// Raised where the system gives none.
    struct Refused: Error {
        let code: Int32
    }

    /// What a process gets as one of its streams.
    let stream: FileHandle
    /// The side that is read.
    private let reader: FileHandle

    /// - Parameter columns: its width.
    init(columns: Int) throws {
        var (near, far): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&near, &far, nil, nil, &size) == 0 else { throw Refused(code: errno) }
        // No other process that starts meanwhile may keep it open.
        for side in [near, far] { _ = fcntl(side, F_SETFD, FD_CLOEXEC) }
        reader = FileHandle(fileDescriptor: near, closeOnDealloc: true)
        stream = FileHandle(fileDescriptor: far, closeOnDealloc: true)
    }

    /// Reads what a process that has been started writes, until it has ended.
    func text(of process: Process) throws -> String {
        try stream.close()
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var wish = pollfd(fd: reader.fileDescriptor, events: Int16(POLLIN), revents: 0)
            let hasEnded = !process.isRunning
            // Whoever else has it open by chance is not waited for.
            guard poll(&wish, 1, 20) > 0 else {
                if hasEnded { break }
                continue
            }
            let count = read(reader.fileDescriptor, &buffer, buffer.count)
            // The last one that had it open is gone.
            guard count > 0 else { break }
            text += buffer.prefix(count)
        }
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }
}
