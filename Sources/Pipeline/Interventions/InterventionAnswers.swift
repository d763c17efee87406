import Analysis
import Storage

/// The answers to questions about neurons that lie in a run's folder.
public enum InterventionAnswers {
    private struct Question: Decodable {
        let plan: Digest
    }

    /// Those over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [InterventionSummary] {
        guard Folder.exists(folder.interventions) else { return [] }
        return try Folder.names(in: folder.interventions).compactMap { name in
            let place = folder.interventions.appending(name)
            let (question, answer) = (place.appending("question.json"), place.appending("interventions.json"))
            guard Folder.holdsFile(question), Folder.holdsFile(answer),
                try JSONFile.read(Question.self, from: question).plan == plan.identity
            else { return nil }
            return try JSONFile.read(InterventionSummary.self, from: answer)
        }
    }
}
