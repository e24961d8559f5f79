/// The style of the page: one column, hairlines, one accent and three colours of state; light, dark and print set the same
/// variables. Fonts are the reader's own.
let reportStyle: HTML = """
  :root{color-scheme:light dark;--paper:#fdfdfb;--wash:#f3f4f0;--ink:#1a1c1e;--ink2:#4b5157;--ink3:#666c72;--hair:#e1e3de;--line:#858b90;--ok:#2a6f5b;--warn:#8f5600;--bad:#b02a22;--acc:#2b5c94;--on:#fff;
  --sans:-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",system-ui,sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
  @media (prefers-color-scheme:dark){:root{--paper:#141617;--wash:#1c1f21;--ink:#e7e8e4;--ink2:#b7bcc0;--ink3:#959ba0;--hair:#2c3033;--line:#7d8489;--ok:#5fb598;--warn:#dca24f;--bad:#f08a80;--acc:#7fb0e6;--on:#101213}}
  *{box-sizing:border-box}
  html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
  body{margin:0;background:var(--paper);color:var(--ink);font:15px/24px var(--sans);font-variant-numeric:tabular-nums lining-nums}
  .page{max-width:1008px;margin:0 auto;padding:40px 32px 64px}
  code{font-family:var(--mono);font-size:.92em;overflow-wrap:anywhere}
  .eyebrow{font-size:13px;line-height:20px;color:var(--ink2);margin:0 0 4px}
  h1{font-size:28px;line-height:34px;font-weight:650;letter-spacing:-.012em;margin:0;overflow-wrap:anywhere}
  .verdict{font-size:18px;line-height:28px;margin:12px 0 0;max-width:48em;overflow-wrap:anywhere;text-wrap:pretty}
  h2{font-size:18px;line-height:24px;font-weight:650;margin:48px 0 0;padding-top:11px;border-top:1px solid var(--ink);display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px;align-items:baseline}
  h2 small{font-weight:400;font-size:13px;line-height:20px;color:var(--ink3)}
  main{counter-reset:figure}figcaption::before{counter-increment:figure;content:"Figure " counter(figure) ". ";font-weight:650;color:var(--ink)}
  .none{margin:8px 0 0;color:var(--ink2);max-width:44em}
  .meta{display:flex;flex-wrap:wrap;gap:0 24px;margin:16px 0 0;font-size:13px;line-height:20px}
  .meta div{display:flex;gap:6px;min-width:0}.meta dt{color:var(--ink3)}.meta dd{margin:0;overflow-wrap:anywhere;min-width:0}
  .kf{display:grid;grid-template-columns:repeat(5,1fr);margin:32px 0 0;border-top:1px solid var(--ink);border-bottom:1px solid var(--hair)}
  .kf>div{padding:12px 16px 14px;border-left:1px solid var(--hair);min-width:0}.kf>div:first-child{padding-left:0;border-left:0}
  .kf dt,.kf dd{margin:0;font-size:13px;line-height:19px;color:var(--ink2);overflow-wrap:anywhere}
  .kf dd.v{font-size:24px;line-height:34px;font-weight:600;letter-spacing:-.015em;color:var(--ink)}
  .deeds{list-style:none;counter-reset:a;margin:12px 0 0;padding:0}
  .deeds li{counter-increment:a;display:grid;grid-template-columns:28px minmax(0,1fr) minmax(0,1fr);column-gap:16px;padding:8px 0;border-top:1px solid var(--hair);align-items:baseline;overflow-wrap:anywhere}
  .deeds li:first-child{border-top:0}
  .deeds li::before{content:counter(a);color:var(--ink3);font-weight:600}
  .why{color:var(--ink2);font-size:13px;line-height:20px;display:block}
  .cmd{display:block;font-size:13px;line-height:20px;background:var(--wash);padding:6px 10px;border-left:2px solid var(--line);white-space:pre-wrap}
  figure{margin:20px 0 0}
  figcaption{font-size:13px;line-height:20px;color:var(--ink2);margin:0 0 8px;max-width:60em;overflow-wrap:anywhere}
  figure>svg{display:block;width:100%;height:auto;overflow:visible}
  figure>svg.slim{display:none}
  figure+figure{margin-top:28px}
  .defs{position:absolute;width:0;height:0}
  .key{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:8px 0 0;padding:0;font-size:13px;line-height:20px;color:var(--ink2)}
  .key li{display:flex;align-items:center;gap:8px}.key b{font-weight:650;color:var(--ink)}
  .key svg{display:block;width:34px;height:14px;flex:none;overflow:visible}
  svg text{font-family:inherit;font-size:11.5px;fill:var(--ink)}
  @media screen and (min-width:960px){figure>svg.wide text{font-size:10.5px}}
  svg .t2{fill:var(--ink2)}svg .b{font-weight:650}svg .ax{fill:var(--ink3)}svg .tw{fill:var(--on)}svg .th{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round}svg .cnit{fill:var(--acc);font-weight:650}
  .grid,.hair{stroke:var(--hair);stroke-width:1;shape-rendering:crispEdges}
  .base{stroke:var(--line);stroke-dasharray:1 4}
  .now{stroke:var(--ink);stroke-width:1.5}.cni{stroke:var(--acc);stroke-width:1.5}.band{fill:var(--acc);opacity:.24}
  .ev-stop{stroke:var(--bad);stroke-dasharray:4 3}.ev-deed{stroke:var(--ink2);stroke-dasharray:1.5 2.5}.box-stop{fill:var(--paper);stroke:var(--bad)}.box-deed{fill:var(--paper);stroke:var(--ink2)}
  .ev{list-style:none;margin:10px 0 0;padding:0;font-size:13px;line-height:20px;columns:2;column-gap:32px}.ev li{display:grid;grid-template-columns:22px auto minmax(0,1fr);column-gap:8px;break-inside:avoid;overflow-wrap:anywhere}.ev b{font-weight:650}.ev span{color:var(--ink2)}
  .m-prep{fill:var(--wash);stroke:var(--line)}.m-wait{fill:var(--acc);stroke:var(--paper)}.m-pub{fill:url(#p-acc);stroke:var(--acc)}.m-fail{fill:url(#p-bad);stroke:var(--bad)}
  .m-unk{fill:var(--paper);stroke:var(--line);stroke-dasharray:3 3}
  .m-ready{fill:var(--ok)}.m-not{fill:url(#p-bad);stroke:var(--bad)}.m-assumed{stroke:var(--ok);stroke-width:2;stroke-dasharray:5 3}.m-assumed.lost{stroke:var(--bad)}.m-assumed.risk{stroke:var(--warn)}.m-assumed.open{stroke:var(--line)}
  .m-cord{fill:url(#p-dots);stroke:var(--ok)}.m-cord.perhaps{fill:url(#p-dots);fill-opacity:.5;stroke-dasharray:2 2}.m-btw{fill:url(#p-line);stroke:none}
  .m-healthy{fill:var(--ok)}.m-risk{fill:url(#p-warn);stroke:var(--warn)}.m-lost{fill:var(--bad)}.m-single{fill:var(--wash);stroke:var(--line)}.m-count{fill:var(--paper);stroke:var(--line)}
  .cut{fill:var(--paper)}.cutl{fill:none;stroke:var(--ink2)}
  .m-valid{fill:var(--acc)}.m-bounds{fill:var(--paper);stroke:var(--acc);stroke-dasharray:2 2}.m-perhaps{fill:var(--paper);stroke:var(--line);stroke-dasharray:3 3}.m-never{fill:url(#p-warn);stroke:var(--warn)}.m-arrow{fill:var(--warn)}
  .m-open{stroke:var(--line);stroke-width:1.5;stroke-dasharray:3 3}
  .endl{stroke:var(--ink);stroke-width:2}.ring{fill:var(--paper);stroke:var(--ink);stroke-width:2}.cross{stroke:var(--bad);stroke-width:2;fill:none}
  table{border-collapse:collapse;width:100%;font-size:13px;line-height:20px;margin:12px 0 0}
  th,td{text-align:left;vertical-align:baseline;padding:4px 16px 4px 0;border-bottom:1px solid var(--hair);font-weight:400;overflow-wrap:break-word}
  tbody th,.w{overflow-wrap:anywhere;min-width:7em}
  thead th{color:var(--ink2);font-weight:600;border-bottom-color:var(--line);overflow-wrap:normal}
  th:last-child,td:last-child{padding-right:0}.n{text-align:right;white-space:nowrap}
  details{margin:12px 0 0}summary{font-size:13px;line-height:20px;cursor:pointer;color:var(--acc);width:fit-content;padding:4px 0}summary:focus-visible{outline:2px solid var(--acc);outline-offset:2px}
  details table{margin-top:4px}
  .prob{padding:16px 0 20px;border-top:1px solid var(--hair);overflow-wrap:anywhere}.prob:first-of-type{border-top:0}.prob h3{font-size:15px;line-height:24px;font-weight:650;margin:0}
  .tag{font-size:12px;line-height:18px;font-weight:600;padding:0 6px;border:1px solid currentColor;white-space:nowrap;margin-left:6px;color:var(--ok)}.tag.open{color:var(--bad)}
  .prob dl{display:grid;grid-template-columns:88px minmax(0,1fr);gap:6px 16px;margin:8px 0 0;font-size:13px;line-height:20px}.prob dt{color:var(--ink2)}.prob dd{margin:0;max-width:62em}.prob .cmd{margin:0 0 4px}.lines{font-family:var(--mono);font-size:12px}.lines span{color:var(--ink3)}
  footer{margin:48px 0 0;padding:12px 0 0;border-top:1px solid var(--ink);font-size:13px;line-height:20px;color:var(--ink2)}footer p{margin:0}
  .skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--paper);color:var(--acc);padding:4px 8px}
  @media screen and (max-width:719px){.page{padding:24px 16px 48px}
  figure>svg.wide{display:none}figure>svg.slim{display:block;max-width:480px}.ev{columns:1}
  h1{font-size:23px;line-height:29px}.verdict{font-size:16px;line-height:25px}h2{margin-top:40px}
  .kf{grid-template-columns:1fr 1fr}.kf>div,.kf>div:first-child{padding:10px 12px 12px 0;border-left:0;border-top:1px solid var(--hair)}.kf>div:nth-child(-n+2){border-top:0}.kf>div:nth-child(even){padding-left:12px;border-left:1px solid var(--hair)}.kf>div:last-child{grid-column:1/-1}
  .deeds li{grid-template-columns:20px minmax(0,1fr);column-gap:8px}.deeds .cmd{grid-column:2;margin-top:6px}.prob dl{display:block}.prob dt{margin-top:8px}
  .stack,.stack tbody{display:block}.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
  .stack tr{display:grid;grid-template-columns:1fr 1fr;gap:2px 12px;padding:8px 0;border-bottom:1px solid var(--hair)}
  .stack th,.stack td{display:block;border:0;padding:0;text-align:left;min-width:0;overflow-wrap:anywhere}.stack tbody th{grid-column:1/-1;font-weight:600}
  .stack td::before{content:attr(data-l);display:block;color:var(--ink3);font-size:12px;line-height:16px}}
  @media screen and (min-width:420px) and (max-width:719px){figure>svg.slim text{font-size:9.5px}}
  @page{size:A4;margin:14mm 14mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#3a3f44}}
  @media print{:root{color-scheme:light;--paper:#fff;--wash:#f1f1ee;--ink:#000;--ink2:#3a3f44;--ink3:#555b60;--hair:#d5d7d2;--line:#7c8287;--ok:#2a6f5b;--warn:#8f5600;--bad:#b02a22;--acc:#2b5c94;--on:#fff}
  body{font-size:9.5pt;line-height:14pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
  .page{max-width:none;padding:0}h1{font-size:18pt;line-height:22pt}.verdict{font-size:11.5pt;line-height:16pt;margin-top:6pt}
  h2{margin-top:16pt;font-size:12pt;break-after:avoid}figure{margin-top:8pt}.kf{margin-top:12pt}.kf>div{padding:6pt 8pt}.kf dd.v{font-size:14pt;line-height:19pt}.kf dt,.kf dd{font-size:8pt;line-height:11pt}
  figure,tr,.prob,.deeds li{break-inside:avoid}thead{display:table-header-group}.skip{display:none}summary{display:block;list-style:none;color:var(--ink2);padding:6pt 0 0;break-after:avoid}summary::-webkit-details-marker{display:none}
  details{margin:0}details::details-content{content-visibility:visible;block-size:auto}
  table,figcaption,.key,.ev,summary,.cmd,.why,footer,.meta{font-size:8.5pt;line-height:12pt}th,td{padding-top:2pt;padding-bottom:2pt}.deeds{margin-top:4pt}.deeds li{padding:3pt 0}}

  """

/// The hatches, once for all charts; not hidden by `display`, or they would not be painted.
let reportPatterns: HTML = """
  <svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
  <pattern id="p-bad" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" style="fill:var(--paper)"/><rect width="2" height="5" style="fill:var(--bad)"/></pattern>
  <pattern id="p-warn" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" style="fill:var(--paper)"/><rect width="2" height="6" style="fill:var(--warn)"/></pattern>
  <pattern id="p-acc" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" style="fill:var(--paper)"/><rect width="2" height="4" style="fill:var(--acc)"/></pattern>
  <pattern id="p-dots" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" style="fill:var(--paper)"/><circle cx="2" cy="2" r="1" style="fill:var(--ok)"/></pattern>
  <pattern id="p-line" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" style="fill:var(--paper)"/><rect width="1.4" height="4" style="fill:var(--line)"/></pattern>
  </defs></svg>

  """
