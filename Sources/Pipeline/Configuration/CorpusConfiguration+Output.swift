import Foundation
import SystemPackage

extension CorpusConfiguration {
    /// Checks that results do not go into the corpus itself.
    ///
    /// - Throws: `PipelineError.outputInsideCorpus`.
    public func check(output: FilePath) throws {
        func components(_ path: FilePath) -> [String] {
            let url = URL(fileURLWithPath: path.string).standardizedFileURL
            // The output may not exist yet: links are followed in what there is of its path.
            var (existing, rest) = (url, [String]())
            while !FileManager.default.fileExists(atPath: existing.path), existing.pathComponents.count > 1 {
                rest.insert(existing.lastPathComponent, at: 0)
                existing.deleteLastPathComponent()
            }
            return existing.resolvingSymlinksInPath().pathComponents + rest
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder), isFolder.boolValue else { return }
        guard components(output).starts(with: components(path)) else { return }
        throw PipelineError.outputInsideCorpus(output: output, corpus: path)
    }
}
