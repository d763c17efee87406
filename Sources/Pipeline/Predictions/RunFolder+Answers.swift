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
    private struct Asked<Question: PredictionQuestion>: Decodable {
        let plan: Digest
        /// Nil where the question takes nothing from the run's sums, and in older files.
        let runTokens: Int?
        /// Nil for one of another form.
        let question: Question?

        private enum CodingKeys: String, CodingKey {
            case plan, question
            case runTokens = "run_tokens"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            plan = try values.decode(Digest.self, forKey: .plan)
            runTokens = try values.decodeIfPresent(Int.self, forKey: .runTokens)
            question = try? values.decode(Question.self, forKey: .question)
        }
    }

    /// The answers to questions of a kind over the rows and models of a plan, in the order of their folders' names; what is not answered yet
    /// is left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    func answers<Question: PredictionQuestion>(to kind: Question.Type, of plan: RunPlan) throws -> [KeptAnswer<Question.Tally.Summary>] {
        let answers = answers(to: kind)
        guard Folder.exists(answers) else { return [] }
        return try Folder.names(in: answers).compactMap { name in
            let place = answers.appending(name)
            let (question, answer) = (place.appending("question.json"), place.appending("\(Question.name).json"))
            guard Folder.holdsFile(question), Folder.holdsFile(answer) else { return nil }
            let asked = try JSONFile.read(Asked<Question>.self, from: question)
            guard asked.plan == plan.identity else { return nil }
            let summary = try JSONFile.read(Question.Tally.Summary.self, from: answer)
            guard let known = asked.question else { return KeptAnswer(summary, of: .unknown) }
            return KeptAnswer(
                summary, about: known.places, of: AnswerState(mean: known.meanOrigin, runTokens: asked.runTokens, planned: plan.tokens),
                runTokens: asked.runTokens)
        }
    }
}
