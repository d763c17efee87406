import Foundation
import SmallRuns
import Testing

@Suite("Reducers elsewhere", .serialized)
struct ClusterGatherTests {
    /// The files below a folder, by their paths in it.
    private func files(_ folder: String) -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return Dictionary(
            names.compactMap { name in (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))).map { (name, $0) } }
        ) { first, _ in first }
    }

    private func blocks(_ run: TinyRun) -> [String] {
        files(run.path("out/store")).keys.filter { $0.hasSuffix(".sums") }
    }

    @Test("analyse their numbers where they lie: nobody copies them, and what is found is the same")
    func analysed() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            try cluster.compute()
            #expect(try run.result("out") == run.result("calm"))
            #expect(blocks(run).isEmpty)
            for name in ["pairs", "correlations.zarr"] {
                let (found, expected) = (files(run.path("out/\(name)")), files(run.path("calm/\(name)")))
                #expect(found == expected && !expected.isEmpty, "\(name)")
            }
            #expect(!FileManager.default.fileExists(atPath: run.path("out/shared.token")))
            // The same from what they have found, without them.
            try FileManager.default.removeItem(atPath: run.path("out/neurons.csv"))
            let again = try run.program("analyze", "out")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try run.result("out") == run.result("calm"))
            #expect(try run.program("inspect", "out", "--neuron", "0.1", "--json").json?["examples"] as? [Any] != nil)
            // And nobody is waited for to go on with what is complete.
            let resumed = try run.program("resume", "out")
            #expect(resumed.status == 0 && resumed.errors.contains("no reducer is asked"), "\(resumed.errors)")
            #expect(try run.result("out") == run.result("calm"))
            let inspection = try run.program("inspect", "out")
            #expect(inspection.output.contains("with reducers elsewhere") && !inspection.output.contains("missing"), "\(inspection.output)")
            #expect(try run.program("analyze", "out", "--so-far").status == 0)
            // Nothing is computed again by mistake.
            let plain = try run.program("run", "run.yaml", "--output", "out")
            #expect(plain.status == 65 && plain.errors.contains("reducers elsewhere"), "\(plain.errors)")
        }
    }

    @Test("find universality by domain too, over the same tokens as one process: the same table")
    func domains() throws {
        try TinyRun.with { run in
            try run.writeDomains((0..<TinyRun.rows).map { UInt16($0 % 7 % 3) })
            try run.configure(extra: "strata: domain")
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            try StartedCluster(run: run).compute()
            for name in ["domains.csv", "summary.json"] {
                let (found, expected) = (files(run.path("out"))[name], files(run.path("calm"))[name])
                #expect(found == expected && expected != nil, "\(name)")
            }
            #expect(blocks(run).isEmpty && files(run.path("out"))["domains.csv"]?.contains(UInt8(ascii: ":")) == true)
            // And a run whose reducers are its own.
            let own = try run.program("run", "run.yaml", "--output", "own", "--workers", "2", "--reducers", "2")
            #expect(own.status == 0, "\(own.errors)")
            #expect(files(run.path("own"))["domains.csv"] == files(run.path("calm"))["domains.csv"])
        }
    }

    @Test("go on with a larger budget as they began, and nobody else does by mistake")
    func extended() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            try run.configure(tokens: "2k")
            try cluster.compute()
            let kept = ["plan.json", "launch.json"]
            let before = try kept.map { try Data(contentsOf: URL(fileURLWithPath: run.path("out/\($0)"))) }
            for children in [[], ["--workers", "1"]] {
                let refused = try run.program(["run", "run.yaml", "--output", "out", "--tokens", "all"] + children)
                #expect(refused.status == 65 && refused.errors.contains("reducers elsewhere"), "\(refused.errors)")
                #expect(try kept.map { try Data(contentsOf: URL(fileURLWithPath: run.path("out/\($0)"))) } == before)
            }
            let extending = try StartedProgram("extend", ["extend", "out", "--tokens", "all"], in: run.folder)
            let others = try cluster.reducers() + [cluster.worker()]
            #expect(extending.end() == 0, "\(extending.errors)")
            for process in others { #expect(process.end() == 0, "\(process.errors)") }
            #expect(try run.result("out") == run.result("calm"))
        }
    }

    @Test("keep what the run's folder cannot have, until it is gathered")
    func gathered() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            try cluster.compute(["--keep-matrices"])
            #expect(try run.result("out") == run.result("calm"))
            #expect(!FileManager.default.fileExists(atPath: run.path("out/correlations.zarr")) && blocks(run).isEmpty)
            try cluster.gather("--matrices")
            #expect(files(run.path("out/correlations.zarr")) == files(run.path("calm/correlations.zarr")))
            #expect(blocks(run).isEmpty)
            // Gathering what is here already changes nothing, and one that broke off in the middle of a file is gone on with.
            try breakOff(run)
            try cluster.gather()
            #expect(run.files(in: "out", ".part").isEmpty)
            #expect(files(run.path("out/correlations.zarr")) == files(run.path("calm/correlations.zarr")))
            #expect(Set(blocks(run)) == Set(files(run.path("calm/store")).keys.filter { $0.hasSuffix(".sums") }))
            // Once all of it is here nobody is waited for.
            let nothing = try run.program("gather", "out")
            #expect(nothing.status == 0 && nothing.errors.contains("everything is here already"), "\(nothing.errors)")
            // With the statistics here the run is one like any other.
            let plain = try run.program("run", "run.yaml", "--output", "out")
            #expect(plain.status == 0 && plain.errors.contains("are done already"), "\(plain.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }

    @Test("are gathered from on where a gathering was stopped in the middle", arguments: [SIGTERM, SIGKILL])
    func stopped(signal: Int32) async throws {
        try await OwnThread.run {
            try TinyRun.with { run in
                #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
                let cluster = StartedCluster(run: run)
                try cluster.compute()
                let sections = ["store0", "store1"].flatMap { run.sections(in: $0) }
                // One that is over before it is stopped is done again.
                var isStopped = false
                for _ in 0..<50 where !isStopped {
                    try? FileManager.default.removeItem(atPath: run.path("out/store/sections"))
                    // One may still come of what is on the way.
                    isStopped = try cluster.gather(endingBy: signal) { inodes(run, sections).count <= sections.count - 2 }
                }
                try #require(isStopped)
                let came = inodes(run, sections)
                #expect(!came.isEmpty && came.count < sections.count)
                try cluster.gather()
                #expect(run.files(in: "out", ".part").isEmpty)
                let gathered = files(run.path("out/store/sections"))
                for name in ["store0", "store1"] {
                    for (section, data) in files(run.path("\(name)/sections")) { #expect(gathered[section] == data, "\(section)") }
                }
                // What had come was not fetched again.
                let now = inodes(run, sections)
                #expect(now.count == sections.count && came.allSatisfy { now[$0.key] == $0.value })
                for name in ["summary.json", "neurons.csv"] { try FileManager.default.removeItem(atPath: run.path("out/\(name)")) }
                let plain = try run.program("run", "run.yaml", "--output", "out")
                #expect(plain.status == 0 && plain.errors.contains("are done already"), "\(plain.errors)")
                #expect(try run.result("out") == run.result("calm"))
            }
        }
    }

    /// The files' numbers of sections that the run's store has.
    private func inodes(_ run: TinyRun, _ sections: [String]) -> [String: UInt64] {
        let found = sections.compactMap { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: run.path("out/store/sections/\(name)"))
            return (attributes?[.systemFileNumber] as? NSNumber).map { (name, $0.uint64Value) }
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Leaves what a gathering leaves that is killed: the first half of one section, and of another what its reducer has not (any more).
    private func breakOff(_ run: TinyRun) throws {
        let sections = run.sections(in: "store0").filter { $0.hasSuffix(".sums") }.sorted()
        let folder = URL(fileURLWithPath: run.path("out/store/sections"))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, isDamaged) in zip(sections, [false, true]) {
            var half = try Data(contentsOf: URL(fileURLWithPath: run.path("store0/sections/\(name)")))
            half.removeLast(half.count / 2)
            if isDamaged { half[half.count / 2] ^= 1 }
            try half.write(to: folder.appendingPathComponent("\(name).part"))
        }
    }

    @Test("are not gathered from before the run is complete")
    func unfinished() throws {
        try TinyRun.with { run in
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinate()
            let reducers = try cluster.reducers()
            #expect(coordinator.waits(for: "there is no worker"), "\(coordinator.errors)")
            // What would take the run from its coordinator is not offered.
            let early = try run.program("analyze", "out", "--so-far")
            #expect(early.status == 65 && early.errors.contains("remedy: its coordinator has them analysed at the end"), "\(early.errors)")
            #expect(!early.errors.contains("reducers.json") && !early.errors.contains("resume"), "\(early.errors)")
            #expect(try run.program("cancel", "out").status == 0)
            for process in [coordinator] + reducers { _ = process.end() }
            let gathering = try StartedProgram("gather", ["gather", "out"], in: run.folder)
            let again = try cluster.reducers()
            #expect(gathering.end() == 75, "\(gathering.errors)")
            #expect(gathering.errors.contains("is not complete"), "\(gathering.errors)")
            for process in again { kill(process.process.processIdentifier, SIGTERM) }
        }
    }

    @Test("that are killed while they summarise go on behind the last group that is done")
    func killed() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let cluster = StartedCluster(run: run)
            let coordinator = try cluster.coordinate()
            var reducers = try cluster.reducers()
            let worker = try cluster.worker()
            // Each of them once it has said that a group is done.
            for index in 0..<2 {
                #expect(reducers[index].waits(for: "is summarised"), "\(reducers[index].errors)")
                kill(reducers[index].process.processIdentifier, SIGKILL)
                _ = reducers[index].end()
            }
            reducers = try cluster.reducers()
            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            for process in reducers + [worker] { #expect(process.end() == 0, "\(process.errors)") }
            #expect(try run.result("out") == run.result("calm"))
        }
    }
}

