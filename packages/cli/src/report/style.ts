/** How pages look, on screens and printed, with and without colours. */
export const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1.25rem 4rem; color: #1a1a1a; background: #ffffff;
  font: 16px/1.5 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1, h2, h3, nav, table, figcaption, summary, dt, .serves, .worth strong { font-family: Helvetica, Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 3rem 0 .25rem; padding-top: .75rem; border-top: 2px solid #1a1a1a; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p { margin: .5rem 0 .75rem; }
a { color: #0b3c6f; }
code, pre { font: .85em/1.45 Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; background: #f4f4f4; border: 1px solid #cccccc; padding: .6rem .8rem; }
.about { color: #444444; }
.serves { font-size: .8rem; color: #555555; margin: 0 0 1rem; }
nav { font-size: .9rem; margin: 1.5rem 0; border: 1px solid #cccccc; padding: .75rem 1rem; }
nav ol { margin: 0; padding-left: 1.6rem; columns: 2; column-gap: 2rem; }
nav li { break-inside: avoid; padding: .1rem 0; }
.worth { border-left: 5px solid #1a1a1a; padding: .1rem 0 .1rem .8rem; font-size: .92rem; }
.measured { border-left-style: dashed; }
.recorded { border-left-style: dotted; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .3rem 1.25rem; margin: 1rem 0; }
dt { font-weight: bold; font-size: .88rem; padding-top: .1rem; }
dd { margin: 0; }
.table { overflow-x: auto; margin: 1rem 0 1.25rem; }
table { border-collapse: collapse; font-size: .84rem; line-height: 1.4; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding-bottom: .35rem; }
th, td { padding: .28rem .6rem; border-bottom: 1px solid #dddddd; vertical-align: top; overflow-wrap: break-word; }
thead th { border-bottom: 1.5px solid #1a1a1a; border-top: 1.5px solid #1a1a1a; vertical-align: bottom; }
th { text-align: left; font-weight: bold; }
thead th { overflow-wrap: anywhere; }
tbody th { font-weight: normal; min-width: 7rem; max-width: 20rem; overflow-wrap: anywhere; }
.figures td, .figures thead th:not(:first-child) { text-align: right; }
.texts td { text-align: left; }
.texts code { overflow-wrap: anywhere; }
.form tbody th { width: 50%; }
.blocks { font-family: "DejaVu Sans Mono", Menlo, monospace; letter-spacing: -.02em; white-space: pre; }
figure { margin: 1.25rem 0; break-inside: avoid; }
figcaption { font-weight: bold; font-size: .88rem; margin-bottom: .4rem; }
svg { display: block; max-width: 100%; height: auto; }
details { margin-top: .4rem; font-size: .9rem; }
summary { cursor: pointer; color: #0b3c6f; font-size: .82rem; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 0 1.5rem; }
.small > * { min-width: 0; }
@media (max-width: 36rem) { nav ol { columns: 1; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { margin-top: 1.5rem; break-after: avoid; } h3, figcaption { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
  tr { break-inside: avoid; }
  .table { overflow: visible; } table { font-size: .76rem; }
  th, td { padding: .2rem .35rem; overflow-wrap: anywhere; } tbody th { min-width: 4.5rem; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; color: inherit; }
}
`;
