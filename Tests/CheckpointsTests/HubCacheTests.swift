import Checkpoints
import Foundation
import SmallRuns
import SystemPackage
import Testing

/// `Fixtures/Checkpoints/hub` was laid out by huggingface_hub itself.
@Suite("The Hugging Face cache")
struct HubCacheTests {
    private static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().appending("Fixtures/Checkpoints")
    private static let repository = "stanford-crfm/alias-gpt2-small-x21"
    private static let folderName = "models--stanford-crfm--alias-gpt2-small-x21"
    private static let old = "0123456789abcdef0123456789abcdef01234567"
    private static let new = "fedcba9876543210fedcba9876543210fedcba98"

    /// The problem that an attempt ends with.
    private func problem(_ attempt: () throws -> Void) throws -> HubProblem {
        let error = try #require(throws: CheckpointError.self) { try attempt() }
        guard case .hub(let problem) = error else {
            Issue.record("\(error)")
            throw error
        }
        return problem
    }

    /// A copy of the fixture's cache that may be changed.
    private func copy(in folder: TemporaryFolder) throws -> HubCache {
        try FileManager.default.copyItem(atPath: Self.fixtures.appending("hub").string, toPath: folder.file("hub").string)
        return HubCache(folder: folder.file("hub"))
    }

    @Test(
        "a branch, a tag, a pull request and a commit, whole or abbreviated, are found as huggingface_hub laid them out",
        arguments: [
            ("", new), ("@main", new), ("@checkpoint-400000", old), ("@\(old)", old), ("@\(new)", new), ("@0123456789", old),
            ("@fedcba9", new), ("@0123456789abcdef0", old), ("@refs/pr/1", old),
        ])
    func found(revision: String, commit: String) throws {
        let cache = HubCache(folder: Self.fixtures.appending("hub"))
        let snapshot = try cache.snapshot(of: HubReference("hf:\(Self.repository)\(revision)"), content: .model)
        #expect(snapshot.commit == commit)
        let weights = try String(contentsOfFile: snapshot.folder.appending("model.safetensors").string, encoding: .utf8)
        #expect(weights == "weights\n\(commit.prefix(1))")
        #expect(try cache.snapshot(of: HubReference("hf:\(Self.repository)\(revision)"), content: .tokenizer) == snapshot)
    }

    @Test("a commit that was found before stays, wherever the branch has gone")
    func pinned() throws {
        let cache = HubCache(folder: Self.fixtures.appending("hub"))
        let reference = try HubReference("hf:\(Self.repository)")
        #expect(try cache.snapshot(of: reference, commit: Self.old, content: .model).commit == Self.old)
        let gone = String(repeating: "a", count: 40)
        let missing = try problem { _ = try cache.snapshot(of: reference, commit: gone, content: .model) }
        #expect(CheckpointError.hub(missing).remedy.contains("--revision \(gone)"))
        // What a plan from elsewhere says is no way out of the cache.
        for commit in ["../../..", "main", "", String(gone.dropLast()) + "/"] {
            guard case .unusable = try problem({ _ = try cache.snapshot(of: reference, commit: commit, content: .model) }) else {
                Issue.record("\(commit)")
                continue
            }
        }
    }

