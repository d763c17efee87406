import Diagnostics
import Foundation
import Models
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Where partials and runs are to go")
struct OutputPlaceTests {
    @Test("is found unusable before any model is opened")
    func map() throws {
        let folder = try PlantedFolder()
        try folder.plan()
        for model in folder.configuration.models { try FileManager.default.removeItem(atPath: model.path.string) }
        let place = folder.path.appending("place")
        try LocalFiles().createFolder(place)
        func map(_ output: FilePath) throws {
            _ = try MapTask(folder: folder.run, task: 0, output: output, context: folder.context()).run()
        }
        #expect(throws: StorageError.cannotCreate(place, code: .isDirectory)) { try map(place) }
        #expect(throws: StorageError.cannotCreate("/proc/x.partial.part", code: .noSuchFileOrDirectory)) { try map("/proc/x.partial") }
        // Of the models one hears where the place is good, and nothing stays there.
        let error = #expect(throws: PipelineError.self) { try map(place.appending("new/0.partial")) }
        #expect(error?.message.contains("cannot be reached") == true)
        #expect(try Folder.names(in: place.appending("new")).isEmpty)
    }

    @Test("is no folder with other people's files, and nothing changes there")
    func strangers() throws {
        let folder = try PlantedFolder()
        let run = folder.run
        try LocalFiles().createFolder(run.corpus)
        try DurableFile.replace(run.corpus.appending("notes.txt"), with: "mine")
        try DurableFile.replace(run.report, with: "mine")
        let refusal = PipelineError.outputNotEmpty(folder: run.path, holds: ["corpus", "report.html"])
        #expect(throws: refusal) { try folder.plan() }
        #expect(throws: refusal) { try folder.compute() }
        #expect(try Folder.names(in: run.path) == ["corpus", "report.html"])
        #expect(try Folder.names(in: run.corpus) == ["notes.txt"])
        #expect(refusal.exitStatus == .cannotCreate && refusal.message.contains("corpus, report.html"))
    }

    @Test("is no store, neither another run's nor a reducer's, although those have locks")
    func stores() throws {
        let other = try PlantedFolder()
        try other.plan()
        try other.compute()
        let folder = try PlantedFolder()
        func refuse(_ place: RunFolder, _ names: [String]) throws {
            let before = try Folder.names(in: place.path)
            #expect(before.contains(FolderLock.fileName))
            #expect(throws: PipelineError.outputNotEmpty(folder: place.path, holds: names)) { try place.checkHoldsNoStrangers() }
            #expect(try Folder.names(in: place.path) == before)
        }
        try refuse(RunFolder(other.run.store), try Folder.names(in: other.run.store).filter { ["sections", "staging"].contains($0) })
        // A reducer's store has the plan, too.
        try LocalFiles().createFolder(folder.run.path)
        _ = try FolderLock(folder.run.path)
        try folder.plan()
        try DurableFile.replace(folder.run.path.appending("reducer.json"), with: "{}")
        try refuse(folder.run, ["reducer.json"])
    }

    @Test("may be a folder with what engines put there, or with what a run had begun when it was stopped")
    func begun() throws {
        let folder = try PlantedFolder()
        for name in ["parts", "slurm", "logs", ".hidden"] { try LocalFiles().createFolder(folder.run.path.appending(name)) }
        try folder.plan()
        try folder.compute()
        let stopped = try PlantedFolder()
        try LocalFiles().createFolder(stopped.run.path)
        _ = try FolderLock(stopped.run.path)
        try LocalFiles().createFolder(stopped.run.corpus)
        try stopped.compute()
    }

    /// All that lies below a folder.
    private func names(below folder: FilePath) -> Set<String> {
        Set(FileManager.default.enumerator(atPath: folder.string)?.compactMap { $0 as? String } ?? [])
    }

    @Test("have nothing of a run whose input is refused, also where its corpus was packed before, and not the folders on the way")
    func refused() throws {
        let folder = try PlantedFolder()
        let before = names(below: folder.path)
        let deep = RunFolder(folder.path.appending("new/deeper/run"))
        func refuse(_ configuration: Configuration, _ status: Diagnostics.ExitStatus, sourceLocation: SourceLocation = #_sourceLocation)
            throws
        {
            for run in [folder.run, deep] {
                let jobs: [() throws -> PlannedRun] = [
                    { try RunJob(configuration: configuration, folder: run, context: folder.context()).run() },
                    { try PlanJob(configuration: configuration, folder: run, context: folder.context()).run() },
                ]
                for job in jobs {
                    let outcome = Result { try job() }
                    guard case .failure(let error as any DiagnosedError) = outcome else {
                        Issue.record("\(outcome)", sourceLocation: sourceLocation)
                        continue
                    }
                    #expect(error.exitStatus == status, "\(error.message)", sourceLocation: sourceLocation)
                    #expect(names(below: folder.path) == before, sourceLocation: sourceLocation)
                }
            }
        }
        // Known once the corpus is packed.
        var masked = folder.configuration
        masked.corpus.mask = (0..<PlantedModel.vocabulary).map { .id($0) }
        try refuse(masked, .configuration)
        var screened = folder.configuration
        var settings = ScreeningSettings()
        settings.pilot = 1 << 30
        screened.precision = .screening(settings)
        try refuse(screened, .configuration)
        // And before.
        let weights = folder.configuration.models[1].path.appending("model.safetensors")
        let bytes = try MappedFile(weights).withBytes { Array($0) }
        try DurableFile.replace(weights, with: Array(bytes.prefix(100)))
        try refuse(folder.configuration, .dataError)
    }

    @Test("keep what was there before a run was refused, and what was begun by one that was stopped")
    func kept() throws {
        let folder = try PlantedFolder()
        func compute(stop: StopRequest = StopRequest()) throws {
            _ = try RunJob(configuration: folder.configuration, folder: folder.run, context: folder.context(stop: stop)).run()
        }
        for name in ["parts", ".hidden"] { try LocalFiles().createFolder(folder.run.path.appending(name)) }
        let before = names(below: folder.run.path)
        let mask = folder.configuration.corpus.mask
        folder.configuration.corpus.mask = (0..<PlantedModel.vocabulary).map { .id($0) }
        #expect(throws: PipelineError.self) { try compute() }
        #expect(names(below: folder.run.path) == before)
        let stop = StopRequest()
        stop.raise()
        folder.configuration.corpus.mask = mask
        #expect(throws: PipelineError.stopped) { try compute(stop: stop) }
        let begun = names(below: folder.run.path)
        #expect(begun.isSuperset(of: [".lock", "store", "store/.lock"]))
        folder.configuration.corpus.mask = (0..<PlantedModel.vocabulary).map { .id($0) }
        #expect(throws: PipelineError.self) { try compute() }
        #expect(names(below: folder.run.path).isSuperset(of: begun))
        folder.configuration.corpus.mask = mask
        try compute()
    }

    @Test("is found unusable before partials are added up")
    func reduce() throws {
        let folder = try PlantedFolder()
        try folder.plan()
        let part = folder.path.appending("0.partial")
        _ = try MapTask(folder: folder.run, task: 0, output: part, context: folder.context()).run()
        let place = folder.path.appending("place")
        try LocalFiles().createFolder(place)
        let reduce = ReducePartials(folder: folder.run, inputs: [part], target: .file(place), context: folder.context())
        #expect(throws: StorageError.cannotCreate(place, code: .isDirectory)) { try reduce.run() }
        #expect(!Folder.holdsFile(folder.path.appending("place.part")))
    }
}
