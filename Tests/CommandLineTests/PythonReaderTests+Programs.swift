/// The programs in Python that the tests run, each against the reader.
extension PythonReaderTests {
    /// Imports the reader; the folder of the runs is the working directory.
    static let imports = """
        import csv, json, sys, numpy
        sys.path.insert(0, sys.argv[1])
        import universal_neurons as reader
        """

    static let values = """
        run = reader.open_run('RUN')
        summary = json.load(open('RUN/summary.json'))
        assert run.models == ['a', 'b'] == summary['models'] and run.pairs == [('a', 'b')] and run.reference == 'a'
        assert run.shapes['a'] == (4, 512, 2048) and run.tokens == summary['tokens'] and 'small' in repr(run)

        table = list(csv.DictReader(open('RUN/neurons.csv', newline='')))
        assert set(run.neurons) == set(table[0]) and len(table) == 2048
        for name, column in run.neurons.items():
            for value, row in zip(column, table):
                cell = row[name]
                assert value == cell if column.dtype == object else numpy.isnan(value) if cell == '' else value == float(cell), (name, cell)
        assert run.universal.dtype == bool and run.universal.sum() == summary['universal']['count']
        assert run.excess.dtype == 'float64' and list(run.universal_neurons()) == sorted(
            ((int(r['layer']), int(r['neuron'])) for r in table if r['universal'] == '1'), key=lambda n: -run.excess[run.index('a', n)])

        whole = run.correlations('a-b')[:]
        assert whole.shape == (2048, 2048) and run.correlations('a-b').shape == (2048, 2048)
        line = run.correlations('a-b', 3, 178)
        assert line.dtype == 'float32' and (line == whole[3 * 512 + 178]).all()
        assert (run.correlations('a-b', 1) == whole[512:1024]).all()
        assert (run.correlations(('b', 'a'), 2, 5) == whole[:, 2 * 512 + 5]).all()
        assert (run.correlations('b-a', 2) == whole[:, 1024:1536].T).all()
        assert (run.block('a-b', 3, 0) == whole[1536:, :512]).all() and (run.block('b-a', 3, 0) == whole[:512, 1536:].T).all()

        row = table[3 * 512 + 178]
        best = run.partners((3, 178), top=7)
        assert len(best) == 7 and (best[0].model, best[0].layer, best[0].number) == ('b', int(row['b_layer']), int(row['b_neuron']))
        assert numpy.float32(best[0].correlation) == numpy.float32(row['b_corr'])
        assert [p.correlation for p in best] == sorted(line.tolist(), reverse=True)[:7]
        assert all(line[run.index('b', p[1:3])] == numpy.float32(p.correlation) for p in best)
        assert [p.correlation for p in run.partners('3.178', top=3, lowest=True)] == sorted(line.tolist())[:3]
        back = run.partners((2, 5), of='b', model='a', top=1)[0]
        assert back.model == 'a' and numpy.float32(back.correlation) == whole[:, 2 * 512 + 5].max()
        assert run.summaries('a-b')['a_bin_counts'].shape == (2048, 101) and run.neuron('b', 1714) == (3, 178)
        assert run.neuron((3, 178)) == run.neuron('b', '3.178') == run.neuron(1714) == run.neuron('a', numpy.int64(1714)) == (3, 178)

        for name in ('0.7', '3.178'):
            found = json.load(open(name + '.json'))
            assert len(found['examples']) == 10
            assert [(numpy.float32(e.value), e.row, e.position, e.before, e.token, e.after) for e in run.examples(name)] == [
                (numpy.float32(e['value']), e['row'], e['position'], e['before'], e['token'], e['after']) for e in found['examples']]
            for column, value in run.row(name).items():
                expected = found['columns'][column]
                assert value == ('' if expected is None else expected) or (expected is None and numpy.isnan(value)), (column, value, expected)
        example = run.examples((3, 178), top=1)[0]
        corpus = numpy.load('RUN/corpus/tokens.npy')
        assert example.tokens[example.place] == corpus[example.row, example.position] and len(example.tokens) == 25

        features = run.features()
        assert features.holds.dtype == bool and features.holds.shape == (2048, len(features.names)) and len(features.families) == len(features.names)
        listed = {f['name']: f.get('vocabulary_tokens') for f in json.load(open('features.json'))}
        assert [listed[name] for name in features.names] == features.holds.sum(0).tolist() and listed['letter a'] == 4
        assert len(run.features('previous').names) > 20
        assert run.groups == [['a', 'b']] and run.table() is run.neurons and run.table('a') is run.neurons
        """

