import Models

/// What a model's processed weights say about each neuron, layer by layer (SPEC 4).
public struct NeuronWeights: Sendable {
    /// ‖w_in‖, `[neurons]`.
    public private(set) var inputNorm: [Double] = []
    /// b_in.
    public private(set) var inputBias: [Double] = []
    /// ‖w_out‖.
    public private(set) var outputNorm: [Double] = []
    /// cos(w_in, w_out); NaN where one of them is 0.
    public private(set) var similarity: [Double] = []
    /// ‖w_in‖² + ‖w_out‖².
    public private(set) var penalty: [Double] = []

    /// No neurons yet.
    init() {}

    /// Takes the neurons of the next layer in.
    mutating func append(_ mlp: ProcessedWeights.MLP, width: Int) {
        for neuron in 0..<mlp.inputBias.count {
            let (input, output) = (mlp.input.pointer + neuron * width, mlp.output.pointer + neuron * width)
            var (squareIn, squareOut, product) = (0.0, 0.0, 0.0)
            for d in 0..<width {
                let (x, y) = (Double(input[d]), Double(output[d]))
                squareIn += x * x
                squareOut += y * y
                product += x * y
            }
            inputNorm.append(squareIn.squareRoot())
            inputBias.append(Double(mlp.inputBias.pointer[neuron]))
            outputNorm.append(squareOut.squareRoot())
            similarity.append(squareIn > 0 && squareOut > 0 ? product / (squareIn.squareRoot() * squareOut.squareRoot()) : .nan)
            penalty.append(squareIn + squareOut)
        }
    }
}
