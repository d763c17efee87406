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
        struct Version: Decodable { let format: Int }
        let version = try JSONFile.read(Version.self, from: path).format
        guard version == currentFormat else {
            throw PipelineError.planOfOtherVersion(file: path, found: version, supported: currentFormat)
        }
        var plan = try JSONFile.read(RunPlan.self, from: path)
        guard try plan.numbers.identity() == plan.identity else {
            throw PipelineError.planDamaged(file: path, reason: "its content does not have the identity that it names")
        }
        if let problem = plan.problem() { throw PipelineError.planDamaged(file: path, reason: problem) }
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

    /// Writes the plan in one step.
    ///
    /// - Throws: `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try JSONFile.write(self, to: path, on: files)
    }
}
