import Foundation
import Testing

@testable import Evaluation

@Suite struct BritishSpellingTests {
  @Test(arguments: [
    "colour color", "favourite favorite", "neighbourhoods neighborhoods", "unsavoury unsavory",
    "centred centered", "theatre theater", "manoeuvring maneuvering", "catalogues catalogs",
    "defenceless defenseless", "practising practicing", "mouldy moldy", "grey gray",
    "ploughmen plowmen", "chequered checkered", "draughtsman draftsman", "sceptical skeptical",
    "travellers travelers", "marvellously marvelously", "counsellors counselors",
    "fulfilment fulfillment", "enrol enroll", "skilfully skillfully", "woollen woolen",
    "aeroplanes airplanes", "storeys stories", "programmes programs", "jewellery jewelry",
    "anaesthetised anesthetized", "haemorrhages hemorrhages", "paediatrician pediatrician",
    "oestrogen estrogen", "archaeology archeology", "leukaemia leukemia", "sulphuric sulfuric",
    "organise organize", "organisational organizational", "recognisable recognizable",
    "apologising apologizing", "civilisations civilizations", "unrealised unrealized",
    "tantalisingly tantalizingly", "archaise archaize", "soliloquises soliloquizes",
    "analyse analyze", "paralysing paralyzing", "psychoanalysed psychoanalyzed",
  ])
  func becomesAmerican(pair: String) {
    let words = pair.split(separator: " ").map(String.init)
    #expect(BritishSpelling.american(words[0]) == words[1])
    #expect(BritishSpelling.american(words[1]) == words[1])
  }

  /// Words that look like those above, and words that differ in more than spelling.
  @Test(arguments: [
    "", "is", "his", "four", "hour", "tour", "pour", "flour", "contour", "glamour", "velour",
    "acre",
    "ogre", "massacre", "mediocre", "hence", "fence", "device", "advice", "called", "filled",
    "rolling", "shoulder", "boulder", "enough", "though", "they", "obey", "greyhound", "shoestring",
    "phoenix", "amoeba", "subpoena", "advise", "advertised", "arise", "chastise", "compromising",
    "concise", "demise", "despised", "devise", "disguise", "enterprise", "exercises",
    "unsurprising", "improvised", "improvisation", "likewise", "merchandise", "noise", "otherwise",
    "paradise", "praise", "precise", "imprecise", "premises", "promised", "raise", "revised",
    "rising", "supervise", "surprises", "televised", "treatise", "unadvisable", "wisely", "crises",
    "irises", "pelvises", "trellised", "miser", "cruiser", "kaiser", "dialyses", "whilst", "mum",
    "maths", "towards", "learnt",
  ])
  func staysAsItIs(word: String) {
    #expect(BritishSpelling.american(word) == word)
  }
}
