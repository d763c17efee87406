import Foundation
import SystemPackage

/// Finds what lies in the project's folder, whether the program is started there or by its path.
enum ProjectFiles {
    /// `relative` in the working folder, or in one of the folders above the executable; nil when it is in none.
    static func find(_ relative: String) -> FilePath? {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        var folders = [FilePath(FileManager.default.currentDirectoryPath)]
        var folder = FilePath(executable)
        while folder.removeLastComponent() { folders.append(folder) }
        return folders.map { $0.appending(relative) }.first { FileManager.default.fileExists(atPath: $0.string) }
    }
}
