import Storage
import SystemPackage

/// The file that a parcel's bytes are written to as they come.
struct ArrivingFile {
    /// The open file, unfinished until it is renamed.
    let file: OpenFile
    /// Where it goes once it is whole.
    let target: FilePath

    /// Removes it. Whatever the disk says of that: the name is swept with the next start.
    func discard(from files: some FileLayer) {
        // Removed before it is closed, while no other writer can have taken the name over.
        try? files.discard(file)
        try? files.close(file)
    }
}
