import Glibc

/// What can have the name of a file without being an ordinary one.
public enum FileKind: String, Sendable {
    case folder, pipe, socket, device
    case other = "special file"

    /// - Parameter mode: `st_mode` of a status; nil for an ordinary file.
    init?(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: return nil
        case S_IFDIR: self = .folder
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        case S_IFCHR, S_IFBLK: self = .device
        default: self = .other
        }
    }
}
