import Demux
import Foundation
import Pipeline
import Support

/// Writes a report's files into its folder and reads `report.json` back.
package struct ReportFiles: Sendable {
  /// Why a report cannot be read.
  package enum Fault: Error, Sendable, Hashable {
    /// An `errno` value.
    case unreadable(Int32)
    /// It is no report, or of a format that this program does not know.
    case notAReport
  }

  /// Bytes of a report that is read at most.
  private static let most = 512 << 20

  package static let json = "report.json"
  package static let markdown = "report.md"
  package static let chart = "wer.svg"
  package static let picture = "wer.png"
  package static let errors = "errors.html"

  private let folder: String

  /// The files of the report in `folder`.
  package init(in folder: String) {
    self.folder = folder
  }

  /// The path of a file of the report.
  package func path(_ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Writes `report.json`.
  package func write(_ report: EvaluationReport) throws(AtomicFileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Rates that are no numbers are nil, so that everything encodes.
    guard let data = try? encoder.encode(report) else { return }
    var file = try AtomicFile(path: path(Self.json), replacing: true)
    try file.write(bytes: data)
    try file.write("\n")
    try file.commit()
  }

  /// Writes a text.
  package func write(_ text: String, as name: String) throws(AtomicFileError) {
    var file = try AtomicFile(path: path(name), replacing: true)
    try file.write(text)
    try file.commit()
  }

  /// Writes the page of errors.
  package func write(_ page: ErrorPage) throws(AtomicFileError) {
    var file = try AtomicFile(path: path(Self.errors), replacing: true)
    try page.write(to: &file)
    try file.commit()
  }

  /// Writes the plot as SVG and, where FFmpeg can draw it, as PNG.
  ///
  /// - Returns: why there is no PNG; nil where there is.
  package func write(_ chart: WERChart) throws(AtomicFileError) -> PictureError? {
    try write(chart.svg(), as: Self.chart)
    let bytes: [UInt8]
    do throws(PictureError) { bytes = try SVGPicture.png(chart.svg(scale: 2)) } catch {
      return error
    }
    var file = try AtomicFile(path: path(Self.picture), replacing: true)
    try file.write(bytes: bytes)
    try file.commit()
    return nil
  }

  /// Reads `report.json`, or the file itself where `path` is none of a folder.
  package static func read(_ path: String) throws(Fault) -> EvaluationReport {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = exists && isFolder.boolValue ? ReportFiles(in: path).path(json) : path
    let data: Data
    do throws(WholeFile.Unreadable) { data = try WholeFile.read(file, limit: most) } catch {
      throw .unreadable(error.code)
    }
    guard let report = try? JSONDecoder().decode(EvaluationReport.self, from: data),
      report.format == EvaluationReport.currentFormat
    else { throw .notAReport }
    return report
  }
}
