import Support

extension AtomicFile: TextSink {
  package typealias Failure = AtomicFileError
}

extension BufferedDescriptor: TextSink {
  package typealias Failure = AtomicFileError
}
