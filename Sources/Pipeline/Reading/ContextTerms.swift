import Support

/// Names, products and rare words that a recording is expected to speak of, as the user wrote them.
///
/// The decoder writes one where it is nearly the most likely text (`TermTree`, `TermSearch`).
package struct ContextTerms: Sendable, Hashable {
  /// Terms at most.
  package static let most = 2_000
  /// Characters of a term at most.
  package static let longest = 100
  /// Scalars of a term at most, with marks and with white space within.
  private static let longestForm = 400

  /// Why terms cannot be used.
  package enum Fault: Error, Sendable, Hashable {
    /// More than `most`.
    case tooMany
    /// Longer than `longest`.
    case tooLong(String)
    /// No letter and no digit in it, or a character that controls, which no token writes.
    case unwritable(String)
  }

  /// Each once, in the order given.
  package private(set) var terms: [String] = []
  private var known: Set<String> = []

  /// No terms.
  package init() {}

  /// Terms between commas. White space around them does not count, nor do empty ones.
  package init(list: String) throws(Fault) {
    for term in list.split(separator: ",") { try add(term) }
  }

  /// A term in each line of `text`; lines that are empty or begin with # do not count.
  package init(lines text: String) throws(Fault) {
    for (_, line) in TextFile.lines(text) {
      let content = line.unicodeScalars.drop(while: \.properties.isWhitespace)
      if content.first != "#" { try add(Substring(content)) }
    }
  }

  /// Takes in those of `other`.
  package mutating func add(_ other: ContextTerms) throws(Fault) {
    for term in other.terms { try add(term[...]) }
  }

  /// Those of two lists, each of which may be full.
  package func joined(with other: ContextTerms) -> ContextTerms {
    var both = self
    both.terms += other.terms.filter { !known.contains($0) }
    both.known.formUnion(other.known)
    return both
  }

  /// Takes in one term; runs of white space become one space.
  private mutating func add(_ text: Substring) throws(Fault) {
    // A character may have any number of scalars, and to compare such takes long.
    let scalars = text.unicodeScalars.drop(while: \.properties.isWhitespace)
    guard scalars.prefix(Self.longestForm + 1).count <= Self.longestForm else {
      throw .tooLong(String(String.UnicodeScalarView(scalars.prefix(Self.longest))))
    }
    let term = Substring(scalars).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !term.isEmpty, !known.contains(term) else { return }
    guard term.count <= Self.longest else { throw .tooLong(term) }
    let letters = term.unicodeScalars
    guard
      letters.contains(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }),
      letters.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw .unwritable(term) }
    guard terms.count < Self.most else { throw .tooMany }
    terms.append(term)
    known.insert(term)
  }

  /// The terms between commas, for people; nil without any.
  package var text: String? { terms.isEmpty ? nil : terms.joined(separator: ", ") }

  /// The same for the same terms only.
  package var identity: String { terms.joined(separator: "\n") }
}
