import Foundation
import Pipeline

/// What a made-up run knows of a neuron, from JSON as `neuron --json` has it in a run's own names.
enum SyntheticNeuron {
    /// A neuron of which everything is known.
    static func whole(token: String = " the", model: String = "a") throws -> NeuronInspection {
        let name = try text(model)
        return try decoded(
            """
            {"layer": 3, "neuron": 117, "model": \(name),
            "order": ["layer", "neuron", "mean_corr", "mean_baseline", "sparsity", "vocab_kurt", "excess_corr", "excess_corr_se", "universal",
                "b_corr", "b_layer", "b_neuron", "b_corr_crossfit", "family", "explanation", "explanation_score", "explanation_corr", "role",
                "second_explanation", "second_explanation_corr"],
            "columns": {"layer": 3, "neuron": 117, "mean_corr": 0.75, "mean_baseline": 0.178, "vocab_kurt": 12.123456789012, "excess_corr": 0.572,
                "excess_corr_se": 0.015, "universal": 1, "b_corr": 0.8, "b_layer": 3, "b_neuron": 5, "b_corr_crossfit": 0.79,
                "family": "syntax", "explanation": "is a digit", "explanation_score": 0.62, "explanation_corr": -0.787, "role": "suppression",
                "second_explanation": "all caps", "second_explanation_corr": 0.3, "sparsity": null},
            "percentiles": {"vocab_kurt": 98.75},
            "partners": [{"model": "b", "best": {"layer": 3, "neuron": 5, "correlation": 0.8}, "crossfit": 0.79,
                "next": [{"layer": 2, "neuron": 7, "correlation": 0.41}], "lowest": [{"layer": 0, "neuron": 1, "correlation": -0.3}]}],
            "explanations": [{"feature": "is a digit", "family": "syntax", "correlation": -0.787, "score": 0.62},
                {"feature": "all caps", "correlation": 0.3, "score": 0.09}],
            "role": {"layer": 3, "neuron": 117, "role": "suppression", "isUniversal": true, "vocabKurt": 12.1, "vocabSkew": -1,
                "feature": "starts with space", "featureReduction": 0.31, "featureDifference": -0.2, "featureT": -12.5,
                "promoted": [" x"], "suppressed": [7]},
            "vocabulary": [{"weights": "out", "matrix": "unembedding", "mean": 0.01, "variance": 0.02, "skewness": -1, "kurtosis": 12.1,
                "highest": [{"id": 5, "text": \(try text(token)), "cosine": 0.4}, {"id": 6, "cosine": 0.3}],
                "lowest": [{"id": 7, "text": " z", "cosine": -0.5}]}],
            "cliques": [{"size": 2, "strength": 0.8, "members": ["a:3.117", "b:3.5"]}],
            "domains": [{"domain": "Code", "excess": 0.6, "standardError": 0.02, "isUniversal": true}, {"domain": "Books"}],
            "tables": [{"table": "steps.csv", "title": "When in training it becomes universal", "columns": ["appears"], "rows": [[1000]]}],
            "positions": {"rows": 64, "fired": [0, 32, 16, 48, 64]},
            "means": [{"id": 5, "text": " the", "value": 1.23456, "count": 31}, {"id": 6, "text": " of", "value": 0.0004, "count": 12},
                {"id": 7, "text": " z", "value": -0.2, "count": 40}],
            "examples": [{"value": 4.25, "row": 12, "position": 7, "domain": "Code", "before": "of ", "token": \(try text(token)),
                "after": " day", "isText": true}]}
            """)
    }

    /// A neuron of a run that was not analysed.
    static func bare() throws -> NeuronInspection {
        try decoded(#"{"layer": 0, "neuron": 1, "columns": {}, "order": [], "examples": []}"#)
    }

    /// A neuron of a run that lacks a shard.
    static func incomplete() throws -> NeuronInspection {
        try decoded(
            """
            {"layer": 0, "neuron": 1, "columns": {"mean_corr": 0.75}, "order": ["mean_corr"], "examples": [],
            "incomplete": {"shards_planned": 4, "shards_complete": 3, "blocks": 7, "least_tokens": 1536, "most_tokens": 1536,
                "missing": [{"blocks": {"first": 0, "last": 6}, "shards": [{"first": 1, "last": 1}]}]}}
            """)
    }

    /// A principal direction in the place of a neuron.
    static func direction() throws -> NeuronInspection {
        try decoded(
            """
            {"layer": 3, "neuron": 5, "name": "3.pc5", "kind": "principal direction", "model": "a", "order": ["layer", "neuron", "excess_corr"],
            "columns": {"layer": 3, "neuron": 5, "excess_corr": 0.25}, "examples": [],
            "partners": [{"model": "b", "best": {"layer": 3, "neuron": 2, "name": "3.pc2", "correlation": 0.8},
                "next": [{"layer": 2, "neuron": 7, "name": "2.pc7", "correlation": 0.41}], "lowest": []}]}
            """)
    }

    private static func text(_ text: String) throws -> String { String(decoding: try JSONEncoder().encode(text), as: UTF8.self) }

    private static func decoded(_ json: String) throws -> NeuronInspection {
        try JSONDecoder().decode(NeuronInspection.self, from: Data(json.utf8))
    }
}
