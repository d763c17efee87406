import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Reporting

@Suite("A folder of pages")
struct PagesFolderTests {
    private let note = PagesNote(run: "demo", model: "a", results: nil, isComplete: true)

    @Test("is one that is not there, is empty, or has pages; the note that says so is read as it was written")
    func ours() throws {
        let folder = try TemporaryFolder()
        try folder.write("empty/.hidden", "")
        try folder.write("begun/pages.json.epoch1.part", "{")
        for name in ["new", "empty", "begun"] {
            for _ in 0..<2 {
                let place = try PagesFolder(folder.file(name), on: LocalFiles())
                try place.write(note)
                try place.createFolders(["neurons"])
                try place.write("neurons/1.2.html") { try $0.write("page") }
            }
            #expect(try JSONFile.read(PagesNote.self, from: folder.file("\(name)/pages.json")) == note)
            #expect(try String(contentsOfFile: folder.file("\(name)/neurons/1.2.html").string, encoding: .utf8) == "page")
        }
    }

    @Test("is none with other files, or with a note of another kind, and belongs to one process at a time")
    func others() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine/index.html", "mine")
        try folder.write("other/pages.json", "{\"pages\": 3}")
        try folder.write("file", "")
        for (name, holds) in [("mine", "index.html"), ("other", "pages.json")] {
            #expect(throws: ReportingError.folderNotEmpty(folder: folder.file(name), holds: [holds])) {
                try PagesFolder(folder.file(name), on: LocalFiles())
            }
        }
        #expect(throws: StorageError.self) { try PagesFolder(folder.file("file"), on: LocalFiles()) }
        #expect(try Folder.names(in: folder.file("mine")) == ["index.html"])
        let first = try PagesFolder(folder.file("new"), on: LocalFiles())
        #expect(throws: StorageError.self) { try PagesFolder(folder.file("new"), on: LocalFiles()) }
        try first.write(note)
    }

    @Test("keeps a link to a folder in which something else is left")
    func links() throws {
        let folder = try TemporaryFolder()
        try folder.write("mine/notes.txt", "mine")
        try folder.write("mine/1.html", "")
        let place = try PagesFolder(folder.file("pages"), on: LocalFiles())
        #expect(symlink(folder.file("mine").string, folder.file("pages/layers").string) == 0)
        try place.removePages(beside: ["index.html"])
        #expect(try Folder.names(in: folder.file("pages/layers")) == ["notes.txt"])
    }

    @Test("loses the pages that are not written any more with the folders that become empty, and nothing else")
    func stale() throws {
        let folder = try TemporaryFolder()
        let place = try PagesFolder(folder.file("pages"), on: LocalFiles())
        let names = [
            "neurons/1.2.html", "neurons/1.3.html", "families/syntax.html", "families/.notes", "layers/0.html", "neurons/notes.html",
            "neurons/1.4.txt",
        ]
        for name in names { try folder.write("pages/\(name)", "") }
        try place.removePages(beside: ["index.html", "neurons/1.3.html"])
        let left = try ["neurons", "families"].flatMap { try Folder.names(in: folder.file("pages/\($0)")) }
        #expect(left == ["1.3.html", "1.4.txt", "notes.html", ".notes"] && !Folder.exists(folder.file("pages/layers")))
    }
}
