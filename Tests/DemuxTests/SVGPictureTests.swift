import Testing

@testable import Demux

/// Drawings become PNG files where this FFmpeg can do it, and one clear error where it cannot.
@Suite(.enabled(if: SVGPicture.isSupported, "this FFmpeg reads no SVG"))
struct SVGPictureTests {
  /// 4 by 2 pixels at scale 2: left half opaque red, right half black at half opacity.
  private static let drawing = """
    <svg xmlns="http://www.w3.org/2000/svg" width="8" height="4" viewBox="0 0 4 2">\
    <rect width="2" height="2" fill="#ff0000"/>\
    <rect x="2" width="2" height="1" fill="#000000" fill-opacity="0.5"/></svg>
    """

  @Test func isDrawnOnWhiteAtItsSize() throws {
    let png = try SVGPicture.png(Self.drawing)
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let path = try MediaFixture.write("drawing.png", png)
    let pixels = [UInt8](
      try MediaFixture.run(
        "ffmpeg",
        ["-nostdin", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]))
    try #require(pixels.count == 8 * 4 * 3)
    #expect(Array(pixels[..<3]) == [255, 0, 0])
    // Half of 255, and a step for rounding twice: in the drawing and when laid on white.
    #expect(pixels[(4 * 3)..<(4 * 3 + 3)].allSatisfy { abs(Int($0) - 127) <= 1 })
    #expect(Array(pixels[(2 * 8 * 3 + 4 * 3)...].prefix(3)) == [255, 255, 255])
  }

  @Test(arguments: ["", "no drawing", "<svg", "<html></html>"])
  func whatIsNoDrawingIsRefused(text: String) {
    #expect(throws: PictureError.self) { try SVGPicture.png(text) }
  }

  /// A drawing of terapixels is refused before memory is asked for.
  @Test func aHugeDrawingIsRefused() {
    let huge = """
      <svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"/>
      """
    #expect(throws: PictureError.self) { try SVGPicture.png(huge) }
  }
}
