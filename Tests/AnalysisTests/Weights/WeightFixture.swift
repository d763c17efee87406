import Checkpoints
import Storage
import SystemPackage

@testable import Analysis
@testable import Models

/// A model of the fixtures, and what `make_weights.py` says about it.
struct WeightFixture {
    static let names = [
        "GPT2/odd-shapes", "GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/odd-rotation",
        "GPTNeoX/tied-gelu-tanh", "GPTNeoX/without-attention-bias",
    ]

    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().appending("Fixtures")

    let weights: ProcessedWeights
    private let arrays: [String: NumpyArray]

    init(_ name: String) throws {
        weights = ProcessedWeights(try ModelFolder(Self.root.appending(name)))
        arrays = try NumpyArchive.read(Self.root.appending("Weights").appending("\(name.replacing("/", with: "-")).npz"))
    }

    /// An array of the archive, empty where there is none.
    func values<Element: NumpyElement>(_ name: String, as type: Element.Type) throws -> [Element] {
        try arrays[name]?.values(as: type) ?? []
    }
}
