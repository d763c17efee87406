import Testing

@testable import Reporting

@Suite("Plots")
struct PlotTests {
    @Test("every plot is well-formed XML, with title and description, whatever the labels say")
    func wellFormed() throws {
        let hostile = "</svg><script>\"'&\u{0}\u{301}"
        let images = [
            HistogramPlot(values: [0.1, 0.5, .nan], isMarked: [false, true, false], baseline: [0.1, 0.2, 0.3]).svg(
                id: "h", title: hostile, description: hostile),
            StripPlot(groups: [(hostile, [0.1, 0.2, 0.7]), ("1", []), ("2", [0.3])], threshold: 0.5).svg(
                id: "s", title: hostile, description: hostile, group: hostile, value: hostile),
            BarChart(bars: [(hostile, ReportedFigure(3, standardError: 1)), ("1", ReportedFigure(0))]).svg(
                id: "b", title: hostile, description: hostile, category: hostile, value: hostile, tooltips: [hostile, ""]),
            PairedBars(
                categories: [.init(label: hostile, some: 3, all: 40), .init(label: "x", some: 0, all: 0)], some: (hostile, 3),
                all: (hostile, 40)
            ).svg(id: "p", title: hostile, description: hostile),
            HeatMap(shares: [0.2, 0.8, nil, .nan], columns: 2, rowTitle: hostile, columnTitle: hostile).svg(
                id: "m", title: hostile, description: hostile
            ) { _, _ in hostile },
            LinePlot(points: [(100, ReportedFigure(3)), (200, ReportedFigure(4, standardError: 1))]).svg(
                id: "l", title: hostile, description: hostile, horizontal: hostile, vertical: hostile, tooltips: [hostile, hostile]),
            IntervalPlot(
                rows: [
                    .init(label: hostile, some: .init(value: 70, reach: 5), others: .init(value: 50)),
                    .init(label: "x", some: nil, others: .init(value: .nan)),
                ], some: hostile, others: hostile
            ).svg(id: "i", title: hostile, description: hostile, axis: hostile),
            DepthProfile(
                lines: (0..<5).map { .init(name: hostile, values: [0.1, .nan, Double($0)]) }, areShares: true
            ).svg(id: "d", title: hostile, description: hostile, layer: hostile, value: hostile),
            ScatterPlot(
                groups: [
                    .init(name: hostile, points: [.init(x: 1, y: 0.01, name: hostile), .init(x: .nan, y: 0, name: hostile)]),
                    .init(name: "x", points: []),
                ], isLogarithmic: true, limit: (0.1, hostile)
            ).svg(id: "c", title: hostile, description: hostile, horizontal: hostile, vertical: hostile),
            CurvePanels(
                panels: [.init(title: hostile, lines: [[(0, ReportedFigure(1, standardError: 0.5)), (1, ReportedFigure(.nan))], []])],
                names: [hostile, hostile]
            ).svg(id: "r", title: hostile, description: hostile, horizontal: hostile),
            BandPlot(
                rows: [
                    .init(label: hostile, value: 1, band: -1...0.5, isMarked: true),
                    .init(label: "x", value: .nan, band: nil, isMarked: false),
                ], band: hostile, marked: hostile, unmarked: hostile
            ).svg(id: "a", title: hostile, description: hostile, axis: hostile),
        ]
        for image in images {
            let elements = try ParsedMarkup(image).elements
            #expect(elements.first?.name == "svg")
            #expect(elements.first?.attributes["role"] == "img")
            #expect(elements.contains { $0.name == "title" } && elements.contains { $0.name == "desc" })
            #expect(!elements.contains { $0.name == "script" })
        }
    }

    @Test("plots without data are still well-formed")
    func empty() throws {
        let images = [
            HistogramPlot(values: [], isMarked: [], baseline: []).svg(id: "h", title: "t", description: "d"),
            StripPlot(groups: [], threshold: 0.5).svg(id: "s", title: "t", description: "d", group: "g", value: "v"),
            BarChart(bars: []).svg(id: "b", title: "t", description: "d", category: "c", value: "v", tooltips: []),
            PairedBars(categories: [], some: ("a", 0), all: ("b", 0)).svg(id: "p", title: "t", description: "d"),
            HeatMap(shares: [], columns: 0, rowTitle: "r", columnTitle: "c").svg(id: "m", title: "t", description: "d") { _, _ in "" },
            LinePlot(points: []).svg(id: "l", title: "t", description: "d", horizontal: "h", vertical: "v", tooltips: []),
            IntervalPlot(rows: [], some: "a").svg(id: "i", title: "t", description: "d", axis: "x"),
            DepthProfile(lines: []).svg(id: "d", title: "t", description: "d", layer: "l", value: "v"),
            ScatterPlot(groups: []).svg(id: "c", title: "t", description: "d", horizontal: "h", vertical: "v"),
            ScatterPlot(groups: [], isLogarithmic: true).svg(id: "c", title: "t", description: "d", horizontal: "h", vertical: "v"),
            CurvePanels(panels: [], names: []).svg(id: "r", title: "t", description: "d", horizontal: "h"),
            CurvePanels(panels: [.init(title: "t", lines: [])], names: []).svg(id: "r", title: "t", description: "d", horizontal: "h"),
            BandPlot(rows: [], band: "b", marked: "m", unmarked: "u").svg(id: "a", title: "t", description: "d", axis: "x"),
        ]
        for image in images { _ = try ParsedMarkup(image) }
    }

