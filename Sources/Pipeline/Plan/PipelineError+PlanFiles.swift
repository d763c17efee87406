import Corpus
import Storage
import SystemPackage

extension PipelineError {
    /// Reads a file that belongs to a run's plan. Nobody can fetch such a file anew: one that is damaged is a reason to plan again.
    ///
    /// - Throws: `PipelineError.planDamaged` in the place of what says that the content is damaged; else what `body` throws.
    static func readingPlanFile<Result>(_ path: FilePath, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch StorageError.corrupt(let file, let offset, let problem) {
            throw planDamaged(file: file, reason: "it is damaged\(offset.map { " at byte \($0)" } ?? ""): \(problem)")
        } catch StorageError.badCompression(let problem) {
            throw planDamaged(file: path, reason: "it is damaged: \(problem)")
        } catch StorageError.unsupported(let file, let what) {
            throw planDamaged(file: file, reason: "\(what) is not what a plan has")
        } catch CorpusError.brokenPackedCorpus(let folder, let reason) {
            throw planDamaged(file: FilePath(folder), reason: "the packed corpus is incomplete or damaged: \(reason)")
        }
    }
}
