#include "style.h"

namespace bulkhead::page {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1c2126; --faint: #5c666f; --line: #d5d9dd;
  --panel: #f3f5f6; --heat: 33, 98, 168; --network: #1769aa; --disk: #8a5a00; --pci: #6a3d9a; --channel: #00796b;
  --other: #5f6b76; --good: #1b6e3a; --good-panel: #e7f3ea; --bad: #a8201a; --bad-panel: #fbe9e7; --link: #1558a6; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8eb; --faint: #9aa5af; --line: #333b43;
  --panel: #1c2227; --heat: 94, 160, 230; --network: #64b5f6; --disk: #ffb74d; --pci: #c39bea; --channel: #4db6ac;
  --other: #95a0aa; --good: #7fd09a; --good-panel: #16281c; --bad: #ff9a90; --bad-panel: #35191a;
  --link: #8ab8f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: var(--link); } a:focus-visible, summary:focus-visible, input:focus-visible, button:focus-visible,
.scroll:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
p.note, .faint { color: var(--faint); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; list-style: none; }
code, .type { font-family: ui-monospace, monospace; font-size: .88em; overflow-wrap: anywhere; }
table { border-collapse: collapse; } .scroll { overflow-x: auto; max-width: 100%; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody th, table.facts th { white-space: nowrap; }
td { overflow-wrap: anywhere; } .scroll td { overflow-wrap: normal; } td code { white-space: normal; }
.verdict { border: 2px solid; border-radius: 8px; padding: .7rem 1rem; margin: 1rem 0; }
.verdict strong { font-size: 1.2rem; display: block; } .verdict p { margin: .3rem 0 0; color: var(--ink); }
.holds { border-color: var(--good); background: var(--good-panel); } .holds strong, .yes { color: var(--good); }
.fails { border-color: var(--bad); background: var(--bad-panel); } .fails strong, .no { color: var(--bad); }
.no { font-weight: 600; }
ol.findings { padding: 0; list-style: none; } ol.findings li { border-left: 4px solid var(--bad); padding: .1rem .8rem;
  margin: .6rem 0; } ol.findings li.notice { border-color: var(--other); }
.tools { position: sticky; top: 0; z-index: 4; background: var(--paper); border-bottom: 1px solid var(--line);
  padding: .5rem 0; margin: .5rem 0; } .tools[hidden] { display: none; }
input, button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--other);
  border-radius: 4px; padding: .15rem .5rem; max-width: 100%; }
table.matrix { font-size: .8rem; border-collapse: separate; border-spacing: 0; }
table.matrix th, table.matrix td { padding: .15rem .35rem; border: solid var(--line); border-width: 0 1px 1px 0; }
table.matrix td { text-align: center; min-width: 2rem; } table.matrix td.none { color: var(--faint); }
table.matrix th { background: var(--paper); white-space: nowrap; font-weight: 600; }
table.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); border-width: 1px 0 0 1px; }
table.matrix tbody th { position: sticky; left: 0; z-index: 1; border-left-width: 1px; }
table.matrix tbody tr:hover td, table.matrix tbody tr:hover th { box-shadow: inset 0 0 0 99px rgba(var(--heat), .12); }
td.h1 { background: rgba(var(--heat), .12); } td.h2 { background: rgba(var(--heat), .25); }
td.h3 { background: rgba(var(--heat), .42); } td.h4 { background: rgba(var(--heat), .58); } td.self { font-style: italic; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--panel); }
details.marked { border-color: var(--bad); border-left-width: 4px; }
details > summary { cursor: pointer; padding: .5rem .8rem; font-weight: 600; overflow-wrap: anywhere; }
details > div { padding: 0 .8rem .8rem; overflow-wrap: anywhere; }
ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; } li { margin: .2rem 0; } details p { margin: .5rem 0 0; }
svg.host { display: block; width: 100%; min-width: 46rem; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg text.small { fill: var(--faint); font-size: 11px; } svg text.mark { fill: var(--bad); font-size: 11px;
  font-weight: 700; } svg rect { fill: var(--panel); stroke: var(--other); }
svg rect.marked { stroke: var(--bad); stroke-width: 3; }
svg path { fill: none; stroke: var(--other); stroke-width: 1.7; stroke-dasharray: 3 4; }
svg path.network { stroke: var(--network); stroke-dasharray: none; }
svg path.disk { stroke: var(--disk); stroke-dasharray: 9 3; }
svg path.pci, svg path.passthrough { stroke: var(--pci); stroke-dasharray: 2 2; }
svg path.channel, svg path.argo { stroke: var(--channel); stroke-dasharray: 10 3 2 3; }
svg.key { width: 3rem; height: .8rem; vertical-align: middle; } ul.key { display: flex; flex-wrap: wrap; gap: 0 1.5rem;
  padding: 0; list-style: none; }
@media (max-width: 40rem) { body { padding: .8rem; font-size: 14px; } th, td { padding: .2rem .35rem; }
  tbody th, table.facts th { white-space: normal; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .tools, nav { display: none; }
  details { border: 0; background: none; } details::details-content { content-visibility: visible; display: block; }
  h2, h3, summary { break-after: avoid; } li, tr { break-inside: avoid; } .scroll { overflow: visible; }
  a { color: inherit; text-decoration: none; } }
)";

constexpr std::string_view kFilterScript = R"(
(function () {
  'use strict';
  var tools = document.getElementById('tools');
  var field = document.getElementById('filter');
  var shown = document.getElementById('shown');
  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }
  function apply() {
    var words = field.value.trim().toLowerCase();
    var count = 0;
    each('[data-names]', function (part) {
      var hit = words === '' || part.getAttribute('data-names').indexOf(words) !== -1;
      part.hidden = !hit;
      count += part.tagName === 'DETAILS' ? Number(hit) : 0;
    });
    shown.textContent = words === '' ? '' : count + (count === 1 ? ' part' : ' parts');
  }
  function set_all(open) {
    each('details', function (part) { part.open = open; });
  }
  function show_target() {
    var part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (part === null || part.tagName !== 'DETAILS') { return; }
    part.hidden = false;
    part.open = true;
    part.scrollIntoView();
  }
  tools.hidden = false;
  field.addEventListener('input', apply);
  document.getElementById('open-all').addEventListener('click', function () { set_all(true); });
  document.getElementById('close-all').addEventListener('click', function () { set_all(false); });
  window.addEventListener('hashchange', show_target);
  show_target();
}());
)";

}  // namespace

std::string_view style() {
  return kStyle;
}

std::string_view filter_script() {
  return kFilterScript;
}

}  // namespace bulkhead::page
