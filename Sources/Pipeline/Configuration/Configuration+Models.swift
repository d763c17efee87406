import Storage
import SystemPackage

extension Configuration {
    /// Makes sure that each model has a folder, before anything else is made.
    ///
    /// - Parameter file: the configuration's file, whose folder relative paths count from.
    /// - Throws: `PipelineError.modelMissing`.
    public func checkModels(of file: FilePath) throws {
        if let model = models.first(where: { !Folder.exists($0.path) }) {
            throw PipelineError.modelMissing(model: model.id, path: model.path, configuration: file)
        }
    }
}
