/** The page may load and run nothing else, whatever a client under test has printed into it. */
export const CONTENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The style of the report. `:target` shows the panel of a cell, and `:has()` filters rows, so the page needs no script.
 */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#59636e;--line:#d1d9e0;--raise:#f6f8fa;--link:#0757c2;
--pass:#c9efd3;--fail:#ffc9c4;--crash:#e6c8fa;--warn:#ffe7a8;--flaky:#dfe3e8;--error:#c9d3de;--info:#cfe3fb}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9aa5b1;--line:#30363d;--raise:#161b22;
--link:#79b8ff;--pass:#12361f;--fail:#67201d;--crash:#4a2566;--warn:#574109;--flaky:#30363d;--error:#3c4653;--info:#173a63}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:84rem;padding:1rem 1.5rem 4rem;background:var(--bg);color:var(--fg)}
h1{font-size:1.5rem;margin:.5rem 0 0}h2{font-size:1.15rem;margin:2rem 0 .6rem}p{margin:.4rem 0}
a{color:var(--link)}.soft{color:var(--soft)}code,pre{font:12.5px/1.45 ui-monospace,monospace}
.pass{background:var(--pass)}.fail{background:var(--fail)}.crash{background:var(--crash)}.warn{background:var(--warn)}
.info{background:var(--info)}.flaky{background:var(--flaky)}.error{background:var(--error)}.skipped,.blocked{color:var(--soft)}
.tag{border-radius:.3rem;padding:.1rem .45rem;font-weight:600;font-size:.85rem;white-space:nowrap}
.filter label{display:inline-block;margin:.2rem .5rem .2rem 0;cursor:pointer}
table{border-collapse:separate;border-spacing:0;width:100%}
th,td{border-bottom:1px solid var(--line);padding:.28rem .6rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:var(--bg);z-index:1;font-size:.85rem}
tr.topic th{background:var(--raise);padding-top:.6rem}
td.cell{text-align:center;min-width:5rem;padding:0}td.cell a,td.cell span{display:block;padding:.28rem .4rem;font-size:.85rem}
td.cell a{color:inherit;text-decoration:none}td.cell a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:-2px}
td.name code{color:var(--soft);display:block;overflow-wrap:anywhere}
details.defect{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}ul.seen{margin:.4rem 0;padding-left:1.2rem}ul.seen li{overflow-wrap:anywhere}
blockquote{margin:.5rem 0;border-left:3px solid var(--line);padding-left:.8rem}
pre{overflow:auto;background:var(--raise);border:1px solid var(--line);border-radius:.3rem;padding:.6rem;margin:.4rem 0;
white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}
article{display:none}
article:target{display:block;position:fixed;z-index:2;inset:0 0 0 auto;width:min(58rem,100%);overflow:auto;padding:1rem 1.5rem 3rem;
background:var(--bg);border-left:1px solid var(--line);box-shadow:0 0 2rem #0006}
article h3{margin:.2rem 2rem .4rem 0;font-size:1.1rem}article h4{margin:1rem 0 .2rem;font-size:.95rem}
a.close{position:sticky;top:0;float:right;font-size:1.6rem;line-height:1;text-decoration:none;padding:.2rem .5rem;background:var(--bg)}
`;
