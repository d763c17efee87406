import SmallRuns
import Storage
import SystemPackage
import Testing

/// What Python's own libraries make of our files.
@Suite("Files in Python")
struct PythonTests {
    private static let pythons = PythonInterpreter.ofArrays

    private func run(_ python: PythonInterpreter, _ code: String, _ arguments: [FilePath]) throws {
        let outcome = try python.run(code: code, arguments.map(\.string))
        #expect(outcome.status == 0, "\(python): \(outcome.errors)")
    }

    @Test("numpy opens our arrays and archives", .enabled(if: !pythons.isEmpty), arguments: pythons.prefix(1))
    func numpy(python: PythonInterpreter) throws {
        let folder = try TemporaryFolder()
        try NumpyWriter.write(folder.file("rows.npy"), of: Int32.self, rowShape: [3]) { try $0.append((0..<12).map(Int32.init)) }
        try NumpyArchive.write(
            folder.file("all.npz"),
            [
                NumpyArchive.Entry("mean", [0.5, 1.5] as [Double]), NumpyArchive.Entry("ü/x", (0..<6).map(UInt16.init), shape: [2, 3]),
                NumpyArchive.Entry("none", [] as [Float]),
            ])
        try run(
            python,
            """
            import sys, zipfile, numpy
            rows = numpy.load(sys.argv[1], mmap_mode='r')
            assert rows.dtype == 'int32' and (rows == numpy.arange(12).reshape(4, 3)).all()
            assert zipfile.ZipFile(sys.argv[2]).testzip() is None
            arrays = numpy.load(sys.argv[2])
            assert sorted(arrays) == ['mean', 'none', 'ü/x']
            assert arrays['mean'].tolist() == [0.5, 1.5] and arrays['none'].shape == (0,)
            assert arrays['ü/x'].dtype == 'uint16' and arrays['ü/x'].tolist() == [[0, 1, 2], [3, 4, 5]]
            """, [folder.file("rows.npy"), folder.file("all.npz")])
    }

    @Test("zarr-python and xarray open our matrices", .enabled(if: !pythons.isEmpty), arguments: pythons)
    func zarr(python: PythonInterpreter) throws {
        let folder = try TemporaryFolder()
        try ZarrTests.write(folder.file("z.zarr"))
        try run(
            python,
            """
            import sys, numpy, zarr, xarray
            path = sys.argv[1]
            def expected(columns):
                rows, columns = numpy.mgrid[0:24, 0:columns]
                return (((rows * 31 + columns * 7) % 512) / 256 - 1).astype('float32')
            for group in (zarr.open_group(path, mode='r'), zarr.open_consolidated(path, mode='r')):
                assert group.attrs['plan'] == 'abc'
                for name, columns, dtype in (('a-b', 40, 'float32'), ('a-c', 35, 'float16')):
                    array = group[name]
                    assert array.shape == (24, columns) and array.dtype == dtype, array
                    assert (array[:] == expected(columns)).all()
                    assert list(array.attrs['_ARRAY_DIMENSIONS']) == ['a_neuron', name[2] + '_neuron']
            data = xarray.open_zarr(path, chunks=None)
            assert data['a-b'].dims == ('a_neuron', 'b_neuron') and data['a-c'].dims == ('a_neuron', 'c_neuron')
            assert not numpy.isnan(data['a-b'].values).any()
            assert (data['a-b'].values == expected(40)).all() and (data['a-c'].values == expected(35)).all()
            assert data.attrs['plan'] == 'abc'
            assert sorted(data.coords) == ['a_layer', 'c_layer'] and data.a_layer.dtype == 'int32'
            assert data.a_layer.dims == ('a_neuron',) and (data.a_layer == numpy.arange(24) // 8).all()
            assert (data.c_layer == numpy.arange(35) - 17).all() and list(data['a-b'].coords) == ['a_layer']
            """, [folder.file("z.zarr")])
    }
}
