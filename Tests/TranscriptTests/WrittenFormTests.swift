import Testing

@testable import Transcript

/// How words are written for people, and for programs.
@Suite struct WrittenFormTests {
  private func text(
    _ format: TranscriptFormat, _ said: String, _ form: WrittenForm = WrittenForm(),
    language: String = "en"
  ) -> String {
    var profile = CueProfile.standard
    profile.form = form
    var header = Meeting.header
    header.language = language
    var text = ""
    Transcript(header: header, segments: [spoken(said)]).write(format, profile: profile, to: &text)
    return text
  }

  @Test func thePronounHasItsCapitalAndBareDashesGo() {
    let said = "- so i'm sure i\u{2019}d go \u{2014} and \"i\" -- i.e. i, in i9"
    #expect(
      text(.txt, said) == "so I'm sure I\u{2019}d go and \"I\" i.e. I, in i9\n")
    #expect(text(.txt, said, WrittenForm(isVerbatim: true)) == said + "\n")
    #expect(text(.txt, said, language: "it") == said + "\n", "English rules are for English")
  }

  @Test(arguments: TranscriptFormat.allCases)
  func programsGetTheWordsAsTheyWereRecognised(format: TranscriptFormat) {
    let said = "so i'm - twenty five"
    let written = text(format, said, WrittenForm(numbers: .digits))
    if [.json, .whisper, .ctm, .stm, .rttm, .seglst].contains(format) {
      #expect(written == text(format, said, WrittenForm(isVerbatim: true)))
    } else if format != .docx {
      #expect(written != text(format, said, WrittenForm(isVerbatim: true)))
      #expect(!written.contains("twenty"))
    }
  }

  @Test func aSegmentOfDashesAloneIsNothing() {
    #expect(text(.txt, "- --") == text(.txt, ""))
    #expect(text(.srt, "- --") == "")
  }

  @Test func theClockOfACueIsThatOfTheWordsItShows() {
    let srt = text(.srt, "so twenty five people came", WrittenForm(numbers: .auto))
    #expect(srt.contains("so 25 people came"))
    let asSaid = text(.srt, "so twenty five people came")
    #expect(
      srt.split(separator: "\r\n").dropFirst().first
        == asSaid.split(separator: "\r\n").dropFirst().first)
  }
}