    @Test("what is missing is told with the command that downloads it, and exit code 66")
    func missing() throws {
        let folder = try TemporaryFolder()
        let cache = HubCache(folder: folder.path)
        let reference = try HubReference("hf:\(Self.repository)@checkpoint-400000")
        let error = CheckpointError.hub(try problem { _ = try cache.snapshot(of: reference, content: .model) })
        #expect(error.message == "hf:\(Self.repository)@checkpoint-400000 is not in the Hugging Face cache \(folder.path)")
        #expect(
            error.remedy
                == "download it: hf download \(Self.repository) config.json '*.safetensors*' 'pytorch_model*' "
                + "--revision checkpoint-400000")
        #expect(error.exitStatus == .noInput)
        let tokenizer = CheckpointError.hub(try problem { _ = try cache.snapshot(of: HubReference("hf:gpt2"), content: .tokenizer) })
        #expect(
            tokenizer.remedy
                == "download it: hf download gpt2 tokenizer.json vocab.json merges.txt tokenizer_config.json added_tokens.json")
        let other = HubCache(folder: Self.fixtures.appending("hub"))
        for revision in ["checkpoint-400001", "refs", "refs/pr", String(repeating: "b", count: 40), "0123456e"] {
            let reference = try HubReference("hf:\(Self.repository)@\(revision)")
            #expect(
                try problem { _ = try other.snapshot(of: reference, content: .model) }
                    == .notDownloaded(reference: reference, cache: other.folder, content: .model))
        }
    }

    @Test("a snapshot that no reference leads to is no branch's, however alone it is; by its commit it is found")
    func withoutReference() throws {
        let folder = try TemporaryFolder()
        let cache = try copy(in: folder)
        let repository = folder.file("hub").appending(Self.folderName)
        for name in ["refs", "snapshots/\(Self.old)"] { try FileManager.default.removeItem(atPath: repository.appending(name).string) }
        let main = try HubReference("hf:\(Self.repository)")
        #expect(
            try problem { _ = try cache.snapshot(of: main, content: .model) }
                == .notDownloaded(reference: main, cache: cache.folder, content: .model))
        for revision in [Self.new, String(Self.new.prefix(9))] {
            let reference = try HubReference("hf:\(Self.repository)@\(revision)")
            #expect(try cache.snapshot(of: reference, content: .model).commit == Self.new)
        }
    }

    @Test("a cache without links, as on file systems that have none, is read like any")
    func withoutLinks() throws {
        let folder = try TemporaryFolder()
        let cache = try copy(in: folder)
        let repository = folder.file("hub").appending(Self.folderName)
        let snapshot = repository.appending("snapshots/\(Self.new)")
        for name in try FileManager.default.contentsOfDirectory(atPath: snapshot.string) {
            let file = snapshot.appending(name)
            let content = try Data(contentsOf: URL(fileURLWithPath: file.string))
            try FileManager.default.removeItem(atPath: file.string)
            try content.write(to: URL(fileURLWithPath: file.string))
        }
        try FileManager.default.removeItem(atPath: repository.appending("blobs").string)
        let found = try cache.snapshot(of: HubReference("hf:\(Self.repository)"), content: .model)
        #expect(found.commit == Self.new)
    }

    @Test("of an incomplete snapshot the file is named: one that is not there, a shard, or a link whose blob is gone")
    func incomplete() throws {
        let folder = try TemporaryFolder()
        let cache = try copy(in: folder)
        let reference = try HubReference("hf:\(Self.repository)")
        let snapshot = folder.file("hub").appending("\(Self.folderName)/snapshots/\(Self.new)")
        func expect(_ file: String, _ content: HubContent = .model) throws {
            let found = try problem { _ = try cache.snapshot(of: reference, content: content) }
            #expect(found == .incomplete(reference: reference, snapshot: snapshot, file: file, content: content))
            #expect(CheckpointError.hub(found).exitStatus == .noInput && CheckpointError.hub(found).remedy.contains("hf download"))
        }
        let blob = try FileManager.default.destinationOfSymbolicLink(atPath: snapshot.appending("model.safetensors").string)
        try FileManager.default.removeItem(atPath: snapshot.appending(blob).lexicallyNormalized().string)
        try expect("model.safetensors")
        #expect(try cache.snapshot(of: reference, content: .configuration).commit == Self.new)
        try FileManager.default.removeItem(atPath: snapshot.appending("model.safetensors").string)
        try expect("model.safetensors")
        try folder.write(
            "hub/\(Self.folderName)/snapshots/\(Self.new)/model.safetensors.index.json",
            #"{"weight_map": {"x": "model-00001-of-00002.safetensors", "y": "model-00002-of-00002.safetensors"}}"#)
        try expect("model-00001-of-00002.safetensors")
        try folder.write("hub/\(Self.folderName)/snapshots/\(Self.new)/model-00001-of-00002.safetensors", "x")
        try expect("model-00002-of-00002.safetensors")
        try FileManager.default.removeItem(atPath: snapshot.appending("config.json").string)
        try expect("config.json")
        try expect("config.json", .configuration)
        try FileManager.default.removeItem(atPath: snapshot.appending("merges.txt").string)
        try expect("merges.txt", .tokenizer)
        try FileManager.default.removeItem(atPath: snapshot.appending("vocab.json").string)
        try expect("tokenizer.json", .tokenizer)
    }

    @Test("links that lead out of the repository's folder are refused; the folder itself and its blobs may lie elsewhere")
    func links() throws {
        let folder = try TemporaryFolder()
        let cache = try copy(in: folder)
        let reference = try HubReference("hf:\(Self.repository)")
        let manager = FileManager.default
        let repository = folder.file("hub").appending(Self.folderName)
        let secret = try folder.write("secret/tokenizer.json", "{}")
        let snapshot = repository.appending("snapshots/\(Self.new)")
        for target in [secret.string, "../../../../secret/tokenizer.json", "/etc/passwd", "../../../.."] {
            let link = snapshot.appending("tokenizer.json")
            try manager.createSymbolicLink(atPath: link.string, withDestinationPath: target)
            let found = try problem { _ = try cache.snapshot(of: reference, content: .model) }
            guard case .outside(reference, link, _) = found else {
                Issue.record("\(found)")
                continue
            }
            try manager.removeItem(atPath: link.string)
        }
        // The whole cache on another disk, and the blobs on a third.
        try manager.moveItem(atPath: repository.appending("blobs").string, toPath: folder.file("blobs").string)
        try manager.createSymbolicLink(atPath: repository.appending("blobs").string, withDestinationPath: folder.file("blobs").string)
        #expect(try cache.snapshot(of: reference, content: .model).commit == Self.new)
        try manager.moveItem(atPath: repository.string, toPath: folder.file("elsewhere").string)
        try manager.createSymbolicLink(atPath: repository.string, withDestinationPath: folder.file("elsewhere").string)
        #expect(try cache.snapshot(of: reference, content: .model).commit == Self.new)
        // A whole snapshot that lies elsewhere was made by nobody's huggingface_hub.
        try manager.removeItem(atPath: folder.file("elsewhere/snapshots/\(Self.new)").string)
        try manager.createSymbolicLink(
            atPath: folder.file("elsewhere/snapshots/\(Self.new)").string, withDestinationPath: folder.file("secret").string)
        guard case .outside = try problem({ _ = try cache.snapshot(of: reference, content: .tokenizer) }) else {
            Issue.record("a snapshot elsewhere")
            return
        }
    }

    @Test("a reference that is no commit, and an abbreviation of two, are refused")
    func doubtful() throws {
        let folder = try TemporaryFolder()
        let cache = try copy(in: folder)
        let reference = try HubReference("hf:\(Self.repository)")
        for text in ["../../../secret", "", "not a commit", Self.new + "0", Self.new.uppercased()] {
            try folder.write("hub/\(Self.folderName)/refs/main", text)
            guard case .noCommit = try problem({ _ = try cache.snapshot(of: reference, content: .model) }) else {
                Issue.record("\(text)")
                continue
            }
        }
        try folder.write("hub/\(Self.folderName)/refs/main", Self.old + "\n")
        #expect(try cache.snapshot(of: reference, content: .model).commit == Self.old)
        let twin = Self.new.dropLast(5) + "00000"
        try folder.write("hub/\(Self.folderName)/snapshots/\(twin)/config.json", "{}")
        let short = try HubReference("hf:\(Self.repository)@fedcba98")
        #expect(
            try problem { _ = try cache.snapshot(of: short, content: .model) }
                == .ambiguous(reference: short, commits: [String(twin), Self.new].sorted()))
    }

    @Test(
        "names that are none are refused with the reason",
        arguments: [
            "gpt2", "hf:", "hf:/x", "hf:x/", "hf:a/b/c", "hf:../x", "hf:a/..", "hf:.x", "hf:x-", "hf:a--b/c", "hf:a/b--c", "hf:a b",
            "hf:ä/b",
            "hf:a/b.git", "hf:a/b@", "hf:a/b@../x", "hf:a/b@x/../y", "hf:a/b@/x", "hf:a/b@x/", "hf:a/b@x//y", "hf:a/b@.x", "hf:a/b@x\u{0}",
            "hf:a/b@x y", "hf:a/b@-x", "hf:a/b@x\\y", "hf:a/b@x..y", "hf:" + String(repeating: "a", count: 97),
        ])
    func unusable(text: String) throws {
        let error = CheckpointError.hub(try problem { _ = try HubReference(text) })
        #expect(error.message.contains("names no repository of the Hugging Face Hub: ") && error.exitStatus == .configuration)
    }

    @Test("the cache is where huggingface_hub has it")
    func place() {
        func folder(_ environment: [String: String]) -> String { HubCache(environment: environment).folder.string }
        #expect(folder(["HOME": "/home/x"]) == "/home/x/.cache/huggingface/hub")
        #expect(folder(["HOME": "/home/x", "XDG_CACHE_HOME": "/cache"]) == "/cache/huggingface/hub")
        #expect(folder(["HOME": "/home/x", "XDG_CACHE_HOME": "/cache", "HF_HOME": "/hf"]) == "/hf/hub")
        #expect(folder(["HF_HOME": "/hf", "HUGGINGFACE_HUB_CACHE": "/old"]) == "/old")
        #expect(folder(["HF_HOME": "/hf", "HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/new"]) == "/new")
        #expect(folder(["HOME": "/home/x", "HF_HUB_CACHE": "~/hub"]) == "/home/x/hub")
        #expect(folder(["HOME": "/home/x", "DATA": "/d", "HF_HOME": "${DATA}/$USER_/x"]) == "/d/$USER_/x/hub")
        #expect(folder(["HOME": "/home/x", "HF_HUB_CACHE": ""]) == "/home/x/.cache/huggingface/hub")
    }

    @Test("a word that a shell would take apart is quoted in the command")
    func quoted() throws {
        let reference = try HubReference("hf:a/b@it's;x")
        let cache = HubCache(folder: "/nowhere")
        let error = CheckpointError.hub(try problem { _ = try cache.snapshot(of: reference, content: .model) })
        #expect(error.remedy.contains("hf download a/b config.json '*.safetensors*' 'pytorch_model*' --revision 'it'\\''s;x'"))
    }
}
