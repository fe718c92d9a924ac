import Demux
import Evaluation
import Foundation
import Support

/// Writes what `viseme eval` and `viseme eval score` leave in a folder.
enum EvalReportWriter {
  /// Refuses to replace the report of other recordings, unless asked for.
  static func check(
    _ files: ReportFiles, purpose: String, isFresh: Bool
  ) throws(AtomicFileError) {
    let path = files.path(ReportFiles.json)
    guard !isFresh, FileManager.default.fileExists(atPath: path) else { return }
    let old = try? ReportFiles.read(path)
    if old?.purpose != purpose { throw .exists(path: path) }
  }

  /// - Returns: the names of the files; without the PNG where FFmpeg cannot draw it.
  static func write(
    _ report: EvaluationReport, to files: ReportFiles
  ) throws(AtomicFileError) -> [String] {
    let normaliser = report.normalisers.first ?? .whisper
    let subtitle = EvalReportText.subtitle(report)
    let noPicture = try files.write(
      WERChart(
        cells: report.cells.compactMap { $0.scored(normaliser) },
        title: EvalReportText.title(report), subtitle: subtitle))
    try files.write(
      ErrorPage(
        title: EvalReportText.title(report), subtitle: subtitle,
        lines: report.errorLines(normaliser)))
    try files.write(EvalReportText.document(report).markdown(), as: ReportFiles.markdown)
    // Last: with it the report is complete.
    try files.write(report)
    let picture = noPicture == nil ? [ReportFiles.picture] : []
    return [ReportFiles.json, ReportFiles.markdown, ReportFiles.chart] + picture
      + [ReportFiles.errors]
  }
}
