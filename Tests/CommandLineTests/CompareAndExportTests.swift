import Foundation
import SmallRuns
import Testing

@Suite("compare and export")
struct CompareAndExportTests {
    /// The authors' summaries of a matrix, written again in numpy from what their files hold, against those that were exported.
    private static let summaries = """
        import sys, numpy, pandas, zarr
        run, theirs = sys.argv[1:]
        group = zarr.open(run + '/correlations.zarr', mode='r')
        def check(matrix, path, diagonals):
            found = numpy.load(path)
            float32 = lambda name: (found[name].dtype == 'float32', found[name])[1]
            rows, columns = matrix.shape
            order = numpy.argsort(-matrix, axis=1, kind='stable')[:, :50]
            assert found['max_tail_corr'].shape == found['max_tail_corr_ix'].shape == order.shape
            assert (found['max_tail_corr_ix'] == order).all() and found['max_tail_corr_ix'].dtype == 'int32'
            assert (found['max_tail_corr'] == numpy.take_along_axis(matrix, order, 1)).all()
            order = numpy.argsort(matrix, axis=1, kind='stable')[:, :50]
            assert (found['min_tail_corr'] == numpy.take_along_axis(matrix, order, 1)).all() and (found['min_tail_corr_ix'] == order).all()
            assert (found['max_corr'] == matrix.max(1)).all() and (found['max_corr_ix'] == matrix.argmax(1)).all()
            assert (found['min_corr'] == matrix.min(1)).all() and (found['min_corr_ix'] == matrix.argmin(1)).all()
            bins = numpy.searchsorted(numpy.linspace(-1, 1, 100), matrix.astype('float64'))
            counts = numpy.stack([numpy.bincount(line, minlength=101) for line in bins])
            assert (found['bin_counts'] == counts).all() and found['bin_counts'].dtype == 'int32'
            wide = matrix.astype('float64')
            z = (wide - wide.mean(1, keepdims=True)) / wide.std(1, keepdims=True)
            for name, value in (('mean', wide.mean(1)), ('var', wide.var(1)), ('skew', (z**3).mean(1)), ('kurt', (z**4).mean(1))):
                assert numpy.allclose(found['corr_' + name], value, rtol=1e-5, atol=1e-7), name
            for name, offset in (('diag_corr', 0), ('obo_corr', 1)):
                diagonal = numpy.diagonal(matrix, offset)
                assert found[name].shape == diagonal.shape, (name, found[name].shape)
                assert not diagonals or (found[name] == diagonal).all(), name
        for other in 'bc':
            matrix = group['a-' + other][:]
            folder = f'{theirs}/correlation_results/first+{other}/tiny/pearson.'
            check(matrix, folder + 'none/correlation_summary.npz', other == 'b')
            check(matrix.T, folder + 'none/correlation_summary_T.npz', other == 'b')
            assert numpy.load(folder + 'rotation/correlation_summary.npz')['max_corr'].shape == (48,)
        table = pandas.read_csv(theirs + '/dataframes/neuron_dfs/first.csv')
        own = pandas.read_csv(run + '/neurons.csv')
        assert table.shape == (48, 22) and table.equals(own[own.columns[:22]])
        summary = numpy.mean([numpy.load(f'{theirs}/correlation_results/first+{o}/tiny/pearson.none/correlation_summary.npz')['max_corr']
                              for o in 'bc'], axis=0)
        assert numpy.allclose(table.mean_corr, summary, atol=1e-6)
        universal = pandas.read_csv(theirs + '/dataframes/interpretable_neurons/first/universal.csv')
        assert len(universal) == own.universal.sum() and list(universal.columns) == list(table.columns) + ['excess_corr']
        """

