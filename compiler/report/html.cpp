#include "html.h"

#include "bulkhead/base/render.h"

namespace bulkhead::report {

namespace {

constexpr std::string_view kSpecial = "&<>\"'";

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  const std::string shown = printable(text);
  std::string out;
  out.reserve(shown.size());
  std::size_t at = 0;
  for (std::size_t next = shown.find_first_of(kSpecial); next != std::string::npos;
       next = shown.find_first_of(kSpecial, at)) {
    out.append(shown, at, next - at).append(entity(shown[next]));
    at = next + 1;
  }
  return out.append(shown, at);
}

std::string_view html_style() {
  return R"(:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1c2126; --faint: #66707a; --line: #d5d9dd;
  --panel: #f2f4f5; --heat: 33, 98, 168; --network: #1769aa; --disk: #8a5a00; --pci: #6a3d9a; --channel: #00796b;
  --other: #8b939b; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8eb; --faint: #98a3ad; --line: #333b43;
  --panel: #1c2227; --heat: 94, 160, 230; --network: #64b5f6; --disk: #ffb74d; --pci: #c39bea; --channel: #4db6ac;
  --other: #78828b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 78rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p.note, .faint { color: var(--faint); }
code, .type { font-family: ui-monospace, monospace; font-size: .88em; overflow-wrap: anywhere; }
table { border-collapse: collapse; } .scroll { overflow-x: auto; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
table.matrix { font-size: .8rem; } table.matrix th, table.matrix td { padding: .15rem .35rem; border: 1px solid var(--line); }
table.matrix td { text-align: center; min-width: 2rem; } table.matrix td.none { color: var(--line); }
table.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); }
td.h1 { background: rgba(var(--heat), .12); } td.h2 { background: rgba(var(--heat), .25); }
td.h3 { background: rgba(var(--heat), .42); } td.h4 { background: rgba(var(--heat), .62); } td.self { font-style: italic; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; background: var(--panel); }
details > summary { cursor: pointer; padding: .5rem .8rem; font-weight: 600; } details > div { padding: 0 .8rem .8rem; }
ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; } li { margin: .2rem 0; } details p { margin: .5rem 0 0; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg text.small { fill: var(--faint); font-size: 11px; } svg rect { fill: var(--panel); stroke: var(--line); }
svg path { fill: none; stroke: var(--other); stroke-width: 1.6; } svg path.network { stroke: var(--network); }
svg path.disk { stroke: var(--disk); } svg path.pci, svg path.passthrough { stroke: var(--pci); }
svg path.channel, svg path.argo { stroke: var(--channel); }
svg path.xenstore, svg path.console { stroke-dasharray: 3 3; stroke-width: 1; }
@media print { details { break-inside: avoid; } }
)";
}

}  // namespace bulkhead::report
