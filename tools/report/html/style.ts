// The page's style: light and dark by the reader's preference, one column on a phone. Nothing is fetched.

const light = `
  color-scheme: light;
  --page: #f6f6f3; --card: #ffffff; --ink: #1b1b19; --soft: #5c5b55; --line: #e2e1da; --zebra: #f9f9f7;
  --cluster: #2368c4; --network: #0f7f6e; --platform: #6a4bc4; --apps: #b4580a; --none: #6f6e67;
  --bad: #b3261e; --bad-back: #fdecea; --good: #1c7a3e; --good-back: #e7f5ec; --accent: #1b1b19;`;
const dark = `
  color-scheme: dark;
  --page: #121211; --card: #1b1b1a; --ink: #efeee8; --soft: #adaba2; --line: #34332f; --zebra: #20201e;
  --cluster: #6ea8f5; --network: #3fbfa8; --platform: #a992f5; --apps: #ee9a4d; --none: #97958c;
  --bad: #f58a82; --bad-back: #3a1d1b; --good: #6fce92; --good-back: #16301f; --accent: #efeee8;`;

export const style = `
:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 64px; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 1.08rem; margin: 0 0 4px; }
h3 { font-size: .95rem; margin: 18px 0 4px; }
p { margin: 0 0 10px; }
.soft { color: var(--soft); }
.note { color: var(--soft); font-size: .87rem; max-width: 76ch; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin-top: 18px; }
header .soft { font-size: .9rem; overflow-wrap: anywhere; }
.badge { display: inline-block; vertical-align: 3px; font-size: .76rem; font-weight: 600; padding: 2px 9px; border-radius: 99px; margin-left: 8px; letter-spacing: 0; }
.badge.good { color: var(--good); background: var(--good-back); } .badge.bad { color: var(--bad); background: var(--bad-back); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 18px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em; }
.tile span { color: var(--soft); font-size: .83rem; display: block; }
.tile .name { font-size: .83rem; }
.alert { border-left: 4px solid var(--bad); background: var(--bad-back); border-radius: 6px; padding: 10px 14px; margin-top: 18px; }
.alert ul { margin: 4px 0 0; padding-left: 20px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--soft); font-size: .82rem; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 14px; }
td.n:last-child, th.n:last-child { padding-right: 0; }
tr.total td { font-weight: 600; }
tr.sub td:first-child { padding-left: 18px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--cluster); outline-offset: 3px; }
details { margin-top: 12px; } summary { cursor: pointer; font-size: .9rem; color: var(--soft); }
details[open] summary { margin-bottom: 8px; }
code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--zebra); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; margin: 6px 0; }
.break { overflow-wrap: anywhere; }
.worse { color: var(--bad); } .better { color: var(--good); }
.l-cluster { --c: var(--cluster); } .l-network { --c: var(--network); } .l-platform { --c: var(--platform); } .l-apps { --c: var(--apps); } .l-none { --c: var(--none); }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 3px; background: var(--c); margin-right: 6px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: .84rem; color: var(--soft); margin: 6px 0 14px; align-items: center; }
.legend .swatch { display: inline-block; width: 26px; height: 10px; border-radius: 3px; margin-right: 6px; }
.swatch.off { background: color-mix(in srgb, var(--none) 42%, transparent); }
.swatch.on { background: var(--none); box-shadow: inset 0 0 0 2px var(--accent); }
.swatch.bad { background: repeating-linear-gradient(45deg, var(--bad) 0 4px, var(--bad-back) 4px 7px); }
.chart { --label: 260px; position: relative; font-size: .84rem; }
.chart::before { content: ""; position: absolute; left: var(--label); right: 0; top: 22px; bottom: 0; background-image: linear-gradient(to right, var(--line) 1px, transparent 1px); background-size: var(--tick) 100%; border-right: 1px solid var(--line); }
.row { display: grid; grid-template-columns: var(--label) 1fr; align-items: center; min-height: 20px; }
.row .label { padding-right: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.row.layer { margin-top: 14px; min-height: 26px; } .row.layer .label { font-weight: 700; color: var(--c); text-transform: capitalize; font-size: .95rem; }
.row.component { margin-top: 7px; } .row.component .label { font-weight: 600; padding-left: 8px; }
.row.resource .label, .row.short .label { padding-left: 20px; color: var(--soft); }
.row.critical .label { color: var(--ink); }
.row .label i { font-style: normal; }
.track { position: relative; height: 100%; min-height: 18px; }
.bar { position: absolute; top: 50%; height: 11px; margin-top: -5.5px; border-radius: 3px; min-width: 3px; background: color-mix(in srgb, var(--c) 42%, transparent); }
.bar.critical { background: var(--c); box-shadow: inset 0 0 0 2px var(--accent); }
.bar.bad { background: repeating-linear-gradient(45deg, var(--bad) 0 4px, var(--bad-back) 4px 7px); }
.row.layer .bar { height: 6px; margin-top: -3px; background: var(--c); }
.row.component .bar { height: 2px; margin-top: -1px; background: var(--c); }
.row.short .bar { height: 7px; margin-top: -3.5px; }
.took { position: absolute; top: 50%; transform: translateY(-50%); padding: 0 6px; font-size: .76rem; color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
.took.left { transform: translate(-100%, -50%); }
.axis .track { height: 18px; } .axis span { position: absolute; transform: translateX(-50%); color: var(--soft); font-size: .76rem; white-space: nowrap; } .axis span:first-child { transform: none; }
.hosts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 20px; }
.host h3 { margin: 6px 0 0; } .host svg { display: block; width: 100%; height: 110px; margin: 6px 0 2px; border-bottom: 1px solid var(--line); background: linear-gradient(var(--line) 1px, transparent 1px) 0 0 / 100% 50%; }
.host .x { display: flex; justify-content: space-between; font-size: .76rem; color: var(--soft); }
.host .y { font-size: .76rem; color: var(--soft); }
.line { fill: none; stroke: var(--c); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round; } .line.dashed { stroke-dasharray: 5 4; }
.area { fill: var(--c); opacity: .16; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { margin-top: 22px; font-size: .82rem; color: var(--soft); overflow-wrap: anywhere; }
@media (max-width: 760px) {
  main { padding: 18px 12px 48px; } section { padding: 14px; }
  .hosts { grid-template-columns: 1fr; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  .chart { --label: 190px; }
  .axis span.odd { display: none; }
}
@media (max-width: 560px) {
  .chart { --label: 0px; }
  .row { grid-template-columns: 1fr; } .row.resource, .row.short { margin-bottom: 5px; } .row .label { padding-left: 0 !important; white-space: normal; overflow-wrap: anywhere; }
}
@media print { body { background: #fff; } section, .tile { break-inside: avoid; } }
`;
