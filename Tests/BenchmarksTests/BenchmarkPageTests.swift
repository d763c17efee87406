import Foundation
import FoundationXML
import Testing

@testable import Benchmarks

@Suite("The benchmark's page")
struct BenchmarkPageTests {
    private let report = SampleReport.report()

    @Test("is well-formed and has every line, aim and part; UN_PAGES names a folder that keeps it")
    func whole() throws {
        let html = try report.html()
        let parser = XMLParser(data: Data(html.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError)) in line \(parser.lineNumber)")
        for line in report.lines {
            #expect(html.contains(line.name.replacingOccurrences(of: "'", with: "&#39;")), "\(line.name)")
        }
        for aim in BenchmarkAim.all { #expect(html.contains(aim.what.replacingOccurrences(of: "'", with: "&#39;").escapedSigns)) }
        #expect(html.contains("universal-neurons bench --threads 2 --python PYTHON"))
        #expect(html.contains(report.date) && html.contains("universal-neurons \(report.program)"))
        #expect(!html.contains("someone"), "a report names no paths of the machine")
        if let folder = ProcessInfo.processInfo.environment["UN_PAGES"] {
            try Data(html.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent("bench.html"))
        }
    }

    @Test("the fastest bare product is the limit of products and cross-products, which share a plot")
    func products() throws {
        let plot = try #require(report.page.plots.first { $0.unit == "GFLOP/s" })
        #expect(report.page.plots.count { $0.unit == "GFLOP/s" && $0.title == plot.title } == 1)
        #expect(plot.measurements.count == 4 && plot.limit?.value == 119)
        let mark = try #require(plot.measurements.last?.aim?.mark)
        #expect(abs(mark - 0.92 * 117.5) < 1e-9)
        var alone = report
        alone.lines.removeAll { $0.part == .products }
        #expect(alone.page.plots.contains { $0.unit == "GFLOP/s" && $0.measurements.count == 1 })
    }

    @Test("threads are shown by how many times as fast they are, with as many threads as the most")
    func threads() throws {
        let plot = try #require(report.page.plots.first { $0.title == "A second thread" })
        #expect(plot.measurements.map(\.value) == [1, 1.88])
        #expect(plot.measurements[1].reference?.value == 2 && plot.measurements[1].aim?.mark == 1.85)
        var one = report
        one.lines = [.skipped("second thread, whole job", unit: "s", because: "there is one core")]
        one.lines[0].part = .threads
        #expect(one.page.plots.isEmpty && one.page.groups.count == 1)
    }

    @Test("a bar that stands alone with nothing to be held against gets no plot")
    func loneBars() {
        #expect(!report.page.plots.contains { $0.unit == "leases/s" && $0.title == "A coordinator of many workers" })
        #expect(report.page.plots.contains { $0.unit == "ms" })
    }

    @Test("the memory of a process is drawn over its time, below what it was offered")
    func curves() throws {
        let curves = report.page.curves
        let curve = try #require(curves.first)
        #expect(curves.count == 1 && curve.limit?.value == 1_074)
        #expect(curve.points.map(\.value) == [80, 430, 860, 600, 300] && curve.points.map(\.seconds) == [0.2, 0.4, 0.6, 0.8, 1])
        let html = try report.html()
        #expect(
            html.contains("MB over seconds. The line at 1074: offered.") || html.contains("MB over seconds. The line at 1,074: offered."))
        var hostile = report
        hostile.lines[0].curve = try JSONDecoder().decode(
            MemoryCurve.self, from: Data(#"{"seconds": [1, -1e300], "megabytes": [1e300]}"#.utf8))
        #expect(try XMLParser(data: Data(hostile.html().utf8)).parse())
    }

    @Test("an aim is met, missed, not a part of the run, or measured by nothing yet")
    func aims() throws {
        func found(_ start: String, of report: BenchmarkReport) -> [Bool?] {
            report.page.aims.filter { $0.what.hasPrefix(start) }.map(\.isMet)
        }
        #expect(found("cross-products", of: report) == [true])
        #expect(found("interventions", of: report) == [false])
        #expect(found("whole exact job", of: report) == [true, false])
        #expect(found("bytes an entry", of: report) == [true, false])
        #expect(found("encoding", of: report) == [true, false])
        #expect(found("start of", of: report) == [true])
        #expect(found("coordinator", of: report) == [false])
        #expect(found("demo", of: report) == [nil])
        #expect(found("tokenising", of: report) == [true])
        #expect(found("whole demo, from", of: report) == [true])
        #expect(found("whole demo with all", of: report) == [false])
        #expect(found("the demo's memory", of: report) == [true, false])
        #expect(found("time that plan predicts", of: report) == [true, false])
        #expect(found("memory that plan predicts", of: report) == [true])
        #expect(found("disk that plan predicts", of: report) == [true])
        #expect(found("disk on the way", of: report) == [true])
        #expect(found("wire bytes", of: report) == [true])
        #expect(found("an analysis' peak", of: report) == [true])
        #expect(found("int8 of 8 bits", of: report) == [false])
        #expect(found("int8 of 7 bits", of: report) == [true])
        #expect(report.page.aims.filter { $0.note == "nothing measures it yet" }.allSatisfy { $0.isMet == nil && $0.found == nil })
        var empty = report
        empty.lines = []
        #expect(empty.page.aims.count == BenchmarkAim.all.count && empty.page.aims.allSatisfy { $0.isMet == nil })
        #expect(empty.page.plots.isEmpty)
        _ = try empty.html()
    }

    @Test("an aim's place on the scale of the value: speeds, times and costs")
    func marks() {
        func marks(_ part: BenchmarkPart) -> [Double?] {
            report.lines.filter { $0.part == part }.map { line in line.aim?.mark(on: line).map { ($0 * 1e6).rounded() / 1e6 } }
        }
        #expect(marks(.forward) == [600, nil])
        #expect(marks(.prediction) == [28.8, 18, 424.8, 316.8, 672, 456])
        #expect(marks(.memory) == [2_147])
        #expect(marks(.authors) == [117, 96])
        #expect(marks(.wire) == [1.397, 400, nil, 1.1, 400])
        #expect(marks(.startUp) == [50])
        #expect(marks(.ingest) == [186])
        #expect(marks(.overhead) == [nil])
        #expect(marks(.tokenising) == [5])
        #expect(marks(.demo) == [120, 2_000, 360, 2_000])
    }

    @Test("every aim with a part is about lines of that part")
    func lines() {
        for aim in BenchmarkAim.all where aim.part != nil {
            #expect(report.lines.contains(where: aim.isAbout), "\(aim.what)")
        }
        for line in report.lines { #expect(BenchmarkAim.all.count { $0.isAbout(line) } <= 1, "\(line.name)") }
    }

    @Test("says so where sizes or threads are not those of the aims, and where a result is wrong")
    func notices() {
        #expect(report.page.notices.isEmpty)
        #expect(SampleReport.report(quick: true).page.notices.first?.contains("small sizes") == true)
        var wrong = report
        wrong.lines[0].residual = .nan
        #expect(wrong.page.notices.first?.contains(wrong.lines[0].name) == true)
    }
}

extension String {
    /// What a page writes for the sign that aims have.
    fileprivate var escapedSigns: String { replacingOccurrences(of: ">", with: "&gt;") }
}
