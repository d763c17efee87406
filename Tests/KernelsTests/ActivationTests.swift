import CKernels
import Foundation
import Kernels
import Testing

@Suite("Bias and activation kernels")
struct ActivationTests {
    typealias Biased = @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int) -> Void

    static func biased(_ kernels: un_kernels) -> [(name: String, run: Biased)] {
        [
            ("gelu_new", kernels.bias_gelu_tanh), ("gelu", kernels.bias_gelu_erf), ("relu", kernels.bias_relu), ("add", kernels.bias_add),
        ]
    }

    @Test("every level gives the same bits at every size and offset, extremes included", arguments: KernelLevel.sizes)
    func sameBits(columns: Int) throws {
        let rows = 3
        let x = nasty(rows * columns, seed: UInt64(columns), withNotFinite: true)
        var numbers = SeededFloats(seed: 5)
        var bias = numbers.uniform(columns)
        if columns > 3 { bias[3] = 0 }
        for offset in 0..<3 {
            for (index, reference) in Self.biased(KernelLevel.all[0].kernels).enumerated() {
                let expected = try #require(unary(x, offset: 0) { reference.run($0, bias, $1, rows, columns) })
                for level in KernelLevel.all {
                    let kernel = Self.biased(level.kernels)[index].run
                    let found = try #require(
                        unary(x, offset: offset) { kernel($0, bias, $1, rows, columns) }, "\(level) wrote beside its output")
                    #expect(bits(found) == bits(expected), "\(reference.name) at \(level), offset \(offset)")
                    var inPlace = x
                    inPlace.withUnsafeMutableBufferPointer { kernel($0.baseAddress, bias, $0.baseAddress, rows, columns) }
                    #expect(bits(inPlace) == bits(expected), "\(reference.name) in place at \(level)")
                }
            }
        }
    }

    @Test("GELU is as accurate as float32 allows, in the tails too", arguments: ["gelu_tanh", "gelu_erf"])
    func gelu(name: String) throws {
        let x = try Fixture.floats("\(name).x")
        let expected = try Fixture.doubles(name)
        let zero = [Float](repeating: 0, count: x.count)
        var out = zero
        if name == "gelu_tanh" { un_bias_gelu_tanh(x, zero, &out, 1, x.count) } else { un_bias_gelu_erf(x, zero, &out, 1, x.count) }
        // Relative to the value where it is above 1, absolute below: the scale of an activation is that of its layer.
        let worst = zip(out, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max() ?? 1
        #expect(worst < 1.5e-7)
    }

    @Test(
        "with a random bias every kernel is as close to the float64 plain loop as float32 allows, at every level",
        arguments: [1, 37, 3_073])
    func plainLoop(columns: Int) {
        let rows = 7
        var numbers = SeededFloats(seed: UInt64(columns) + 40)
        let (x, bias) = (numbers.normal(rows * columns, scale: 3), numbers.normal(columns, scale: 2))
        let functions: [(Double) -> Double] = [
            { $0 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 },
            { $0 * Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 },
            { max($0, 0) },
            { $0 },
        ]
        for level in KernelLevel.all {
            for (kernel, function) in zip(Self.biased(level.kernels), functions) {
                var out = [Float](repeating: .nan, count: x.count)
                kernel.run(x, bias, &out, rows, columns)
                var worst = 0.0
                for r in 0..<rows {
                    for c in 0..<columns {
                        let exact = function(Double(x[r * columns + c]) + Double(bias[c]))
                        let error = abs(Double(out[r * columns + c]) - exact)
                        worst = max(worst, error.isNaN ? .infinity : error / max(1, abs(exact)))
                    }
                }
                // A sum is rounded once, by 2^-24 of it at most; GELU has its own 1.5e-7 besides, and a slope of up to 1.13.
                #expect(worst <= (kernel.name.hasPrefix("gelu") ? 1.5e-7 + 1.13 * 0x1p-24 : 0x1p-24), "\(kernel.name) at \(level)")
            }
        }
    }

    @Test("GELU keeps its relative accuracy in the negative tail, where 1 + tanh cancels")
    func geluTail() throws {
        let x = (0..<2_000).map { Float($0) * -0.0045 }
        let zero = [Float](repeating: 0, count: x.count)
        var (tanh, erf) = (zero, zero)
        un_bias_gelu_tanh(x, zero, &tanh, 1, x.count)
        un_bias_gelu_erf(x, zero, &erf, 1, x.count)
        var worst = (tanh: 0.0, erf: 0.0)
        for (index, value) in x.enumerated().dropFirst() {
            let wide = Double(value)
            let u = (2 / Double.pi).squareRoot() * (wide + 0.044715 * wide * wide * wide)
            let exactTanh = wide / (1 + Foundation.exp(-2 * u))
            let exactErf = wide * Foundation.erfc(-wide / 2.0.squareRoot()) / 2
            worst.tanh = max(worst.tanh, abs(Double(tanh[index]) / exactTanh - 1))
            worst.erf = max(worst.erf, abs(Double(erf[index]) / exactErf - 1))
        }
        // An exponent of up to 80 carries its own rounding, half an ulp of which is 4e-6.
        #expect(worst.tanh < 1.5e-5)
        #expect(worst.erf < 1.5e-5)
    }

    @Test("the minimum and the known values of gelu_new")
    func knownValues() {
        let x: [Float] = [-5, -0.7517916, 0, 1, 6, 100, -100]
        let zero = [Float](repeating: 0, count: x.count)
        var out = zero
        un_bias_gelu_tanh(x, zero, &out, 1, x.count)
        let expected = [-2.2917961972623857e-07, -0.17004075, 0, 0.8411919906082768, 5.9999999, 100, 0]
        for (found, value) in zip(out, expected) { #expect(abs(Double(found) - value) < 1e-7 * max(1, abs(value)) * 3) }
    }

    @Test("a NaN comes out as a NaN, an infinity is not hidden", arguments: KernelLevel.all)
    func notFinite(level: KernelLevel) {
        let zero = [Float](repeating: 0, count: 18)
        for kernel in Self.biased(level.kernels) {
            for position in [0, 5, 15, 16, 17] {
                var x = [Float](repeating: 1, count: 18)
                x[position] = .nan
                var out = zero
                kernel.run(x, zero, &out, 1, 18)
                #expect(out[position].isNaN && out.filter { $0.isNaN }.count == 1, "\(kernel.name)")
                x[position] = .infinity
                kernel.run(x, zero, &out, 1, 18)
                #expect(out[position] == .infinity, "\(kernel.name)")
            }
        }
    }

    @Test("exp is within 1 ulp of float64 and the same at every level")
    func exponential() throws {
        var x: [Float] = []
        var value: Float = -90
        while value < 90 {
            x.append(value)
            value += 0.0007
        }
        x += nasty(2_001, seed: 3, withNotFinite: true)
        var expected = [Float](repeating: 0, count: x.count)
        KernelLevel.all[0].kernels.exp(x, &expected, x.count)
        for level in KernelLevel.all {
            let found = try #require(unary(x, offset: 1) { level.kernels.exp($0, $1, x.count) })
            #expect(bits(found) == bits(expected), "\(level)")
        }
        var worst = 0.0
        for (input, output) in zip(x, expected) {
            let exact = Foundation.exp(Double(input))
            if input < -86.5 {
                #expect(output == 0)
            } else if exact > Double(Float.greatestFiniteMagnitude) {
                #expect(output == .infinity)
            } else if !input.isNaN {
                worst = max(worst, abs(Double(output) - exact) / Double(Float(exact).ulp))
            }
        }
        #expect(worst < 1)
    }

    @Test("add adds, at every level, size and offset", arguments: KernelLevel.sizes)
    func add(count: Int) throws {
        let x = nasty(count, seed: 1)
        let y = nasty(count, seed: 2)
        let expected = zip(x, y).map { $0 + $1 }
        for level in KernelLevel.all {
            let found = try #require(
                unary(x, offset: 3) { source, target in
                    for index in 0..<count { target[index] = y[index] }
                    level.kernels.add(source, target, count)
                })
            #expect(bits(found) == bits(expected), "\(level)")
        }
    }
}
