import Foundation
import Statistics
import Storage
import SystemPackage

extension RunPlan {
    /// Reads a plan and checks that it is whole and that its values make sense.
    ///
    /// - Throws: `PipelineError.planMissing`, `.planOfOtherVersion`, `.planDamaged`, `StorageError`.
    public static func read(_ path: FilePath) throws -> RunPlan {
        guard Folder.holdsFile(path) else { throw PipelineError.planMissing(file: path) }
        return try MappedFile(path).withBytes { try decode($0, of: path) }
    }

    /// The plan that bytes are, checked as `read` does.
    ///
    /// - Parameter path: the file that they are of, for the message.
    /// - Throws: `PipelineError.planOfOtherVersion`, `.planDamaged`, `StorageError`.
    public static func decode(_ bytes: UnsafeRawBufferPointer, of path: FilePath) throws -> RunPlan {
        struct Version: Decodable { let format: Int }
        let version = try JSONFile.decode(Version.self, from: bytes, of: path).format
        guard version == currentFormat else {
            throw PipelineError.planOfOtherVersion(file: path, found: version, supported: currentFormat)
        }
        let plan = try JSONFile.decode(RunPlan.self, from: bytes, of: path)
        guard try plan.numbers.identity() == plan.identity else {
            throw PipelineError.planDamaged(file: path, reason: "its content does not have the identity that it names")
        }
        if let problem = plan.problem() { throw PipelineError.planDamaged(file: path, reason: problem) }
        return plan
    }

    /// Writes the plan in one step.
    ///
    /// - Throws: `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try JSONFile.write(self, to: path, on: files)
    }
}
