extension StatusPage {
  static let style = """
    :root { color-scheme: light dark; --ink: #16202c; --soft: #5a6675; --paper: #f5f6f8; --card: #fff; --line: #d9dee5;
      --good: #14703f; --bad: #b3261e; --warn: #8a5300; --blue: #1d5fbf; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e7ecf2; --soft: #9aa7b6; --paper: #11161d; --card: #1a212b;
      --line: #313b48; --good: #5ccb8f; --bad: #ff8a80; --warn: #f0b35a; --blue: #7fb2ff; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
    header, main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
    h1 { margin: 0; font-size: 1.5rem; }
    header p, .since, .empty, figcaption, caption { color: var(--soft); margin: 0; font-size: .9rem; text-align: left; }
    main { display: grid; gap: 1rem; padding-top: 0; }
    section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-width: 0;
      border-top: .3rem solid var(--state); display: grid; gap: .9rem; }
    .advance { --state: var(--good); } .wait { --state: var(--blue); }
    .pause { --state: var(--warn); } .halt { --state: var(--bad); }
    h2 { margin: 0; font-size: 1.15rem; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
    .channel { color: var(--soft); font-weight: 400; }
    .badge { margin-left: auto; color: var(--state); border: 1px solid; border-radius: 1rem; padding: 0 .7rem;
      font-size: .9rem; }
    .steps { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem; margin: 0; padding: 0; }
    .steps li { flex: 1 1 3.6rem; text-align: center; border: 1px solid var(--line); border-radius: .3rem; padding: .15rem;
      font-size: .9rem; color: var(--soft); white-space: nowrap; }
    .steps .done { background: var(--line); }
    .steps .now { border-color: var(--state); color: var(--state); font-weight: 600; box-shadow: inset 0 0 0 1px; }
    table { border-collapse: collapse; width: 100%; font-size: .92rem; }
    td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-top: 1px solid var(--line);
      font-weight: 400; overflow-wrap: anywhere; }
    th { color: var(--soft); white-space: nowrap; }
    .rules .mark { width: 1.4rem; font-weight: 700; }
    .holds .mark { color: var(--good); } .fails .mark { color: var(--bad); } .weak .mark { color: var(--warn); }
    figure { margin: 0; } svg { display: block; width: 100%; height: auto; max-height: 14rem; }
    svg text { font-size: 12px; fill: var(--soft); } svg .end { text-anchor: end; }
    .grid { stroke: var(--line); } .step { stroke: var(--soft); stroke-dasharray: 3 3; }
    .line { stroke: var(--blue); stroke-width: 2; fill: none; } .area { fill: var(--blue); opacity: .14; }
    @media (max-width: 30rem) { svg text { font-size: 20px; } .reports tr { display: grid; grid-template-columns: 1fr 1fr; }
      .reports tr:first-of-type { display: none; } .reports td, .reports th { border: 0; padding: .1rem 0; }
      .reports tr { border-top: 1px solid var(--line); padding: .25rem 0; } }
    """
}
