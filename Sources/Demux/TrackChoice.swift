import CFFmpeg

extension Container {
  /// The ordinals of the audio tracks that a selection names.
  func audioTracks(
    _ selection: AudioTrackSelection, in info: MediaInfo
  ) throws(DemuxError) -> [Int] {
    let tracks = info.audioStreams
    guard let first = tracks.first else { throw .noAudio }
    let chosen: [Int]
    switch selection {
    case .automatic:
      chosen = [bestTrack(tracks)]
    case .number(let number):
      chosen = tracks.indices.contains(number - 1) ? [number - 1] : []
    case .language(let wanted):
      let matching = tracks.indices.filter { index in
        tracks[index].language.map { LanguageCode.areSame($0, wanted) } ?? false
      }
      chosen = Array((matching.filter { tracks[$0].isDecodable } + matching).prefix(1))
    case .all:
      chosen = tracks.indices.filter { tracks[$0].isDecodable }
      guard !chosen.isEmpty else { throw .unknownCodec(first.codec) }
    }
    guard !chosen.isEmpty else {
      throw .noSuchTrack(requested: selection, available: labels(tracks))
    }
    return chosen
  }

  /// The stream index of the video that a request names.
  func videoStream(_ request: VideoRequest, in info: MediaInfo) throws(DemuxError) -> Int {
    let streams = info.videoStreams
    guard let first = streams.first else { throw .noVideo }
    if let number = request.stream {
      guard streams.indices.contains(number - 1) else {
        throw .noSuchVideo(requested: number, available: streams.count)
      }
      return streams[number - 1].index
    }
    let best = Int(av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0))
    return streams.contains { $0.index == best } ? best : first.index
  }

  private func bestTrack(_ tracks: [StreamInfo]) -> Int {
    let best = Int(av_find_best_stream(context, AVMEDIA_TYPE_AUDIO, -1, -1, nil, 0))
    return tracks.firstIndex { $0.index == best && $0.isDecodable }
      ?? tracks.firstIndex { $0.isDecodable } ?? 0
  }

  private func labels(_ tracks: [StreamInfo]) -> [DemuxError.TrackLabel] {
    tracks.enumerated().map { position, stream in
      DemuxError.TrackLabel(
        number: position + 1, language: stream.language, title: stream.title)
    }
  }
}
