import Foundation
import Testing

@Suite("A run that is not complete, and a folder that is no store", .serialized)
struct UnfinishedRunTests {
    private func expectUnfinished(_ run: TinyRun, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run.program(["gather", "out"] + options)
        #expect(outcome.status == 75 && outcome.output.isEmpty, "\(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors.contains("out is not complete"), "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors.contains("`universal-neurons resume out`"), "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    private func expectMissing(
        _ run: TinyRun, _ tasks: String, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run.program(["gather", "out"] + options)
        #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.output)\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.errors.contains("\(tasks) are missing in its statistics"), "\(outcome.errors)", sourceLocation: sourceLocation)
        for command in ["map --plan out --task ", "reduce PARTS/*.partial --store out/store`", "resume out`"] {
            #expect(outcome.errors.contains("`universal-neurons \(command)"), "\(outcome.errors)", sourceLocation: sourceLocation)
        }
    }

    private func expectGathered(_ run: TinyRun, _ options: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        let outcome = try run.program(["gather", "out"] + options)
        #expect(outcome.status == 0 && outcome.output.contains("has the run's"), "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    @Test("has nothing to be gathered, as a process that was killed left it")
    func ofOneProcess() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            try expectMissing(run, "out: 50 of 50 tasks")
            #expect(try run.program("resume", "out").status == 0)
            try expectGathered(run)
            // Killed in its analysis.
            try FileManager.default.removeItem(atPath: run.path("out/correlations.zarr"))
            try expectUnfinished(run)
            try expectUnfinished(run, "--matrices")
            try expectGathered(run, "--statistics")
            // And before it.
            let section = try #require(run.sections(in: "out/store").first { $0.hasSuffix(".sums") })
            try FileManager.default.removeItem(atPath: run.path("out/store/sections/\(section)"))
            // Of one block those of one replicate.
            try expectMissing(run, " of 50 tasks", "--statistics")
        }
    }

    @Test("has nothing to be gathered, and is gone on with before it is analysed, as it was killed with reducers of its own")
    func ofOwnReducers() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out", "--workers", "1").status == 0)
            let calm = try run.result("out")
            try expectGathered(run)
            // As it is before the last of its tasks is folded.
            let section = try #require(run.sections(in: "out/store").first { $0.hasSuffix(".sums") })
            try FileManager.default.removeItem(atPath: run.path("out/store/sections/\(section)"))
            try FileManager.default.createDirectory(atPath: run.path("out/reducers/0"), withIntermediateDirectories: true)
            try FileManager.default.moveItem(atPath: run.path("out/store/sections"), toPath: run.path("out/reducers/0/sections"))
            try expectUnfinished(run)
            let analysis = try run.program("analyze", "out")
            #expect(analysis.status == 65 && analysis.errors.contains("out: a run with reducers of its own"), "\(analysis.errors)")
            #expect(analysis.errors.contains("`universal-neurons resume out`"), "\(analysis.errors)")
            #expect(!analysis.errors.contains("gather"), "\(analysis.errors)")
            #expect(try run.program("resume", "out").status == 0)
            #expect(try run.result("out") == calm)
            try expectGathered(run)
        }
    }

    @Test("is not taken for a store, whether it is planned or finished: the reducer leaves it as it is, and its own run goes on")
    func asStore() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "planned").status == 0)
            #expect(try run.program("run", "run.yaml", "--output", "finished").status == 0)
            try run.configure(chunk: 32)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinator()
            for name in ["planned", "finished"] {
                let before = files(run.path(name))
                let stranger = try cluster.reducer(name)
                #expect(stranger.end() == 65, "\(stranger.errors)")
                #expect(stranger.errors.contains("\(name) is no reducer's store, and not empty: it holds "), "\(stranger.errors)")
                #expect(stranger.errors.contains("remedy: start the reducer with its own store, or with a folder that is empty"))
                #expect(files(run.path(name)) == before && before.count > 4)
            }
            let (reducer, worker) = (try cluster.reducer(), try cluster.worker())
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(reducer.end() == 0 && worker.end() == 0, "\(reducer.errors)\(worker.errors)")
        }
    }

    /// All that is below a folder: the bytes of files, nil for folders.
    private func files(_ folder: String) -> [String: Data?] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return Dictionary(names.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")) }) { first, _ in first }
    }
}
