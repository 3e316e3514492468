#!/usr/bin/python3
"""Reads a page with a strict parser (XML) and a browser-like one, looks for what a page on its own must not have.

usage: check_html.py PAGE
"""

import html.parser
import sys
import xml.etree.ElementTree as ElementTree

FORBIDDEN_ELEMENTS = {"script", "iframe", "object", "embed", "link", "base", "form"}
FORBIDDEN_ATTRIBUTES = {"src", "href", "srcset", "action", "style"}


class Reader(html.parser.HTMLParser):
    """Collects what must not be there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.findings = []

    def handle_starttag(self, tag, attrs):
        if tag in FORBIDDEN_ELEMENTS:
            self.findings.append(f"forbidden element: {tag}")
        for name, _ in attrs:
            if name in FORBIDDEN_ATTRIBUTES or name.startswith("on"):
                self.findings.append(f"forbidden attribute: {name}")

    handle_startendtag = handle_starttag


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        page = file.read()
    reader = Reader()
    reader.feed(page)
    reader.close()
    if "@import" in page or "url(" in page:
        reader.findings.append("forbidden in style: a reference")
    try:
        ElementTree.fromstring(page)
    except ElementTree.ParseError as error:
        reader.findings.append(f"not well-formed: {error}")
    print("\n".join(reader.findings) or "well-formed")


if __name__ == "__main__":
    main()
