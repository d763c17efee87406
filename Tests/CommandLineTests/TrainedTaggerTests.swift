import Foundation
import Testing

/// `deploy/tag/tag.py` with a trained pipeline, GiNZA's for Japanese, the only kind that PyPI itself ships: words without blanks between them,
/// of characters that are several tokens each. `UN_PYTHON_TAG` names a Python that has it; `deploy/test --all` makes one.
@Suite("tag.py with a trained pipeline", .serialized)
struct TrainedTaggerTests {
    private static let corpus = """
        import json, random
        random.seed(5)
        people, places, things = '田中さん 太郎 山田先生 エミリー'.split(), '東京 京都 大阪 パリ'.split(), '本 新聞 手紙 写真 車'.split()
        verbs = '読みました 見た 買いたい 送らなかった 忘れている'.split()
        with open('text.jsonl', 'w') as file:
            for number in range(60):
                lines = [f'{random.choice(people)}は{random.choice(places)}で{random.choice(things)}を{random.choice(verbs)}。'
                         + random.choice(['', '\\n', 'Apple と 12 個。']) for _ in range(8)]
                file.write(json.dumps({'text': ''.join(lines)}) + '\\n')
        """

    /// The labels again, by byte offsets and plain loops over what the pipeline says of each row's text.
    private static let check = """
        import sys, numpy, spacy
        from tokenizers import Tokenizer
        tokenizer, nlp = Tokenizer.from_file(sys.argv[1] + '/tokenizer.json'), spacy.load('ja_ginza')
        tokens, labels = numpy.load('rows/tokens.npy'), numpy.load('labels.npz')
        names = bytes(labels['names']).decode().split('\\n')
        printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
        others = [byte for byte in range(256) if byte not in printable]
        byte_of = {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}
        kinds = [('part of speech', lambda word: word.pos_), ('dependency', lambda word: word.dep_), ('entity', lambda word: word.ent_type_)]
        compared, seen = 0, set()
        for row, combinations in zip(tokens, labels['combination']):
            pieces = [b'' if token == 0 else bytes(byte_of[character] for character in tokenizer.id_to_token(token)) for token in row.tolist()]
            if 0 in row[1:]: continue
            text = b''.join(pieces).decode('utf-8', 'replace')
            if '\\ufffd' in text: continue
            starts = numpy.cumsum([0] + [len(piece) for piece in pieces])
            places = numpy.cumsum([0] + [len(character.encode()) for character in text])
            words = [word for word in nlp(text) if not word.is_space]
            for position in range(1, len(row)):
                covered = [word for word in words if places[word.idx] < starts[position + 1] and places[word.idx + len(word)] > starts[position]]
                found = {names[j] for j in numpy.flatnonzero(labels['features'][combinations[position]])}
                for kind, value in kinds:
                    expected = (value(covered[0]) or 'NONE') if len(covered) == 1 else 'MULTI' if covered else 'NONE'
                    assert f'{kind} {expected}' in found, (position, kind, expected, found)
                    seen.add(f'{kind} {expected}')
                    compared += 1
        assert compared > 3000, compared
        assert {'part of speech NOUN', 'part of speech VERB', 'dependency obj', 'dependency nsubj'} <= seen, seen
        assert any(name.startswith('entity ') and not name.endswith(('NONE', 'MULTI')) for name in seen), seen
        """

    @Test(
        "gives tokens the parts of speech, dependencies and entities of their words, and a run explains neurons by them",
        .enabled(if: TaggerPython.shared != nil, "only where UN_PYTHON_TAG has ja_ginza"))
    func trained() throws {
        let python = try #require(TaggerPython.shared)
        try DemoRun.with { demo in
            // A Python without the pipeline lacks a package of deploy/python/tag.txt: that is told, not passed over.
            try python.succeed(["-c", "import ja_ginza"], in: demo.folder)
            try python.succeed(["-c", Self.corpus], in: demo.folder)
            let tokenizer = "\(DemoRun.data)/tokenizer"
            let text = """
                name: tagged
                corpus: {path: text.jsonl, tokenizer: \(tokenizer), context: 96, labels: labels.npz}
                tokens: all
                models: [{id: a, path: \(DemoRun.data)/models/demo-gpt2-a}, {id: b, path: \(DemoRun.data)/models/demo-gpt2-b}]
                rotations: {draws: 1}
                matrices: none
                shard: 2304
                chunk: 1024
                calibration: 1024
                replicates: 2

                """
            try Data(text.utf8).write(to: demo.folder.appendingPathComponent("run.yaml"))
            let rows = try BuiltProgram.run(["tokenize", "run.yaml", "--output", "rows"], in: demo.folder)
            try #require(rows.status == 0, "\(rows.errors)")
            let tagged = try python.tag(
                ["rows", "--tokenizer", tokenizer, "--model", "ja_ginza", "--output", "labels.npz"], in: demo.folder)
            try #require(tagged.status == 0, "\(tagged.errors)")
            try python.succeed(["-c", Self.check, tokenizer], in: demo.folder)

            let computed = try BuiltProgram.run(["run", "run.yaml", "--output", "RUN"], in: demo.folder)
            #expect(computed.status == 0, "\(computed.errors)")
            let neurons = try String(contentsOfFile: demo.path("RUN/neurons.csv"), encoding: .utf8)
            #expect(neurons.contains("label: "))
        }
    }
}