    @Test("export writes the authors' layout, and its arrays are those that numpy makes of the matrices")
    func export() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("export", "out", "--authors", "theirs", "--rename", "a=first", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let files = try #require(outcome.json?["files"] as? [String])
            #expect(files.count == 9 && files.allSatisfy { FileManager.default.fileExists(atPath: run.path("theirs/\($0)")) })
            let unknown = try run.program("export", "out", "--authors", "other", "--rename", "z=first")
            #expect(unknown.status == 64 && unknown.errors.contains("'z'") && !FileManager.default.fileExists(atPath: run.path("other")))
            let missing = try run.program("export", "nothing", "--authors", "other")
            #expect(missing.status == 66 && missing.errors.contains("there is no plan"))
            guard let python = PythonInterpreter.main else { return }
            let check = try python.run(code: Self.summaries, ["out", "theirs"].map(run.path))
            #expect(check.status == 0, "\(check.errors)")
        }
    }

    @Test("compare sets a run beside another budget and beside a table, and refuses what is not there")
    func compare() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            #expect(try run.program("run", "run.yaml", "--output", "less", "--tokens", "3k").status == 0)
            let text = try run.program("compare", "out", "less", "--top", "2")
            #expect(text.status == 0, "\(text.errors)")
            for words in [
                "48 neurons", "excess_corr", "spearman", "Differences are expected:", "of one draw", "by excess_corr:",
            ] {
                #expect(text.output.contains(words), "\(words): \(text.output)")
            }
            let json = try #require(try run.program("compare", "out", "less", "--json", "--top", "2").json)
            let comparison = try #require(json["comparison"] as? [String: Any])
            #expect(comparison["neurons"] as? Int == 48 && (comparison["differing"] as? [Any])?.count == 2)
            let columns = try #require(comparison["columns"] as? [[String: Any]])
            let excess = try #require(columns.first { $0["column"] as? String == "excess_corr" })
            #expect(try (0...1).contains(#require(excess["spearman"] as? Double)) && excess["tolerance"] as? Double == 0.001)
            #expect((comparison["universal"] as? [String: Any])?["first"] as? Int == 0)
            #expect(((json["expected"] as? [[String: Any]])?.first?["cause"] as? String) == "draw")

            try Data("layer,neuron,excess_corr\n0,1,0.6\n1,23,0.2\n".utf8).write(to: run.folder.appendingPathComponent("t.csv"))
            let table = try #require(try run.program("compare", "out", "t.csv", "--json").json)
            #expect((table["second"] as? [String: Any])?["content"] as? String == "table")
            #expect(((table["comparison"] as? [String: Any])?["universal"] as? [String: Any])?["second"] as? Int == 1)
            let lower = try #require(try run.program("compare", "out", "t.csv", "--json", "--threshold", "0.1").json)
            #expect((lower["second"] as? [String: Any])?["content"] as? String == "universal_neurons")
            try Data("layer,neuron\n2,0\n".utf8).write(to: run.folder.appendingPathComponent("foreign.csv"))
            let runs = try run.program("compare", "out", "less", "--threshold", "0.1")
            #expect(runs.status == 0 && runs.errors.contains("--threshold is that of tables"), "\(runs.errors)")
            let foreign = try run.program("compare", "out", "foreign.csv")
            #expect(foreign.status == 65 && foreign.errors.contains("neuron 2.0, which out does not have"))
            try FileManager.default.createDirectory(atPath: run.path("paper"), withIntermediateDirectories: true)
            for name in ["b.csv", "a.csv"] { try Data().write(to: run.folder.appendingPathComponent("paper/\(name)")) }
            let meant = "there is no plan, but tables: a.csv, b.csv"
            for (path, words) in [("no.csv", "no.csv does not exist"), ("a", "there is no plan"), ("paper", meant)] {
                let missing = try run.program("compare", "out", path)
                #expect(missing.status == 66 && missing.errors.contains(words), "\(missing.errors)")
            }
        }
    }

    @Test("of a run of several groups have every compared pair, and the tables of each group's reference")
    func groups() throws {
        try TinyRun.with { run in
            try run.groupModels()
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("export", "out", "--authors", "theirs", "--rename", "c=third", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let files = try #require(outcome.json?["files"] as? [String])
            // What they are of; two tables of each reference; a against b, c against d and e with their baselines; d against e without.
            #expect(files.count == 1 + 2 * 2 + 3 * 3 + 2 && files.contains("dataframes/neuron_dfs/third.csv"))
            #expect(files.contains("correlation_results/d+e/tiny/pearson.none/correlation_summary_T.npz"))
            #expect(try run.program("run", "run.yaml", "--output", "less", "--tokens", "3k").status == 0)
            let text = try run.program("compare", "out", "less", "--model", "c", "--top", "2")
            #expect(text.status == 0 && text.output.contains("120 neurons") && text.output.contains("same partner"), "\(text.errors)")
            let json = try #require(try run.program("compare", "out", "less", "--json").json)
            let pairs = try #require(json["pairs"] as? [[String: Any]])
            #expect(pairs.map { "\($0["model"] ?? "")\($0["other"] ?? "")" } == ["ab", "ba", "cd", "dc", "ce", "ec", "de", "ed"])
            let unknown = try run.program("compare", "out", "less", "--model", "d")
            #expect(unknown.status == 65 && unknown.errors.contains("it has those of a, c"), "\(unknown.errors)")
        }
    }
}
