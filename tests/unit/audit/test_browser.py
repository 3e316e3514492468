"""The audit's pages in a real browser. usage: test_browser.py BULKHEAD-AUDIT-PAGES; exit 77 without a browser."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import browser

WRITER = ""
PAGES = ("minimal", "split", "windsor", "tenants", "broken", "large", "hostile")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="bulkhead-pages-")
        subprocess.run([WRITER], env={**os.environ, "BULKHEAD_PAGES": cls.folder.name}, check=True,
                       stdout=subprocess.DEVNULL)
        cls.browser = browser.Browser(browser.find())

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def open(self, name, **how):
        self.browser.open(pathlib.Path(self.folder.name) / f"{name}.html", **how)

    def rows(self):
        return self.browser.value("Array.from(document.querySelectorAll('table.matrix tbody tr'))"
                                  ".filter(row => row.offsetParent !== null).map(row => row.cells[0].textContent)")

    def parts(self):
        return self.browser.value("Array.from(document.querySelectorAll('details'))"
                                  ".filter(part => part.offsetParent !== null).map(part => part.id)")

    def test_a_page_loads_without_a_complaint_and_asks_for_nothing_but_itself(self):
        for name in PAGES:
            with self.subTest(name):
                self.open(name)
                self.assertEqual(self.browser.complaints(), [])
                self.assertEqual(len(self.browser.requests()), 1, self.browser.requests())

    def test_no_page_is_wider_than_its_window(self):
        for width in (1280, 480):
            for name in PAGES:
                with self.subTest(name, width=width):
                    self.open(name, width=width)
                    self.assertLessEqual(self.browser.value("document.documentElement.scrollWidth"), width)

    def test_the_filter_leaves_the_rows_and_parts_of_the_domains_named(self):
        self.open("split")
        self.assertEqual(len(self.rows()), 6)
        self.browser.value("(f => { f.value = 'Gre'; f.dispatchEvent(new Event('input')); })"
                           "(document.getElementById('filter'))")
        self.assertEqual((self.rows(), self.parts()), (["green"], ["d-green"]))
        self.assertEqual(self.browser.value("document.getElementById('shown').textContent"), "1 part")
        self.browser.value("(f => { f.value = ''; f.dispatchEvent(new Event('input')); })"
                           "(document.getElementById('filter'))")
        self.assertEqual((len(self.rows()), len(self.parts())), (6, 6))

    def test_the_filter_finds_a_domain_in_the_row_that_it_shares(self):
        self.open("tenants")
        self.browser.value("(f => { f.value = 'acme-7'; f.dispatchEvent(new Event('input')); })"
                           "(document.getElementById('filter'))")
        self.assertEqual((self.rows(), self.parts()), (["acme × 20"], ["d-acme-7"]))

    def test_the_buttons_open_and_close_all_parts(self):
        self.open("windsor")
        opened = "document.querySelectorAll('details[open]').length"
        self.browser.value("document.getElementById('open-all').click()")
        self.assertEqual(self.browser.value(opened), 14)
        self.browser.value("document.getElementById('close-all').click()")
        self.assertEqual(self.browser.value(opened), 0)

    def test_a_link_to_a_domain_opens_its_part(self):
        self.open("broken")
        self.browser.value("document.getElementById('close-all').click()")
        link = "document.querySelector('#findings + ol a')"
        self.browser.value(f"{link}.click()")
        self.assertTrue(self.browser.value(
            f"new Promise(done => setTimeout(() => done(document.getElementById({link}.hash.slice(1)).open), 0))",
            awaited=True))

    def test_without_scripts_all_is_there_and_the_filter_is_not_shown(self):
        self.open("split", scripts=False)
        self.assertEqual(self.browser.complaints(), [])
        self.browser.call("Emulation.setScriptExecutionDisabled", value=False)
        self.assertEqual((len(self.rows()), len(self.parts())), (6, 6))
        self.assertTrue(self.browser.value("document.getElementById('tools').offsetParent === null"))

    def test_what_guests_wrote_runs_nothing_and_makes_no_element(self):
        self.open("hostile")
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.value("typeof window.owned"), "undefined")
        self.assertEqual(self.browser.value("document.querySelectorAll('img, iframe').length"), 0)
        self.assertEqual(self.browser.value("document.querySelectorAll('script').length"), 1)

    def test_text_can_be_told_from_its_paper_in_both_schemes(self):
        contrast = """(() => {
          const light = colour => {
            const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(part => {
              const share = part / 255;
              return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
            });
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const paper = light(getComputedStyle(document.body).backgroundColor);
          return ['body', 'p.note', 'nav a', '.verdict strong', 'td code'].map(selector => {
            const ink = light(getComputedStyle(document.querySelector(selector)).color);
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
          });
        })()"""
        for dark in (False, True):
            self.open("broken", dark=dark)
            self.assertGreaterEqual(min(self.browser.value(contrast)), 4.5)

    def test_pictures_and_regions_have_words_and_can_be_reached_by_keys(self):
        self.open("windsor")
        self.assertEqual(self.browser.value(
            "Array.from(document.querySelectorAll('svg')).filter(svg => svg.getAttribute('aria-hidden') !== 'true' &&"
            " !svg.getAttribute('aria-label')).length"), 0)
        self.assertEqual(self.browser.value("document.querySelectorAll('.scroll:not([tabindex])').length"), 0)


if __name__ == "__main__":
    if browser.find() is None:
        print("skipped: no Chromium; tests/packages names it")
        sys.exit(77)
    WRITER = sys.argv.pop(1)
    unittest.main(verbosity=2)
