import Statistics
import Storage
import SystemPackage

/// `calibration.npz`: for each source `<id>_mean` and `<id>_scale`, float32 `[columns]`, layer by layer, and `tokens`.
enum CalibrationFile {
    /// Writes a calibration in one step.
    static func write(_ calibration: Calibration, layout: StatisticsLayout, to path: FilePath, on files: some FileLayer) throws {
        var entries = [NumpyArchive.Entry("tokens", [Int64(calibration.tokens)], shape: [])]
        for source in layout.sources {
            let groups = layout.groups(of: source).map { calibration.groups[$0] }
            entries.append(NumpyArchive.Entry("\(source)_mean", groups.flatMap(\.mean)))
            entries.append(NumpyArchive.Entry("\(source)_scale", groups.flatMap(\.scale)))
        }
        try NumpyArchive.write(path, entries, on: files)
    }

    /// Reads a calibration and checks it against the plan.
    ///
    /// - Throws: `StorageError`, `PipelineError.planDamaged`.
    static func read(_ path: FilePath, layout: StatisticsLayout, digest: Digest?) throws -> Calibration {
        try PipelineError.readingPlanFile(path) { try contents(of: path, layout: layout, digest: digest) }
    }

    private static func contents(of path: FilePath, layout: StatisticsLayout, digest: Digest?) throws -> Calibration {
        let arrays = try NumpyArchive.read(path)
        func values<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> [Element] {
            guard let array = arrays[name] else { throw PipelineError.planDamaged(file: path, reason: "array '\(name)' is missing") }
            return try array.values(as: type)
        }
        var groups: [Calibration.Group] = []
        for source in layout.sources {
            let (mean, scale) = (try values("\(source)_mean", Float.self), try values("\(source)_scale", Float.self))
            let columns = layout.groups(of: source).map { layout.groups[$0].columns }
            guard mean.count == columns.reduce(0, +), scale.count == mean.count, scale.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw PipelineError.planDamaged(file: path, reason: "the arrays of '\(source)' do not fit the plan")
            }
            var start = 0
            for count in columns {
                groups.append(.init(mean: Array(mean[start..<start + count]), scale: Array(scale[start..<start + count])))
                start += count
            }
        }
        let calibration = Calibration(groups: groups, tokens: Int(try values("tokens", Int64.self).first ?? 0))
        guard digest == nil || calibration.digest == digest else {
            throw PipelineError.planDamaged(file: path, reason: "it is not the calibration that the plan was made with")
        }
        return calibration
    }
}

extension Calibration {
    /// The content hash of means and scales.
    var digest: Digest {
        var builder = DigestBuilder()
        builder.update(tokens)
        for group in groups {
            group.mean.withUnsafeBytes { builder.update($0) }
            group.scale.withUnsafeBytes { builder.update($0) }
        }
        return builder.finalize()
    }
}
