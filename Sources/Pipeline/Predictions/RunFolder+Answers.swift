import Analysis
import Storage
import SystemPackage

extension RunFolder {
    /// What changes of neurons do, a folder for each question.
    public var interventions: FilePath { answers(to: InterventionQuestion.self) }
    /// What neurons are worth that other models' take the place of, a folder for each question.
    public var substitution: FilePath { answers(to: SubstitutionQuestion.self) }

    /// The answers to questions of a kind, a folder for each.
    func answers<Question: PredictionQuestion>(to kind: Question.Type) -> FilePath { path.appending(Question.name) }

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
