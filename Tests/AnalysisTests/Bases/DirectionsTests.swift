import Kernels
import Storage
import SystemPackage
import Testing

@testable import Analysis

@Suite("Directions that neurons are projected on")
struct DirectionsTests {
    private let arrays: [String: NumpyArray]

    init() throws {
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        arrays = try NumpyArchive.read(tests.appending("Fixtures/Bases/bases.npz"))
    }

    private func values(_ name: String) throws -> [Double] { try #require(arrays[name]).values(as: Double.self) }

    private func covariances(_ values: [Double]) -> DoubleBuffer {
        let buffer = DoubleBuffer(count: values.count)
        for (place, value) in values.enumerated() { buffer.pointer[place] = value }
        return buffer
    }

    private static let layers = [("a", 0), ("a", 1), ("b", 0), ("b", 1)]

    @Test("rotated ones are the matrix that the generator's description gives", arguments: layers)
    func rotated(model: String, layer: Int) throws {
        let matrix = try RotatedDirections.matrix(.orthogonal, seed: 7, model: model, layer: layer, neurons: 12)
        let error = zip(matrix.values, try values("\(model)_rotation_\(layer)")).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(error < 5e-6, "\(error)")
    }

    @Test("principal ones are numpy's eigenvectors, the largest variance first and the largest entry positive", arguments: layers)
    func principal(model: String, layer: Int) throws {
        let matrix = try values("\(model)_covariances_\(layer)")
        let found = try PrincipalDirections(destroying: covariances(matrix), neurons: 12, components: 4)
        let expected = try values("\(model)_directions_\(layer)")
        #expect(found.matrix.count == expected.count)
        #expect(zip(found.matrix, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        #expect(zip(found.variances, try values("\(model)_variances_\(layer)")).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(found.totalVariance - (0..<12).reduce(0) { $0 + matrix[$1 * 13] }) < 1e-9)
    }

    @Test("all principal directions are orthogonal and have all of the variance; what the upper triangle holds is not read")
    func all() throws {
        var matrix = try values("a_covariances_0")
        for row in 0..<12 { for column in row + 1..<12 { matrix[row * 12 + column] = .nan } }
        let found = try PrincipalDirections(destroying: covariances(matrix), neurons: 12, components: 12)
        for i in 0..<12 {
            for j in 0...i {
                let product = (0..<12).reduce(0.0) { $0 + Double(found.matrix[i * 12 + $1]) * Double(found.matrix[j * 12 + $1]) }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
            }
        }
        #expect(found.variances == found.variances.sorted(by: >))
        #expect(abs(found.variances.reduce(0, +) - found.totalVariance) < 1e-9)
    }

    @Test("neurons that do not vary have directions too, without variance")
    func silent() throws {
        // Two neurons of one, a third that is silent: the first direction is (1, 1, 0) / √2 times the sign that makes it positive.
        let found = try PrincipalDirections(destroying: covariances([1, 0, 0, 1, 1, 0, 0, 0, 0]), neurons: 3, components: 3)
        #expect(abs(found.variances[0] - 2) < 1e-12 && found.variances[1...].allSatisfy { $0 < 1e-12 && $0 >= 0 })
        #expect(abs(found.matrix[0] - 0.70710678) < 1e-6 && abs(found.matrix[1] - 0.70710678) < 1e-6 && abs(found.matrix[2]) < 1e-6)
    }
}
