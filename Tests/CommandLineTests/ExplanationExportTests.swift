import Foundation
import SmallRuns
import Testing

@Suite("export of explanations")
struct ExplanationExportTests {
    /// The tables as pandas reads them: against the run's own tables of best features and best neurons, and against correlations by numpy over
    /// activations that it computes from the weights.
    private static let program = """
        import json, sys, numpy, pandas
        run, theirs, folder = sys.argv[1:]
        layers = [pandas.read_csv(f'{theirs}/explanations/first/tiny/layer_{n}.csv', dtype={0: str}, index_col=0) for n in range(2)]
        table = pandas.concat(layers)
        values = table.to_numpy().astype('float32')
        neurons = pandas.read_csv(run + '/neurons.csv')
        features = pandas.read_csv(run + '/features.csv')
        assert list(table.index) == [f'{layer}.{neuron}' for layer, neuron in zip(neurons.layer, neurons.neuron)]
        assert list(table.columns) == list(features.feature) and (table.dtypes == 'float64').all()
        best = abs(values).argmax(1)
        assert (values[numpy.arange(len(values)), best] == neurons.explanation_corr.astype('float32')).all()
        best = abs(values).argmax(0)
        assert (values[best, numpy.arange(values.shape[1])] == features['corr'].astype('float32')).all()
        assert (features.layer * len(layers[0]) + features.neuron == best).all()

        tokens = numpy.load(folder + '/tokens.npy')
        with open(folder + '/a/model.safetensors', 'rb') as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), 'little')))
            data = file.read()
        w = {name: numpy.frombuffer(data[slice(*entry['data_offsets'])], 'float32').reshape(entry['shape']).astype('float64')
             for name, entry in header.items()}
        def norm(x, name):
            z = x - x.mean(-1, keepdims=True)
            return z / numpy.sqrt((z**2).mean(-1, keepdims=True) + 1e-5) * w[name + '.weight'] + w[name + '.bias']
        def affine(x, name):
            return x @ w[name + '.weight'] + w[name + '.bias']
        context = tokens.shape[1]
        later = numpy.triu(numpy.ones((context, context), bool), 1)
        x = w['wte.weight'][tokens] + w['wpe.weight'][:context]
        activations = []
        for layer in range(2):
            h = f'h.{layer}.'
            parts = numpy.split(affine(norm(x, h + 'ln_1'), h + 'attn.c_attn'), 3, -1)
            q, k, v = [part.reshape(*tokens.shape, 2, -1).swapaxes(1, 2) for part in parts]
            scores = numpy.where(later, -numpy.inf, q @ k.swapaxes(2, 3) / q.shape[-1] ** 0.5)
            weights = numpy.exp(scores - scores.max(-1, keepdims=True))
            z = weights / weights.sum(-1, keepdims=True) @ v
            x = x + affine(z.swapaxes(1, 2).reshape(x.shape), h + 'attn.c_proj')
            u = affine(norm(x, h + 'ln_2'), h + 'mlp.c_fc')
            activations.append(u / 2 * (1 + numpy.tanh((2 / numpy.pi) ** 0.5 * (u + 0.044715 * u**3))))
            x = x + affine(activations[-1], h + 'mlp.c_proj')
        def holds(name):
            words = name.split()
            assert words[0] == 'position', name
            first, last = (0, int(words[2]) - 1) if words[1] == 'below' else (int(words[1]), int(words[-1]))
            at = numpy.arange(context)
            return numpy.broadcast_to((at >= first) & (at <= last), tokens.shape)
        counted = ~numpy.isin(tokens, [3, 5])
        columns = numpy.concatenate([a[counted] for a in activations], 1)
        both = numpy.corrcoef(columns.T, numpy.stack([holds(name)[counted] for name in table.columns]))
        expected = both[:columns.shape[1], columns.shape[1]:]
        # Products over 64 tokens are rounded to 1/16: a standard deviation of 3e-5 over 100 of them.
        assert abs(expected - values).max() < 3e-4, abs(expected - values).max()
        """

    @Test("has the correlations of each layer's neurons with every feature, as numpy computes them from weights and tokens")
    func correlations() throws {
        try TinyRun.with { run in
            try run.rewrite("run.yaml", "features: none\n", "")
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("export", "out", "--authors", "theirs", "--rename", "a=first", "--json")
            #expect(outcome.status == 0 && outcome.json?["notes"] as? [String] == [], "\(outcome.errors)")
            let files = try #require(outcome.json?["files"] as? [String])
            #expect(files.suffix(2) == ["explanations/first/tiny/layer_0.csv", "explanations/first/tiny/layer_1.csv"])
            guard let python = PythonInterpreter.main else { return }
            let check = try python.run(code: Self.program, ["out", "theirs"].map(run.path) + [run.folder.path])
            #expect(check.status == 0, "\(check.errors)")
        }
    }

    @Test("of a run without features says that there is none")
    func without() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("export", "out", "--authors", "theirs")
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("no tables of explanations: the run has no features"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("theirs/explanations")))
        }
    }
}
