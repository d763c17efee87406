import Foundation
import Statistics
import Storage
import SystemPackage

extension RunPlan {
    /// Reads a plan and checks that it is whole and that its values make sense.
    ///
    /// - Throws: `PipelineError.planMissing`, `.pilotIncomplete`, `.planOfOtherVersion`, `.planDamaged`, `StorageError`.
    public static func read(_ path: FilePath) throws -> RunPlan {
        guard Folder.holdsFile(path) else {
            let folder = RunFolder(path.removingLastComponent())
            throw folder.pilot.hasPlan ? PipelineError.pilotIncomplete(folder: folder.path) : .planMissing(file: path)
        }
        var plan = try MappedFile(path).withBytes { try decode($0, of: path) }
        if let screening = plan.numbers.screening {
            let file = RunFolder(path.removingLastComponent()).candidates
            let (layout, lists) = (plan.layout, try CandidateFile.read(file, layout: plan.layout, digest: screening.digest))
            guard let pairs = CandidatePairs(lists, layout: layout, edge: plan.numbers.accumulation.tile) else {
                throw PipelineError.planDamaged(file: file, reason: "it has candidates in layers that the plan does not compare")
            }
            plan.candidates = pairs
        }
        return plan
    }

    /// The plan that bytes are, checked as `read` does, but for a screened run's candidates, which lie beside it.
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
