import Kernels
import Statistics
import Testing

@testable import Analysis

/// The analysis within a band against plain loops over the activations' correlations with every layer, of which those outside are left out.
@Suite("universality within a band of layers")
struct BandTests {
    private let fixture: UniversalityFixture
    private let full: DenseStatistics
    private let result: UniversalityResult
    private let band = LayerBand(0)

    init() throws {
        fixture = try UniversalityFixture()
        full = fixture.statistics()
        let merger = try UniversalityAnalysis(
            statistics: fixture.statistics(band: band), configuration: fixture.configuration())
        result = try merger.run(team: ThreadTeam(count: 2), memory: 1 << 30)
    }

    /// The correlations of each reference neuron with the neurons of a model that lie within the band; nil for those outside.
    private func masked(_ model: ModelShape, over set: ReplicateSet, of statistics: DenseStatistics) throws -> [[Float?]] {
        let reference = result.reference
        var table = [[Float?]](repeating: Array(repeating: nil, count: model.neurons), count: reference.neurons)
        for l in 0..<reference.layers {
            for m in 0..<model.layers where band.holds(l, of: reference.layers, m, of: model.layers) {
                let block = try #require(statistics.layout.block(rows: reference.groups[l], columns: model.groups[m]))
                var values = [Float](repeating: 0, count: reference.columns[l] * model.columns[m])
                values.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    statistics.correlations(of: block, over: set, into: base)
                }
                for i in 0..<reference.columns[l] {
                    for j in 0..<model.columns[m] {
                        table[reference.offsets[l] + i][model.offsets[m] + j] = values[i * model.columns[m] + j]
                    }
                }
            }
        }
        return table
    }

    private func maxima(_ table: [[Float?]]) -> [Float] { table.map { $0.compactMap(\.self).max() ?? .nan } }

    private func distance(_ a: [some BinaryFloatingPoint], _ b: [some BinaryFloatingPoint]) -> Double {
        a.count == b.count ? zip(a, b).map { abs(Double($0) - Double($1)) }.max() ?? 0 : .infinity
    }

    @Test("best partners, their errors, histograms and moments are over the layers within")
    func partners() throws {
        let design = ReplicateDesign(replicates: 4)
        let jackknife = try #require(Jackknife(sizes: fixture.tokens))
        for (match, pair) in zip(result.matches, result.pairs) {
            let table = try masked(match.model, over: design.sets[0], of: full)
            #expect(match.best == maxima(table))
            for (i, row) in table.enumerated() {
                #expect(row[Int(match.partner[i])] == match.best[i])
                let found = row.compactMap(\.self).map(Double.init)
                let mean = found.reduce(0, +) / Double(found.count)
                #expect(abs(pair.forward.mean[i] - mean) < 1e-7)
                let bins = pair.forward.partners.histogram[i * CorrelationHistogram.bins..<(i + 1) * CorrelationHistogram.bins]
                #expect(bins.reduce(0) { $0 + Int($1) } <= found.count)
            }
            for j in 0..<match.model.neurons {
                let column = table.compactMap { $0[j] }.map(Double.init)
                #expect(abs(pair.backward.mean[j] - column.reduce(0, +) / Double(column.count)) < 1e-7)
                #expect(pair.backward.partners.highest.firstValues[j] == column.max().map { Float($0) })
            }
            let parts = try design.leaveOneOut.map { maxima(try masked(match.model, over: design.sets[$0], of: full)) }
            let errors = match.best.indices.map { i in
                jackknife.variance(of: Double(match.best[i])) { Double(parts[$0][i]) }.squareRoot()
            }
            #expect(distance(match.bestStandardError ?? [], errors) < 2e-5)
        }
    }

    @Test("baselines are maxima over the rotated layers within, and no other")
    func baselines() throws {
        let rotations = fixture.configuration().rotations
        let whole = ReplicateDesign(replicates: 4).sets[0]
        for baseline in result.baselines {
            var sums = result.matches.map { _ in [Double](repeating: 0, count: result.reference.neurons) }
            for draw in 0..<rotations.draws {
                let rotated = fixture.statistics { id, layer, columns in
                    guard id != result.reference.id else { return columns }
                    let size = columns.count
                    let matrix = Scratch<Float>(size * size, repeating: 0)
                    let deviates = NormalDeviates(seed: rotations.seed, model: id, layer: layer, draw: draw)
                    guard (try? Rotation.write(baseline.kind, size: size, deviates: deviates, into: matrix.pointer)) != nil else {
                        return []
                    }
                    return (0..<size).map { k in
                        (0..<columns[0].count).map { t in
                            (0..<size).reduce(0) { $0 + Double(matrix.pointer[k * size + $1]) * columns[$1][t] }
                        }
                    }
                }
                for (m, match) in result.matches.enumerated() {
                    for (i, value) in maxima(try masked(match.model, over: whole, of: rotated)).enumerated() { sums[m][i] += Double(value) }
                }
            }
            for m in sums.indices {
                #expect(distance(baseline.models[m], sums[m].map { $0 / Double(rotations.draws) }) < 1e-5)
            }
        }
    }

    @Test("cross-fitted correlations are numpy's: chosen within the band on one half and read on the other, both ways")
    func crossfit() throws {
        for match in result.matches {
            #expect(try fixture.distance(match.crossfit ?? [], "\(match.model.id).crossfit_band0") < 5e-6)
        }
    }

    @Test("every best partner's layer is counted within, as numpy counts it")
    func layers() throws {
        for matches in result.layerMatches {
            #expect(try fixture.distance(matches.counts.flatMap { $0.map(Double.init) }, "\(matches.model ?? "").layers_band0") == 0)
            for (l, counts) in matches.counts.enumerated() {
                for (m, count) in counts.enumerated() where count > 0 {
                    #expect(band.holds(l, of: matches.counts.count, m, of: counts.count))
                }
            }
        }
    }
}
