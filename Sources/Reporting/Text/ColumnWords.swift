/// What the columns of a run's tables say, in a few words: `neurons.csv` and those beside it that have rows for single neurons.
enum ColumnWords {
    private static let meanings: [String: String] = {
        let rotated = "correlation with the best partner in randomly rotated layers"
        var meanings = [
            "max_corr": "correlation with the best partner, largest over the other models",
            "mean_corr": "correlation with the best partner, mean over the other models",
            "min_corr": "correlation with the best partner, smallest over the other models",
            "max_baseline": "\(rotated), largest over the other models", "mean_baseline": "\(rotated), mean over the other models",
            "min_baseline": "\(rotated), smallest over the other models", "excess_corr": "mean_corr less mean_baseline",
            "excess_corr_se": "standard error of excess_corr", "w_in_norm": "length of the input weights w_in",
            "input_bias": "bias of its input", "w_out_norm": "length of the output weights w_out",
            "in_out_sim": "cosine of w_in and w_out", "l2_penalty": "‖w_in‖² + ‖w_out‖²",
            "sparsity": "share of tokens with a pre-activation above 0", "sparsity_paper": "sparsity as the paper’s authors count it",
            "position_score": "mutual information of firing and position, nats",
            // antipodes.csv
            "in_max_cos": "largest cosine of w_in with another neuron’s", "in_min_cos": "smallest cosine of w_in with another neuron’s",
            "out_max_cos": "largest cosine of w_out with another neuron’s", "out_min_cos": "smallest cosine of w_out with another neuron’s",
            "antipode": "largest product of both cosines where both are negative",
            "duplicate": "largest product of both cosines where both are positive",
            "layer_antipode_corr": "correlation with the neuron of layer_antipode",
            "layer_duplicate_corr": "correlation with the neuron of layer_duplicate",
            // ensembles.csv
            "opposed_cos": "smallest cosine of its effect on the vocabulary with that of a neuron of the other role",
            "allied_cos": "largest cosine of its effect on the vocabulary with that of another neuron of its role",
            "ensemble": "neurons of both roles that such cosines connect, by number",
            "ensemble_prediction": "prediction neurons of the ensemble", "ensemble_suppression": "suppression neurons of the ensemble",
            // entropy.csv
            "kind": "candidate, preset (by the paper’s cuts alone) or random control", "entropy": "1: it is called an entropy neuron",
            "null_fraction": "share of w_out’s length in the unembedding’s null space", "presets": "the paper’s cuts that it passes",
            "random_fraction": "what all but one in a thousand random directions have less of",
            "frequency_corr": "correlation of its effect on the logits with the tokens’ log frequencies",
            "random_frequency_corr": "what all but one in a thousand random directions stay below",
            // cosines/
            "with_layer": "the layer of the other neuron",
            // attention.csv and heads.npz
            "head_layer": "layer of the head", "head": "the head within its layer",
            "effect": "deactivation or activation where random directions would hardly reach the cosine",
            "score": "how much it turns the head’s queries towards the row’s first token, w_out of length 1; below 0 away from it",
            "cosine": "the score with the head’s direction of length 1, too", "query": "composition score with the head’s queries",
            "key": "composition score with its keys", "value": "composition score with its values",
            "null_low": "the score that one in a thousand random directions is below",
            "null_high": "the score that one in a thousand random directions is above",
            // path-ablation
            "tokens": "tokens that were read", "activation": "mean activation",
            "attention": "the head’s mean attention to the row’s first token", "attention_change": "its change without the path",
            "attention_pearson": "correlation of that change with the activation", "attention_spearman": "the same by rank",
            "norm": "mean length of the head’s output", "norm_share_change": "its change without the path, as a share",
            "norm_share_pearson": "correlation of that share with the activation", "norm_share_spearman": "the same by rank",
            // firing.csv
            "pair": "the two models", "partner_layer": "the best partner’s layer", "partner_neuron": "its number within the layer",
            "corr": "correlation with the partner",
            "jaccard": "tokens at which both fire, as a share of those at which either does", "both": "tokens at which both fire",
            "fired_a": "tokens at which it fires", "fired_b": "tokens at which the partner fires",
            // interventions.csv
            "loss_change": "change of the loss from the unmodified model, nats a token", "loss_change_se": "its standard error over rows",
            "entropy_change": "change of the prediction’s entropy, nats", "rank_change": "change of the true token’s rank",
            "scale_change": "change of the final norm’s scale",
            // interventions.csv and substitution.csv
            "run_tokens": "tokens that the run was planned to read when its means and matches were taken",
            "state": "current; earlier, of before an extension; later, of a larger budget; unknown; or provisional, of the calibration",
            // steps.csv
            "appears": "step of training from which on it is universal",
        ]
        let moments = [
            ("mean", "mean"), ("var", "variance"), ("skew", "skewness"), ("kurt", "kurtosis, 3 for a normal distribution,"),
        ]
        for (name, word) in moments {
            meanings[name] = "\(word) of its pre-activation"
            meanings["vocab_\(name)"] = "\(word) of the cosines of w_out with the tokens’ unembeddings"
        }
        for (side, weights) in [("in_in", "w_in"), ("out_out", "w_out")] {
            meanings["\(side)_max_cos"] = "largest cosine of \(weights) with another neuron’s"
            meanings["\(side)_min_cos"] = "smallest cosine of \(weights) with another neuron’s"
        }
        return meanings
    }()

    /// What a column says; nil for one that has no words here.
    static func meaning(of column: String) -> String? {
        if let known = meanings[column] { return known }
        if column.hasPrefix("layer_"), let known = meanings[String(column.dropFirst("layer_".count))] {
            return "\(known), within its layer"
        }
        if column.hasPrefix("excess_"), let step = Int(column.dropFirst("excess_".count)) {
            return "excess correlation at step \(NumberFormat.integer(step))"
        }
        return nil
    }
}