/// A cluster whose two reducers outlive nothing but their stores.
extension StartedCluster {
    fileprivate func coordinate() throws -> StartedProgram { try coordinator(["--reducers", "2"]) }

    fileprivate func reducers(_ options: [String] = []) throws -> [StartedProgram] {
        try (0..<2).map { try reducer("store\($0)", options) }
    }

    /// Computes the run.
    fileprivate func compute(_ options: [String] = []) throws {
        let coordinator = try coordinate()
        let others = try reducers(options) + [worker()]
        #expect(coordinator.end() == 0, "\(coordinator.errors)")
        for process in others { #expect(process.end() == 0, "\(process.errors)") }
    }

    /// Has a gathering ended by a signal when its first section has come.
    ///
    /// - Parameter isInTheMiddle: whether enough is missing; asked while it stands still.
    /// - Returns: whether it was in the middle.
    fileprivate func gather(endingBy number: Int32, _ isInTheMiddle: () -> Bool) throws -> Bool {
        let folder = run.path("out/store/sections")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let watch = try FolderWatch(folder)
        let gathering = try StartedProgram("gather", ["gather", "out"], in: run.folder)
        let reducers = try reducers()
        defer { for process in reducers { kill(process.process.processIdentifier, SIGKILL) } }
        _ = gathering.waits("a section") { watch.waits(milliseconds: 1_000) && !run.sections(in: "out/store").isEmpty }
        guard ProcessTree.stop(gathering.process.processIdentifier), isInTheMiddle() else { return false }
        // Nothing more is sent, so that it cannot come to its end before it sees the signal.
        for process in reducers { #expect(ProcessTree.stop(process.process.processIdentifier), "\(process.errors)") }
        for signal in [number, SIGCONT] { kill(gathering.process.processIdentifier, signal) }
        #expect(gathering.end() == 128 + number, "\(gathering.errors)")
        return true
    }

    /// Gathers, with the reducers started again.
    fileprivate func gather(_ options: String...) throws {
        let gathering = try StartedProgram("gather", ["gather", "out"] + options, in: run.folder)
        let reducers = try reducers()
        #expect(gathering.end() == 0, "\(gathering.errors)")
        for process in reducers { #expect(process.end() == 0, "\(process.errors)") }
    }
}
