"""bulkhead-launch from outside, as far as that needs no Xen: help, pages, and plans that are none."""
import json
import pathlib
import shutil
import unittest

import cli

COMMANDS = ["inventory", "preflight", "load", "run", "seal", "status", "audit", "audit-diff", "restart",
            "help"]
OF_A_PLAN = [["preflight"], ["load", "plan.json"], ["run"], ["run", "--dry-run"], ["seal"], ["status"], ["audit"],
             ["restart", "net"]]
SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "unit/plan/sample_plan.json"


class Help(cli.CliTest):
    def test_the_help_of_the_program_and_of_run_is_as_kept(self):  # docs/cli-launch.md holds the rest
        self.assert_result(self.bulkhead("--help"), 0, "launch-help")
        self.assert_result(self.bulkhead("run", "--help"), 0, "launch-help-run")
        for command in COMMANDS:
            with self.subTest(command):
                done = self.bulkhead(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(self.bulkhead("help", command).stdout, done.stdout)

    def test_the_version_is_one_line(self):
        self.assertRegex(self.bulkhead("--version").stdout, r"\Abulkhead-launch \d+\.\d+\.\d+\n\Z")

    def test_unknown_words_are_usage_errors_that_say_what_was_meant(self):
        for words, error in (
            (["preflght"], "unknown command `preflght`; did you mean `preflight`?"),
            (["run", "--dry-rnu"], "unknown option `--dry-rnu`; did you mean `--dry-run`?"),
            (["run", "--workers", "0"], "option `--workers` is a whole number from 1 to 64, not `0`"),
            (["restart"], "argument DOMAIN is missing"),
            (["seal", "a", "b"], "unexpected argument `b`"),
        ):
            with self.subTest(words):
                self.assert_refused(self.bulkhead(*words), 2, error)

    def test_the_manual_page_has_no_errors(self):
        self.assert_manual("bulkhead-launch.8")

    def test_the_completion_offers_commands_options_values_and_files(self):
        self.assertEqual(self.complete("pre"), ["preflight"])
        self.assertEqual(self.complete("run", "--dr"), ["--dry-run"])
        self.assertEqual(self.complete("status", "--format", ""), ["text", "json"])
        self.assertEqual(self.complete("preflight", "chan"), ["changed.yaml"])
        self.assertEqual(self.complete("help", "re"), ["restart"])


class Plans(cli.CliTest):
    def setUp(self):
        super().setUp()
        shutil.copy(SAMPLE, self.work / "plan.json")

    def assert_refused_by_all(self, code, error):
        for words in OF_A_PLAN:
            with self.subTest(words):
                self.assert_refused(self.bulkhead(*words, "plan.json"), code, error)

    def test_no_plan_is_a_failure_of_the_environment(self):
        (self.work / "plan.json").unlink()
        self.assert_refused_by_all(3, "read the launch plan: open `plan.json`: No such file or directory; ")

    def test_a_plan_that_was_cut_off_is_refused(self):
        text = (self.work / "plan.json").read_text()
        (self.work / "plan.json").write_text(text[:len(text) // 2])
        self.assert_refused_by_all(1, "the launch plan `plan.json` is refused: not JSON: ")

    def test_a_plan_of_another_version_is_refused(self):
        plan = json.loads((self.work / "plan.json").read_text())
        plan["format_version"] = 2
        (self.work / "plan.json").write_text(json.dumps(plan))
        self.assert_refused_by_all(1, "the launch plan `plan.json` is refused: format_version: ")

    def test_a_domain_that_the_plan_has_not_is_a_usage_error(self):
        self.assert_refused(self.bulkhead("restart", "nobody", "plan.json"), 2, "the plan has no domain `nobody`")


class Inventory(cli.CliTest):
    def test_a_root_that_does_not_exist_is_told_and_nothing_is_written(self):
        done = self.bulkhead("inventory", "--root", "no/such", "-o", "inventory.yaml")
        self.assert_refused(done, 3, "read the machine: ")
        self.assertFalse((self.work / "inventory.yaml").exists())


if __name__ == "__main__":
    cli.main()
