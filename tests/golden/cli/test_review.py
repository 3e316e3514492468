"""What a reviewer uses: differences for people and bots, and findings for code review tools."""
import json
import os
import pathlib
import re
import unittest

import cli

ROOT = pathlib.Path(__file__).resolve().parents[3]
try:
    import jsonschema
except ImportError:
    jsonschema = None


def validate(test, schema, document):
    """The document is one of the schema, by an implementation that is not ours."""
    if jsonschema is None:
        test.skipTest("python3-jsonschema is missing")
    rules = json.loads(pathlib.Path(schema).read_text())
    checker = jsonschema.validators.validator_for(rules)
    checker.check_schema(rules)
    errors = checker(rules).iter_errors(document)
    test.assertEqual([f"{'/'.join(map(str, each.absolute_path))}: {each.message}" for each in errors], [])


class Diff(cli.CliTest):
    def test_json_fits_its_schema_whatever_is_compared(self):
        self.compile()
        for a, b in (("host.yaml", "host.yaml"), ("host.yaml", "changed.yaml"), ("out", "changed.yaml"),
                     ("changed.yaml", "out/xenpolicy")):
            with self.subTest((a, b)):
                done = self.bulkhead("diff", a, b, "--format", "json")
                document = json.loads(done.stdout)
                validate(self, ROOT / "docs/diff.schema.json", document)
                self.assertEqual(done.returncode, 0 if document["same"] else 1)

    def test_the_schema_refuses_what_is_not_such_a_document(self):
        document = json.loads(self.bulkhead("diff", "host.yaml", "changed.yaml", "--format", "json").stdout)
        for spoil in (lambda d: d.pop("widened"), lambda d: d["widened"][0].update(more=1),
                      lambda d: d["widened"][0].update(permissions=[]), lambda d: d["other"][0].update(kind="x")):
            spoiled = json.loads(json.dumps(document))
            spoil(spoiled)
            with self.assertRaises(AssertionError):
                validate(self, ROOT / "docs/diff.schema.json", spoiled)

    def test_markdown_has_a_summary_on_top_and_folds_the_details(self):
        self.assert_result(self.bulkhead("diff", "host.yaml", "changed.yaml", "--format", "markdown"), 1,
                           "diff-markdown")

    def test_markdown_of_the_same_is_one_line(self):
        done = self.bulkhead("diff", "host.yaml", "host.yaml", "--format", "markdown")
        self.assertEqual((done.returncode, done.stdout),
                         (0, "### Bulkhead: host.yaml and host.yaml grant the same\n"))

    def test_no_file_name_writes_markup(self):
        name = "a|b<i>[x](y)`@z`.yaml"
        (self.work / name).write_bytes((self.work / "changed.yaml").read_bytes())
        text = self.bulkhead("diff", "host.yaml", name, "--format", "markdown").stdout
        self.assertIn(r"a\|b\<i\>\[x\]\(y\)\`\@z\`.yaml", text)
        for line in text.splitlines():
            if line.startswith("|"):
                self.assertIn(len(re.findall(r"(?<!\\)\|", line)), (4, 5, 6), line)

    def test_a_wider_spec_says_which_operations_outside_xsa_77_are_new(self):
        spec = (self.work / "host.yaml").read_text()
        role = ("roles:\n  tuner: { extends: driver, allow: [ { on: xen, class: xen, permissions: [pm_op], "
                "reason: \"a test\" } ] }\n")
        accept = "accept:\n" + "".join(f"  - {{ finding: {finding}, domains: [net], reason: \"a test\" }}\n"
                                       for finding in ("unreviewed-operations", "hypervisor-outside-hardware"))
        (self.work / "wider.yaml").write_text(spec.replace("accept:\n", accept).replace("role: driver", "role: tuner")
                                              + role)
        done = self.bulkhead("diff", "host.yaml", "wider.yaml")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("operations outside XSA-77: 2 new, 0 gone\n  + net: XEN_SYSCTL_get_pmstat (xen pm_op)\n"
                      "  + net: XEN_SYSCTL_pm_op (xen pm_op)\n", done.stdout)


