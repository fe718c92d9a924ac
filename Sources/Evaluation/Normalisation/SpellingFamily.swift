/// Words that differ between British and American spelling in the same way.
struct SpellingFamily {
  /// What the words begin with.
  let stems: [Substring]
  /// What follows in British and in American spelling.
  let endings: [(british: String, american: String)]

  /// Every British word with its American spelling.
  var words: [(british: String, american: String)] {
    stems.flatMap { stem in
      endings.map { (british: stem + $0.british, american: stem + $0.american) }
    }
  }

  /// Stems that are separated by spaces, or an empty one, and pairs of endings.
  private init(_ stems: String, _ endings: [(String, String)]) {
    self.stems = stems.isEmpty ? [""] : stems.split(separator: " ")
    self.endings = endings
  }

  /// Stems whose last letters change, with the same endings after them in both spellings; `_`
  /// stands for no ending.
  private init(_ stems: String, _ british: String, _ american: String, _ endings: String) {
    self.init(
      stems,
      endings.split(separator: " ").map { ending in
        let ending = ending == "_" ? "" : ending
        return (british + ending, american + ending)
      })
  }

  static let all =
    doubled + [
      // colour: color
      SpellingFamily(
        """
        arb ard arm behavi cand clam clang col demean disarm discol dishon disfav misdemean dol enam \
        endeav fav ferv flav harb hon hum lab belab misbehavi multicol neighb od parl ranc rig rum \
        sav unsav savi splend succ technicol tricol tum unarm unfav unflav unhon val vap varicol vig watercol
        """, "our", "or",
        """
        _ s ed edly ing ingly ings er ers able ably al ally ful fully less lessly lessness ite ites \
        itism hood hoods y ies ily ier iest ly liness ism ist ists ation ations some blind fast man
        """),
      // centre: center
      SpellingFamily(
        """
        amphitheat calib cent centilit centimet concent decimet epicent fib goit hypocent kilolit \
        kilomet lacklust lit louv lust meag met micromet millilit millimet mit nanomet nit \
        philt reconnoit sab saltpet scept sepulch somb spect theat
        """,
        [
          ("re", "er"), ("res", "ers"), ("red", "ered"), ("ring", "ering"), ("rely", "erly"),
          ("reness", "erness"), ("repiece", "erpiece"), ("repieces", "erpieces"),
          ("refold", "erfold"), ("refolds", "erfolds"), ("regoer", "ergoer"),
          ("regoers", "ergoers"), ("reglass", "erglass"),
          ("reboard", "erboard"), ("reline", "erline"),
        ]),
      SpellingFamily(
        "man outman",
        [
          ("oeuvre", "euver"), ("oeuvres", "euvers"), ("oeuvred", "euvered"),
          ("oeuvring", "euvering"), ("oeuvrable", "euverable"),
          ("oeuvrability", "euverability"),
        ]),
      // catalogue: catalog
      SpellingFamily(
        "anal catal dial epil monol prol",
        [("ogue", "og"), ("ogues", "ogs"), ("ogued", "oged"), ("oguing", "oging")]),
      // defence: defense
      SpellingFamily("defen licen offen preten", "c", "s", "e es ed ing eless"),
      SpellingFamily("practi", "s", "c", "e es ed ing"),
      // mould: mold
      SpellingFamily("m", "ould", "old", "_ s ed ing ings er ers y ier iest iness ered ering"),
      SpellingFamily("sm", "oulder", "older", "_ s ed ing"),
      SpellingFamily("m", "oult", "olt", "_ s ed ing"),
      SpellingFamily("gr", "ey", "ay", "_ s ed er est ing ish ly ness"),
      SpellingFamily(
        "pl snowpl", "ough", "ow", "_ s ed ing er ers man men share shares boy boys"),
      SpellingFamily("che", "que", "ck", "_ s book books"),
      SpellingFamily("che", "quer", "cker", "_ s ed ing board boards"),
      SpellingFamily("", "gaol", "jail", "_ s ed er ers ing bird birds"),
      SpellingFamily("dr updr", "aught", "aft", "_ s y ier iest iness ed ing sman smen smanship"),
      SpellingFamily(
        "sul", "ph", "f", "ur urs ured uring uric urous ate ates ide ides ite ites onamide onamides"
      ),
      SpellingFamily(
        "tranqui", "ll", "l", "ity ise ised ises ising iser isers ize ized izes izing izer izers"),
      SpellingFamily("s", "ceptic", "keptic", "_ s al ally ism"),
      SpellingFamily("co", "s", "z", "y ies ier iest ily iness"),
      SpellingFamily("c dec enc", "yp", "ip", "her hers hered hering"),
      SpellingFamily("recogni cogni", "s", "z", "ance ant"),
      SpellingFamily("centi de kilo milli", "gramme", "gram", "_ s"),
      SpellingFamily("", "gramme", "gram", "_ s"),
      SpellingFamily("s", "yphon", "iphon", "_ s ed ing"),
      SpellingFamily("", "baulk", "balk", "_ s ed ing"),
      SpellingFamily("", "kerb", "curb", "_ s ed ing side stone stones"),
      SpellingFamily("", "tyre", "tire", "_ s d less"),
      SpellingFamily("", "aero", "air", "plane planes foil foils"),
    ] + single

