import Checkpoints
import Foundation
import SystemPackage

/// A copy of a model's folder in which one entry of one float32 tensor is NaN; it disappears with this object.
final class DamagedModel {
    let path: FilePath

    init(_ model: FilePath, tensor: String, entry: Int) throws {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("damaged-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: model.string), to: copy)
        path = FilePath(copy.path)
        let file = path.appending("model.safetensors")
        let place = try SafetensorsFile(file).tensors.first { $0.name == tensor }.map { $0.bytes.lowerBound + 4 * entry }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file.string))
        if let place { bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: Float.nan) { Data($0) }) }
        try bytes.write(to: URL(fileURLWithPath: file.string))
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
