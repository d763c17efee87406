import Testing

@testable import Analysis

@Suite("rotations")
struct RotationTests {
    private func matrix(_ kind: RotationKind, size: Int, draw: Int = 0) throws -> [Float] {
        let matrix = Scratch<Float>(size * size, repeating: 0)
        try Rotation.write(kind, size: size, deviates: NormalDeviates(seed: 1, model: "m", layer: 0, draw: draw), into: matrix.pointer)
        return matrix.array
    }

    @Test(
        "the logarithm has float64's precision", arguments: [1e-19, 3e-10, 0.1, 0.5, 0.7071067811865475, 0.7071067811865476, 0.999999, 1])
    func logarithm(_ value: Double) {
        // ln computed from its inverse: exp by its series after halving the argument.
        func exponential(_ x: Double) -> Double {
            var sum = 1.0
            var term = 1.0
            let small = x / 1024
            for n in 1..<20 {
                term *= small / Double(n)
                sum += term
            }
            for _ in 0..<10 { sum *= sum }
            return sum
        }
        let found = exponential(NormalDeviates.logarithm(value))
        #expect(abs(found / value - 1) < 1e-12)
    }

    @Test("deviates are standard normal: four moments of 200,000")
    func moments() {
        let count = 200_000
        let deviates = Scratch<Double>(count, repeating: 0)
        NormalDeviates(seed: 9, model: "x", layer: 3, draw: 4).fill(
            UnsafeMutableBufferPointer(start: deviates.pointer, count: count), row: 0)
        let powers = (1...4).map { power in
            deviates.array.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / Double(count)
        }
        // Four standard deviations of each moment's mean.
        #expect(abs(powers[0]) < 4 * (1 / Double(count)).squareRoot())
        #expect(abs(powers[1] - 1) < 4 * (2 / Double(count)).squareRoot())
        #expect(abs(powers[2]) < 4 * (15 / Double(count)).squareRoot())
        #expect(abs(powers[3] - 3) < 4 * (96 / Double(count)).squareRoot())
    }

    @Test("an orthogonal rotation is orthogonal, whatever its size", arguments: [1, 2, 63, 64, 65, 200])
    func orthogonality(size: Int) throws {
        let q = try matrix(.orthogonal, size: size)
        var worst: Float = 0
        for i in 0..<size {
            for j in 0...i {
                var sum: Float = 0
                for k in 0..<size { sum += q[i * size + k] * q[j * size + k] }
                worst = max(worst, abs(sum - (i == j ? 1 : 0)))
            }
        }
        #expect(worst < 5e-6)
    }

    @Test("the rows of a Gaussian rotation have length 1, and draws differ")
    func gaussian() throws {
        let first = try matrix(.gaussian, size: 40)
        for row in 0..<40 {
            let square = first[row * 40..<(row + 1) * 40].reduce(0) { $0 + $1 * $1 }
            #expect(abs(square - 1) < 1e-6)
        }
        #expect(try first == matrix(.gaussian, size: 40))
        #expect(try first != matrix(.gaussian, size: 40, draw: 1))
    }
}
