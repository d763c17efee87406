import Glibc
import SystemPackage

/// This program's executable, for processes that it starts itself.
enum OwnProgram {
    /// Where it lies, whatever it was called by.
    static var path: FilePath {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 else {
            return FilePath(CommandLine.arguments.first ?? "universal-neurons")
        }
        return FilePath(String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}
