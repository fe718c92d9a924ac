struct PageWriter: FormatWriter {
  mutating func begin<Sink: TextSink & ~Copyable>(
    _ header: TranscriptHeader, to sink: inout Sink
  ) throws(Sink.Failure) {
    try sink.write(bytes: PackageResources.page_css)
  }

  mutating func add<Sink: TextSink & ~Copyable>(
    _ segment: Segment, to sink: inout Sink
  ) throws(Sink.Failure) {}

  mutating func finish<Sink: TextSink & ~Copyable>(
    notes: [String], to sink: inout Sink
  ) throws(Sink.Failure) {}
}