    /// On what weights, activations and experiments say: each table cell for cell, and what the reader makes of some.
    static let tables = """
        run = reader.open_run('RUN')
        open('RUN/explanations.csv', 'w').write('layer,neuron,explanation,score,window_score,windows,tokens,explainer\\n'
            '0,7,12,0.5,,5,100,\\n3,178,"plus, signs",,,5,100,gpt\\n')
        def agree(columns, path):
            rows = list(csv.DictReader(open(path, newline='')))
            assert set(columns) == set(rows[0]) and all(len(column) == len(rows) for column in columns.values()), path
            for name, column in columns.items():
                for value, row in zip(column, rows):
                    cell = row[name]
                    assert value == (json.loads(cell) if isinstance(value, list) else cell) if column.dtype == object \
                        else numpy.isnan(value) if cell == '' else value == float(cell), (path, name, cell)
            return columns
        best = agree(run.feature_neurons, 'RUN/features.csv')
        token, previous = run.features(), run.features('previous')
        known = token.names + ['previous: ' + name for name in previous.names]
        assert list(best['feature'][:len(known)]) == known and len(best['feature']) > len(known)
        counts = token.holds.sum(0).tolist() + previous.holds.sum(0).tolist()
        assert best['vocabulary_tokens'][:len(known)].tolist() == counts and numpy.isnan(best['vocabulary_tokens'][len(known):]).all()
        strongest = dict(zip(best['feature'], abs(best['corr'])))
        explained = [(name, abs(corr)) for name, corr in zip(run.neurons['explanation'], run.neurons['explanation_corr']) if name]
        assert len(explained) > 100 and all(corr <= strongest[name] for name, corr in explained)
        own = run.families()
        assert own['explanation'] is run.neurons['explanation'] and len(own) == 6
        members = run.family('syntax')
        assert len(members) == (own['family'] == 'syntax').sum() > 10 and {member.model for member in members} == {'a'}
        assert all(one.score >= other.score for one, other in zip(members, members[1:]))
        assert all(abs(member.correlation ** 2 - member.score) < 1e-6 for member in members)
        assert len(reader.FAMILIES) == len(set(reader.FAMILIES)) and set(own['family']) <= {'', *reader.FAMILIES}
        try:
            run.family('syntactic')
            raise AssertionError('a family of no name')
        except ValueError as error:
            assert 'syntax' in str(error), error
        first = members[0]
        assert first[3:] == tuple(own[name][run.index('a', first[1:3])] for name in ('explanation', 'explanation_corr', 'explanation_score'))
        # As a run of `features: {models: all}` has them.
        import os, shutil
        os.makedirs('RUN/families')
        rows = [f'{i // 512},{i % 512},' + ('alphabet,letter q,0.25,-0.5,,0.1' if i in (7, 1714) else ',,,,,') for i in range(2048)]
        open('RUN/families/b.csv', 'w').write('layer,neuron,' + ','.join(own) + '\\n' + '\\n'.join(rows) + '\\n')
        other = reader.open_run('RUN')
        other.plan['numbers']['features']['models'] = 'all'
        assert other.families('b')['explanation'][1714] == 'letter q' and numpy.isnan(other.families('b')['explanation_score'][0])
        assert other.family('alphabet', ['b']) == [('b', 0, 7, 'letter q', -0.5, 0.25), ('b', 3, 178, 'letter q', -0.5, 0.25)]
        assert len(other.family('alphabet')) == len(run.family('alphabet')) + 2
        open('RUN/families/b.csv', 'w').write('layer,neuron,' + ','.join(own) + '\\n' + '\\n'.join(rows[:7]) + '\\n')
        try:
            other = reader.open_run('RUN')
            other.plan['numbers']['features']['models'] = 'all'
            other.family('alphabet', ['b'])
            raise AssertionError('seven rows')
        except reader.RunError as error:
            assert '7 rows for 2048 neurons' in str(error), error
        shutil.rmtree('RUN/families')
        roles, entropy = agree(run.roles, 'RUN/roles.csv'), agree(run.entropy, 'RUN/entropy.csv')
        assert all(isinstance(token, str) for tokens in roles['promoted'] for token in tokens) and len(roles['promoted'][0]) > 0
        assert set(roles['role']) <= {'prediction', 'suppression', 'partition'}
        assert (entropy['kind'] == 'control').sum() == 20 and set(entropy['entropy']) <= {0, 1} and entropy['presets'].dtype == object
        assert list(run.ensembles)[:5] == ['layer', 'neuron', 'role', 'universal', 'opposed_cos'] and run.ensembles['role'].dtype == object
        attention = agree(run.attention, 'RUN/attention.csv')
        assert (numpy.diff(abs(attention['score'])) <= 0).all() and (attention['head_layer'] > attention['layer']).all()
        assert attention['effect'].dtype == object and len(agree(run.antipodes, 'RUN/antipodes.csv')['antipode']) == 2048
        similarity = agree(run.similarity, 'RUN/similarity.csv')
        assert set(similarity['pair']) == {'a-b'} and similarity['layer_a'].dtype == 'int64' and (similarity['cka'] > 0).all()
        firing = agree(run.firing, 'RUN/firing.csv')
        either = firing['fired_a'] + firing['fired_b'] - firing['both']
        fires = either > 0
        assert len(either) == 2048 and fires.mean() > 0.5 and numpy.isnan(firing['jaccard'][~fires]).all()
        assert numpy.allclose(firing['jaccard'][fires], firing['both'][fires] / either[fires])
        written = agree(run.explanations, 'RUN/explanations.csv')
        assert list(written['explanation']) == ['12', 'plus, signs'] and numpy.isnan(written['score'][1])
        active = run.activations(3)
        assert active['fired'].shape == (256, 512) and (active['fired'] <= active['rows'][0]).all()
        assert active['max_token'].shape == active['max_value'].shape == (512, 100) and (numpy.diff(active['max_value']) <= 0).all()
        answer = run.interventions[0]
        assert len(run.interventions) == 1 and answer.model == 'a' and answer.tokens == answer.rows * 254
        # Fixed values take nothing from the run's sums; matches do.
        assert answer.run_tokens is None and run.planned_tokens > run.tokens
        table = agree(answer.table, f'RUN/interventions/{answer.name}/interventions.csv')
        assert list(table['kind']) == ['none'] + ['fixed'] * 4 and sorted(table['frozen'][1:]) == ['norm'] * 2 + ['nothing'] * 2
        assert numpy.isnan(table['layer'][0]) and list(table['neuron'][1:]) == [178] * 4 and sorted(table['value'][1:]) == [0, 0, 2, 2]
        answer = run.substitutions[0]
        assert len(run.substitutions) == 1 and (answer.model, answer.other) == ('a', 'b') and answer.tokens == answer.rows * 254
        assert answer.run_tokens == run.planned_tokens
        table = agree(answer.table, f'RUN/substitution/{answer.name}/substitution.csv')
        assert list(table['from']) == ['b'] * 3 and table['from'].dtype == object
        assert list(table['neuron'][:2]) == [241, 178] and numpy.isnan(table['layer'][2]) and (table['mean_kl'] > 0).all()
        """

