"""What the tests of the command line share: the program in a folder of its own, and goldens.

BULKHEAD_UPDATE_GOLDENS=1 rewrites what is kept in expected/.
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
EXPECTED = HERE / "expected"
PROGRAM = ""  # set by main()


def snapshot(folder):
    """Every file below a folder with its bytes; None when there is no folder."""
    root = pathlib.Path(folder)
    if not root.exists():
        return None
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


class CliTest(unittest.TestCase):
    """Each test runs in a temporary folder with the specs of this folder in it, and leaves no temporary file behind."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.work = self.folder / "work"
        self.work.mkdir()
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        for spec in HERE.glob("*.yaml"):
            shutil.copy(spec, self.work)

    def environment(self, **changes):
        kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        return {**kept, "TMPDIR": str(self.temporary), "LC_ALL": "C", **changes}

    def bulkhead(self, *arguments, **changes):
        """Runs the program; `changes` are environment variables."""
        done = subprocess.run([PROGRAM, *arguments], cwd=self.work, env=self.environment(**changes), text=True,
                              errors="replace", stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(list(self.temporary.iterdir()), [], "a temporary file stayed behind")
        return done

    def assert_golden(self, name, text):
        """The whole text is as it is kept."""
        path = EXPECTED / name
        if os.environ.get("BULKHEAD_UPDATE_GOLDENS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            return
        kept = path.read_text() if path.exists() else ""
        if kept != text:
            difference = difflib.unified_diff(kept.splitlines(True), text.splitlines(True), f"expected/{name}", "found")
            self.fail("".join(difference))

    def assert_result(self, done, code, name):
        """Exit status and both streams are those of expected/NAME.txt, but for sizes and offsets of the policy."""
        text = f"exit {done.returncode}\n--- stdout\n{done.stdout}--- stderr\n{done.stderr}"
        text = re.sub(r"at byte \d+", "at byte N", re.sub(r"\d+ bytes, \d+ rules", "N bytes, N rules", text))
        self.assert_golden(name + ".txt", text)
        self.assertEqual(done.returncode, code, done.stderr)

    def assert_refused(self, done, code, error):
        """No product, and an error that starts so."""
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertTrue(done.stderr.startswith(f"{pathlib.Path(PROGRAM).name}: error: " + error), done.stderr)

    def assert_manual(self, name):
        """The manual page, NAME.SECTION, is one that man has nothing to say about."""
        page = self.work / name
        page.write_text(self.bulkhead("--generate", "man").stdout)
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)],
                              env=self.environment(), capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def complete(self, *words):
        """What bash offers for the last of the words."""
        name = pathlib.Path(PROGRAM).name
        script = self.work / "completion"
        script.write_text(self.bulkhead("--generate", "bash-completion").stdout)
        # As bash does it: the function that is registered for the program.
        shell = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); read -ra registered < <(complete -p "$1"); '
                 '"${registered[4]}"; printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", shell, str(script), name, *words], cwd=self.work, env=self.environment(),
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        return done.stdout.split()

    def compile(self, spec="host.yaml", output="out"):
        done = self.bulkhead("compile", spec, "-o", output)
        self.assertEqual(done.returncode, 0, done.stderr)
        return snapshot(self.work / output)

    def script(self, name, text):
        """A program in a folder of its own; gives a PATH on which only that folder and the system's shell are."""
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return str(folder)


def main():
    """cli tests take the program's path as their first argument."""
    global PROGRAM
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    result = unittest.main(module="__main__", exit=False, verbosity=2).result
    if result.skipped and result.wasSuccessful() and result.testsRun == len(result.skipped):
        sys.exit(77)
    sys.exit(0 if result.wasSuccessful() else 1)
