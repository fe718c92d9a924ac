/// An Office Open XML document (ECMA-376, transitional) of minutes: a title, then for each paragraph a
/// line with speaker and time and one with the text.
struct WordDocument: ParagraphSyntax {
  private static let package = "http://schemas.openxmlformats.org/package/2006"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006"
  private static let main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

  private var title = ""
  private var language = "en"

  var isPacked: Bool { true }

  mutating func header(_ header: TranscriptHeader) -> String {
    title = xmlText(stem(header.source.file))
    language = xmlText(header.language)
    return Self.declaration + "<w:document xmlns:w=\"\(Self.main)\"><w:body>\n"
      + Self.styled("Title", title)
  }

  func paragraph(_ paragraph: Paragraph, number: Int) -> String {
    let name = paragraph.speaker.map { xmlText($0) + "  " } ?? ""
    return "<w:p><w:pPr><w:pStyle w:val=\"Speaker\"/></w:pPr>\(Self.run(name))"
      + "<w:r><w:rPr><w:rStyle w:val=\"Time\"/></w:rPr><w:t>\(clock(paragraph.start))</w:t></w:r>"
      + "</w:p>\n" + Self.styled("Speech", xmlText(paragraph.text))
  }

  func footer(notes: [String]) -> String {
    notes.map { Self.styled("Note", xmlText($0)) }.joined()
      + "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" "
      + "w:bottom=\"1417\" w:left=\"1417\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/>"
      + "</w:sectPr></w:body></w:document>\n"
  }

  func packed(_ document: String) -> [UInt8] {
    var zip = ZipWriter()
    zip.add("[Content_Types].xml", Self.contentTypes)
    zip.add(
      "_rels/.rels",
      Self.relationships([
        ("\(Self.office)/relationships/officeDocument", "word/document.xml"),
        ("\(Self.package)/relationships/metadata/core-properties", "docProps/core.xml"),
      ]))
    zip.add("docProps/core.xml", properties)
    zip.add("word/document.xml", document)
    zip.add(
      "word/_rels/document.xml.rels",
      Self.relationships([("\(Self.office)/relationships/styles", "styles.xml")]))
    zip.add("word/styles.xml", styles)
    return zip.finish()
  }

  /// A paragraph of `text`, which is escaped already.
  private static func styled(_ style: String, _ text: String) -> String {
    "<w:p><w:pPr><w:pStyle w:val=\"\(style)\"/></w:pPr>\(run(text))</w:p>\n"
  }

  private static func run(_ text: String) -> String {
    text.isEmpty ? "" : "<w:r><w:t xml:space=\"preserve\">\(text)</w:t></w:r>"
  }

  private static let contentTypes: String = {
    let prefix = "application/vnd.openxmlformats-"
    let word = "\(prefix)officedocument.wordprocessingml"
    let parts = [
      ("/word/document.xml", "\(word).document.main+xml"),
      ("/word/styles.xml", "\(word).styles+xml"),
      ("/docProps/core.xml", "\(prefix)package.core-properties+xml"),
    ]
    return declaration + "<Types xmlns=\"\(package)/content-types\">"
      + "<Default Extension=\"rels\" ContentType=\"\(prefix)package.relationships+xml\"/>"
      + parts.map { "<Override PartName=\"\($0.0)\" ContentType=\"\($0.1)\"/>" }.joined()
      + "</Types>\n"
  }()

  private static func relationships(_ targets: [(type: String, target: String)]) -> String {
    let list = targets.enumerated().map { index, entry in
      "<Relationship Id=\"rId\(index + 1)\" Type=\"\(entry.type)\" Target=\"\(entry.target)\"/>"
    }
    return declaration + "<Relationships xmlns=\"\(package)/relationships\">\(list.joined())"
      + "</Relationships>\n"
  }

  private var properties: String {
    Self.declaration + "<cp:coreProperties xmlns:cp=\"\(Self.package)/metadata/core-properties\" "
      + "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>\(title)</dc:title>"
      + "<dc:language>\(language)</dc:language></cp:coreProperties>\n"
  }

  private var styles: String {
    let speaker = "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"40\"/>"
    let paragraphs = [
      ("Title", "<w:spacing w:after=\"240\"/>", "<w:b/><w:sz w:val=\"40\"/>"),
      ("Speaker", speaker, "<w:b/>"),
      ("Speech", "<w:spacing w:after=\"120\" w:line=\"276\" w:lineRule=\"auto\"/>", ""),
      ("Note", "<w:spacing w:before=\"120\"/>", "<w:i/><w:color w:val=\"595959\"/>"),
    ]
    let defaults =
      "<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val=\"22\"/><w:lang w:val=\"\(language)\"/>"
      + "</w:rPr></w:rPrDefault></w:docDefaults>"
      + "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
      + "<w:name w:val=\"Normal\"/></w:style>"
    let list = paragraphs.map { name, paragraph, run in
      "<w:style w:type=\"paragraph\" w:styleId=\"\(name)\"><w:name w:val=\"\(name)\"/>"
        + "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>\(paragraph)</w:pPr>"
        + "<w:rPr>\(run)</w:rPr></w:style>"
    }
    return Self.declaration + "<w:styles xmlns:w=\"\(Self.main)\">\(defaults)\(list.joined())"
      + "<w:style w:type=\"character\" w:styleId=\"Time\"><w:name w:val=\"Time\"/>"
      + "<w:rPr><w:b w:val=\"0\"/><w:color w:val=\"595959\"/></w:rPr></w:style></w:styles>\n"
  }
}
