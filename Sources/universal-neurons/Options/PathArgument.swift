import ArgumentParser
import Foundation
import Pipeline
import SystemPackage

/// The path of a file or folder as an argument.
struct PathArgument: ExpressibleByArgument {
    /// The path.
    let path: FilePath

    /// Takes any text that is not empty and has no NUL.
    init?(argument: String) {
        guard !argument.isEmpty, !argument.unicodeScalars.contains("\0") else { return nil }
        path = FilePath(argument)
    }

    /// Shells complete the names of files.
    static var defaultCompletionKind: CompletionKind { .file() }

    /// The path from the root: what a file may say that is read from other working directories.
    var absolute: FilePath { FilePath(FileManager.default.currentDirectoryPath).pushing(path) }

    /// The folder of a plan that is named itself or by its folder.
    var planFolder: RunFolder {
        guard path.lastComponent?.string == "plan.json" else { return RunFolder(path) }
        let folder = path.removingLastComponent()
        return RunFolder(folder.isEmpty ? "." : folder)
    }
}
