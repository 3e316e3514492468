"""Each command as a user calls it: what it prints, where, and how it ends."""
import json
import os
import pathlib
import subprocess
import unittest

import cli

COMMANDS = ["check", "compile", "show", "verify", "diff", "why", "flows", "radius", "denials", "usage", "test",
            "import", "schema", "help"]
ARTIFACTS = {"policy.conf", "xenpolicy", "privileges.json", "launch-plan.json", "delegation.json", "report.html",
             "report.txt", "boot.cfg", "xl/blue.cfg", "xl/green.cfg"}


class Help(cli.CliTest):
    def test_the_help_of_the_program_and_of_each_command_is_as_kept(self):
        self.assert_result(self.bulkhead("--help"), 0, "help")
        for command in COMMANDS:
            with self.subTest(command):
                done = self.bulkhead(command, "--help")
                self.assert_result(done, 0, "help-" + command)
                self.assertEqual(self.bulkhead("help", command).stdout, done.stdout)

    def test_without_a_command_help_goes_to_stderr_and_it_is_a_usage_error(self):
        done = self.bulkhead()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, self.bulkhead("--help").stdout)

    def test_the_version_is_one_line(self):
        self.assertRegex(self.bulkhead("--version").stdout, r"\Abulkhead \d+\.\d+\.\d+\n\Z")

    def test_unknown_words_are_usage_errors_that_say_what_was_meant(self):
        for words, error in (
            (["chek"], "unknown command `chek`; did you mean `check`?"),
            (["help", "compil"], "unknown command `compil`; did you mean `compile`?"),
            (["--hepl"], "unknown option `--hepl` before a command; did you mean `--help`?"),
            (["--version", "x"], "unexpected argument `x` after `--version`"),
            (["compile", "host.yaml", "--outptu", "x"], "unknown option `--outptu`; did you mean `--output`?"),
            (["schema", "--of", "inventry"],
             "option `--of` is one of spec, inventory, launch-plan, expectations, not `inventry`; did you mean "
             "`inventory`?"),
            (["check"], "argument SPEC is missing"),
        ):
            with self.subTest(words):
                self.assert_refused(self.bulkhead(*words), 2, error)

    def test_the_manual_page_has_no_errors(self):
        self.assert_manual("bulkhead.1")

    def test_the_completion_offers_commands_options_values_and_files(self):
        self.assertEqual(self.complete("ch"), ["check"])
        self.assertEqual(self.complete("compile", "--o"), ["--output"])
        self.assertEqual(self.complete("check", "--format", ""), ["text", "json", "sarif"])
        self.assertEqual(self.complete("check", "chan"), ["changed.yaml"])
        self.assertEqual(self.complete("help", "wh"), ["why"])


class Flows(cli.CliTest):
    def test_the_table_says_for_each_domain_whom_it_reaches_directly_and_over_others(self):
        self.assert_result(self.bulkhead("flows", "host.yaml"), 0, "flows")

    def test_a_way_is_told_step_by_step_with_its_rules_and_lines(self):
        self.assert_result(self.bulkhead("flows", "host.yaml", "--from", "blue", "--to", "green"), 0, "flows-way")

    def test_a_cut_is_told_as_one(self):
        done = self.bulkhead("flows", "host.yaml", "--from", "blue", "--to", "green", "--not-through", "net,control")
        self.assertEqual((done.returncode, done.stdout), (0, "blue -> green: only through net, control\n"))

    def test_json_says_the_same_as_text(self):
        done = self.bulkhead("flows", "host.yaml", "--format", "json")
        answer = json.loads(done.stdout)
        of = {domain["name"]: domain for domain in answer["domains"]}
        self.assertEqual(answer["sets"][of["blue"]["direct"]], ["blue", "control", "net"])
        self.assertEqual(of["blue"]["direct_count"], 2)
        self.assertEqual(answer["sets"][of["blue"]["reaches"]], sorted(of))

    def test_a_name_that_stands_for_nobody_is_a_usage_error(self):
        done = self.bulkhead("flows", "host.yaml", "--from", "blu")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("`host.yaml` has no domain `blu`; did you mean `blue`?", done.stderr)

    def test_a_file_that_is_no_policy_for_xen_is_refused(self):
        (self.work / "linux").write_bytes(b"\x8c\xff\x7c\xf9" + b"\x08\0\0\0SE Linux" + b"\x1e\0\0\0" * 20)
        done = self.bulkhead("flows", "linux")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("read the policy `linux`", done.stderr)


