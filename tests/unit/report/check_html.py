#!/usr/bin/python3
"""Reads a page with a strict parser (XML) and a browser-like one, looks for what a page on its own must not have.

A script is forbidden unless the page's Content-Security-Policy names it by its digest; a link stays in the page.

usage: check_html.py PAGE
"""

import base64
import hashlib
import html.parser
import re
import sys
import xml.etree.ElementTree as ElementTree

FORBIDDEN_ELEMENTS = {"script", "iframe", "object", "embed", "link", "base", "form"}
FORBIDDEN_ATTRIBUTES = {"src", "href", "srcset", "action", "style"}


class Reader(html.parser.HTMLParser):
    """Collects what must not be there."""

    def __init__(self, allowed_scripts):
        super().__init__(convert_charrefs=True)
        self.findings = []
        self.allowed_scripts = allowed_scripts

    def handle_starttag(self, tag, attrs):
        if tag in FORBIDDEN_ELEMENTS and not (tag == "script" and self.allowed_scripts):
            self.findings.append(f"forbidden element: {tag}")
        for name, value in attrs:
            if tag == "a" and name == "href" and (value or "").startswith("#"):
                continue
            if name in FORBIDDEN_ATTRIBUTES or name.startswith("on"):
                self.findings.append(f"forbidden attribute: {name}")

    handle_startendtag = handle_starttag


def allowed_scripts(page):
    """Whether each script is named by its digest, and there is one."""
    policy = re.search(r"script-src ([^;]*);", page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return bool(scripts) and policy is not None and all(f"'sha256-{digest}'" in policy[1] for digest in digests)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        page = file.read()
    reader = Reader(allowed_scripts(page))
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
