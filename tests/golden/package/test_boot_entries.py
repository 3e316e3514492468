"""42_bulkhead, the script for /etc/grub.d: which boot entries come of a boot.cfg, and which do not.

GRUB's own library is replaced by one that knows a /boot on a partition of its own.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(sys.argv[1])
SCRIPT = ROOT / "launcher/package/42_bulkhead"
LIBRARY = """
make_system_path_relative_to_its_root() { echo "${1#"$BULKHEAD_ROOT/boot"}"; }
prepare_grub_to_access_device() { echo "search --fs-uuid --set=root $1"; }
"""
POLICY = b"the policy"
CONFIG = f"""# GRUB entries for lab, compiled from host.yaml.
# xenpolicy must be the one with SHA-256 {hashlib.sha256(POLICY).hexdigest()}.
menuentry bulkhead-lab --unrestricted {{
  multiboot2 /boot/xen.gz flask=enforcing hardware_dom=1
  module2 /boot/vmlinuz console=hvc0 pci=off
  module2 --nounzip /boot/initrd.img
  module2 /boot/xenpolicy
}}

# To repair the host.
menuentry recovery-lab {{
  multiboot2 /boot/xen.gz flask=disabled
  module2 /boot/vmlinuz console=hvc0
  module2 --nounzip /boot/initrd.img
}}
"""
CONFINED = """menuentry bulkhead-lab --unrestricted {
  search --fs-uuid --set=root partition
  multiboot2 /xen.gz console=com1 flask=enforcing hardware_dom=1
  module2 /vmlinuz console=hvc0 pci=off
  module2 --nounzip /initrd.img
  module2 /xenpolicy
}
"""
RECOVERY = """menuentry recovery-lab {
  search --fs-uuid --set=root partition
  multiboot2 /xen.gz console=com1 flask=disabled
  module2 /vmlinuz console=hvc0
  module2 --nounzip /initrd.img
}
"""


class BootEntries(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-grub-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        (self.root / "boot").mkdir()
        (self.root / "etc/bulkhead").mkdir(parents=True)
        for name in ("xen.gz", "vmlinuz", "initrd.img"):
            (self.root / "boot" / name).write_bytes(b"")
        (self.root / "boot/xenpolicy").write_bytes(POLICY)
        self.config = self.root / "etc/bulkhead/boot.cfg"
        self.config.write_text(CONFIG)
        (self.root / "grub-mkconfig_lib").write_text(LIBRARY)
        (self.root / "grub-probe").write_text("#!/bin/sh\necho partition\n")
        (self.root / "grub-probe").chmod(0o755)

    def run_script(self, **changes):
        environment = {"PATH": os.environ["PATH"], "pkgdatadir": str(self.root), "BULKHEAD_ROOT": str(self.root),
                       "grub_probe": str(self.root / "grub-probe"), "GRUB_CMDLINE_XEN": "console=com1", **changes}
        return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)

    def assert_entries(self, entries, said):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout), (0, entries), done.stderr)
        for line in said:
            self.assertIn(f"42_bulkhead: {line}".replace("ROOT", str(self.root)), done.stderr.splitlines())

    def test_both_entries_have_paths_as_grub_sees_them_and_the_options_of_the_machine_first(self):
        self.assert_entries(CONFINED + RECOVERY, ["boot entry: bulkhead-lab", "boot entry: recovery-lab"])

    def test_grub_understands_them(self):
        check = shutil.which("grub-script-check")
        if check is None:
            self.skipTest("no grub-script-check (package grub-common)")
        done = subprocess.run([check], input=self.run_script().stdout, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_what_the_compiler_writes_is_understood_whole(self):
        out = self.root / "out"
        done = subprocess.run([BUILD / "bin/bulkhead", "compile", ROOT / "examples/split/host.yaml", "-o", out],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.copy(out / "boot.cfg", self.config)
        shutil.copy(out / "xenpolicy", self.root / "boot")
        done = self.run_script()
        self.assertEqual(done.stderr.splitlines(),
                         ["42_bulkhead: boot entry: bulkhead-split", "42_bulkhead: boot entry: recovery-split"])
        written = [line for line in self.config.read_text().splitlines() if line and not line.startswith("#")]
        entries = [line for line in done.stdout.splitlines() if not line.startswith("  search ")]
        self.assertEqual([line.replace(" /boot/", " /").replace("xen.gz ", "xen.gz console=com1 ") for line in written],
                         entries)

    def test_without_a_boot_cfg_there_is_no_entry_and_no_word(self):
        self.config.unlink()
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_another_policy_or_none_leaves_the_confined_entry_out_and_keeps_the_way_back(self):
        gone = 'there will be no boot entry "bulkhead-lab"'
        (self.root / "boot/xenpolicy").write_bytes(b"another")
        self.assert_entries(RECOVERY, [
            "ROOT/boot/xenpolicy is not the policy of ROOT/etc/bulkhead/boot.cfg; copy the xenpolicy that was compiled "
            "with it", gone])
        (self.root / "boot/xenpolicy").unlink()
        self.assert_entries(RECOVERY, ["ROOT/boot/xenpolicy is missing", gone])

    def test_a_file_that_grub_would_not_find_leaves_its_entries_out(self):
        self.config.write_text(CONFIG.replace("/boot/initrd.img", "/var/lib/initrd.img", 1))
        self.assert_entries(RECOVERY, ["/var/lib/initrd.img is not below /boot; GRUB would not find it"])
        self.config.write_text(CONFIG)
        (self.root / "boot/vmlinuz").unlink()
        self.assert_entries("", ['there will be no boot entry "bulkhead-lab"',
                                 'there will be no boot entry "recovery-lab"'])

    def test_a_line_that_is_not_of_the_compiler_leaves_its_entry_out(self):
        self.config.write_text(CONFIG.replace("  module2 /boot/xenpolicy\n", "  module2 $prefix/xenpolicy\n"))
        self.assert_entries(RECOVERY, ["ROOT/etc/bulkhead/boot.cfg: not understood, the entry is left out: "
                                       "  module2 $prefix/xenpolicy"])


if __name__ == "__main__":
    unittest.main(argv=["test_boot_entries"], verbosity=2)