  /// travelled: traveled
  private static let doubled = [
    SpellingFamily(
      """
      apparel backpedal barrel bedevil bevel cancel carol cavil channel chisel counsel cudgel dial disembowel \
      dishevel dowel drivel duel empanel enamel equal fuel funnel gambol gravel grovel gruel impanel imperil \
      initial jewel kennel label laurel level libel marshal marvel medal metal model mongrel panel \
      parcel pedal pencil peril pommel pummel quarrel ravel refuel relabel remodel revel rival \
      shovel shrivel signal snivel snorkel spiral squirrel stencil swivel tassel tinsel total towel \
      trammel travel trial trowel tunnel unequal unlabel unravel unrival untrammel victual weasel yodel
      """, "l", "", "ed ing ings er ers or ors ous ously ist ists"),
    SpellingFamily("council", "l", "", "or ors"),
    SpellingFamily("bias focus", "s", "", "ed ing es"),
    SpellingFamily("worship", "p", "", "ed ing er ers"),
    // One l for two: fulfil, fulfill.
    SpellingFamily("appal distil enrol enthral fulfil instil", "", "l", "_ s ment ments"),
    SpellingFamily("instal", "", "l", "ment ments"),
    SpellingFamily("skil unskil wil", "", "l", "ful fully fulness"),
    SpellingFamily("woo", "ll", "l", "en ens y"),
    SpellingFamily("wa", "gg", "g", "on ons oner oners"),
    SpellingFamily("cruel", "l", "", "er est"),
    SpellingFamily("clarinet", "t", "", "ist ists"),
    SpellingFamily(
      "carburet", [("tor", "or"), ("tors", "ors"), ("ter", "or"), ("ters", "ors")]),
  ]

  /// Words that stand alone.
  private static let single = [
    SpellingFamily(
      "",
      [
        ("ageing", "aging"), ("almanack", "almanac"), ("almanacks", "almanacs"),
        ("aluminium", "aluminum"), ("annexe", "annex"),
        ("artefact", "artifact"), ("artefacts", "artifacts"), ("axe", "ax"), ("behove", "behoove"),
        ("behoved", "behooved"), ("behoves", "behooves"), ("behoving", "behooving"),
        ("caesium", "cesium"), ("caesiums", "cesiums"), ("callisthenic", "calisthenic"),
        ("callisthenics", "calisthenics"), ("chilli", "chili"), ("chillis", "chilis"),
        ("connexion", "connection"), ("connexions", "connections"), ("disc", "disk"),
        ("discs", "disks"), ("flautist", "flutist"), ("flautists", "flutists"), ("furore", "furor"),
        ("furores", "furors"), ("glueing", "gluing"), ("groyne", "groin"), ("groynes", "groins"),
        ("inflexion", "inflection"), ("inflexions", "inflections"), ("instal", "install"),
        ("instals", "installs"), ("jewellery", "jewelry"), ("judgement", "judgment"),
        ("judgements", "judgments"), ("liquorice", "licorice"), ("mollusc", "mollusk"),
        ("molluscs", "mollusks"), ("moustache", "mustache"), ("moustached", "mustached"),
        ("moustaches", "mustaches"), ("omelette", "omelet"), ("omelettes", "omelets"),
        ("pedlar", "peddler"), ("pedlars", "peddlers"), ("pharmacopoeia", "pharmacopeia"),
        ("pharmacopoeias", "pharmacopeias"), ("phoney", "phony"), ("prejudgement", "prejudgment"),
        ("prejudgements", "prejudgments"), ("programme", "program"), ("programmes", "programs"),
        ("pyjama", "pajama"), ("pyjamas", "pajamas"), ("queueing", "queuing"), ("rouble", "ruble"),
        ("roubles", "rubles"), ("storey", "story"), ("storeys", "stories"), ("titbit", "tidbit"),
        ("titbits", "tidbits"), ("tonne", "ton"), ("tonnes", "tons"), ("yoghourt", "yogurt"),
        ("yoghourts", "yogurts"), ("yoghurt", "yogurt"), ("yoghurts", "yogurts"),
      ])
  ]
}