class Sarif(cli.CliTest):
    def sarif(self, spec):
        done = self.bulkhead("check", spec, "--format", "sarif")
        self.assertEqual(done.stderr, "")
        return done.returncode, json.loads(done.stdout)

    def test_findings_fit_our_strict_schema_of_sarif(self):
        for spec, code in (("host.yaml", 0), ("rejected.yaml", 1)):
            with self.subTest(spec):
                found, document = self.sarif(spec)
                self.assertEqual((found, document["runs"][0]["invocations"][0]["exitCode"]), (code, code))
                validate(self, cli.HERE / "sarif.schema.json", document)

    def test_findings_fit_the_schema_of_the_standard(self):
        official = os.environ.get("BULKHEAD_SARIF_SCHEMA")
        if not official:
            self.skipTest("BULKHEAD_SARIF_SCHEMA does not name OASIS' sarif-schema-2.1.0.json")
        for spec in ("host.yaml", "rejected.yaml"):
            validate(self, official, self.sarif(spec)[1])

    def test_sarif_tells_the_same_as_json_at_the_same_places(self):
        results = self.sarif("rejected.yaml")[1]["runs"][0]["results"]
        plain = json.loads(self.bulkhead("check", "rejected.yaml", "--format", "json").stdout)["diagnostics"]
        places = [(each["ruleId"], each["level"], each["locations"][0]["physicalLocation"]["region"]["startLine"],
                   each["locations"][0]["physicalLocation"]["region"]["startColumn"]) for each in results]
        self.assertEqual(places, [(each["id"], each["severity"], each["line"], each["column"]) for each in plain])
        self.assertTrue(places)

    def test_a_rule_says_what_it_means_and_the_way_out(self):
        driver = self.sarif("rejected.yaml")[1]["runs"][0]["tool"]["driver"]
        rule = next(each for each in driver["rules"] if each["id"] == "bad-size")
        self.assertEqual((rule["shortDescription"]["text"], rule["help"]["text"]),
                         ("A size of memory without a unit that the language has.",
                          "Write a whole number and KiB, MiB, GiB or TiB, as in `512 MiB`."))

    def test_a_text_of_any_bytes_gives_valid_sarif(self):
        for name, content in (("empty", b""), ("zero", b"\0" * 100), ("high", bytes(range(128, 256))),
                              ("open", b"a: [1,"), ("deep", b"[" * 100000), ("tab", b"a:\t\xc3\xa9\t1\n")):
            with self.subTest(name):
                (self.work / "odd.yaml").write_bytes(content)
                code, document = self.sarif("odd.yaml")
                self.assertEqual(code, 1)
                validate(self, cli.HERE / "sarif.schema.json", document)


class Test(cli.CliTest):
    def setUp(self):
        super().setUp()
        (self.work / "tests.txt").write_text(
            "expectations: 1\nexpect:\n"
            "  - { from: net, to: blue, may: [grant.copy] }\n"
            "  - { name: the guests are apart, from: blue, to: green, may-only: [] }\n")

    def test_what_holds_ends_with_0_and_says_what_no_expectation_touches(self):
        self.assert_result(self.bulkhead("test", "host.yaml", "tests.txt"), 0, "test")

    def test_what_fails_ends_with_1_and_names_the_statement(self):
        self.assert_result(self.bulkhead("test", "broken-assertion.yaml", "tests.txt"), 1, "test-fails")

    def test_json_tells_the_same(self):
        done = self.bulkhead("test", "broken-assertion.yaml", "tests.txt", "--format", "json")
        document = json.loads(done.stdout)
        self.assertEqual((done.returncode, document["holds"]), (1, False))
        self.assertEqual([each["holds"] for each in document["results"]], [True, False])
        self.assertEqual([each["origin"] for each in document["results"][1]["breaches"]],
                         ["broken-assertion.yaml:15:7"] * document["results"][1]["breach_count"])

    def test_several_files_count_together(self):
        (self.work / "more.txt").write_text(
            "expectations: 1\nexpect: [ { from: net, to: green, may: [grant.copy] } ]\n")
        done = self.bulkhead("test", "host.yaml", "tests.txt", "more.txt")
        self.assertIn("3 expectations: 3 hold, 0 fail\n", done.stdout)
        self.assertIn("touched by an expectation: 2 of 2 connections, ", done.stdout)

    def test_mistakes_in_the_file_are_told_with_their_places(self):
        (self.work / "tests.txt").write_text(
            "expectations: 1\nexpect:\n  - { from: nett, to: blue, may: [grant.copy] }\n"
            "  - { from: net, to: blue, may: [grant.copi, grant.copy], flow: none }\n")
        self.assert_result(self.bulkhead("test", "host.yaml", "tests.txt"), 1, "test-rejected")

    def test_a_file_that_is_missing_is_a_failure_of_the_environment(self):
        self.assert_refused(self.bulkhead("test", "host.yaml", "none.txt"), 3, "open `none.txt`: No such file")

    def test_the_schema_and_the_reader_take_the_same(self):
        schema = self.work / "schema.json"
        schema.write_text(self.bulkhead("schema", "--of", "expectations").stdout)
        base = {"expectations": 1, "expect": [{"from": "net", "to": "blue", "may": ["grant.copy"]}]}
        validate(self, schema, base)
        for change in ({"may": []}, {"may-not": ["grant.map_read"]}, {"from": "9"}, {"phase": "later"}, {"more": 1},
                       {"direct-flow": "none"}):
            entry = {**base["expect"][0], **change}
            document = {**base, "expect": [entry]}
            (self.work / "tests.txt").write_text(json.dumps(document))
            self.assertEqual(self.bulkhead("test", "host.yaml", "tests.txt").returncode, 1)
            with self.assertRaises(AssertionError):
                validate(self, schema, document)


