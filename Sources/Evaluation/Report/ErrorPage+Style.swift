extension ErrorPage {
  /// The look of the page, by day and by night. Colour never stands alone: kinds of error differ in
  /// borders, in lines through and under words, and in signs.
  static let style = """
    :root {
      color-scheme: light dark;
      --page: #ffffff; --card: #f6f7f8; --text: #1a1a1a; --faint: #5a5f66; --line: #c9cdd2;
      --s: #7a4a00; --s-page: #fff0d2; --d: #a3122b; --d-page: #fde4e7;
      --i: #0b5394; --i-page: #dfeefb; --focus: #0b62c4;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #15171a; --card: #1e2125; --text: #e8e8e8; --faint: #a4abb3; --line: #444a51;
        --s: #ffcf7d; --s-page: #3a2c10; --d: #ffa3ae; --d-page: #431a21;
        --i: #9dcbff; --i-page: #14304b; --focus: #7db8ff;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1rem; max-width: 75rem; background: var(--page);
      color: var(--text); font: 1rem/1.45 system-ui, sans-serif; overflow-wrap: anywhere;
    }
    h1 { font-size: 1.4rem; margin: 0 0 .2rem; }
    header p { margin: .2rem 0; color: var(--faint); }
    :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
    #filters {
      display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; padding: .6rem 0;
      background: var(--page); border-bottom: 1px solid var(--line);
    }
    @media (min-width: 48rem) { #filters { position: sticky; top: 0; z-index: 1; } }
    #filters label { display: grid; font-size: .8rem; color: var(--faint); }
    #filters label.check { display: flex; gap: .4rem; align-items: center; font-size: .95rem; }
    select, input[type=search], button {
      font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
      border-radius: .3rem; padding: .25rem .5rem; max-width: 16rem;
    }
    #summary { font-variant-numeric: tabular-nums; margin: .7rem 0; }
    #lines { list-style: none; margin: 0; padding: 0; }
    #lines > li {
      background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
      padding: .5rem .8rem; margin: 0 0 .6rem; content-visibility: auto;
      contain-intrinsic-size: auto 9rem;
    }
    .about { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; }
    .about .damage { font-weight: bold; font-variant-numeric: tabular-nums; }
    .about .name { font-weight: bold; }
    .about .counts { color: var(--faint); font-variant-numeric: tabular-nums; }
    .words { display: flex; flex-wrap: wrap; gap: .3rem .1rem; margin: .5rem 0; }
    .pair {
      display: inline-flex; flex-direction: column; align-items: center; line-height: 1.3;
      padding: 0 .22rem; border: 1.5px solid transparent; border-radius: .25rem; min-width: 1.2rem;
    }
    .pair del, .pair ins { text-decoration: none; }
    .pair .echo { color: var(--faint); }
    .s { border: 1.5px solid var(--s); background: var(--s-page); color: var(--s); }
    .s ins { font-weight: bold; }
    .d { border: 1.5px dashed var(--d); background: var(--d-page); color: var(--d); }
    .d del { text-decoration: line-through; }
    .i { border: 1.5px dotted var(--i); background: var(--i-page); color: var(--i); }
    .i ins { font-weight: bold; text-decoration: underline; }
    audio { display: block; width: 100%; max-width: 34rem; height: 2.4rem; margin: .4rem 0; }
    details { margin: .2rem 0; }
    summary { cursor: pointer; color: var(--faint); width: fit-content; }
    dl { margin: .3rem 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 .8rem; }
    dt { color: var(--faint); }
    dd { margin: 0; white-space: pre-wrap; }
    @media print { #filters, audio, #more { display: none; } }

    """
}
