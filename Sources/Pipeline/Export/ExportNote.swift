import Foundation
import Storage
import SystemPackage

/// Which results the tables of an export are of: `universal-neurons.json` beside `dataframes/`.
///
/// Tables in the authors' layout say nothing of where they come from; by this file ``CompareResults`` knows ours. A folder may have the exports
/// of several runs, and tables of the authors' among them.
public struct ExportNote: Codable, Sendable, Equatable {
    /// Of each model that has a table, by what it is called in the export.
    public var tables: [String: ResultsOrigin]

    /// The file's name.
    public static let fileName = "universal-neurons.json"

    /// The note of a folder; an empty one where there is none, or none of ours.
    init(in folder: FilePath) {
        let file = folder.appending(Self.fileName)
        self = Folder.holdsFile(file) ? (try? JSONFile.read(ExportNote.self, from: file)) ?? ExportNote() : ExportNote()
    }

    private init() { tables = [:] }

    /// What must be said of a folder from before its tables are replaced until all of them are: that results are incomplete as soon as any may
    /// be, and of new tables never that they are those of before.
    func whileReplacing(by origins: [String: ResultsOrigin]) -> ExportNote {
        var note = self
        for (name, origin) in origins where tables[name] != origin {
            if origin.incomplete != nil {
                note.tables[name] = origin
            } else if tables[name]?.incomplete == nil {
                note.tables[name] = nil
            }
        }
        return note
    }

    /// What is true of a folder when the tables of a run are there.
    func merged(with origins: [String: ResultsOrigin]) -> ExportNote {
        var note = self
        note.tables.merge(origins) { $1 }
        return note
    }

    /// What an exported table is of.
    ///
    /// - Parameter table: the path of a table of neurons, or of universal ones.
    /// - Returns: nil for a table that lies elsewhere, or that its note does not know, as one of the authors'.
    static func origin(of table: FilePath) -> ResultsOrigin? {
        var folder = FilePath(FileManager.default.currentDirectoryPath).pushing(table).lexicallyNormalized()
        let names = folder.components.suffix(4).map(\.string)
        guard names.count == 4 else { return nil }
        let (name, depth): (String, Int)
        if names[1] == "dataframes", names[2] == "neuron_dfs", names[3].hasSuffix(".csv") {
            (name, depth) = (String(names[3].dropLast(4)), 3)
        } else if names[0] == "dataframes", names[1] == "interpretable_neurons", names[3] == "universal.csv" {
            (name, depth) = (names[2], 4)
        } else {
            return nil
        }
        for _ in 0..<depth { folder.removeLastComponent() }
        return ExportNote(in: folder).tables[name]
    }
}
