import Foundation
import Testing

@testable import Batch
@testable import VisemeCommand

/// What a batch says of its recordings.
@Suite struct BatchProgressTests {
  /// A full disk keeps all recordings waiting, so it is told where nothing else is.
  @Test(arguments: [
    (FailureClass.noSpace, true, true), (.readError, true, false), (.noSpace, false, true),
    (.readError, false, true),
  ])
  func anotherTryIsTold(failure: FailureClass, isQuiet: Bool, isTold: Bool) throws {
    let line = ReportLine(
      input: "a.wav", status: .failed, error: failure, cause: "why", model: "m", program: "p",
      finished: "now")
    let progress = BatchProgress(console: Console(), isQuiet: isQuiet)
    let text = progress.text(of: .willRetry(line))
    #expect(text == (isTold ? "a.wav: why; will be tried again" : nil))
  }
}
