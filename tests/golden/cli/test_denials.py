"""bulkhead denials as a user calls it: what a boot of examples/split logged, and logs that are cut, foreign or forged.

logs/ holds excerpts of serial lines that the system tests recorded: split-serial.txt of scenarios S1 and S4, in which a
probe tries what it may not; no-iommu-serial.txt of a machine without an IOMMU.
"""
import json
import os
import shutil
import subprocess

import cli

SPLIT = cli.HERE.parents[2] / "examples/split"
START = "(XEN) Xen version 4.17.5 (@)\n"


def message(permissions, source, target, access_class, parties="current=d0"):
    return (f"(XEN) avc:  denied  {{ {permissions} }} for {parties} scontext=system_u:system_r:{source} "
            f"tcontext=system_u:system_r:{target} tclass={access_class}\n")


class Denials(cli.CliTest):
    def setUp(self):
        super().setUp()
        for log in (cli.HERE / "logs").iterdir():
            shutil.copy(log, self.work)
        for name in ("host.yaml", "inventory.yaml"):
            shutil.copy(SPLIT / name, self.work / name)

    def explain(self, text, *options):
        (self.work / "serial.log").write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.bulkhead("denials", "host.yaml", "serial.log", *options)

    def found(self, text):
        done = self.explain(text, "--format", "json")
        return done.returncode, json.loads(done.stdout)

    def test_the_log_of_a_real_boot_is_explained(self):
        self.assert_result(self.bulkhead("denials", "host.yaml", "split-serial.txt"), 1, "denials")

    def test_a_log_of_harmless_denials_needs_no_attention(self):
        self.assert_result(self.bulkhead("denials", "host.yaml", "no-iommu-serial.txt"), 0, "denials-harmless")

    def test_json_tells_the_same_as_text(self):
        found = json.loads(self.bulkhead("denials", "host.yaml", "split-serial.txt", "--format", "json").stdout)
        text = self.bulkhead("denials", "host.yaml", "split-serial.txt").stdout
        self.assertEqual(found["need_attention"] + found["harmless"], len(found["denials"]))
        self.assertIn(f"need attention: {found['need_attention']}, harmless: {found['harmless']}\n", text)
        for denial in found["denials"]:
            self.assertIn(f"  {denial['source']} {denial['target']}:{denial['class']}, called by", text)
            for obstacle in denial["forbidden_by"]:
                self.assertIn(obstacle["text"], text)
            for proposal in denial["proposals"]:
                for line in proposal["change"]:
                    self.assertIn(f"    {line}\n", text)

    def test_a_pipe_is_read_like_a_file(self):
        log = (self.work / "split-serial.txt").read_bytes()
        for words in ((), ("-",)):
            done = subprocess.run([cli.PROGRAM, "denials", "host.yaml", *words], cwd=self.work, input=log,
                                  env=self.environment(), capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (1, b""))
            of_file = self.bulkhead("denials", "host.yaml", "split-serial.txt").stdout
            self.assertEqual(done.stdout.decode(), of_file.replace("split-serial.txt", "stdin"))

    def test_of_several_logs_equal_denials_are_one(self):
        one = message("map_read", "blue_t", "green_t", "mmu")
        (self.work / "first.log").write_text(START + one)
        (self.work / "second.log").write_text(START + one + one)
        done = self.bulkhead("denials", "host.yaml", "first.log", "second.log", "--format", "json")
        denial, = json.loads(done.stdout)["denials"]
        self.assertEqual([denial[key] for key in ("count", "log", "line", "last_log", "last_line")],
                         [3, "first.log", 2, "second.log", 3])

    def test_what_it_proposes_grants_what_was_denied(self):
        spec = self.work / "host.yaml"
        # Without the assertion that would refuse it.
        lines = spec.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if "the guests are apart" not in line)
        spec.write_text(text)
        code, found = self.found(START + message("map_write", "blue_t", "green_t", "grant", "source=d2 target=d4"))
        self.assertEqual(code, 1)
        section, statement = found["denials"][0]["proposals"][0]["change"][0].split(": ", 1)
        self.assertEqual(section, "connections")
        spec.write_text(text.replace("\nassert:", f"  {statement}\n\nassert:"))
        self.assertEqual(self.bulkhead("check", "host.yaml").returncode, 0)
        self.assertEqual(self.bulkhead("why", "host.yaml", "blue_t", "green_t", "grant", "map_write").returncode, 0)

    def test_a_message_that_guests_imitate_is_not_believed(self):
        forged = "(d2) " + message("create", "blue_t", "xen_t", "domain")
        code, found = self.found(START + forged)
        self.assertEqual((code, found["denied"], found["logs"][0]["of_guests"]), (0, 0, 1))

    def test_a_log_that_is_cut_is_told_and_never_all_clear(self):
        whole = message("map_read", "blue_t", "green_t", "mmu")
        for text in (START + whole[:-20] + "\n", START + whole[:-1], whole[40:]):
            with self.subTest(text):
                code, found = self.found(text)
                self.assertEqual((code, found["denied"], found["logs"][0]["cut_count"]), (1, 0, 1))

    def test_a_log_without_its_start_is_told(self):
        _, found = self.found("(XEN) later\n")
        self.assertEqual(found["remarks"],
                         ["serial.log: the host's start is not in it: earlier denials may be missing"])

    def test_the_log_of_another_host_is_told_and_not_explained(self):
        code, found = self.found(START + message("map_read", "dom0_t", "web_t", "mmu"))
        self.assertEqual(code, 1)
        self.assertEqual(found["remarks"], ["nothing in the log is of this spec: it is another host's"])
        denial, = found["denials"]
        self.assertEqual((denial["kind"], denial["proposals"]), ("unknown", []))

    def test_a_permissive_host_and_unknown_operations_are_told(self):
        _, found = self.found(START + "(XEN) Flask:  Starting in permissive mode.\n"
                              "(XEN) FLASK: Denying unknown domctl: 64.\n")
        self.assertEqual(len(found["remarks"]), 2)
        self.assertIn("permissive", found["remarks"][0])
        self.assertIn("unknown domctl: 64", found["remarks"][1])

    def test_a_log_of_any_bytes_is_read(self):
        for text in (bytes(range(256)) * 100, b"(XEN) avc:" * 1000, b"\0" * 100000, b"x" * 300000 + b"\n"):
            self.assertIn(self.explain(text).returncode, (0, 1))

    def test_control_characters_of_a_log_do_not_reach_the_terminal(self):
        done = self.explain(START.encode() + message("map_read", "blue_t", "green_t", "mmu").encode().replace(
            b"current=d0 ", b"current=d0 dtdevice=/a\x1b[31mb "))
        self.assertNotIn("\x1b", done.stdout)

    def test_a_log_that_cannot_be_read_is_a_failure_of_the_environment(self):
        self.assert_refused(self.bulkhead("denials", "host.yaml", "gone.log"), 3, "open `gone.log`: ")
        self.assert_refused(self.bulkhead("denials", "host.yaml", "."), 3, "read `.`: ")

    def test_a_flood_is_read_in_bounded_memory(self):
        flood = message("settime", "control_t", "xen_t", "xen") * 300000
        (self.work / "serial.log").write_text(START + flood)
        # Less address space than the log is long. Sanitizers need more than any limit.
        limit = "" if "ASAN_OPTIONS" in os.environ else "ulimit -v 40000; "
        done = subprocess.run(["sh", "-c", limit + 'exec "$0" denials host.yaml serial.log', cli.PROGRAM],
                              cwd=self.work, env=self.environment(), capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("300000 denials, 1 different: need attention: 0, harmless: 1\n", done.stdout)


if __name__ == "__main__":
    cli.main()
