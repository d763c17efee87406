import Pipeline
import Scheduling

/// A screened run has two stages: its pilot, a run of its own that workers and reducers compute like any other, and behind it the run.
extension CoordinatorJob {
    /// Makes the plan of the run; has the pilot computed before, where the run is screened and has no candidates yet.
    ///
    /// The pilot's coordinator goes on answering while the candidates are chosen and the run is planned.
    ///
    /// - Parameters:
    ///   - handover: what is left to the run's own coordinator.
    ///   - begin: as `run`'s, for the pilot.
    /// - Throws: as `run`.
    func prepare(_ placement: ClusterPlacement, _ handover: PilotHandover, begin: (RunFolder) throws -> Void) throws -> PlannedRun {
        func plan(_ screening: Screening?) throws -> PlannedRun {
            try PlanBuilder(configuration: configuration, folder: folder, context: context, placement: placement, screening: screening)
                .prepare()
        }
        guard let pilot = PilotJob(configuration, folder: folder, context: context) else { return try plan(nil) }
        context.logger.info("the run is screened: first its pilot, then the candidates that follow from that")
        return try job(of: pilot, handover).run(begin: begin) { planned in
            context.logger.info("the pilot is complete: the candidates are chosen")
            let screening = try pilot.screening(of: planned)
            // From the moment that the run has a plan it goes on as it was started.
            try begin(folder)
            return try plan(screening)
        }
    }

    /// The job of a pilot, with sockets of its own: when they are closed, nothing of them keeps the run's coordinator from listening there.
    private func job(of pilot: PilotJob, _ handover: PilotHandover) throws -> CoordinatorJob {
        var settings = settings
        settings.messages = try MessageContext()
        if let secure = settings.secure { settings.security = try secure(settings.messages) }
        // Whoever is needed for another round is needed for the run.
        settings.rounds = nil
        return CoordinatorJob(
            configuration: try pilot.pilotConfiguration(), folder: folder.pilot, placement: placement, settings: settings, context: context,
            pilotOf: handover)
    }
}