class Radius(cli.CliTest):
    def test_the_radius_is_told_before_sealing_and_after(self):
        self.assert_result(self.bulkhead("radius", "host.yaml", "net"), 0, "radius")
        self.assert_result(self.bulkhead("radius", "host.yaml", "control"), 0, "radius-control")

    def test_json_has_the_phases_that_are_asked_for(self):
        done = self.bulkhead("radius", "host.yaml", "control", "--phase", "sealed", "--format", "json")
        phases = json.loads(done.stdout)["phases"]
        self.assertEqual([phase["phase"] for phase in phases], ["after sealing"])
        self.assertEqual([each["name"] for each in phases[0]["taken"]], ["net"])
        self.assertEqual(phases[0]["powers"], [])


class Check(cli.CliTest):
    def test_an_accepted_spec_is_summed_up(self):
        self.assert_result(self.bulkhead("check", "host.yaml"), 0, "check")

    def test_all_mistakes_of_a_spec_are_told_in_one_run(self):
        self.assert_result(self.bulkhead("check", "rejected.yaml"), 1, "check-rejected")

    def test_json_is_the_product_and_tells_the_same(self):
        done = self.bulkhead("check", "rejected.yaml", "--format", "json")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        found = [(each["id"], each["line"]) for each in json.loads(done.stdout)["diagnostics"]]
        text = self.bulkhead("check", "rejected.yaml").stderr
        self.assertEqual(len(found), text.count(": error: "))
        for name, line in found:
            self.assertIn(f"[{name}]", text)
            self.assertIn(f"rejected.yaml:{line}:", text)

    def test_json_of_an_accepted_spec_has_no_diagnostics(self):
        done = self.bulkhead("check", "host.yaml", "--format", "json")
        self.assertEqual((done.returncode, json.loads(done.stdout)["diagnostics"]), (0, []))

    def test_color_is_used_only_when_asked_for_or_on_a_terminal(self):
        self.assertNotIn("\033", self.bulkhead("check", "rejected.yaml").stderr)
        self.assertIn("\033", self.bulkhead("check", "rejected.yaml", "--color", "always").stderr)
        self.assertIn("\033", self.on_terminal("check", "rejected.yaml"))
        self.assertNotIn("\033", self.on_terminal("check", "rejected.yaml", "--color", "never"))
        self.assertNotIn("\033", self.on_terminal("check", "rejected.yaml", NO_COLOR="1"))

    def on_terminal(self, *arguments, **changes):
        """What goes to stderr when that is a terminal."""
        ours, theirs = os.openpty()
        with subprocess.Popen([cli.PROGRAM, *arguments], cwd=self.work, env=self.environment(TERM="xterm", **changes),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs) as child:
            os.close(theirs)
            text = b""
            while True:
                try:
                    part = os.read(ours, 65536)
                except OSError:  # the terminal's other end is closed
                    break
                if not part:
                    break
                text += part
            child.wait()
        os.close(ours)
        return text.decode()

    def test_a_spec_of_any_bytes_is_refused_with_a_place_and_an_id(self):
        for name, content in (("empty", b""), ("zero", b"\0" * 100), ("high", bytes(range(128, 256))),
                              ("open", b"a: [1,"),
                              ("list", b"- 1\n"), ("large", b"#" * (16 * 2**20 + 1)), ("deep", b"[" * 100000)):
            with self.subTest(name):
                (self.work / "odd.yaml").write_bytes(content)
                done = self.bulkhead("check", "odd.yaml")
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertRegex(done.stderr, r"\Aodd\.yaml(:\d+:\d+)?: error: .* \[[a-z-]+\]\n")

    def test_a_spec_that_cannot_be_read_is_a_failure_of_the_environment(self):
        os.mkfifo(self.work / "fifo")
        for path in ("missing.yaml", ".", "fifo", "/dev/null"):
            with self.subTest(path):
                self.assert_refused(self.bulkhead("check", path), 3, "")

    def test_an_inventory_that_is_missing_is_told_with_the_line_that_names_it(self):
        spec = (self.work / "host.yaml").read_text().replace('xen: "4.17"', 'xen: "4.17", inventory: gone.yaml')
        (self.work / "host.yaml").write_text(spec)
        self.assert_refused(self.bulkhead("check", "host.yaml"), 3, "read the inventory that host.yaml:3:")

    def test_a_full_disk_under_stdout_is_a_failure_of_the_environment(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([cli.PROGRAM, "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, "bulkhead: error: write to stdout: No space left on device\n")


class Show(cli.CliTest):
    def test_what_show_prints_is_accepted_and_shows_the_same(self):
        first = self.bulkhead("show", "host.yaml")
        self.assert_result(first, 0, "show")
        (self.work / "shown.yaml").write_text(first.stdout)
        # What was a default is written out now.
        shown = self.bulkhead("show", "shown.yaml").stdout
        self.assertEqual(shown.replace("  # default", ""), first.stdout.replace("  # default", ""))

    def test_what_show_prints_grants_the_same(self):
        (self.work / "shown.yaml").write_text(self.bulkhead("show", "host.yaml").stdout)
        self.assertEqual(self.bulkhead("diff", "host.yaml", "shown.yaml").returncode, 0)


class Schema(cli.CliTest):
    def test_each_schema_is_json_with_a_dialect(self):
        for of in ("spec", "inventory", "launch-plan", "expectations"):
            with self.subTest(of):
                done = self.bulkhead("schema", "--of", of)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("draft-07", json.loads(done.stdout)["$schema"])


class Compile(cli.CliTest):
    def test_the_folder_holds_every_artifact_and_nothing_else(self):
        done = self.bulkhead("compile", "host.yaml", "-o", "out")
        self.assert_result(done, 0, "compile")
        self.assertEqual(set(cli.snapshot(self.work / "out")), ARTIFACTS)

    def test_two_runs_in_different_folders_give_the_same_bytes(self):
        first = self.compile()
        elsewhere = self.work / "else" / "where"
        elsewhere.mkdir(parents=True)
        (elsewhere / "host.yaml").write_bytes((self.work / "host.yaml").read_bytes())
        done = self.bulkhead("compile", "else/where/host.yaml", "-o", str(elsewhere / "result/"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(first, cli.snapshot(elsewhere / "result"))

    def test_a_run_over_an_old_folder_leaves_nothing_of_the_old_one(self):
        self.compile()
        spec = (self.work / "host.yaml").read_text().replace("green", "amber")
        (self.work / "other.yaml").write_text(spec)
        again = self.compile("other.yaml")
        self.assertEqual(set(again), (ARTIFACTS - {"xl/green.cfg"}) | {"xl/amber.cfg"})
        self.assertEqual([path.name for path in self.work.iterdir() if path.name.startswith(".")], [])

    def test_a_traced_policy_grants_the_same(self):
        self.compile()
        self.assertEqual(self.bulkhead("compile", "host.yaml", "--trace", "-o", "traced").returncode, 0)
        self.assertIn("auditallow", (self.work / "traced/policy.conf").read_text())
        self.assertEqual(self.bulkhead("diff", "out", "traced").returncode, 0)

    def test_an_assertion_that_does_not_hold_is_told_in_the_words_of_the_spec(self):
        done = self.bulkhead("compile", "broken-assertion.yaml", "-o", "out")
        self.assert_result(done, 1, "compile-broken-assertion")
        self.assertIsNone(cli.snapshot(self.work / "out"))

    def test_timings_are_json_lines_for_each_stage(self):
        done = self.bulkhead("compile", "host.yaml", "-o", "out", "--timings")
        stages = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertEqual([stage["stage"] for stage in stages],
                         ["spec", "catalogue", "model", "privilege", "risks", "policy.conf", "checkpolicy", "read",
                          "proof", "assertions", "artifacts", "artifacts (beside checkpolicy)", "write"])
        self.assertTrue(all(stage["milliseconds"] >= 0 for stage in stages))


class Verify(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.compile()

    def test_what_compile_wrote_is_verified(self):
        self.assert_result(self.bulkhead("verify", "--spec", "host.yaml", "--policy", "out/xenpolicy"), 0, "verify")

    def test_the_policy_of_another_spec_is_told_apart_with_the_lines_of_the_spec(self):
        done = self.bulkhead("verify", "--spec", "changed.yaml", "--policy", "out/xenpolicy")
        self.assert_result(done, 1, "verify-other")

    def test_json_holds_the_verdict_and_each_difference(self):
        arguments = ["--policy", "out/xenpolicy", "--format", "json"]
        same = json.loads(self.bulkhead("verify", "--spec", "host.yaml", *arguments).stdout)
        self.assertEqual((same["holds"], same["differences"], same["diagnostics"]), (True, [], []))
        other = json.loads(self.bulkhead("verify", "--spec", "changed.yaml", *arguments).stdout)
        self.assertFalse(other["holds"])
        self.assertTrue(other["differences"])

    def test_a_policy_that_is_cut_short_is_refused_with_the_offset(self):
        whole = (self.work / "out/xenpolicy").read_bytes()
        for length in (0, 4, 100, len(whole) - 1):
            with self.subTest(length):
                (self.work / "cut").write_bytes(whole[:length])
                done = self.bulkhead("verify", "--spec", "host.yaml", "--policy", "cut")
                self.assert_refused(done, 3, "read the policy `cut`: ")


class Diff(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.compile()

    def test_a_spec_its_folder_and_its_binary_are_the_same(self):
        for a in ("host.yaml", "out", "out/xenpolicy"):
            for b in ("host.yaml", "out", "out/xenpolicy"):
                with self.subTest((a, b)):
                    done = self.bulkhead("diff", a, b)
                    self.assertEqual((done.returncode, done.stdout), (0, f"{a} and {b} grant the same\n"), done.stdout)

    def test_widened_and_narrowed_are_told_apart_with_the_statements(self):
        self.assert_result(self.bulkhead("diff", "host.yaml", "changed.yaml"), 1, "diff")

    def test_the_other_way_round_widened_and_narrowed_change_places(self):
        there = json.loads(self.bulkhead("diff", "host.yaml", "changed.yaml", "--format", "json").stdout)
        back = json.loads(self.bulkhead("diff", "changed.yaml", "host.yaml", "--format", "json").stdout)
        self.assertEqual((there["widened"], there["narrowed"]), (back["narrowed"], back["widened"]))
        self.assertEqual((there["added_types"], there["removed_types"]), (back["removed_types"], back["added_types"]))
        self.assertTrue(there["widened"])
        self.assertTrue(there["narrowed"])

    def test_two_specs_and_their_two_binaries_differ_in_the_same(self):
        self.compile("changed.yaml", "new")
        specs = json.loads(self.bulkhead("diff", "host.yaml", "changed.yaml", "--format", "json").stdout)
        binaries = json.loads(self.bulkhead("diff", "out", "new", "--format", "json").stdout)
        for change in specs["widened"] + specs["narrowed"] + binaries["widened"] + binaries["narrowed"]:
            for words in ("origins", "other_origins", "who", "whom"):
                del change[words]
        for key in ("widened", "narrowed", "added_types", "removed_types", "other"):
            self.assertEqual(specs[key], binaries[key], key)

    def test_a_rejected_spec_ends_it(self):
        done = self.bulkhead("diff", "host.yaml", "rejected.yaml")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("rejected.yaml: rejected: ", done.stderr)

    def test_a_folder_without_a_policy_is_a_failure_of_the_environment(self):
        (self.work / "empty").mkdir()
        self.assert_refused(self.bulkhead("diff", "host.yaml", "empty"), 3, "open `empty/xenpolicy`: No such file")


class Why(cli.CliTest):
    def test_a_privilege_is_explained_with_statement_rule_and_reason(self):
        self.assert_result(self.bulkhead("why", "host.yaml", "net", "blue"), 0, "why")

    def test_a_missing_one_is_answered_with_what_would_grant_it(self):
        self.assert_result(self.bulkhead("why", "host.yaml", "blue", "green", "grant", "map_write"), 1, "why-missing")
        self.assert_result(self.bulkhead("why", "host.yaml", "blue", "xen", "xen", "physinfo"), 1, "why-missing-fixed")

    def test_what_it_advises_grants_what_was_asked_for(self):
        done = self.bulkhead("why", "host.yaml", "blue", "green", "argo", "send")
        self.assertEqual(done.returncode, 1)
        statement = next(line.strip() for line in done.stdout.splitlines() if line.strip().startswith("- { argo:"))
        spec = (self.work / "host.yaml").read_text().replace("assert:", f"  {statement}\nassert:")
        (self.work / "host.yaml").write_text(spec)
        self.assertEqual(self.bulkhead("why", "host.yaml", "blue", "green", "argo", "send").returncode, 0)

    def test_json_tells_the_same(self):
        granted = json.loads(self.bulkhead("why", "host.yaml", "net", "blue", "grant", "--format", "json").stdout)
        self.assertEqual((granted["granted"], len(granted["cells"]), granted["remedies"]), (True, 1, []))
        self.assertRegex(granted["cells"][0]["reasons"][0]["origin"], r"\Ahost\.yaml:13:7\Z")
        missing = json.loads(self.bulkhead("why", "host.yaml", "blue", "green", "--format", "json").stdout)
        self.assertEqual((missing["granted"], missing["cells"]), (False, []))
        self.assertTrue(missing["remedies"])

    def test_a_resource_of_the_machine_is_answered_with_its_device(self):
        self.assert_result(self.bulkhead("why", "host.yaml", "irq:23"), 0, "why-resource")

    def test_a_privilege_is_found_in_the_compiled_policy_and_back(self):
        self.compile()
        done = self.bulkhead("why", "host.yaml", "net", "blue", "grant", "copy", "--in", "out", "--format", "json")
        places = json.loads(done.stdout)["cells"][0]["places"]
        line, rule = places["policy.conf"][0]["line"], places["xenpolicy"][0]
        conf = (self.work / "out/policy.conf").read_text().splitlines()
        self.assertTrue(conf[line - 1].startswith("allow net_t blue_t:grant "), conf[line - 1])
        answers = {self.bulkhead("why", "host.yaml", "--in", "out", "--rule", place).stdout.partition("\n")[2]
                   for place in (f"line:{line}", str(rule["rule"]), f"byte:{rule['byte']}")}
        self.assertEqual(len(answers), 1)
        self.assertIn("  host.yaml:13:7: connection `network`\n", answers.pop())

    def test_every_rule_of_a_compiled_policy_is_of_the_spec_and_not_of_another(self):
        self.compile()
        lines = [number for number, line in enumerate((self.work / "out/policy.conf").read_text().splitlines(), 1)
                 if line.startswith(("allow blue_t", "type_transition blue_t", "dontaudit blue_t"))]
        self.assertGreater(len(lines), 5)
        for number in lines:
            done = self.bulkhead("why", "host.yaml", "--in", "out", "--rule", f"line:{number}")
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        (self.work / "other.yaml").write_text((self.work / "host.yaml").read_text().replace(
            "  - { network: { backend: net, frontend: blue, bridge: br0 } }\n", ""))
        codes = {self.bulkhead("why", "other.yaml", "--in", "out", "--rule", f"line:{number}").returncode
                 for number in lines}
        self.assertEqual(codes, {0, 1})

    def test_a_place_that_is_none_is_refused(self):
        self.assert_refused(self.bulkhead("why", "host.yaml", "--rule", "7"), 2, "`--rule` needs the folder")
        self.compile()
        self.assert_refused(self.bulkhead("why", "host.yaml", "--in", "out", "--rule", "seven"), 2, "`--rule` takes 57")
        self.assert_refused(self.bulkhead("why", "host.yaml", "--in", "out", "--rule", "line:1"), 1,
                            "there is no rule about access or labels at `line:1`")
        self.assert_refused(self.bulkhead("why", "host.yaml", "--in", "gone", "net", "blue"), 3,
                            "open `gone/policy.conf`")
        self.assert_refused(self.bulkhead("why", "host.yaml"), 2, "say who acts and on what")

    def test_names_that_do_not_exist_are_usage_errors(self):
        self.assert_refused(self.bulkhead("why", "host.yaml", "blu", "green"), 2,
                            "no domain, device, type or fixed target is called `blu`; did you mean `blue`?")
        self.assert_refused(self.bulkhead("why", "host.yaml", "blue", "green", "grant", "map_writ"), 2,
                            "class `grant` of Xen 4.17 has no permission `map_writ`; did you mean `map_write`?")


class Example(cli.CliTest):
    def test_no_spec_of_this_folder_is_unused(self):
        text = pathlib.Path(__file__).read_text(encoding="utf-8")
        for spec in cli.HERE.glob("*.yaml"):
            self.assertIn(f'"{spec.name}"', text)

    def test_no_golden_of_this_folder_is_unused(self):
        text = "".join(path.read_text(encoding="utf-8") for path in sorted(cli.HERE.glob("test_*.py")))
        for kept in cli.EXPECTED.glob("*.txt"):
            name = kept.stem if not kept.stem.startswith("help-") else "help-"
            self.assertIn(f'"{name}"', text)


if __name__ == "__main__":
    cli.main()