    /// On a run of two groups of models.
    static let groups = """
        run = reader.open_run('GROUPS')
        assert run.models == ['a', 'b'] and run.groups == [['a', 'b'], ['c', 'd', 'e']] and run.reference == 'a'
        assert run.pairs == [('a', 'b'), ('c', 'd'), ('c', 'e'), ('d', 'e')] and run.shapes['c'] == (3, 40, 120)
        whole = run.correlations('d-e')[:]
        assert whole.shape == (48, 48) and (run.correlations('e-d', 1, 3) == whole[:, run.index('e', (1, 3))]).all()
        assert run.block('c-d', 2, 0).shape == (40, 24)
        best = run.partners((0, 1), of='e', top=4)
        lines = [run.correlations(('e', other), 0, 1).tolist() for other in ('c', 'd')]
        assert [p.correlation for p in best] == sorted(lines[0] + lines[1], reverse=True)[:4]
        table = run.table('c')
        assert len(table['layer']) == 120 and (table['d_corr'].astype('float32') == run.correlations('c-d')[:].max(1)).all()
        universal = [tuple(n) for n in run.universal_neurons('c')]
        assert sorted(universal) == [(int(l), int(n)) for l, n, u in zip(table['layer'], table['neuron'], table['universal']) if u == 1]
        for action, words in ((lambda: run.table('d'), 'is no reference'), (lambda: run.table('z'), 'a, b, c, d, e'),
                              (lambda: run.correlations('a-c', 0, 0), 'are not compared')):
            try:
                action()
            except KeyError as error:
                assert words in str(error), str(error)
            else:
                raise AssertionError('not refused: ' + words)
        """

