import Storage
import SystemPackage

/// The file that a parcel's bytes are written to as they come.
struct ArrivingFile {
    /// The open file, unfinished until it is renamed.
    let file: OpenFile
    /// Where it goes once it is whole.
    let target: FilePath
}
