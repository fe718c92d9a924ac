  // The transcript is the text of #transcript; #paragraphs has the number of each paragraph's first word.
  const el = (id) => document.getElementById(id);
  const read = (id) => JSON.parse(el(id).textContent);
  const transcript = read("transcript");
  const LOW = 0.5;
  // Okabe and Ito's colours, which people see apart whatever colours they cannot see; after them the
  // line changes too.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c"];
  const LINES = ["solid", "dashed", "double", "dotted"];
  const player = el("player");
  const main = el("text");

  /* What is shown: paragraphs of words. A word keeps the segment that it was recognised in. */
  let paragraphs = [];
  {
    const words = [];
    for (const segment of transcript.segments) {
      for (const word of segment.words) words.push({ ...word, segment });
    }
    const starts = read("paragraphs");
    if (words.length) starts[0] = 0;
    paragraphs = starts.map((first, at) => ({
      speaker: words[first].segment.speaker,
      words: words.slice(first, starts[at + 1] ?? words.length),
    }));
  }

  const voices = new Map();
  function voice(paragraph) {
    const { track, channel } = paragraph.words[0].segment;
    const key = paragraph.speaker ?? `\n${track} ${channel ?? ""}`;
    if (!voices.has(key)) voices.set(key, voices.size);
    return voices.get(key);
  }

  function clock(seconds) {
    const [h, m, s] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  /* Drawing. */
  function node(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function drawWord(word) {
    const span = node("span", { className: "w", textContent: word.text });
    if (word.confidence < LOW) span.classList.add("low");
    if (word.mended) span.classList.add("mended");
    if (word.gate > 0) {
      span.classList.add("seen");
      span.style.setProperty("--gate", word.gate);
    }
    span.word = word;
    word.span = span;
    return span;
  }

  function drawParagraph(paragraph) {
    const name = paragraph.speaker;
    const who = node("button", {
      type: "button", className: name ? "who" : "who unnamed", textContent: name || "Who?",
      title: "Name this speaker",
    });
    const time = node("button", {
      type: "button", className: "time", textContent: clock(paragraph.words[0].start),
      title: "Play from here",
    });
    const text = node("p", { lang: transcript.language });
    for (const word of paragraph.words) text.append(word.joined ? "" : " ", drawWord(word));
    const section = node("section", {}, node("h2", {}, who, time), text);
    const number = voice(paragraph);
    section.style.setProperty("--voice", COLOURS[number % COLOURS.length]);
    section.style.setProperty("--style", LINES[Math.floor(number / COLOURS.length) % LINES.length]);
    section.paragraph = paragraph;
    paragraph.section = section;
    return section;
  }

  // All words in the order in which they begin, for what is being spoken.
  let order = [];
  let now = null;
  function index() {
    order = paragraphs.flatMap((paragraph) => paragraph.words);
    order.sort((a, b) => a.start - b.start);
  }

  /** Draws what differs from what is there: the sections of paragraphs that are no longer these go. */
  function draw() {
    const wanted = new Set(paragraphs.map((paragraph) => paragraph.section).filter(Boolean));
    for (const section of [...main.children]) if (!wanted.has(section)) section.remove();
    let place = main.firstChild;
    const added = document.createDocumentFragment();
    for (const paragraph of paragraphs) {
      if (paragraph.section && paragraph.section === place) {
        if (added.firstChild) main.insertBefore(added, place);
        place = place.nextSibling;
      } else added.append(paragraph.section ?? drawParagraph(paragraph));
    }
    main.append(added);
    index();
    now?.span.classList.remove("now");
    now = null;
    showNow();
    find(false);
    if (marked && !marked.span.isConnected) mark(null);
  }

  /* Changes: the list of paragraphs is replaced as a whole, so undoing is going back to the list before. */
  const past = [];
  const future = [];
  let saved = paragraphs;
  function show(list) {
    paragraphs = list;
    draw();
    el("undo").disabled = !past.length;
    el("redo").disabled = !future.length;
  }
  function change(list) {
    past.push(paragraphs);
    future.length = 0;
    show(list);
  }
  function undo() {
    if (!past.length) return say("Nothing to undo");
    future.push(paragraphs);
    show(past.pop());
    say("Undone");
  }
  function redo() {
    if (!future.length) return say("Nothing to redo");
    past.push(paragraphs);
    show(future.pop());
    say("Done again");
  }
  /** The words' texts, with spaces where the language has any. */
  function written(words) {
    return words.map((word, index) => (index && !word.joined ? " " : "") + word.text).join("");
  }

  function say(text) { el("status").textContent = text; }

  function replaceParagraph(old, ...instead) {
    return paragraphs.flatMap((paragraph) => (paragraph === old ? instead : [paragraph]));
  }

  /** The word with another text: as many words as that has, which share its time by their length. */
  function mend(word, text) {
    const parts = text.split(/\s+/u).filter(Boolean);
    if (parts.join(" ") === word.text) return;
    const old = paragraphs.find((paragraph) => paragraph.words.includes(word));
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    let done = 0;
    const at = () => Math.round((word.start + ((word.end - word.start) * done) / total) * 1000) / 1000;
    const made = parts.map((part, index) => {
      const start = at();
      done += part.length;
      return { text: part, start, end: Math.max(start, at()), confidence: 1, mended: true,
        segment: word.segment, ...(index === 0 && word.joined ? { joined: true } : {}) };
    });
    const words = old.words.flatMap((other) => (other === word ? made : [{ ...other }]));
    const here = old.words.indexOf(word);
    change(replaceParagraph(old, ...(words.length ? [{ speaker: old.speaker, words }] : [])));
    mark(words[Math.min(here + Math.max(0, made.length - 1), words.length - 1)] ?? null);
    say(parts.length ? "Corrected" : "Deleted");
  }

  function edit(word) {
    if (!word || word.span.querySelector("input")) return;
    const input = node("input", { value: word.text, size: Math.max(4, word.text.length + 1) });
    input.setAttribute("aria-label", `Correct “${word.text}”`);
    let open = true;
    const close = (takes) => {
      if (!open) return;
      open = false;
      word.span.textContent = word.text;
      if (takes) mend(word, input.value);
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") close(true);
      else if (event.key === "Escape") close(false);
      else if (event.key === "Tab") {
        event.preventDefault();
        close(true);
        step(event.shiftKey ? -1 : 1);
        edit(marked);
      }
    });
    input.addEventListener("blur", () => close(true));
    input.addEventListener("click", (event) => event.stopPropagation());
    mark(word);
    word.span.replaceChildren(input);
    input.focus();
    input.select();
  }

  function rename(paragraph) {
    const names = new Set(paragraphs.map((other) => other.speaker).filter(Boolean));
    el("names").replaceChildren(...[...names].map((name) => node("option", { value: name })));
    el("name").value = paragraph.speaker ?? "";
    el("everywhere").checked = true;
    const dialog = el("naming");
    dialog.returnValue = "";
    dialog.onclose = () => {
      const name = el("name").value.replace(/[\s,]+/gu, " ").trim() || undefined;
      if (dialog.returnValue !== "ok" || name === paragraph.speaker) return;
      const number = voice(paragraph);
      const everywhere = el("everywhere").checked;
      // A voice that is renamed everywhere keeps its colour.
      if (everywhere && name && !voices.has(name)) voices.set(name, number);
      change(paragraphs.map((other) => {
        const isSame = everywhere ? voice(other) === number : other === paragraph;
        return isSame ? { speaker: name, words: other.words.map((word) => ({ ...word })) } : other;
      }));
      say(name ? `Named ${name}` : "Name removed");
    };
    dialog.showModal();
    el("name").select();
  }

  function split(word) {
    const old = word && paragraphs.find((paragraph) => paragraph.words.includes(word));
    const here = old ? old.words.indexOf(word) : 0;
    if (here < 1) return say("A paragraph begins here already");
    const copy = old.words.map((other) => ({ ...other }));
    change(replaceParagraph(old, { speaker: old.speaker, words: copy.slice(0, here) },
      { speaker: old.speaker, words: copy.slice(here) }));
    mark(copy[here]);
    say("Paragraph parted");
  }

  function join(word) {
    const here = word ? paragraphs.findIndex((paragraph) => paragraph.words.includes(word)) : 0;
    if (here < 1) return say("There is no paragraph before");
    const [before, old] = [paragraphs[here - 1], paragraphs[here]];
    const place = before.words.length + old.words.indexOf(word);
    const words = [...before.words, ...old.words].map((other) => ({ ...other }));
    const list = [...paragraphs];
    list.splice(here - 1, 2, { speaker: before.speaker, words });
    change(list);
    mark(words[place]);
    say("Paragraphs joined");
  }

  /* Saving. */
  const rounded = (value) => Math.round(value * 1000) / 1000;
  function segments() {
    const pieces = [];
    let piece = null;
    for (const { speaker, words } of paragraphs) {
      for (const word of words) {
        if (!piece || piece.source !== word.segment || piece.speaker !== speaker) {
          piece = { source: word.segment, speaker, words: [] };
          pieces.push(piece);
        }
        piece.words.push(word);
      }
    }
    const count = new Map();
    for (const { source } of pieces) count.set(source, (count.get(source) ?? 0) + 1);
    return pieces.map(({ source, speaker, words }) => {
      const whole = count.get(source) === 1;
      const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
      const { words: _, text, confidence: __, speaker: ___, start, end, ...rest } = source;
      return {
        start: whole ? start : words[0].start,
        end: whole ? end : Math.max(...words.map((word) => word.end)),
        ...rest, ...(speaker ? { speaker } : {}), confidence: rounded(confidence),
        text: written(words),
        words: words.map(({ segment, span, mended, ...word }) => word),
      };
    }).sort((a, b) => a.start - b.start);
  }

  function asJSON() {
    const { segments: _, notes, ...head } = transcript;
    const note = "corrected by hand";
    const isChanged = past.length > 0 && !notes.includes(note);
    const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
    const list = segments().map((segment) => `\n    ${JSON.stringify(segment)}`);
    return `{\n${lines.join("")}  "segments": [${list.join(",")}\n  ],\n`
      + `  "notes": ${JSON.stringify(isChanged ? [...notes, note] : notes)}\n}\n`;
  }

  function asText() {
    let last;
    return paragraphs.map(({ speaker, words }) => {
      const name = speaker && speaker !== last ? `${speaker}: ` : "";
      last = speaker;
      return name + written(words);
    }).join("\n\n") + (paragraphs.length ? "\n" : "");
  }

  function save(text, ending, type) {
    const dot = transcript.source.file.lastIndexOf(".");
    const stem = dot > 0 ? transcript.source.file.slice(0, dot) : transcript.source.file;
    const link = node("a", { href: URL.createObjectURL(new Blob([text], { type })),
      download: `${stem}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`Saved ${link.download}`);
  }
  function saveJSON() {
    save(asJSON(), "json", "application/json");
    saved = paragraphs;
  }

