import Foundation
import ModelStore
import Speakers
import Support

/// People whose voices are known: what `viseme voices` keeps, in one file, for those who ask it to.
///
/// Voice prints are personal data: nothing of them but a name goes anywhere else.
package struct VoiceBook: Sendable, Hashable {
  /// Somebody with prints of the voice, the newest last.
  package struct Person: Sendable, Hashable {
    package let name: String
    package fileprivate(set) var prints: [Entry]

    /// Somebody with these prints.
    init(name: String, prints: [Entry]) {
      self.name = name
      self.prints = prints
    }
  }

  /// A print, and the day on which it was added ("2026-11-30").
  package struct Entry: Sendable, Hashable {
    package let print: VoicePrint
    package let added: String
  }

  /// Prints kept of a person at most: people sound otherwise in other rooms, not in hundreds of ways.
  package static let mostPrints = 20
  /// Seconds of a voice alone that a print needs.
  package static let leastSeconds = 5.0
  /// The network whose embeddings the prints are: those of another mean something else.
  package static let network =
    "\(KnownModel.speakerEmbedding.name) \(KnownModel.speakerEmbedding.version)"

  /// In the order in which they were added.
  package private(set) var people: [Person]

  /// A book of `people`, whose names differ.
  package init(people: [Person] = []) { self.people = people }

  /// Adds a print to those of `name`.
  package mutating func add(_ print: VoicePrint, to name: String, on day: String) {
    let entry = Entry(print: print, added: day)
    guard let place = people.firstIndex(where: { $0.name == name }) else {
      people.append(Person(name: name, prints: [entry]))
      return
    }
    people[place].prints = Array((people[place].prints + [entry]).suffix(Self.mostPrints))
  }

  /// Forgets a person; false where there is nobody of that name.
  package mutating func remove(_ name: String) -> Bool {
    let count = people.count
    people.removeAll { $0.name == name }
    return people.count < count
  }

  /// Who beside `name` sounds so like `print` that the two may be confused.
  package func confusable(_ print: VoicePrint, with name: String) -> [String] {
    people.filter { person in
      person.name != name
        && VoiceNaming.likeness(print, person.prints.map(\.print)) >= VoiceNaming.likeness
    }.map(\.name)
  }

  /// Whether somebody may be called so: one name as `--names` takes it, and none that voices have which
  /// nobody knows ("Speaker 3").
  package static func isName(_ text: String) -> Bool {
    SpeakerNames.read(text) == [text] && !isUnknown(text)
  }

  /// Whether it is what a voice is called that nobody knows.
  package static func isUnknown(_ name: String) -> Bool {
    name.wholeMatch(of: /Speaker [0-9]+/) != nil
  }

  /// What finds these people among voices.
  var naming: VoiceNaming {
    VoiceNaming(people.map { ($0.name, $0.prints.map(\.print)) })
  }

  /// The same text for the same people with the same prints only.
  package var identity: String { SHA256.hexDigest(of: VoiceBookFile.body(self)) }
}

/// Why a voice book cannot be used.
package enum VoiceBookError: Error, Sendable, Hashable {
  /// The value is `errno`.
  case unreadable(path: String, code: Int32)
  /// It is no voice book, or not as it was written.
  case damaged(path: String)
  /// A later program wrote it.
  case newer(path: String)
  /// Its prints are embeddings of another network.
  case otherNetwork(path: String, network: String)
  /// Another process changes it and does not come to an end.
  case busy(path: String)
  case output(AtomicFileError)
}