    /// On a plan whose tokenizer is the Hugging Face cache's, wherever that lies, and on the names that OpenAI gave a tokenizer's files.
    static let cached = """
        import os, pathlib, shutil
        plain = reader.open_run('RUN').examples('3.178', top=3)
        planned = json.load(open('CACHED/plan.json'))['configuration']['corpus']
        assert planned['tokenizer'] == 'hf:seeds/words@v1' and planned['tokenizer_commit'] == 'COMMIT', planned
        here = os.getcwd()
        for place in ('home/.cache/huggingface', 'xdg/huggingface', 'hf'):
            os.makedirs(place)
            os.symlink(here + '/hub', place + '/hub')
        def examples(corpus, **variables):
            for name in ('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE', 'HF_HOME', 'XDG_CACHE_HOME'):
                os.environ.pop(name, None)
            os.environ.update({'HOME': '/nowhere', 'HERE': here} | variables)
            run = reader.open_run('RUN')
            run.plan['configuration']['corpus'] = corpus
            return run.examples('3.178', top=3)
        nowhere = {'HF_HOME': '/nowhere', 'XDG_CACHE_HOME': '/nowhere'}
        for variables in (
            {'HF_HUB_CACHE': here + '/hub', 'HUGGINGFACE_HUB_CACHE': '/nowhere'} | nowhere,
            {'HF_HUB_CACHE': '', 'HUGGINGFACE_HUB_CACHE': '${HERE}/hub'} | nowhere,
            {'HF_HOME': '~/hf', 'HOME': here, 'XDG_CACHE_HOME': '/nowhere'}, {'XDG_CACHE_HOME': here + '/xdg'}, {'HOME': here + '/home'}
        ):
            assert examples(planned, **variables) == plain, variables
        ids = [(' '.join(map(str, e.tokens[:e.place])), str(e.tokens[e.place])) for e in plain]
        for commit in ('c3' * 20, '../words', None):
            corpus = planned | {'tokenizer_commit': commit}
            assert [(e.before, e.token) for e in examples(corpus, HF_HUB_CACHE=here + '/hub')] == ids, corpus
        assert [(e.before, e.token) for e in examples(planned)] == ids
        os.makedirs('openai')
        for source, name in (('vocab.json', 'encoder.json'), ('merges.txt', 'vocab.bpe')):
            shutil.copy(f'hub/models--seeds--words/snapshots/COMMIT/{source}', f'openai/{name}')
        assert examples({'tokenizer': 'openai'}) == plain
        """.replacing("COMMIT", with: commit)

    static let refusals = """
        def refused(words, action):
            try:
                action()
            except (reader.RunError, IndexError, KeyError) as error:
                assert words in str(error), (words, str(error))
            else:
                raise AssertionError('not refused: ' + words)
        run = reader.open_run('RUN')
        refused('no neuron 4.0: 4 layers of 512', lambda: run.correlations('a-b', 4, 0))
        refused('no neuron 0.512', lambda: run.examples((0, 512)))
        refused("no model 'z'", lambda: run.correlations('a-z', 0, 0))
        refused('such folder', lambda: reader.open_run('NOWHERE'))
        refused('it holds no run', lambda: reader.open_run('.'))
        refused('run keeps no matrices', lambda: reader.open_run('PLAIN').correlations('a-b', 0, 0))
        refused('no features', lambda: reader.open_run('PLAIN').features())
        refused('no features', lambda: reader.open_run('PLAIN').families())
        refused('features: {models: all}', lambda: run.families('b'))
        refused('keeps no examples', lambda: reader.open_run('PLAIN').examples((0, 0)))
        refused('universal-neurons similarity PLAIN', lambda: reader.open_run('PLAIN').similarity)
        refused('universal-neurons similarity PLAIN --firing', lambda: reader.open_run('PLAIN').firing)
        refused('universal-neurons explain PLAIN --in', lambda: reader.open_run('PLAIN').explanations)
        refused('universal-neurons intervene PLAIN', lambda: reader.open_run('PLAIN').interventions)
        refused('universal-neurons substitute PLAIN', lambda: reader.open_run('PLAIN').substitutions)
        refused('no neuron 4.0: 4 layers', lambda: run.activations(4))
        import os, pathlib
        for name in ('roles', 'ensembles', 'entropy', 'attention', 'antipodes'):
            os.remove(f'PLAIN/{name}.csv')
            refused('where the files of model a are there', lambda: getattr(reader.open_run('PLAIN'), name))
        os.remove('PLAIN/activations/layer1.npz')
        refused('layer1.npz is missing', lambda: reader.open_run('PLAIN').activations(1))
        store = pathlib.Path('RUN/store')
        (store / 'staging/x.partial').write_bytes(b'')
        refused('wait to be folded', lambda: reader.open_run('RUN').examples((0, 0)))
        (store / 'staging/x.partial').unlink()
        section = store / 'sections/a.2.r0.top'
        good = section.read_bytes()
        for damaged in (good[:-9], b'', good[:40] + bytes([good[40] ^ 1]) + good[41:]):
            section.write_bytes(damaged)
            refused('is damaged', lambda: reader.open_run('RUN').examples((2, 0)))
        section.write_bytes(good)
        assert len(reader.open_run('RUN').examples((2, 0))) <= 10
        table = pathlib.Path('RUN/neurons.csv')
        good = table.read_bytes()
        for damaged, words in (
            (good[:5000], 'cells, the header'), (b''.join(good.splitlines(True)[:9]), '8 rows for'), (b'', '0 rows for'),
            (good[:-3], 'no end'), (good[:-1] + b'\\xe2\\x80', "can't decode")
        ):
            table.write_bytes(damaged)
            refused(words, lambda: reader.open_run('RUN').neurons)
            refused('universal-neurons analyze RUN', lambda: reader.open_run('RUN').universal_neurons())
        table.write_bytes(good)
        os.remove('RUN/correlations.zarr/.zmetadata')
        refused('no complete matrices are here', lambda: reader.open_run('RUN').correlations('a-b', 0, 0))
        os.remove('RUN/summary.json')
        refused('the run is not analysed', lambda: reader.open_run('RUN'))
        """