class Import(cli.CliTest):
    EXAMPLE = ROOT / "examples/import"

    def setUp(self):
        super().setUp()
        for path in self.EXAMPLE.glob("*.cfg"):
            (self.work / path.name).write_bytes(path.read_bytes())

    def test_three_configurations_become_a_spec_with_questions(self):
        done = self.bulkhead("import", "net.cfg", "web.cfg", "db.cfg")
        self.assert_result(done, 0, "import")

    def test_check_says_of_the_spec_exactly_what_its_last_comments_say(self):
        # A firmware, a CD, a device of a guest, a disk that two write to, a back end that is not there, odd names.
        (self.work / "win.cfg").write_text(
            "name='Win 10'\nbuilder='hvm'\nmemory=2048\ndisk=['/a.qcow2,qcow2,hda,w','/cd.iso,,hdc,r,cdrom']\n"
            "vif=['backend=gone,bridge=b']\npci=['00:03.0']\n")
        (self.work / "also.cfg").write_text("name='none'\nkernel='/k'\ndisk=['phy:/a.qcow2,xvda,w']\nmemory=1\n")
        (self.work / "now.json").write_text(json.dumps([
            {"domid": 0, "config": {"c_info": {"type": "pv", "name": "Domain-0"}, "b_info": {}}},
            {"domid": 7, "config": {
                "c_info": {"type": "pvh", "name": "app", "run_hotplug_scripts": "True"},
                "b_info": {"max_vcpus": 1, "target_memkb": 131072, "kernel": "/k", "type.pvh": {}},
                "disks": [{"pdev_path": "/dev/x", "vdev": "xvda", "format": "raw", "readwrite": 1}]}}], indent=4))
        for files in (["net.cfg", "web.cfg", "db.cfg"], ["web.cfg"], ["net.cfg"], ["db.cfg", "net.cfg"], ["win.cfg"],
                      ["win.cfg", "also.cfg", "now.json"], ["now.json"]):
            with self.subTest(files):
                spec = self.bulkhead("import", *files).stdout
                (self.work / "first.yaml").write_text(spec)
                done = self.bulkhead("check", "first.yaml", "--format", "json")
                found = [f"#   line {each['line']}: {each['message']} [{each['id']}]"
                         for each in json.loads(done.stdout)["diagnostics"]]
                _, _, said = spec.partition("until the questions are answered:\n")
                self.assertEqual(said.splitlines(), found)

    def test_a_spec_without_open_questions_is_accepted(self):
        (self.work / "a.cfg").write_text(
            "name='a'\ntype='pvh'\nkernel='/k'\nmemory=128\ndisk=['/dev/a,raw,xvda,rw']\n")
        done = self.bulkhead("import", "--xen", "4.19", "a.cfg")
        (self.work / "first.yaml").write_text(done.stdout)
        self.assertNotIn("bulkhead check` says until", done.stdout)
        self.assertEqual(self.bulkhead("check", "first.yaml").returncode, 0)

    def test_all_that_is_wrong_with_configurations_is_told_in_one_run(self):
        (self.work / "a.cfg").write_text(
            "name = 'a'\nmemory = 256 * 2\nmemory = 3\nmemory = 4\nvif = [ 'x' 'y' ]\n")
        (self.work / "b.cfg").write_text("memory = 'much'\n")
        self.assert_result(self.bulkhead("import", "a.cfg", "b.cfg"), 1, "import-rejected")

    def test_nothing_of_a_configuration_is_executed(self):
        (self.work / "a.cfg").write_text("name = open('made', 'w')\nimport os; os.mkdir('made')\n")
        self.assertEqual(self.bulkhead("import", "a.cfg").returncode, 1)
        self.assertFalse((self.work / "made").exists())

    def test_a_release_that_is_none_is_a_usage_error(self):
        self.assert_refused(self.bulkhead("import", "--xen", "new", "web.cfg"), 2, "`new` is no release of Xen")

    def test_a_file_that_cannot_be_read_is_a_failure_of_the_environment(self):
        self.assert_refused(self.bulkhead("import", "web.cfg", "gone.cfg"), 3, "open `gone.cfg`: No such file")


if __name__ == "__main__":
    cli.main()
