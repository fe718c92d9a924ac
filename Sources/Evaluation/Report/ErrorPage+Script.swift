extension ErrorPage {
  /// Chooses, sorts and lays out the lines. Text enters the page only as text, never as markup.
  static let script = #"""
    "use strict";
    (() => {
      const data = JSON.parse(document.getElementById("data").textContent);
      const byId = (id) => document.getElementById(id);
      const PAGE = 50, WORDS = 400;

      const lines = data.lines.map(
        ([name, at, [subs, dels, ins, words, order], edits, reference, hypothesis, speaker,
          seconds, audio]) => ({
          name, at, subs, dels, ins, words, order, edits, reference, hypothesis, speaker, seconds,
          audio, damage: subs + dels + ins,
        }));

      const rate = (damage, words) => words > 0 ? damage / words : damage > 0 ? Infinity : 0;
      const percent = (damage, words) =>
        words > 0 ? (100 * damage / words).toFixed(1) + " %" : "–";
      const grouped = (n) => n.toLocaleString("en");
      const count = (n, one, many) => grouped(n) + " " + (n === 1 ? one : many);

      const make = (tag, className, text) => {
        const node = document.createElement(tag);
        if (className) node.className = className;
        if (text !== undefined) node.textContent = text;
        return node;
      };

      // What is chosen.

      const names = new Intl.Collator("en", {numeric: true});
      const orders = {
        "most errors": (a, b) => b.damage - a.damage || a.words - b.words || a.order - b.order,
        "highest rate": (a, b) =>
          rate(b.damage, b.words) - rate(a.damage, a.words) || b.damage - a.damage
          || a.order - b.order,
        "utterance": (a, b) => names.compare(a.name, b.name) || a.order - b.order,
        "input": (a, b) => a.order - b.order,
      };
      const choice = {values: data.properties.map(() => -1), order: "most errors", text: "",
        onlyWrong: false};
      let shown = [], laidOut = 0;

      const search = (line) => {
        line.text ??= [line.name, line.speaker ?? "", ...line.edits.flatMap((edit) =>
          typeof edit === "string" ? [edit] : edit.filter((word) => word !== 0))]
          .join(" ").toLowerCase();
        return line.text;
      };

      const apply = () => {
        const words = choice.text.toLowerCase().split(/\s+/).filter(Boolean);
        shown = lines.filter((line) =>
          choice.values.every((value, property) => value < 0 || line.at[property] === value)
          && (!choice.onlyWrong || line.damage > 0)
          && words.every((word) => search(line).includes(word)));
        shown.sort(orders[choice.order]);
        const total = (field) => shown.reduce((sum, line) => sum + line[field], 0);
        const damage = total("damage"), said = total("words");
        byId("summary").textContent = shown.length === 0 ? "No line is like that." :
          `${count(shown.length, "line", "lines")} of ${grouped(lines.length)}: `
          + `${count(said, "word", "words")}, ${grouped(total("subs"))} substituted, `
          + `${grouped(total("dels"))} deleted, ${grouped(total("ins"))} inserted; `
          + `WER ${percent(damage, said)}`;
        byId("lines").replaceChildren();
        laidOut = 0;
        layOut();
      };

      // How it is laid out.

      const pair = (edit) => {
        const [said, read] = edit;
        const node = make("span", "pair " + (read === 0 ? "d" : said === 0 ? "i" : "s"));
        node.append(
          said === 0 ? make("span", "none", "+") : make("del", "", said),
          read === 0 ? make("span", "none", "–") : make("ins", "", read));
        if (said === 0) node.firstChild.setAttribute("aria-hidden", "true");
        if (read === 0) node.lastChild.setAttribute("aria-hidden", "true");
        return node;
      };

      const same = (word) => {
        const node = make("span", "pair");
        const echo = make("span", "echo", word);
        echo.setAttribute("aria-hidden", "true");
        node.append(make("span", "", word), echo);
        return node;
      };

      const words = (line) => {
        const box = make("div", "words");
        const steps = line.edits.flatMap((edit) =>
          typeof edit === "string" ? edit.split(" ").filter(Boolean) : [edit]);
        let done = 0;
        const more = make("button", "", "");
        more.type = "button";
        const add = () => {
          const next = steps.slice(done, done + WORDS);
          more.before(...next.map((step) => typeof step === "string" ? same(step) : pair(step)));
          done += next.length;
          more.textContent = `${count(steps.length - done, "more word", "more words")} …`;
          if (done >= steps.length) more.remove();
        };
        box.append(more);
        more.addEventListener("click", add);
        add();
        return box;
      };

      const texts = (line) => {
        const node = make("details");
        node.append(make("summary", "", "before normalisation"));
        node.addEventListener("toggle", () => {
          if (node.childElementCount > 1) return;
          const list = make("dl");
          for (const [name, text] of [["reference", line.reference], ["hypothesis", line.hypothesis]])
            if (text !== null) list.append(make("dt", "", name), make("dd", "", text));
          node.append(list);
        });
        return node;
      };

      const card = (line) => {
        const node = make("li"), about = make("div", "about");
        const values = line.at.map((value, property) => data.properties[property][1][value]);
        const facts = [...values, line.speaker ? "speaker " + line.speaker : "",
          line.seconds === null ? "" : line.seconds.toFixed(1) + " s"].filter(Boolean).join(" · ");
        about.append(
          make("span", "damage", count(line.damage, "error", "errors")),
          make("span", "name", line.name), make("span", "", facts),
          make("span", "counts", `${grouped(line.subs)} sub, ${grouped(line.dels)} del, `
            + `${grouped(line.ins)} ins of ${count(line.words, "word", "words")}, ${percent(line.damage, line.words)}`));
        node.append(about, words(line));
        if (line.audio !== null) {
          const player = make("audio");
          player.controls = true;
          player.preload = "none";
          player.src = line.audio;
          player.setAttribute("aria-label", `${line.name}, ${facts}`);
          node.append(player);
        }
        if (line.reference !== null || line.hypothesis !== null) node.append(texts(line));
        return node;
      };

      const layOut = () => {
        const next = shown.slice(laidOut, laidOut + PAGE);
        byId("lines").append(...next.map(card));
        laidOut += next.length;
        const rest = shown.length - laidOut;
        byId("more").hidden = rest === 0;
        byId("more").textContent = `Show ${Math.min(PAGE, rest)} of ${count(rest, "more line",
          "more lines")}`;
        return next.length;
      };

      // The controls.

      const labelled = (name, control, className) => {
        const label = make("label", className);
        if (className) label.append(control, name); else label.append(name, control);
        byId("filters").append(label);
        return control;
      };
      const menu = (name, options, change) => {
        const select = make("select");
        for (const [value, text] of options) select.append(new Option(text, value));
        select.addEventListener("change", () => { change(select.value); apply(); });
        return labelled(name, select);
      };

      data.properties.forEach(([name, values], property) => {
        if (values.length > 1)
          menu(name, [[-1, "all"], ...values.map((value, index) => [index, value || "none"])],
            (value) => { choice.values[property] = Number(value); });
      });
      menu("Sort by", Object.keys(orders).map((order) => [order, order]),
        (order) => { choice.order = order; });
      const field = labelled("Words or name", make("input"));
      field.type = "search";
      let typing;
      field.addEventListener("input", () => {
        clearTimeout(typing);
        typing = setTimeout(() => { choice.text = field.value; apply(); }, 150);
      });
      const wrong = labelled("only lines with errors", make("input"), "check");
      wrong.type = "checkbox";
      wrong.addEventListener("change", () => { choice.onlyWrong = wrong.checked; apply(); });
      byId("filters").addEventListener("submit", (event) => event.preventDefault());

      // By keyboard the first new line is next; by scrolling lines come by themselves.
      byId("more").addEventListener("click", () => {
        const first = byId("lines").childElementCount;
        layOut();
        const line = byId("lines").children[first];
        line.tabIndex = -1;
        line.focus();
      });
      new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting) && laidOut < shown.length) layOut();
      }, {rootMargin: "600px"}).observe(byId("more"));

      apply();
    })();

    """#
}
