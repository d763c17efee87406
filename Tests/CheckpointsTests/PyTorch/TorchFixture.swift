import Checkpoints
import Foundation
import SmallRuns
import SystemPackage

/// What torch and transformers wrote: see Tests/Fixtures/PyTorch/make_models.py.
enum TorchFixture {
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures/PyTorch")

    /// A copy of a fixture's folder without its safetensors.
    static func folder(_ name: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let source = root.appending(name).string
        for file in try FileManager.default.contentsOfDirectory(atPath: source) where !file.hasSuffix(".safetensors") {
            try folder.write([UInt8](Data(contentsOf: URL(fileURLWithPath: "\(source)/\(file)"))), to: file)
        }
        return folder
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: root.appending(name).string)))
    }
}
