import Foundation
import SmallRuns
import Testing

/// `deploy/tag/tag.py` on rows of `tokenize`, by a pipeline of rules that is made here. `UN_PYTHON_TAG` names a Python with spaCy, tokenizers
/// and numpy; `deploy/test --all` makes one.
@Suite("tag.py", .serialized)
struct TaggerTests {
    /// Documents with characters of several bytes, double blanks, line breaks and words that one token covers together.
    private static let corpus = """
        import json, random
        random.seed(3)
        words = ('the of and to in He she said Lord king went was not city house water, bread; naïve café 東京 Ωmega 😀 don’t '
                 "can't\\n  two  blanks\\n\\n (brackets) U.S. 12 1999 --").split(' ')
        with open('text.jsonl', 'w') as file:
            for number in range(60):
                text = ' '.join(random.choice(words) + random.choice(['', '', '', '', '.', '!', '?']) for _ in range(random.randint(30, 90)))
                file.write(json.dumps({'text': text}) + '\\n')
        """

    private static let pipeline = """
        import spacy
        nlp = spacy.blank('en')
        # One token of the vocabulary lies over two words.
        nlp.tokenizer.add_special_case('and', [{'ORTH': 'an'}, {'ORTH': 'd'}])
        ruler = nlp.add_pipe('attribute_ruler')
        ruler.add([[{'IS_SPACE': False}]], {'POS': 'X'})
        ruler.add([[{'LOWER': 'the'}]], {'POS': 'DET', 'MORPH': 'Definite=Def|PronType=Art'})
        ruler.add([[{'LOWER': {'IN': ['of', 'in', 'to']}}]], {'POS': 'ADP'})
        ruler.add([[{'LOWER': {'IN': ['he', 'she']}}]], {'POS': 'PRON', 'MORPH': 'Number=Sing|Person=3|PronType=Prs'})
        ruler.add([[{'LOWER': 'went'}]], {'POS': 'VERB', 'MORPH': 'Tense=Past|VerbForm=Fin'})
        ruler.add([[{'IS_PUNCT': True}]], {'POS': 'PUNCT'})
        nlp.add_pipe('entity_ruler').add_patterns([{'label': 'PERSON', 'pattern': 'Lord'}, {'label': 'GPE', 'pattern': '東京'}])
        nlp.add_pipe('sentencizer')
        nlp.to_disk('pipeline')
        spacy.blank('en').to_disk('empty')
        """

    /// Every token's labels again, by the offsets of `tokenizers` in whole documents and by plain loops. Words that a row's edge may cut are
    /// left to the rules below.
    private static let check = """
        import json, sys, zlib, numpy, spacy
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(sys.argv[1] + '/tokenizer.json')
        nlp = spacy.load('pipeline')
        tokens = numpy.load('rows/tokens.npy')
        rows, context = tokens.shape
        labels = numpy.load('labels.npz')
        names = bytes(labels['names']).decode().split('\\n')
        assert labels['combination'].shape == tokens.shape and labels['combination'].dtype == 'uint16'
        assert labels['features'].dtype == 'uint8' and labels['features'].max() == 1 and labels['features'].shape[1] == len(names)
        assert [zlib.crc32(row.astype('<i4').tobytes()) for row in tokens] == labels['row_crc'].tolist()
        assert bytes(labels['about']).decode().split('\\n')[:2] == ['spaCy ' + spacy.__version__, 'pipeline']
        assert len(set(names)) == len(names) and {'part of speech DET', 'pronoun type Art', 'entity GPE'} <= set(names)
        assert not any(name.startswith(('dependency', 'aspect')) for name in names)
        kinds = ['part of speech', 'number', 'person', 'tense', 'verb form', 'pronoun type', 'entity']

        def of_word(word):
            morph = [','.join(word.morph.get(key)) for key in ('Number', 'Person', 'Tense', 'VerbForm', 'PronType')]
            values = [word.pos_, *morph, word.ent_type_]
            found = {f'{kind} {value or "NONE"}' for kind, value in zip(kinds, values)}
            sentence = word.sent
            if all(other.is_space for other in sentence if other.i < word.i): found.add('sentence begin')
            if all(other.is_space for other in sentence if other.i > word.i): found.add('sentence end')
            if word.is_stop: found.add('stop word')
            return found

        stream, expected = [], []
        for line in open('text.jsonl'):
            text = json.loads(line)['text']
            doc = nlp(text)
            words = [(word.idx, word.idx + len(word), of_word(word)) for word in doc if not word.is_space]
            encoding = tokenizer.encode(text, add_special_tokens=False)
            for (start, end), token in zip(encoding.offsets, encoding.ids):
                # A blank before a word belongs to its token.
                covered = [found for a, b, found in words if a < end and b > start]
                none, several = ({f'{kind} {value}' for kind in kinds} for value in ('NONE', 'MULTI'))
                stream.append(token)
                expected.append(covered[0] if len(covered) == 1 else several if covered else none)
            stream.append(0)
            expected.append(none)
        seen = set()
        compared = 0
        for row in range(rows):
            body = range(row * (context - 1), (row + 1) * (context - 1))
            assert tokens[row].tolist() == [0] + [stream[place] for place in body]
            found = [{names[j] for j in numpy.flatnonzero(labels['features'][c])} for c in labels['combination'][row]]
            assert found[0] == none
            for position, place in enumerate(body, 1):
                if 14 <= position < context - 14:
                    assert found[position] == expected[place], (row, position, found[position], expected[place])
                    seen |= found[position]
                    compared += 1
            # Nobody knows whether a sentence begins or ends where a row is cut.
            inside = [position for position in range(1, context) if 'part of speech NONE' not in found[position]]
            if tokens[row, 1:inside[0]].all(): assert 'sentence begin' not in found[inside[0]]
            if tokens[row, inside[-1]:].all(): assert 'sentence end' not in found[inside[-1]]
        assert compared > 1500 and seen == set(names), set(names) - seen
        counted = (tokens != 0) & ~numpy.isin(tokens, [tokenizer.encode('\\n').ids[0]])
        holds = labels['features'][labels['combination'][counted]]
        json.dump(dict(zip(names, holds.sum(0).tolist())), open('counts.json', 'w'))
        """

