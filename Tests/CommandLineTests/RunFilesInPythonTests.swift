import Foundation
import SmallRuns
import Testing

/// What Python's own libraries make of a run's files. `UN_PYTHON` names a Python with numpy, pandas, dask, xarray and zarr 3,
/// `UN_PYTHON_ZARR2` one with zarr 2 and without dask; deploy/test makes both.
@Suite("A run's files in Python")
struct RunFilesInPythonTests {
    private static let matrices = """
        import json, sys, numpy, zarr, xarray
        folder = sys.argv[1]
        summary = json.load(open(folder + '/summary.json'))
        assert summary['tokens'] > 0 and 'standard_error' in summary['universal'], summary['universal']
        group = zarr.open(folder + '/correlations.zarr', mode='r')
        shapes = {'a-b': (48, 48), 'a-c': (48, 120)}
        for name, shape in shapes.items():
            array = group[name]
            assert array.shape == shape and array.dtype == 'float32', array
            assert numpy.isfinite(array[:]).all() and abs(array[:]).max() <= 1
        data = xarray.open_zarr(folder + '/correlations.zarr', chunks=None)
        assert data['a-c'].shape == (48, 120) and data['a-c'].dims == ('a', 'c'), data
        assert sorted(data.coords) == sorted(f'{model}_{name}' for model in 'abc' for name in ('layer', 'neuron'))
        for model, width in (('a', 24), ('b', 24), ('c', 40)):
            layer, neuron = data[model + '_layer'], data[model + '_neuron']
            assert layer.dims == (model,) and layer.dtype == neuron.dtype == 'int32'
            assert (layer * width + neuron == numpy.arange(data.sizes[model])).all()
        assert sorted(data['a-c'].coords) == ['a_layer', 'a_neuron', 'c_layer', 'c_neuron']
        named = data['a-c'].set_index(a=['a_layer', 'a_neuron'], c=['c_layer', 'c_neuron'])
        assert named.sel(a_layer=1, a_neuron=5, c_layer=2, c_neuron=7) == group['a-c'][24 + 5, 80 + 7]
        assert (named.sel(a_layer=1, c_layer=2).values == group['a-c'][24:, 80:]).all()
        best = data['a-c'].isel(a=3).argmax('c')
        assert data.c_layer[best] * 40 + data.c_neuron[best] == group['a-c'][3].argmax()
        calibration = numpy.load(folder + '/calibration.npz')
        assert int(calibration['tokens'][()]) == 512
        assert calibration['c_scale'].shape == (120,) and (calibration['c_scale'] > 0).all()
        pair = numpy.load(folder + '/pairs/a-c.npz')
        matrix = group['a-c'][:]
        assert (pair['a_max_corr'] == matrix.max(1)).all() and (pair['c_min_corr'] == matrix.min(0)).all()
        assert (matrix[numpy.arange(48), pair['a_max_corr_ix']] == pair['a_max_corr']).all()
        assert pair['a_max_tail_corr'].shape == (48, 50) and pair['a_bin_counts'].shape == (48, 101)
        assert (pair['a_bin_counts'].sum(1) == 120).all() and pair['c_corr_kurt'].dtype == 'float64'
        assert pair['a_baseline_gaussian'].shape == (48,)
        """

    /// Chunk by chunk, with a dask that works beside it.
    private static let lazily = """
        import sys, dask.array, numpy, xarray, zarr
        path = sys.argv[1] + '/correlations.zarr'
        matrix = zarr.open(path, mode='r')['a-c'][:]
        data = xarray.open_zarr(path)
        assert data['a-c'].chunks == ((24, 24), (40, 40, 40))
        best = data['a-c'].max('c')
        assert not isinstance(best.data, numpy.ndarray)
        assert (best.values == matrix.max(1)).all()
        layers = best.compute().groupby('a_layer').mean()
        assert numpy.allclose(layers, matrix.max(1).reshape(2, 24).mean(1)) and (layers.a_layer == [0, 1]).all()
        assert (dask.array.from_zarr(path, component='a-c').max(axis=0).compute() == matrix.max(0)).all()
        """

    private static let table = """
        import sys, numpy, pandas
        folder = sys.argv[1]
        table = pandas.read_csv(folder + '/neurons.csv')
        authors = '''layer neuron max_corr mean_corr min_corr max_baseline min_baseline mean_baseline w_in_norm input_bias w_out_norm
            in_out_sim l2_penalty mean var skew kurt vocab_mean vocab_var vocab_skew vocab_kurt sparsity'''.split()
        assert list(table.columns[:22]) == authors, list(table.columns)
        assert list(table.columns[22:25]) == ['excess_corr', 'excess_corr_se', 'universal']
        assert len(table) == 48 and (table.layer * 24 + table.neuron == numpy.arange(48)).all()
        for name in ['layer', 'neuron', 'universal', 'b_layer', 'b_neuron', 'c_layer', 'c_neuron']:
            assert table[name].dtype == 'int64', (name, table[name].dtype)
        for name in authors[2:] + ['excess_corr', 'excess_corr_se', 'b_corr', 'c_corr_crossfit']:
            assert table[name].dtype == 'float64', (name, table[name].dtype)
        assert (table.max_corr >= table.mean_corr).all() and (table.mean_corr >= table.min_corr).all()
        assert numpy.allclose(table.excess_corr, table.mean_corr - table.mean_baseline, atol=1e-6)
        pair = numpy.load(folder + '/pairs/a-b.npz')
        assert (table.b_corr.astype('float32') == pair['a_max_corr']).all()
        assert (table.b_layer * 24 + table.b_neuron == pair['a_max_corr_ix']).all()
        """

    private func run(_ python: PythonInterpreter, _ code: String, in run: TinyRun) throws {
        let outcome = try python.run(code: code, [run.path("out")], failing: ["RuntimeWarning", "FutureWarning", "UserWarning"])
        #expect(outcome.status == 0, "\(python): \(outcome.errors)")
    }

    @Test("are opened by zarr 2 and 3, xarray, dask and numpy, and the table by pandas", .enabled(if: !PythonInterpreter.ofArrays.isEmpty))
    func opened() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            for python in PythonInterpreter.ofArrays { try self.run(python, Self.matrices, in: run) }
            if let python = PythonInterpreter.main {
                for code in [Self.lazily, Self.table] { try self.run(python, code, in: run) }
            }
        }
    }
}
