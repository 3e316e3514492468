"""The Debian packages, as cpack makes them of this build: which files, which dependencies, and that systemd and man
have nothing to say about what is in them. And docs/install.md: its commands exist. Needs no network.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
BUILD = pathlib.Path(sys.argv[1])
PACKAGES = ["bulkhead", "bulkhead-launch"]
UNITS = ["bulkhead-launch.service", "bulkhead-delegate.service"]


def run(*command, **options):
    return subprocess.run(command, text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL, **options)


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        done = run("cpack", "--config", str(BUILD / "CPackConfig.cmake"), "-B", str(cls.folder / "made"))
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        cls.root = cls.folder / "root"
        for name in PACKAGES:
            done = run("dpkg-deb", "-x", str(cls.file(name)), str(cls.root))
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    @classmethod
    def file(cls, name):
        [made] = (cls.folder / "made").glob(f"{name}_*.deb")
        return made

    def field(self, name, field):
        return run("dpkg-deb", "-f", str(self.file(name)), field).stdout.strip()

    def dependencies(self, name):
        return {re.sub(r" .*", "", word) for word in self.field(name, "Depends").split(", ")}

    def test_the_files_of_each_package_their_owners_and_modes_are_as_kept(self):
        found = ""
        for name in PACKAGES:
            lines = run("dpkg-deb", "-c", str(self.file(name))).stdout.splitlines()
            files = [line.split(maxsplit=5) for line in lines if not line.startswith("d")]
            found += f"{name}\n" + "".join(sorted(f"  {file[0]} {file[1]} {file[5][1:]}\n" for file in files))
        kept = HERE / "expected/files.txt"
        if os.environ.get("BULKHEAD_UPDATE_GOLDENS"):
            kept.write_text(found)
        self.assertEqual(found, kept.read_text())

    def test_the_compiler_depends_on_checkpolicy_and_on_nothing_of_xen(self):
        depends = self.dependencies("bulkhead")
        self.assertIn("checkpolicy", depends)
        self.assertTrue(any(word.startswith("libyaml-cpp") for word in depends), depends)
        self.assertEqual([word for word in depends if "xen" in word], [])

    def test_the_launcher_depends_on_the_libraries_of_xen_and_not_on_the_compiler(self):
        depends = self.dependencies("bulkhead-launch")
        self.assertTrue(any(word.startswith("libxenstore") for word in depends), depends)
        self.assertTrue(depends.isdisjoint({"bulkhead", "checkpolicy"}), depends)

    def test_each_has_a_summary_a_maintainer_and_a_version(self):
        version = run(str(BUILD / "bin/bulkhead"), "--version").stdout.split()[1]
        for name in PACKAGES:
            summary, *text = self.field(name, "Description").splitlines()
            self.assertRegex(summary, r"^[a-z].{20,70}[^.]$")
            self.assertTrue(text and all(re.match(r"^ (\S.*|\.)$", line) for line in text), text)
            self.assertRegex(self.field(name, "Maintainer"), r"^.+ <.+@.+>$")
            self.assertEqual(self.field(name, "Version"), version)

    def test_installing_enables_and_starts_nothing(self):
        control = self.folder / "control"
        run("dpkg-deb", "-e", str(self.file("bulkhead-launch")), str(control))
        self.assertNotRegex((control / "postinst").read_text(), r"systemctl.*\b(enable|start|restart)\b")
        self.assertEqual(list(self.root.glob("etc/**/*")), [])

    def test_systemd_has_nothing_to_say_about_the_units(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("no systemd-analyze (package systemd)")
        for name in ("xenstore-write", "systemctl"):  # of other packages
            (self.root / "usr/bin" / name).write_text("#!/bin/sh\n")
            (self.root / "usr/bin" / name).chmod(0o755)
        for target in ("sysinit", "basic", "shutdown", "multi-user"):
            (self.root / f"usr/lib/systemd/system/{target}.target").write_text("[Unit]\nDescription=stands for it\n")
        for unit in UNITS:
            done = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=one", f"--root={self.root}", unit)
            said = [line for line in (done.stdout + done.stderr).splitlines() if unit in line]
            self.assertEqual((done.returncode, said), (0, []), done.stderr)

    def test_the_launcher_does_not_start_in_a_host_without_xen_or_plan_and_guests_of_xl_wait_for_it(self):
        unit = (self.root / "usr/lib/systemd/system/bulkhead-launch.service").read_text()
        for line in ("ConditionPathExists=/proc/xen/capabilities", "ConditionPathExists=/etc/bulkhead/launch-plan.json",
                     "RequiredBy=xendomains.service"):
            self.assertIn(line + "\n", unit)
        self.assertRegex(unit, r"\nBefore=.*\bxendomains\.service\b")

    def test_the_command_lines_of_the_units_are_understood(self):
        for unit in UNITS:
            text = (self.root / "usr/lib/systemd/system" / unit).read_text()
            [command] = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
            program, *words = command.split()
            words = [word for word in words if not word.startswith("--log=")]
            done = run(str(BUILD / "bin" / program), *words, *(["no-such-plan.json"]), cwd=self.folder)
            self.assertEqual(done.returncode, 3, done.stderr)  # 2: the command line was not understood
            self.assertIn("no-such-plan.json", done.stderr)

    def test_man_has_nothing_to_say_about_the_page_of_the_agent(self):
        page = self.root / "usr/share/man/man8/bulkhead-delegate.8"
        done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page))
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class InstallPage(unittest.TestCase):
    PAGE = (ROOT / "docs/install.md").read_text()

    def test_every_command_of_ours_has_the_words_and_options_that_the_page_gives_it(self):
        lines = re.findall(r"^ {4}(bulkhead(?:-launch)?) ([a-z]+)(.*)$", self.PAGE, re.MULTILINE)
        self.assertGreater(len(lines), 10)
        for program, command, rest in lines:
            with self.subTest(f"{program} {command}{rest}"):
                done = run(str(BUILD / "bin" / program), command, "--help")
                self.assertEqual(done.returncode, 0, done.stderr)
                for option in re.findall(r"(?<=\s)(-[a-z]|--[a-z-]+)\b", rest.partition("#")[0]):
                    self.assertRegex(done.stdout, rf"(?m)(^|[\s,]){option}\b")

    def test_the_hypervisor_is_built_with_the_options_that_the_tests_build_it_with(self):
        options = re.findall(r"^ {4}((?:# )?CONFIG_\w+(?:=y| is not set))$", self.PAGE, re.MULTILINE)
        script = (ROOT / "tests/system/build_hypervisor").read_text()
        self.assertGreater(len(options), 5)
        self.assertEqual([option for option in options if option not in script], [])

    def test_the_files_that_the_page_names_are_in_the_package(self):
        listing = (HERE / "expected/files.txt").read_text()
        for path in re.findall(r"/usr/(?!local)\S+", self.PAGE):
            self.assertIn(f" {path}\n", listing)


if __name__ == "__main__":
    unittest.main(argv=["test_packages"], verbosity=2)
