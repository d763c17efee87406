import Kernels
import Pipeline

/// The hash of a run's statistics, which its analysis computes.
func analysedHash(_ run: RunFolder) throws -> String {
    try AnalyzeRun(folder: run, isPatient: true, context: JobContext(team: ThreadTeam(count: 1))).run().summary.statisticsSHA256
}
