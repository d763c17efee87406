import Analysis
import Storage

/// The answers to questions about neurons that lie in a run's folder.
public enum InterventionAnswers {
    /// Those over the rows and models of a plan, in the order of their folders' names; what is not answered yet is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [InterventionSummary] {
        try folder.answers(to: InterventionQuestion.self, of: plan)
    }
}

extension RunFolder {
    /// What a question's file says of its run.
    private struct Asked: Decodable {
        let plan: Digest
    }

    /// The answers to questions of a kind over the rows and models of a plan, in the order of their folders' names; what is not answered yet
    /// is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    func answers<Question: PredictionQuestion>(to kind: Question.Type, of plan: RunPlan) throws -> [Question.Tally.Summary] {
        let answers = answers(to: kind)
        guard Folder.exists(answers) else { return [] }
        return try Folder.names(in: answers).compactMap { name in
            let place = answers.appending(name)
            let (question, answer) = (place.appending("question.json"), place.appending("\(Question.name).json"))
            guard Folder.holdsFile(question), Folder.holdsFile(answer),
                try JSONFile.read(Asked.self, from: question).plan == plan.identity
            else { return nil }
            return try JSONFile.read(Question.Tally.Summary.self, from: answer)
        }
    }
}
