/** The only style sheet of a letter: paper, on a screen too. Colours keep 4.5 : 1 on their ground (WCAG 1.4.3). */
export const letterStyle = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:2rem 1.5rem;background:#fff;color:#1a1d21;font:1rem/1.55 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:1.375rem;line-height:1.3;margin:.5rem 0 1.25rem;text-wrap:balance}
h2{font-size:1rem;margin:1.5rem 0 .25rem}
p,ul{margin:.4rem 0}
ul{padding-inline-start:1.25rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) minmax(0,1fr);gap:.2rem 1rem;margin:.5rem 0}
dt{color:#4c5661}
dd{margin:0;overflow-wrap:anywhere}
.warning{padding:.6rem .8rem;border:2px solid #9c1230;color:#9c1230}
.scroll{overflow-x:auto;margin:.5rem 0}
.scroll:focus-visible{outline:2px solid currentColor;outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;padding-inline-start:0;text-align:start;vertical-align:top;border-bottom:1px solid #c9d0d8}
thead th{border-bottom:2px solid #c9d0d8}
tbody th{font-weight:500}
@page{size:A4;margin:18mm}
@media print{
body{max-width:none;padding:0;font-size:10.5pt;color:#000}
table{font-size:9pt}
th,td{overflow-wrap:anywhere}
.scroll{overflow:visible}
thead{display:table-header-group}
tr,li,dt,dd,h1,h2{break-inside:avoid}
h1,h2{break-after:avoid}
}
`;
