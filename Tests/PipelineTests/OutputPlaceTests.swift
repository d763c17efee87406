import Foundation
import Models
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("Where partials are to go")
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
