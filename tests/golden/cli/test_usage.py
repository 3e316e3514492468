"""bulkhead usage as a user calls it: logs of a traced host in, what was never used out."""
import json

import cli


def console_log(privileges, left_out):
    """What a serial line holds of a host that used all its privileges but those left out: a message each."""
    lines = ["(XEN) Xen version 4.17.5", "(d3) blue login: (XEN) avc:  granted  { copy } for current=d3"]
    for owner in [*privileges["domains"], privileges["hypervisor"]]:
        for entry in owner["privileges"]:
            contexts = [f"system_u:{'object_r' if name.endswith(('_ch_t', '_dev_t')) else 'system_r'}:{name}"
                        for name in (entry["source_type"], entry["target_type"])]
            used = [name for name in entry["permissions"]
                    if (entry["class"], name) not in left_out and name != "destroy"]
            if used:
                lines.append(f"[   9.125] (XEN) avc:  granted  {{ {' '.join(used)} }} for current=d0 "
                             f"scontext={contexts[0]} tcontext={contexts[1]} tclass={entry['class']}")
    return "".join(line + "\r\n" for line in lines)


class Usage(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.compile()
        self.privileges = json.loads((self.work / "out/privileges.json").read_text())

    def log(self, *left_out, name="serial.log", more=""):
        (self.work / name).write_text(console_log(self.privileges, left_out) + more, newline="")

    def test_what_was_never_used_is_told_with_its_reason(self):
        self.log(("grant", "copy"), ("security", "load_policy"),
                 more="(XEN) avc:  denied  { setenforce } for current=d0 scontext=system_u:system_r:control_t "
                      "tcontext=system_u:system_r:security_t tclass=security\n(XEN) avc:  granted  { map_re")
        self.assert_result(self.bulkhead("usage", "host.yaml", "serial.log"), 1, "usage")

    def test_a_log_of_every_permission_leaves_nothing_unused(self):
        self.log()
        done = self.bulkhead("usage", "host.yaml", "serial.log", "--format", "json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = json.loads(done.stdout)
        self.assertEqual((found["total"]["unused"], found["rules"], found["denied"], found["unforeseen"]),
                         (0, [], [], []))
        self.assertEqual(found["logs"][0]["of_guests"], 1)
        self.assertEqual({(each["class"], each["permission"], each["use"]) for domain in found["domains"]
                          for each in domain["permissions"]}, {("domain", "destroy", "not-traced")})

    def test_of_several_logs_the_union_counts(self):
        self.log(("grant", "copy"))
        self.log(("event", "send"), name="second.log")
        self.assertEqual(self.bulkhead("usage", "host.yaml", "serial.log").returncode, 1)
        self.assertEqual(self.bulkhead("usage", "host.yaml", "serial.log", "second.log").returncode, 0)

    def test_json_tells_the_same_as_text(self):
        self.log(("grant", "copy"))
        found = json.loads(self.bulkhead("usage", "host.yaml", "serial.log", "--format", "json").stdout)
        text = self.bulkhead("usage", "host.yaml", "serial.log").stdout
        unused = [each for domain in found["domains"] for each in domain["permissions"] if each["use"] == "unused"]
        self.assertEqual(len(unused), found["total"]["unused"])
        for each in unused:
            self.assertIn(f"{each['source']} {each['target']}:{each['class']} {each['permission']}\n", text)

    def test_the_log_of_another_host_is_told(self):
        self.compile("changed.yaml", "other")
        other = json.loads((self.work / "other/privileges.json").read_text())
        (self.work / "serial.log").write_text(console_log(other, ()) + console_log(self.privileges, ()))
        done = self.bulkhead("usage", "host.yaml", "serial.log", "--format", "json")
        found = json.loads(done.stdout)
        self.assertEqual((done.returncode, found["total"]["unused"]), (1, 0))
        self.assertTrue(found["unforeseen"])

    def test_a_log_without_traces_is_told(self):
        (self.work / "serial.log").write_text("(XEN) Xen version 4.17.5\n")
        done = self.bulkhead("usage", "host.yaml", "serial.log")
        self.assertEqual((done.returncode, done.stderr),
                         (1, "no grant is in the log: is it of a host whose policy was compiled with --trace?\n"))

    def test_a_log_of_any_bytes_is_read(self):
        (self.work / "serial.log").write_bytes(bytes(range(256)) * 100 + b"(XEN) avc:" * 1000)
        self.assertEqual(self.bulkhead("usage", "host.yaml", "serial.log").returncode, 1)

    def test_a_missing_log_is_a_failure_of_the_environment_or_of_usage(self):
        self.assert_refused(self.bulkhead("usage", "host.yaml", "gone.log"), 3, "open `gone.log`: ")
        self.assert_refused(self.bulkhead("usage", "host.yaml"), 2, "argument LOG is missing")


if __name__ == "__main__":
    cli.main()
