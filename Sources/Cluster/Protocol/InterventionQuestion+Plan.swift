import Analysis
import Pipeline

extension InterventionQuestion {
    /// What of a question that has come from elsewhere is none of a plan's; nil where all is.
    func problem(in plan: RunPlan) -> String? {
        guard let model = plan.numbers.models.first(where: { $0.id == self.model }) else { return "its model is not the plan's" }
        let areOfModel = conditions.allSatisfy { condition in
            (0..<model.layers).contains(condition.layer) && (0..<model.mlpWidth).contains(condition.neuron)
                && condition.intervention.kind.hasValue == (condition.intervention.value != nil)
                && (condition.intervention.value?.isFinite ?? true) && (hasFrequencies || condition.frozen != .frequency)
        }
        return areOfModel ? nil : "a condition is none of its model"
    }
}
