import Foundation

/// The sound of a recording, for a page that has it inside.
package protocol PageSound: AnyObject, Sendable {
  /// As MIME names its format.
  var mediaType: String { get }
  /// The next bytes; nil after the last, and where no more can be had.
  func next() -> [UInt8]?
}

/// Writes sound into a page: as a data URI (RFC 2397) in an element that the page's script reads. As the
/// address of a player it could not be longer than 32 MB in Firefox.
enum PageSoundWriter {
  static func write<Sink: TextSink & ~Copyable>(
    _ sound: any PageSound, to sink: inout Sink
  ) throws(Sink.Failure) {
    try sink.write("<script type=\"text/plain\" id=\"sound\">data:\(sound.mediaType);base64,")
    var rest: [UInt8] = []
    while let bytes = sound.next() {
      rest += bytes
      // Three bytes are four letters; what is left over waits.
      let whole = rest.count / 3 * 3
      try sink.write(bytes: [UInt8](Data(rest.prefix(whole)).base64EncodedData()))
      rest.removeFirst(whole)
    }
    try sink.write("\(Data(rest).base64EncodedString())</script>\n")
  }
}