    @Test("a histogram counts every number once, marked ones twice")
    func histogram() {
        let plot = HistogramPlot(
            values: [0.01, 0.03, 0.97, .nan], isMarked: [false, false, true, true], baseline: [0.01, 0.01, 0.05, 0.99])
        let bins = plot.bins
        #expect(bins.all.counts.reduce(0, +) == 3)
        #expect(bins.marked.counts.reduce(0, +) == 1)
        #expect(bins.baseline.counts.reduce(0, +) == 4)
        #expect(bins.all.counts[0] == 1 && bins.all.counts[1] == 1)
    }

    @Test("quantiles are those of linear interpolation")
    func quantiles() {
        // numpy.quantile([1, 2, 4, 8], [0, .25, .5, .75, 1])
        let found = [0, 0.25, 0.5, 0.75, 1].map { StripPlot.quantile([1, 2, 4, 8], $0) }
        #expect(found == [1, 1.75, 3, 5, 8])
        #expect(StripPlot.quantile([5], 0.3) == 5)
    }

    @Test("the taller bar has the smaller y, and the heights are as the values")
    func bars() throws {
        let image = BarChart(bars: [("0", ReportedFigure(10)), ("1", ReportedFigure(5))]).svg(
            id: "b", title: "t", description: "d", category: "c", value: "v", tooltips: ["", ""])
        let heights = try ParsedMarkup(image).elements.filter { $0.attributes["class"] == "fill-mark" }.compactMap {
            $0.attributes["height"].flatMap(Double.init)
        }
        #expect(heights.count == 2)
        #expect(abs(heights[0] - 2 * heights[1]) < 0.02)
    }

    @Test("cells that were not computed are hatched within their bounds, have no number, and the legend says what they are")
    func uncomputed() throws {
        func elements(_ shares: [Double?]) throws -> [ParsedMarkup.Element] {
            let map = HeatMap(shares: shares, columns: 2, rowTitle: "r", columnTitle: "c")
            return try ParsedMarkup(map.svg(id: "m", title: "t", description: "d") { _, _ in "" }).elements
        }
        let partial = try elements([0.1, nil, nil, 0])
        // Two cells and the legend's.
        let cells = partial.filter { $0.attributes["class"] == "uncomputed" }
        let hatchings = partial.filter { $0.attributes["class"] == "hatch" }
        #expect(cells.count == 3 && hatchings.count == 3)
        for (cell, hatching) in zip(cells, hatchings) {
            let bounds = try ["x", "y", "width", "height"].map { try #require(cell.attributes[$0].flatMap(Double.init)) }
            let numbers = try #require(hatching.attributes["d"]).split { "ML ".contains($0) }.compactMap { Double($0) }
            #expect(!numbers.isEmpty && numbers.count.isMultiple(of: 4))
            for (index, number) in numbers.enumerated() {
                let axis = index % 2
                #expect(number >= bounds[axis] - 0.01 && number <= bounds[axis] + bounds[axis + 2] + 0.01)
            }
        }
        #expect(partial.filter { $0.attributes["class"] == "heat" }.count == 2)
        // One of 0 has its number too, a faint one.
        #expect(partial.compactMap { $0.attributes["class"] }.filter { $0.hasSuffix("-heat") } == ["on-heat", "no-heat"])
        #expect(try elements([0.1, 0, 0, 0]).allSatisfy { $0.attributes["class"] != "hatch" })
    }

    @Test("a heat map's strongest cell is opaque and light ink stands only on strong cells")
    func heat() throws {
        let image = HeatMap(shares: [0.1, 0.9, 0.6, 0.4], columns: 2, rowTitle: "r", columnTitle: "c").svg(
            id: "m", title: "t", description: "d"
        ) { row, column in "\(row) \(column)" }
        let elements = try ParsedMarkup(image).elements
        #expect(elements.filter { $0.name == "rect" }.map { $0.attributes["fill-opacity"] } == ["0.16", "1", "0.68", "0.47"])
        #expect(
            elements.compactMap { $0.attributes["class"] }.filter { $0.hasSuffix("-heat") } == ["in-heat", "on-heat", "in-heat", "in-heat"])
    }
}
