"""What the page of evidence adds to the style of all pages. Pictures for a wide and a narrow window; one of them shows."""

from __future__ import annotations

MORE = """
.headline { font-size: 1.15rem; font-weight: 700; margin: .4rem 0; } .title { font-weight: 400; }
.caveat { border-left: .3rem solid var(--hold); padding: .1rem 0 .1rem .7rem; margin: .6rem 0; }
.contents ul { columns: 2 18rem; padding-left: 1.2rem; } .contents li { break-inside: avoid; }
nav.contents { margin: 1rem 0; } figure { margin: .8rem 0; } figcaption { color: var(--soft); font-size: .93rem; margin: .3rem 0; }
.narrow { display: none; } .card { background: var(--panel); border: 1px solid var(--line); padding: .2rem 1rem .8rem; margin: .8rem 0; }
.card h3 { margin-top: .6rem; } .card h4 { font-size: .9rem; margin: .6rem 0 .2rem; } .facts dt { max-width: 12rem; }
.facts dd { overflow-wrap: anywhere; } .sources li { overflow-wrap: anywhere; } footer dd { overflow-wrap: anywhere; }
.around { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; list-style: none; padding: 0; margin: .6rem 0; } .around a { display: inline-block; padding: .6rem 0; }
table { width: 100%; } td { min-width: 5rem; }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin: 0 0 .4rem; } .scroll table { min-width: 34rem; } .picture { padding: 0; } }
@media print { .wide { display: block; } .narrow, nav.contents, .around { display: none; } .card { break-inside: auto; border: 1px solid #777; }
  h2, h3 { break-after: avoid; } thead { display: table-header-group; } .scroll { overflow: visible; } .caveat { border-color: #000; } }
"""
