import Foundation

/// Raw little-endian arrays made by `Tests/Fixtures/Kernels/make_kernels.py`.
enum Fixture {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Kernels")

    static func floats(_ name: String) throws -> [Float] { try array(name + ".f32") }

    static func doubles(_ name: String) throws -> [Double] { try array(name + ".f64") }

    private static func array<Element: BitwiseCopyable>(_ name: String) throws -> [Element] {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        return data.withUnsafeBytes { raw in
            (0..<raw.count / MemoryLayout<Element>.size).map {
                raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self)
            }
        }
    }
}
