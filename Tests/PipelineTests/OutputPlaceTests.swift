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