    /// On results that lack a shard, as `analyze --incomplete` leaves them.
    static let incomplete = """
        import warnings
        text = open('RUN/summary.json').read()
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            run = reader.open_run('RUN')
        assert run.incomplete is None and 'incomplete' not in repr(run)
        gaps = {'shards_planned': 64, 'shards_complete': 63, 'blocks': 22, 'missing': [
            {'blocks': {'first': 0, 'last': 21}, 'shards': [{'first': 5, 'last': 5}]}], 'least_tokens': 7, 'most_tokens': 7}
        open('RUN/summary.json', 'w').write(json.dumps(json.loads(text) | {'incomplete': gaps}))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter('always')
            run = reader.open_run('RUN')
        assert run.incomplete == gaps and 'incomplete' in repr(run)
        assert [str(warning.message) for warning in caught] == [
            'RUN: the run is not complete: 1 of 64 shards is missing, or in some blocks only (run.incomplete)'], caught
        open('RUN/summary.json', 'w').write(text)
        """

    static let bases = """
        run = reader.open_run('BASES')
        assert run.shapes['a'] == (4, 12, 48)
        table = list(csv.DictReader(open('BASES/neurons.csv', newline='')))
        row = table[3 * 12 + 5]
        assert len(table) == 48 and row['name'] == '3.pc5'
        assert (run.block('a-b', 3, 2) == run.correlations('a-b')[36:48, 24:36]).all() and run.block('a-b', 3, 2).shape == (12, 12)
        best = run.partners('3.pc5', top=1)[0]
        assert (best.layer, best.number) == (int(row['b_layer']), int(row['b_neuron']))
        # Whichever way it points.
        assert all(abs(abs(run.partners((3, c), top=1)[0].correlation) - abs(run.correlations('a-b')[36 + c]).max()) < 1e-3 for c in range(12))
        assert run.examples('3.pc5', top=1)[0].value == run.examples((3, 5), top=1)[0].value
        try:
            run.activations(3)
            raise AssertionError('there are none')
        except reader.RunError as error:
            assert 'principal directions' in str(error), error
        assert run.columns == 'principal directions' and run.label((3, 5)) == run.label('3.5') == '3.pc5'
        assert 'of 48 principal directions universal' in repr(run) and run.index('a', '3.pc5') == run.index('a', '3.5') == 41
        for name in ('roles', 'ensembles', 'entropy', 'attention', 'antipodes', 'explanations', 'interventions'):
            try:
                getattr(run, name)
                raise AssertionError(name)
            except reader.RunError as error:
                assert 'its columns are principal directions' in str(error) and 'universal-neurons' not in str(error), error
        for name, kind, words in (('3.r5', ValueError, '3.pc5, not 3.r5'), ('3.pc12', IndexError, 'no principal direction 3.pc12')):
            try:
                run.index('a', name)
                raise AssertionError(name)
            except kind as error:
                assert words in str(error), error
        """
}
