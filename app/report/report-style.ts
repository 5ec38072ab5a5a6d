/** The page's only style sheet. Colours keep 4.5 : 1 on their ground in both schemes (WCAG 1.4.3), and say nothing alone. */
export const reportStyle = `
:root{color-scheme:light dark;--ground:#fff;--text:#1a1d21;--quiet:#4c5661;--line:#c9d0d8;--band:#f2f4f7;--ok:#0f6237;--impaired:#7a4a00;--failed:#9c1230}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--text:#e8eaed;--quiet:#adb6bf;--line:#3a424a;--band:#1d2226;--ok:#66d494;--impaired:#f0b65f;--failed:#ff9797}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1rem;margin:0;color:var(--quiet);font-weight:600}
h2{font-size:1.25rem;margin:2rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:0}
p,ul{margin:.4rem 0}
ul{padding-inline-start:1.25rem}
.answer{font-size:1.375rem;line-height:1.35;font-weight:600;margin:.25rem 0 .75rem;text-wrap:pretty}
.quiet,footer{color:var(--quiet);font-size:.875rem}
.scroll{overflow-x:auto}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid currentColor;outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--line)}
tbody th{font-weight:500}
.group th{background:var(--band);font-weight:600}
.ok{color:var(--ok)}.impaired{color:var(--impaired)}.failed{color:var(--failed)}.skipped,.cancelled{color:var(--quiet)}
.matrix td,.n{white-space:nowrap}
.shape{display:inline-block;width:1.1em}
.ms{color:var(--quiet)}
article{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--line);border-radius:.5rem;break-inside:auto;content-visibility:auto;contain-intrinsic-block-size:auto 15rem}
article h3{break-after:avoid}
code,.facts td{font-family:ui-monospace,monospace;font-size:.8125rem}
.facts td{overflow-wrap:anywhere;unicode-bidi:plaintext}
a{color:inherit}
details{margin-top:.5rem}
summary{cursor:pointer}
@page{size:A4;margin:12mm}
@media print{
:root{color-scheme:light;--ground:#fff;--text:#000;--quiet:#444;--line:#999;--band:#eee;--ok:#0f6237;--impaired:#7a4a00;--failed:#9c1230}
body{max-width:none;padding:0;font-size:9.5pt}
.scroll{overflow:visible}
table{font-size:7.5pt}
code,.facts td{font-size:7pt}
th,td{padding:1.5pt 3pt;overflow-wrap:break-word}
tbody th,.matrix :is(th,td),.facts td:is(:nth-child(4),:nth-child(6)){overflow-wrap:anywhere}
.facts td:is(:nth-child(-n+3),:nth-child(5)){overflow-wrap:break-word}
.matrix td,.n{white-space:normal}
thead{display:table-header-group}
article{content-visibility:visible}
tr,h2,h3{break-inside:avoid}
h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto}
summary{list-style:none}
}
`;
