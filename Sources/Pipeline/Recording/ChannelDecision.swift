import Demux

extension TranscriptionRequest {
  /// Opens the recording with its channels delivered as was asked for.
  ///
  /// - Parameters:
  ///   - start: seconds from time zero from which on is read; nil for the whole.
  ///   - isPipe: it can be read only once, so that nothing is measured in advance.
  ///   - separation: what was measured where the channels are delivered each by itself for it; nil
  ///     elsewhere.
  /// - Returns: the demuxer at its beginning.
  /// - Throws: why the recording cannot be read.
  package func demuxer(
    from start: Double?, isPipe: Bool = false, separation: inout ChannelSurvey?
  ) throws(DemuxError) -> Demuxer {
    var choices = DemuxOptions(audio: options.track, start: start, end: options.end)
    if options.channels == .separate { choices.channels = .apart(gated: true) }
    let demuxer = try Demuxer(path: input, options: choices)
    separation = nil
    guard options.channels == .auto, !isPipe, let survey = survey(demuxer.info, demuxer.lanes)
    else { return demuxer }
    separation = survey
    choices.channels = .apart(gated: true)
    return try Demuxer(path: input, options: choices)
  }

  /// What was measured of the two channels of a recording's only track; nil where they are to be mixed.
  private func survey(_ info: MediaInfo, _ lanes: [AudioLane]) -> ChannelSurvey? {
    guard lanes.count == 1, info.audioStreams[lanes[0].track].audio?.channels == 2,
      let survey = ChannelSurvey(self, info: info), survey.areDifferent
    else { return nil }
    return survey
  }
}
