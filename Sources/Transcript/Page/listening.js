  /* Search. */
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let hits = [];
  let hit = -1;
  function find(jumps) {
    const term = folded(el("search").value.trim().replace(/\s+/gu, " "));
    for (const { words } of hits) for (const word of words) word.span.classList.remove("hit", "at");
    hits = [];
    hit = -1;
    if (term) for (const paragraph of paragraphs) {
      let text = "";
      const places = [];
      for (const word of paragraph.words) {
        places.push(text.length);
        text += `${folded(word.text)} `;
      }
      for (let from = text.indexOf(term); from >= 0; from = text.indexOf(term, from + term.length)) {
        const words = paragraph.words.filter((word, at) =>
          places[at] < from + term.length && (places[at + 1] ?? text.length) - 1 > from);
        for (const word of words) word.span.classList.add("hit");
        hits.push({ words });
      }
    }
    el("found").textContent = term ? `${hits.length} found` : "";
    if (jumps && hits.length) toHit(0);
  }
  function toHit(number) {
    if (!hits.length) return;
    for (const word of hits[hit]?.words ?? []) word.span.classList.remove("at");
    hit = (number + hits.length) % hits.length;
    for (const word of hits[hit].words) word.span.classList.add("at");
    mark(hits[hit].words[0]);
    el("found").textContent = `${hit + 1} of ${hits.length}`;
  }

  /* Playing. */
  function last(time) {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[middle].start <= time) low = middle + 1;
      else high = middle;
    }
    return order[low - 1] ?? null;
  }
  function showNow() {
    const word = last(player.currentTime + 0.02);
    // Between words the last one stays for half a second.
    const spoken = word && player.currentTime < word.end + 0.5 ? word : null;
    if (spoken === now) return;
    now?.span.classList.remove("now");
    now = spoken;
    if (!now) return;
    now.span.classList.add("now");
    if (el("follow").checked && !player.paused) reveal(now.span);
  }
  function reveal(span) {
    const box = span.getBoundingClientRect();
    // On a small screen the bar has no box of its own.
    const top = Math.max(el("bar").offsetHeight, el("stage").offsetHeight);
    if (box.top < top + 8 || box.bottom > innerHeight - 60) {
      span.scrollIntoView({ block: "center" });
    }
  }
  function tick() {
    showNow();
    if (!player.paused) requestAnimationFrame(tick);
  }
  function playFrom(time) {
    player.currentTime = time;
    player.play().catch(() => say("The recording cannot be played; choose its file above"));
  }
  function setSpeed(by) {
    const select = el("speed");
    select.selectedIndex = Math.min(select.options.length - 1, Math.max(0, select.selectedIndex + by));
    player.playbackRate = Number(select.value);
    say(`Speed ${select.value}`);
  }

  /* The marked word, which keys are about. */
  let marked = null;
  function mark(word) {
    marked?.span.classList.remove("mark");
    marked?.span.removeAttribute("aria-current");
    marked = word;
    if (!word) return;
    word.span.classList.add("mark");
    word.span.setAttribute("aria-current", "true");
    reveal(word.span);
  }
  function step(by, goes = () => true) {
    const all = paragraphs.flatMap((paragraph) => paragraph.words);
    let at = all.indexOf(marked ?? now);
    do at += by; while (at >= 0 && at < all.length && !goes(all[at]));
    if (all[at]) mark(all[at]);
    return Boolean(all[at]);
  }
  const opens = (word) => word.span.parentNode.firstChild === word.span;

  const keys = {
    " ": () => (player.paused ? playFrom(player.currentTime) : player.pause()),
    ArrowLeft: () => step(-1), ArrowRight: () => step(1),
    ArrowUp: () => step(-1, opens), ArrowDown: () => step(1, opens),
    j: () => (player.currentTime -= 5), l: () => (player.currentTime += 5),
    p: () => marked && playFrom(marked.start),
    Enter: () => edit(marked ?? now),
    s: () => marked && rename(marked.span.closest("section").paragraph),
    n: () => step(1, (word) => word.confidence < LOW) || say("No unsure word after this"),
    "/": () => el("search").focus(),
    "-": () => setSpeed(-1), "+": () => setSpeed(1),
    "?": () => el("keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const held = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const typed = event.target.closest("input:not([type=checkbox]), select, textarea, dialog[open]");
    let action;
    if (held) {
      if (key === "s") action = saveJSON;
      else if (key === "z" && !typed) action = event.shiftKey ? redo : undo;
      else if (key === "y" && !typed) action = redo;
    } else if (typed || event.altKey) return;
    else if (event.shiftKey && key === "Enter") action = () => split(marked);
    else if (event.shiftKey && key === "Backspace") action = () => join(marked);
    // Space and Enter on a button or in the player are its own.
    else if ((key !== " " && key !== "Enter") || !event.target.closest("button, label, video")) {
      action = keys[key];
    }
    if (!action) return;
    event.preventDefault();
    action();
  });

  main.addEventListener("click", (event) => {
    const section = event.target.closest("section");
    if (event.target.closest(".who")) return rename(section.paragraph);
    if (event.target.closest(".time")) return playFrom(section.paragraph.words[0].start);
    const span = event.target.closest(".w");
    if (!span || !getSelection().isCollapsed || event.detail > 1) return;
    mark(span.word);
    playFrom(span.word.start);
  });
  main.addEventListener("dblclick", (event) => {
    const span = event.target.closest(".w");
    if (!span || event.target.closest("input")) return;
    getSelection().removeAllRanges();
    player.pause();
    edit(span.word);
  });
  main.addEventListener("mouseover", (event) => {
    const word = event.target.closest(".w")?.word;
    if (!word || word.span.title) return;
    const lips = word.face ? `, face ${word.face}, lips ${Math.round(word.gate * 100)} %` : "";
    word.span.title = `${clock(word.start)}, ${Math.round(word.confidence * 100)} % sure${lips}`;
  });

  player.addEventListener("play", tick);
  player.addEventListener("seeked", showNow);
  player.addEventListener("timeupdate", showNow);
  player.addEventListener("loadedmetadata", () => {
    el("absent").hidden = true;
    player.classList.toggle("sound", !player.videoWidth);
    player.playbackRate = Number(el("speed").value);
  });
  player.addEventListener("error", () => {
    player.classList.add("sound");
    el("absent").hidden = false;
    el("absent").textContent = (holdsSound ? "This browser cannot play the sound that is in this page."
      : `${transcript.source.file} is not beside this page, or this browser cannot play it.`)
      + " Choose the recording here:";
  });
  el("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (!file) return;
    holdsSound = false;
    player.src = URL.createObjectURL(file);
  });
  el("speed").addEventListener("change", () => setSpeed(0));
  let typing;
  el("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => find(true), 150);
  });
  el("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") toHit(hit + (event.shiftKey ? -1 : 1));
    if (event.key === "Escape") event.target.blur();
  });
  el("previous").addEventListener("click", () => toHit(hit - 1));
  el("next").addEventListener("click", () => toHit(hit + 1));
  el("unsure").addEventListener("change", (event) => main.classList.toggle("marks", event.target.checked));
  el("lips").addEventListener("change", (event) => main.classList.toggle("lips", event.target.checked));
  el("undo").addEventListener("click", undo);
  el("redo").addEventListener("click", redo);
  el("saveJSON").addEventListener("click", saveJSON);
  el("saveText").addEventListener("click", () => save(asText(), "txt", "text/plain"));
  el("help").addEventListener("click", () => el("keys").showModal());
  addEventListener("beforeunload", (event) => { if (paragraphs !== saved) event.preventDefault(); });

  main.classList.add("marks");
  el("lipsLabel").hidden = !paragraphs.some(({ words }) => words.some((word) => word.gate > 0));
  for (const note of transcript.notes) el("notes").append(node("p", { textContent: `Note: ${note}` }));
  if (!paragraphs.length) main.append(node("p", { textContent: "Nothing was said, or nothing was found." }));
  else draw();

  /* The sound that is in the page, behind this script: the text is there before it. */
  let holdsSound = false;
  function soundInside() {
    const holder = el("sound");
    if (!holder) return null;
    const parts = [];
    let [type, rest] = [null, ""];
    // A browser parts a long text; each part goes as soon as its bytes are there.
    for (const node of [...holder.childNodes]) {
      rest += node.data;
      if (type === null) {
        const comma = rest.indexOf(",");
        type = rest.slice("data:".length, rest.lastIndexOf(";", comma));
        rest = rest.slice(comma + 1);
      }
      const letters = atob(rest.slice(0, rest.length & ~3));
      rest = rest.slice(rest.length & ~3);
      const bytes = new Uint8Array(letters.length);
      for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
      parts.push(bytes);
      node.remove();
    }
    holdsSound = true;
    return URL.createObjectURL(new Blob(parts, { type }));
  }
  addEventListener("DOMContentLoaded", () => {
    player.src = soundInside() ?? transcript.source.file.split("/").map(encodeURIComponent).join("/");
    goToAddress();
  });

  /** Goes to the second that the address names: #t=83.5, as viseme search writes it. */
  function goToAddress() {
    const [, seconds] = /^#t=(\d+(?:\.\d+)?)$/u.exec(location.hash) ?? [];
    if (seconds === undefined || !order.length) return;
    player.currentTime = Number(seconds);
    mark(last(Number(seconds) + 0.02) ?? order[0]);
  }
  addEventListener("hashchange", goToAddress);
