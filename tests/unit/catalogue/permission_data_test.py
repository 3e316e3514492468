#!/usr/bin/env python3
"""policy/permissions and policy/invariants.yaml against policy/abi, policy/roles and Xen's source.

Exit code: 0 passed, 1 failed, 77 nothing but skipped tests (BULKHEAD_XEN_SOURCE is not set).
"""

import os
import pathlib
import re
import sys
import unittest

import yaml

ROOT = pathlib.Path(os.environ.get("BULKHEAD_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[3]))
POLICY = ROOT / "policy"
FIRST_RELEASE = "4.17"
REQUIRED_KEYS = {"guards", "operations", "flow", "control", "unreviewed"}
OPTIONAL_KEYS = {"since", "until", "note", "flow-on-xen", "medium", "weight", "part", "source-is", "target-is"}
MEDIA = {"grant", "event", "argo", "memory", "device-model", "device", "domain-control", "label", "hypervisor",
         "policy"}
WEIGHTS = {"signal", "state", "content"}
FLOWS = {"none", "to-target", "from-target", "both"}

# docs/misc/xsm-flask.txt of Xen, the same text from 4.17 to 4.22.
DELEGABLE_DOMCTLS = {
    "XEN_DOMCTL_ioport_mapping",
    "XEN_DOMCTL_memory_mapping",
    "XEN_DOMCTL_bind_pt_irq",
    "XEN_DOMCTL_unbind_pt_irq",
}
UNREVIEWED_MEMORY_OPERATIONS = {"XENMEM_set_pod_target", "XENMEM_get_pod_target", "XENMEM_claim_pages"}

# Permissions whose source is not the caller: they open no operation to the domain that holds them.
SOURCE_IS_NOT_CALLER = {
    ("domain", "set_target"): "the source is the device model; the caller needs make_priv_for and set_as_target",
    ("resource", "use_iommu"): "the source is the domain that receives the resource",
    ("resource", "use_iommu_nointremap"): "the source is the domain that receives the resource",
    ("resource", "use_noiommu"): "the source is the domain that receives the resource",
}

# Operations that take a second permission of the same class, which names them instead: without `add_device`, `add`
# assigns nothing.
NAMED_BY_THE_OTHER = {
    ("resource", "add"): {"XEN_DOMCTL_assign_device", "XEN_DOMCTL_test_assign_device", "XEN_DOMCTL_iomem_permission",
                          "XEN_DOMCTL_ioport_permission"},
    ("resource", "remove"): {"XEN_DOMCTL_deassign_device", "XEN_DOMCTL_iomem_permission",
                             "XEN_DOMCTL_ioport_permission"},
}

# Operations younger than the permission that guards them, and the first release that has them.
LATER_OPERATIONS = {
    "XEN_DOMCTL_gsi_permission": "4.20",
    "PHYSDEVOP_pci_device_reset": "4.20",
    "XENVER_extraversion2": "4.20",
    "XENVER_capabilities2": "4.20",
    "XENVER_changeset2": "4.20",
    "XENVER_commandline2": "4.20",
}

# What a guest may hold, if a role, a connection or a kernel needs it: the complement of the guest's invariants.
GUEST_MAY = {
    "xen": {"writeconsole"},
    "xen2": {"pmu_use"},
    "event": {"bind", "send", "status", "create"},
    "grant": {"map_read", "map_write", "unmap", "copy"},
    "version": "all",
    "argo": "all",
}


# Control that is worth nothing to whoever wants to own or to end something, and why.
POWERLESS = {
    ("domain", "resume"): "lets a domain run that its owner suspended",
    ("domain", "unpause"): "lets a domain run that its owner built",
    ("domain", "set_virq_handler"): "moves a notice, of which the receiver is told",
    ("domain", "set_target"): "the rights stand on the guest's target label and count as held",
    ("domain2", "make_priv_for"): "as set_target",
    ("domain2", "set_as_target"): "as set_target",
    ("domain2", "mem_access"): "raises events; vm_event answers them",
    ("domain2", "vuart_op"): "a serial port more",
    ("hvm", "altp2mhvm"): "switches on what altp2mhvm_op uses",
    ("xen", "settime"): "the wall clock",
    ("xen", "setscheduler"): "shares of time",
    ("xen2", "pmu_ctrl"): "who may count events",
    ("xen2", "resource_op"): "the few registers that Xen lists divide caches",
}


class StrictLoader(yaml.SafeLoader):
    """Refuses what Bulkhead's own reader refuses: a key twice, an anchor, an alias, a tag."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise yaml.YAMLError(f"alias, anchor or tag at {event.start_mark}")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.YAMLError(f"{twice} twice at {node.start_mark}")
        return super().construct_mapping(node, deep)


def load(path):
    text = path.read_text(encoding="utf-8")
    if "\t" in text:
        raise yaml.YAMLError(f"a tab in {path}")
    return yaml.load(text, Loader=StrictLoader)


def release(text):
    major, minor = text.split(".")
    return int(major), int(minor)


def is_unreviewed(operation):
    if operation.startswith("XEN_DOMCTL_"):
        return operation not in DELEGABLE_DOMCTLS
    return operation.startswith("XEN_SYSCTL_") or operation in UNREVIEWED_MEMORY_OPERATIONS


def load_abis():
    """Release -> class -> permissions."""
    tables = [load(path) for path in POLICY.glob("abi/xen-*.yaml")]
    return {table["xen"]: table["classes"] for table in tables}


def load_catalogue():
    """Class -> permission -> entry."""
    files = {path: load(path) for path in sorted(POLICY.glob("permissions/*.yaml"))}
    return files, {data["class"]: data["permissions"] for data in files.values()}


def entries(catalogue):
    for access_class, permissions in catalogue.items():
        for permission, entry in permissions.items():
            yield access_class, permission, entry


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.abis = load_abis()
        cls.files, cls.catalogue = load_catalogue()

    def assert_none(self, findings, claim):
        self.assertEqual([], sorted(findings), claim)

    def test_a_file_describes_the_class_that_it_is_named_after(self):
        wrong = [path.name for path, data in self.files.items() if data["class"] != path.stem]
        self.assert_none(wrong, "file name and class differ")
        keys = {path.name: sorted(data) for path, data in self.files.items()}
        self.assertEqual({name: ["about", "class", "medium", "permissions", "weight"] for name in keys}, keys)

    def test_every_permission_of_every_release_has_an_entry_and_no_entry_is_without_one(self):
        known = {(c, p) for classes in self.abis.values() for c, permissions in classes.items() for p in permissions}
        described = {(c, p) for c, p, _ in entries(self.catalogue)}
        self.assertGreater(len(known), 170, "the ABI tables were not read")
        self.assert_none(known - described, "a permission without an entry")
        self.assert_none(described - known, "an entry without a permission")

    def test_since_and_until_are_the_releases_of_the_abi_tables(self):
        releases = sorted(self.abis, key=release)
        wrong = []
        for access_class, permission, entry in entries(self.catalogue):
            having = [r for r in releases if permission in self.abis[r].get(access_class, [])]
            expected = (
                None if having[0] == FIRST_RELEASE else having[0],
                None if having[-1] == releases[-1] else having[-1],
            )
            stated = (entry.get("since"), entry.get("until"))
            if stated != expected:
                wrong.append(f"{access_class}.{permission}: says {stated}, is {expected}")
        self.assert_none(wrong, "since, until")

    def test_entries_have_the_keys_and_kinds_of_values_of_the_format(self):
        wrong = []
        for access_class, permission, entry in entries(self.catalogue):
            keys = set(entry)
            texts = [entry[key] for key in ("guards", "flow", "since", "until", "note") if key in entry]
            lists = [entry.get("operations"), entry.get("unreviewed")]
            if (
                not REQUIRED_KEYS <= keys <= REQUIRED_KEYS | OPTIONAL_KEYS
                or entry["flow"] not in FLOWS
                or entry.get("flow-on-xen", "none") not in FLOWS
                or entry.get("medium", "grant") not in MEDIA
                or entry.get("weight", "state") not in WEIGHTS
                or {entry.get("source-is", "channel"), entry.get("target-is", "channel")} != {"channel"}
                or not isinstance(entry["control"], bool)
                or not all(isinstance(text, str) and text for text in texts)
                or not all(isinstance(names, list) and len(names) == len(set(names)) for names in lists)
            ):
                wrong.append(f"{access_class}.{permission}")
        self.assert_none(wrong, "keys or values")

    def test_texts_start_in_lower_case_or_with_a_name_and_end_without_a_period(self):
        texts = [(f"{c}.{p}", entry[key]) for c, p, entry in entries(self.catalogue) for key in ("guards", "note")
                 if key in entry]
        texts += [(path.name, data["about"]) for path, data in self.files.items()]
        names = ("XEN", "PHYSDEVOP", "HVM_PARAM", "Argo")
        wrong = [where for where, text in texts
                 if text.endswith(".") or not (text[0].islower() or text.startswith(names))]
        self.assert_none(wrong, "style of the texts")

    def test_unreviewed_are_exactly_the_listed_operations_that_xsa_77_leaves_out(self):
        wrong = []
        for access_class, permission, entry in entries(self.catalogue):
            expected = [name for name in entry["operations"] if is_unreviewed(name)]
            if (access_class, permission) in SOURCE_IS_NOT_CALLER:
                self.assertTrue(expected, f"{access_class}.{permission} need not be an exception")
                expected = []
            for name in NAMED_BY_THE_OTHER.get((access_class, permission), ()):
                named = [p for p, e in self.catalogue[access_class].items() if name in e["unreviewed"]]
                self.assertTrue(set(named) - {permission}, f"nobody names {name}")
                expected.remove(name)
            if entry["unreviewed"] != expected:
                wrong.append(f"{access_class}.{permission}: says {entry['unreviewed']}, is {expected}")
        self.assert_none(wrong, "unreviewed")

    def test_a_permission_that_guards_nothing_says_so_in_a_note(self):
        wrong = [f"{c}.{p}" for c, p, e in entries(self.catalogue)
                 if not e["operations"] and ("note" not in e or e["control"] or e["flow"] != "none")]
        self.assert_none(wrong, "no operations")


class Invariants(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, cls.catalogue = load_catalogue()
        cls.rules = load(POLICY / "invariants.yaml")["invariants"]
        cls.by_id = {rule["id"]: rule for rule in cls.rules}
        roles = [load(path) for path in POLICY.glob("roles/*.yaml")]
        sids = [load(path)["initial-sids"] for path in POLICY.glob("abi/xen-*.yaml")]
        cls.targets = {"self", "building", "running", "target"}.union(*sids)
        cls.roles = {role["role"] for role in roles if not role.get("abstract")}

    def never(self, role):
        """What some rule denies the role on at least one target: (class, permission)."""
        return {pair for rule in self.rules if role in rule["roles"] for pair in self.pairs(rule)}

    def pairs(self, rule):
        for access_class, permissions in rule["never"].items():
            for permission in self.catalogue[access_class] if permissions == "all" else permissions:
                yield access_class, permission

    def test_rules_have_the_keys_of_the_format_and_name_what_exists(self):
        self.assertEqual(len(self.rules), len(self.by_id), "an id twice")
        for rule in self.rules:
            with self.subTest(rule["id"]):
                self.assertRegex(rule["id"], r"^[a-z]+(-[a-z]+)*$")
                required = {"id", "about", "roles", "never", "reason"}
                self.assertTrue(required <= set(rule) <= required | {"except-on", "phase"}, sorted(rule))
                self.assertEqual(set(), set(rule["roles"]) - self.roles, "unknown roles")
                self.assertEqual(set(), set(rule.get("except-on", [])) - self.targets, "unknown targets")
                self.assertIn(rule.get("phase", ["sealed"]), [["sealed"]], "no other phase has a rule")
                self.assertTrue("phase" not in rule or rule["roles"] == ["control"], "only control is sealed")
                unknown = [(c, p) for c, p in self.pairs(rule) if p not in self.catalogue[c]]
                self.assertEqual([], unknown, "unknown permissions")
                for permissions in rule["never"].values():
                    self.assertTrue(permissions == "all" or len(permissions) == len(set(permissions)))

    def test_a_guest_is_denied_all_that_is_not_allowed_to_it_by_name(self):
        may = {(c, p) for c, ps in GUEST_MAY.items() for p in (self.catalogue[c] if ps == "all" else ps)}
        everything = {(c, p) for c, p, _ in entries(self.catalogue)}
        self.assertEqual(sorted(everything - may), sorted(self.never("guest")))

    def test_only_control_and_hardware_may_ever_control_the_hypervisor(self):
        pairs = set(self.pairs(self.by_id["hypervisor-outside-hardware"]))
        control = {(c, p) for c, p, e in entries(self.catalogue) if c in ("xen", "xen2") and e["control"]}
        self.assertEqual(sorted(control | {("xen", "clearconsole")}), sorted(pairs))

    def test_only_control_and_hardware_may_ever_hand_out_devices(self):
        pairs = set(self.pairs(self.by_id["device-delegation"]))
        use = {"use", "use_iommu", "use_iommu_nointremap", "use_noiommu", "stat_device"}
        self.assertEqual(sorted(("resource", p) for p in self.catalogue["resource"] if p not in use), sorted(pairs))

    def test_every_role_but_control_is_denied_the_policy_the_lifecycle_and_foreign_memory(self):
        core = {
            ("security", "load_policy"), ("security", "setenforce"), ("security", "setbool"), ("domain", "create"),
            ("domain", "destroy"), ("domain", "transition"), ("domain2", "relabelfrom"), ("domain2", "relabelto"),
            ("domain2", "create_hardware_domain"), ("xen2", "livepatch_op"), ("xen", "kexec"), ("mmu", "map_write"),
            ("hvm", "dm"), ("domain2", "resource_map"),
        }
        for role in sorted(self.roles - {"control"}):
            with self.subTest(role):
                self.assertEqual(set(), core - self.never(role))

    def test_sealed_control_is_denied_the_policy_its_old_label_and_new_hardware_domains(self):
        rule = self.by_id["sealed-control"]
        self.assertEqual(["sealed"], rule["phase"])
        needed = {("security", p) for p, e in self.catalogue["security"].items() if e["flow"] == "to-target"}
        needed |= {("domain2", "create_hardware_domain"), ("domain2", "relabelself")}
        self.assertEqual(set(), needed - set(self.pairs(rule)))

    def test_control_reaches_into_a_domain_on_its_building_label_only(self):
        memory = self.by_id["running-memory"]
        self.assertEqual(["self", "building", "domio", "domxen"], memory["except-on"])
        self.assertEqual({("domain2", "relabelfrom")}, set(self.pairs(self.by_id["running-label-stays"])))
        writes = {(c, p) for c in ("mmu", "hvm") for p, e in self.catalogue[c].items() if e["control"]}
        spared = {("mmu", "memorymap"), ("hvm", "bind_irq")}  # of the machine, on xen; of a device
        self.assertEqual(set(), writes - spared - set(self.pairs(memory)))


class Powers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        _, cls.catalogue = load_catalogue()
        cls.powers = load(POLICY / "powers.yaml")["powers"]
        cls.held = {(c, p) for rules in cls.powers.values() for c, ps in rules.items() for p in ps}

    def test_powers_name_permissions_that_exist_each_with_its_reason(self):
        for power, rules in self.powers.items():
            for access_class, permissions in rules.items():
                with self.subTest(power=power, access_class=access_class):
                    self.assertEqual(set(), set(permissions) - set(self.catalogue[access_class]))
                    self.assertTrue(all(isinstance(reason, str) and reason for reason in permissions.values()))

    def test_every_permission_that_controls_has_a_power_or_a_reason_to_have_none(self):
        control = {(c, p) for c, p, e in entries(self.catalogue) if e["control"]}
        self.assertEqual(sorted(POWERLESS), sorted(control - self.held))


@unittest.skipUnless(os.environ.get("BULKHEAD_XEN_SOURCE"), "BULKHEAD_XEN_SOURCE does not name a Xen source")
class XenSource(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        source = pathlib.Path(os.environ["BULKHEAD_XEN_SOURCE"])
        makefile = (source / "xen/Makefile").read_text()
        number = {key: re.search(rf"^(?:export )?{key}\s*:?=\s*(\d+)", makefile, re.M)[1]
                  for key in ("XEN_VERSION", "XEN_SUBVERSION")}
        cls.release = f"{number['XEN_VERSION']}.{number['XEN_SUBVERSION']}"
        headers = (source / "xen/include/public").rglob("*.h")
        cls.names = set(re.findall(r"\b\w+\b", "\n".join(path.read_text(errors="replace") for path in headers)))
        cls.statement = (source / "docs/misc/xsm-flask.txt").read_text()
        cls.hooks = (source / "xen/xsm/flask/hooks.c").read_text()
        _, cls.catalogue = load_catalogue()

    def has(self, since, until=None):
        return release(since) <= release(self.release) and (until is None or release(self.release) <= release(until))

    def test_every_operation_exists_in_the_public_headers_of_its_releases(self):
        wrong = []
        for access_class, permission, entry in entries(self.catalogue):
            if not self.has(entry.get("since", FIRST_RELEASE), entry.get("until")):
                continue
            for name in entry["operations"]:
                expected = self.has(LATER_OPERATIONS.get(name, FIRST_RELEASE))
                if (name in self.names) != expected:
                    wrong.append(f"{access_class}.{permission}: {name}")
        self.assertEqual([], wrong, f"operations of Xen {self.release}")

    def test_the_lists_of_the_statement_on_xsa_77_are_those_of_this_test(self):
        named = set(re.findall(r"^ \* (XEN\w+)$", self.statement, re.M))
        self.assertEqual(DELEGABLE_DOMCTLS | UNREVIEWED_MEMORY_OPERATIONS, named)

    def test_every_case_of_a_hook_is_an_operation_of_the_permission_that_it_checks(self):
        # In hooks.c: `case OPERATION:`, maybe several, then a statement with `CLASS__PERMISSION`.
        groups = "XEN_DOMCTL|XEN_SYSCTL|XENPF|PHYSDEVOP|XENVER|CONSOLEIO|HVMOP|XENPMU|XENOPROF"
        found, pending, wrong = 0, [], []
        for line in self.hooks.splitlines():
            if case := re.match(rf"\s*case ((?:{groups})_\w+):", line):
                pending.append(case[1])
            for prefix, permission in re.findall(r"\b([A-Z0-9]+)__([A-Z0-9_]+)\b", line):
                access_class, permission = prefix.lower(), permission.lower()
                if (access_class, permission) == ("domain2", "set_vnumainfo"):
                    access_class, permission = "domain", "getvcpuinfo"  # the slip that its note describes
                for name in pending:
                    found += 1
                    if not self.listed(access_class, permission, name):
                        wrong.append(f"{access_class}.{permission}: {name}")
            if line.rstrip().endswith(";"):
                pending = []
        self.assertGreater(found, 100, "hooks.c was not understood")
        self.assertEqual([], wrong, f"hooks of Xen {self.release}")

    def listed(self, access_class, permission, name):
        # Sub-operations of these are cases of their own; the catalogue names the operation that XSA-77 speaks of.
        outer = {
            "XEN_DOMCTL_SCHEDOP_": "XEN_DOMCTL_scheduler_op",
            "XEN_SYSCTL_SCHEDOP_": "XEN_SYSCTL_scheduler_op",
            "XEN_DOMCTL_SHADOW_OP_": "XEN_DOMCTL_shadow_op",
            "XEN_SYSCTL_CPU_HOTPLUG_": "XEN_SYSCTL_cpu_hotplug",
        }
        for prefix, operation in outer.items():
            if name.startswith(prefix):
                name = operation
        return name in self.catalogue[access_class][permission]["operations"]


if __name__ == "__main__":
    outcome = unittest.main(exit=False, verbosity=2).result
    if not outcome.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if outcome.skipped and len(outcome.skipped) == outcome.testsRun else 0)
