import Diagnostics
import Foundation
import Kernels
import Pipeline
import Storage
import SystemPackage

/// What `bench` found.
public struct BenchmarkReport: Codable, Sendable, Hashable {
    /// What a file of this form calls itself. The number grows with every change that earlier or later versions cannot read.
    static let currentFormat = "universal-neurons bench 1"

    /// The form in which it is saved.
    public private(set) var format = Self.currentFormat
    /// The program's version.
    public private(set) var program = ProgramVersion.current
    /// When it was measured, by ISO 8601.
    public private(set) var date = Date().formatted(.iso8601)
    /// What measures the same again, as far as it is not the machine.
    public private(set) var command = ""
    /// All measurements, in order.
    public var lines: [BenchmarkLine]
    /// The ratios of the contract.
    public var ratios: BenchmarkRatios
    /// The machine.
    public let processor: Processor
    /// The OpenBLAS kernels that ran.
    public let kernels: String
    /// The threads of both sides.
    public let threads: Int
    /// Whether the small sizes were measured.
    public let quick: Bool

    /// A report without lines yet.
    init(_ configuration: BenchmarkConfiguration) {
        self.init(
            lines: [], ratios: BenchmarkRatios(), processor: .current, kernels: OpenBLAS.coreName, threads: configuration.team.count,
            quick: configuration.quick)
        command = configuration.command
    }

    init(lines: [BenchmarkLine], ratios: BenchmarkRatios, processor: Processor, kernels: String, threads: Int, quick: Bool) {
        self.lines = lines
        self.ratios = ratios
        self.processor = processor
        self.kernels = kernels
        self.threads = threads
        self.quick = quick
    }

    /// Reads what `bench --save` or `bench --json` wrote.
    ///
    /// - Throws: `BenchmarkError.notSaved` for files of earlier or later versions, and of others; a `StorageError`.
    public init(savedAt path: FilePath) throws {
        struct Header: Decodable {
            let format: String?
        }
        let header: Header
        do {
            header = try JSONFile.read(Header.self, from: path)
        } catch StorageError.corrupt {
            throw BenchmarkError.notSaved(path: path.string, reason: "it is no JSON of bench")
        }
        guard let format = header.format else {
            throw BenchmarkError.notSaved(path: path.string, reason: "it names no format: it is of an earlier version, or not of bench")
        }
        guard format == Self.currentFormat else {
            throw BenchmarkError.notSaved(
                path: path.string, reason: "its format is \"\(format.printable(limit: 60))\", this version reads \"\(Self.currentFormat)\"")
        }
        self = try JSONFile.read(BenchmarkReport.self, from: path)
    }

    /// Whether every result that was compared was right; speed is no part of it.
    public var passed: Bool { lines.allSatisfy { $0.passed != false } }

    /// Adds a measurement whose ratio is one of the contract.
    mutating func add(_ line: BenchmarkLine, as ratio: WritableKeyPath<BenchmarkRatios, Double?>) {
        lines.append(line)
        ratios[keyPath: ratio] = line.ratio
    }

    /// Throws `BenchmarkError.wrongResults` when one was wrong.
    public func check() throws {
        if !passed { throw BenchmarkError.wrongResults(lines: lines.filter { $0.passed == false }.map(\.name)) }
    }

    /// The lines as a table for people.
    public var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        let machine = "\(processor.brand), \(CountText.of(threads, "thread")), OpenBLAS \(kernels), own kernels \(processor.kernelLevel)"
        var rows = [machine.printable()]
        for line in lines {
            var row = line.name.padding(to: width)
            if let value = line.value { row += "  \(value.shown.padding(left: 9)) \(line.unit.padding(to: 11))" }
            if let ratio = line.ratio { row += "  ratio \(ratio.shown)" }
            if let residual = line.residual { row += "  residual \(residual.scientific) \(line.passed == true ? "PASS" : "FAIL")" }
            if let note = line.note { row += "  \(note)" }
            // A saved file may say anything.
            rows.append(row.printable())
        }
        return rows.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func padding(left width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}

extension Double {
    /// Three significant figures.
    fileprivate var shown: String {
        guard isFinite, self != 0, magnitude < 1e15 else { return "\(self)" }
        var unit = 1.0
        while magnitude / unit >= 1_000 { unit *= 10 }
        while magnitude / unit < 100 { unit /= 10 }
        let rounded = (self / unit).rounded() * unit
        return unit >= 1 ? "\(Int(rounded))" : "\((rounded / unit).rounded() / (1 / unit).rounded())"
    }

    /// One figure and an exponent, as errors are spoken of.
    fileprivate var scientific: String {
        guard isFinite, self != 0 else { return "\(self)" }
        var (mantissa, exponent) = (magnitude, 0)
        while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\((mantissa * 10).rounded() / 10)e\(exponent)"
    }
}