    private func succeed(_ arguments: [String], in demo: DemoRun) throws {
        try #require(TaggerPython.shared).succeed(arguments, in: demo.folder)
    }

    private func tag(_ arguments: [String], in demo: DemoRun) throws -> PythonInterpreter.Outcome {
        try #require(TaggerPython.shared).tag(arguments, in: demo.folder)
    }

    /// The rows of the documents above, and a pipeline.
    private func prepare(_ demo: DemoRun) throws {
        for code in [Self.corpus, Self.pipeline] { try succeed(["-c", code], in: demo) }
        let text = """
            name: tagged
            corpus: {path: text.jsonl, tokenizer: \(DemoRun.data)/tokenizer, context: 64, labels: labels.npz}
            tokens: all
            models: [{id: a, path: \(DemoRun.data)/models/demo-gpt2-a}, {id: b, path: \(DemoRun.data)/models/demo-gpt2-b}]
            rotations: {draws: 1}
            matrices: none
            shard: 1024
            chunk: 512
            calibration: 512
            replicates: 2

            """
        try Data(text.utf8).write(to: demo.folder.appendingPathComponent("run.yaml"))
        let outcome = try BuiltProgram.run(["tokenize", "run.yaml", "--output", "rows"], in: demo.folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    @Test(
        "gives every token the labels of the word that it lies in, and a run counts them",
        .enabled(if: TaggerPython.shared != nil, "only where UN_PYTHON_TAG has spaCy"))
    func tagged() throws {
        try DemoRun.with { demo in
            try prepare(demo)
            let tokenizer = "\(DemoRun.data)/tokenizer"
            let outcome = try tag(["rows", "--tokenizer", tokenizer, "--model", "pipeline", "--output", "labels.npz"], in: demo)
            #expect(outcome.status == 0 && outcome.errors.contains("says nothing of: dependency, aspect"), "\(outcome.errors)")
            try succeed(["-c", Self.check, tokenizer], in: demo)
            // Nothing is left behind, and two processes make the same bytes.
            let second = try tag(
                [
                    "rows", "--tokenizer", tokenizer, "--model", "pipeline", "--output", "two/labels.npz", "--processes", "2", "--batch",
                    "5",
                ],
                in: demo)
            #expect(second.status == 0, "\(second.errors)")
            #expect(try demo.bytes("two/labels.npz") == demo.bytes("labels.npz"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: demo.path("two")) == ["labels.npz"])
            // So does the tokenizer out of the Hugging Face cache, by a branch, by its commit and by the beginning of that.
            let repository = "hub/models--seeds--words"
            let commit = String(repeating: "b2", count: 20)
            for folder in ["refs", "snapshots"] {
                try FileManager.default.createDirectory(atPath: demo.path("\(repository)/\(folder)"), withIntermediateDirectories: true)
            }
            try Data(commit.utf8).write(to: demo.folder.appendingPathComponent("\(repository)/refs/main"))
            try FileManager.default.copyItem(atPath: tokenizer, toPath: demo.path("\(repository)/snapshots/\(commit)"))
            for (revision, status) in [("", 0), ("@main", 0), ("@\(commit)", 0), ("@b2b2b2b", 0), ("@b2b2b2", 1), ("@v2", 1)]
                as [(String, Int32)]
            {
                let cached = try #require(TaggerPython.shared).tag(
                    ["rows", "--tokenizer", "hf:seeds/words\(revision)", "--model", "pipeline", "--output", "hub/labels.npz"],
                    environment: ["HF_HUB_CACHE": demo.path("hub")], in: demo.folder)
                #expect(cached.status == status, "\(cached.errors)")
                if status == 0 {
                    #expect(try demo.bytes("hub/labels.npz") == demo.bytes("labels.npz"))
                } else {
                    #expect(cached.errors.contains("hf:seeds/words\(revision) is not in the Hugging Face cache"), "\(cached.errors)")
                }
            }

            let computed = try BuiltProgram.run(["run", "run.yaml", "--output", "RUN"], in: demo.folder)
            #expect(computed.status == 0, "\(computed.errors)")
            let listed = try BuiltProgram.run(["features", "run.yaml", "--json"], in: demo.folder)
            #expect(listed.status == 0, "\(listed.errors)")
            let features = try #require(try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
            let counts = try #require(try demo.json("counts.json") as? [String: Int])
            var seen = 0
            for feature in features {
                guard let name = feature["name"] as? String, name.hasPrefix("label: ") else { continue }
                for alias in [name] + (feature["aliases"] as? [String] ?? []) {
                    #expect(feature["occurrences"] as? Int == counts[String(alias.dropFirst("label: ".count))], "\(alias)")
                    seen += 1
                }
            }
            #expect(seen == counts.count && seen > 20)

            // Another text: the first row that differs is named.
            try succeed(
                ["-c", "t = open('text.jsonl').read().split('\\n'); t[20] = t[21]; open('text.jsonl', 'w').write('\\n'.join(t))"], in: demo)
            let refused = try BuiltProgram.run(["run", "run.yaml", "--output", "OTHER"], in: demo.folder)
            #expect(refused.status == 65 && refused.errors.contains("has other tokens"), "\(refused.errors)")
            #expect(!refused.errors.contains("row 0,"))
        }
    }

    @Test(
        "refuses what it cannot tag with a sentence, and writes nothing then",
        .enabled(if: TaggerPython.shared != nil, "only where UN_PYTHON_TAG has spaCy"))
    func refusals() throws {
        try DemoRun.with { demo in
            try prepare(demo)
            func refused(_ words: String, _ arguments: [String]) throws {
                let outcome = try tag(arguments + ["--output", "labels.npz"], in: demo)
                #expect(outcome.status == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
                #expect(!outcome.errors.contains("Traceback"), "\(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: demo.path("labels.npz")))
            }
            let tokenizer = ["--tokenizer", "\(DemoRun.data)/tokenizer"]
            try refused("spacy download en_core_web_nowhere", ["rows", "--model", "en_core_web_nowhere"] + tokenizer)
            try refused("holds neither tokenizer.json", ["rows", "--model", "pipeline", "--tokenizer", "pipeline"])
            try refused("is no complete folder of `universal-neurons tokenize`", ["pipeline", "--model", "pipeline"] + tokenizer)
            // A vocabulary without the tokens of these rows, and one that is not spelt in bytes.
            try succeed(
                [
                    "-c",
                    """
                    import os
                    from tokenizers import Tokenizer, models
                    for name, vocabulary in {'small': {'a': 0, 'b': 1}, 'words': {'zwölf Worte': 0}}.items():
                        os.mkdir(name)
                        Tokenizer(models.WordLevel(vocabulary, unk_token=next(iter(vocabulary)))).save(name + '/tokenizer.json')
                    """,
                ], in: demo)
            try refused("which the tokenizer lacks", ["rows", "--model", "pipeline", "--tokenizer", "small"])
            try refused("is not spelt in bytes", ["rows", "--model", "pipeline", "--tokenizer", "words"])
            try FileManager.default.removeItem(atPath: demo.path("rows/corpus.json"))
            try refused("is no complete folder", ["rows", "--model", "pipeline"] + tokenizer)
            #expect(try FileManager.default.contentsOfDirectory(atPath: demo.path("")).allSatisfy { !$0.hasPrefix(".tag-") })
        }
    }
}
