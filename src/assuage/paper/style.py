"""The style of the page: light and dark by the reader's choice, black on white in print. Contrast is WCAG AA or better."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --ink: #16191d; --page: #ffffff; --soft: #4a5158; --line: #b9c0c7; --panel: #f3f5f7;
  --stop: #9c1c1c; --hold: #7a4a00; --warn: #6b4e00; --note: #2b5672; --bar: #16191d; --bar-ink: #ffffff; --link: #1d4f91; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e2d8; --page: #14110f; --soft: #beb5a8; --line: #574f46;
  --panel: #1f1b17; --stop: #ff9b93; --hold: #f5bd6b; --warn: #ead07a; --note: #9cc9e6; --bar: #e9e2d8; --bar-ink: #14110f;
  --link: #9cc3f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 0 1rem 2rem; background: var(--page); color: var(--ink);
  font: 1rem/1.45 system-ui, "DejaVu Sans", Arial, sans-serif; font-variant-numeric: tabular-nums lining-nums; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .5rem; }
.standing { background: var(--bar); color: var(--bar-ink); font-weight: 700; padding: .6rem .9rem; margin: 0 -1rem; }
.standing p { margin: 0; } .standing .signature { font-weight: 400; }
h1 { font-size: 1.4rem; margin: 1rem 0 .6rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; border-bottom: 2px solid var(--line); }
h3 { font-size: .95rem; margin: 1rem 0 .3rem; } .lead { color: var(--soft); margin: .2rem 0 .5rem; }
.band { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; border: 2px solid var(--ink); padding: .6rem .9rem; margin: 0; }
.band div { min-width: 6rem; } .band dt { font-size: .8rem; color: var(--soft); } .band dd { margin: 0; font-weight: 700; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: .4rem 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.dose, .set { font-size: 1.25rem; font-weight: 700; } .visit { background: var(--panel); border: 1px solid var(--line); padding: .2rem 1rem 1rem; margin-top: 1.4rem; }
.visit h2 { margin-top: .8rem; }
ul, ol { margin: .3rem 0; padding-left: 1.2rem; } li { margin: .3rem 0; }
.items { list-style: none; padding: 0; } .items > li { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem .7rem; }
.tag { font-weight: 700; margin-right: .5rem; } .more { color: var(--soft); margin: 0; font-size: .93rem; }
.refuse, .stop { border-color: var(--stop) !important; } .refuse .tag, .stop .tag { color: var(--stop); }
.hold { border-color: var(--hold) !important; } .hold .tag { color: var(--hold); }
.warn { border-color: var(--warn) !important; } .warn .tag { color: var(--warn); }
.note { border-color: var(--note) !important; } .note .tag { color: var(--note); }
.q { white-space: nowrap; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .4rem 0; min-width: 60%; } caption { text-align: left; font-weight: 700; padding: .3rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; vertical-align: top; } th { background: var(--panel); }
.picture { background: #fff; padding: .5rem; overflow-x: auto; margin: .6rem 0; } .picture svg { max-width: 100%; height: auto; }
.boxes td { height: 2.2rem; min-width: 4rem; } .sources { font-size: .9rem; }
footer { margin-top: 2rem; border-top: 2px solid var(--ink); color: var(--soft); font-size: .9rem; }
footer dl { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; } footer dt { display: inline; } footer dd { display: inline; margin: 0; }
@media print { :root { color-scheme: light; --ink: #000; --page: #fff; --soft: #333; --line: #777; --panel: #fff; --stop: #000; --hold: #000;
  --warn: #000; --note: #000; --bar: #fff; --bar-ink: #000; --link: #000; } body { max-width: none; font-size: 9pt; padding: 0; }
  .standing { border: 2px solid #000; margin: 0; } .skip { display: none; } li, tr, .visit, .picture { break-inside: avoid; } a { text-decoration: none; } }
"""
