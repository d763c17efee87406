import Foundation

extension TinyRun {
    /// The whole partials of a run's tasks and of its tree, by name, each with the moment of its last change.
    func partials(_ output: String) throws -> [String: Date] {
        let folder = self.folder.appendingPathComponent("\(output)/parts")
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".partial") }
        return try names.reduce(into: [:]) { result, name in
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(name).path)
            result[name] = attributes[.modificationDate] as? Date
        }
    }

    /// The moments at which the results of a run were written.
    func resultTimes(_ output: String) throws -> [Date?] {
        try ["summary.json", "neurons.csv", "report.html"].map { name in
            try FileManager.default.attributesOfItem(atPath: path("\(output)/\(name)"))[.modificationDate] as? Date
        }
    }

    /// The result of `run` in one process, which every engine must reach.
    func calm() throws -> Result {
        let outcome = try program("run", "run.yaml", "--output", "calm")
        guard outcome.status == 0 else { throw NotCalm(errors: outcome.errors) }
        return try result("calm")
    }

    /// Raised when `run` itself failed.
    struct NotCalm: Error {
        let errors: String
    }
}
