"""When the environment fails: exit 3, what failed, and the output folder as it was."""
import os
import signal
import subprocess
import time

import cli


class Failures(cli.CliTest):
    def setUp(self):
        super().setUp()
        self.before = self.compile()
        # A spec whose result would be another: so that a folder that was written after all shows.
        spec = (self.work / "host.yaml").read_text().replace("green", "amber")
        (self.work / "host.yaml").write_text(spec)

    def assert_unchanged(self):
        self.assertEqual(cli.snapshot(self.work / "out"), self.before)
        self.assertEqual([path.name for path in self.work.iterdir() if path.name.startswith(".")], [])

    def recompile(self, **changes):
        return self.bulkhead("compile", "host.yaml", "-o", "out", **changes)

    def test_without_checkpolicy_it_says_what_to_install(self):
        done = self.recompile(PATH=str(self.folder))
        self.assert_refused(done, 3, "")
        self.assertIn("apt-get install checkpolicy", done.stderr)
        self.assert_unchanged()

    def test_a_checkpolicy_that_fails_is_quoted(self):
        done = self.recompile(PATH=self.script("checkpolicy", "echo 'no such option' >&2; exit 4\n"))
        self.assert_refused(done, 3, "")
        self.assertIn("no such option", done.stderr)
        self.assert_unchanged()

    def test_a_checkpolicy_that_is_killed_is_told(self):
        done = self.recompile(PATH=self.script("checkpolicy", "kill -9 $$\n"))
        self.assert_refused(done, 3, "")
        self.assertIn("signal 9", done.stderr)
        self.assert_unchanged()

    def test_a_checkpolicy_that_writes_nothing_is_told(self):
        self.assert_refused(self.recompile(PATH=self.script("checkpolicy", "exit 0\n")), 3, "")
        self.assert_unchanged()

    def test_a_checkpolicy_that_writes_something_else_is_told(self):
        path = self.script("checkpolicy", "while [ \"$1\" != -o ]; do shift; done; echo garbage > \"$2\"\n")
        self.assert_refused(self.recompile(PATH=path), 3, "read back what checkpolicy wrote: ")
        self.assert_unchanged()

    def test_a_checkpolicy_that_writes_the_policy_of_another_spec_is_found_by_the_proof(self):
        other = self.work / "out" / "xenpolicy"
        path = self.script("checkpolicy",
                           f"while [ \"$1\" != -o ]; do shift; done; /bin/cat '{other}' > \"$2\"\n")
        done = self.recompile(PATH=path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("the compiled policy is not what the spec says", done.stderr)
        self.assert_unchanged()

    def test_a_temporary_folder_that_does_not_exist_is_told(self):
        self.assert_refused(self.recompile(TMPDIR=str(self.folder / "gone")), 3, "")
        self.assert_unchanged()

    def test_a_parent_that_does_not_exist_is_told(self):
        done = self.bulkhead("compile", "host.yaml", "-o", "no/such/out")
        self.assert_refused(done, 3, "write the folder `no/such/out`: ")
        self.assertFalse((self.work / "no").exists())

    def test_an_output_that_is_a_file_is_left_alone(self):
        (self.work / "file").write_text("mine")
        self.assert_refused(self.bulkhead("compile", "host.yaml", "-o", "file"), 3, "write the folder `file`: ")
        self.assertEqual((self.work / "file").read_text(), "mine")

    def test_a_folder_with_files_of_somebody_else_is_left_alone(self):
        for name in ("notes.txt", "xl/notes.txt", "xl/deep/web.cfg"):
            with self.subTest(name):
                kept = self.work / "out" / name
                kept.parent.mkdir(exist_ok=True)
                kept.write_text("mine")
                self.assert_refused(self.recompile(), 3, f"write the folder `out`: it holds `{name}`")
                kept.unlink()
        (self.work / "out/xl/deep").rmdir()
        self.assert_unchanged()

    def test_a_folder_that_may_not_be_written_is_told(self):
        if os.geteuid() == 0:
            # Root may write anywhere but on a file system that is read-only, such as this one.
            done = self.bulkhead("compile", "host.yaml", "-o", "/proc/out")
            self.assert_refused(done, 3, "write the folder `/proc/out`: ")
            return
        (self.work / "locked").mkdir(mode=0o500)
        done = self.bulkhead("compile", "host.yaml", "-o", "locked/out")
        self.assert_refused(done, 3, "write the folder `locked/out`: ")

    def test_a_rejected_spec_leaves_the_folder_as_it_was(self):
        done = self.bulkhead("compile", "rejected.yaml", "-o", "out")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assert_unchanged()

    def test_a_signal_while_checkpolicy_runs_leaves_nothing_behind(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                started = self.folder / f"started-{number}"
                # Announces itself, waits for the file to be taken away, and ends like one that was interrupted.
                path = self.script("checkpolicy", f": > '{started}'; while [ -e '{started}' ]; do :; done; exit 130\n")
                child = subprocess.Popen([cli.PROGRAM, "compile", "host.yaml", "-o", "out"], cwd=self.work,
                                         env=self.environment(PATH=path), stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE)
                deadline = time.monotonic() + 60
                while not started.exists() and time.monotonic() < deadline:
                    os.sched_yield()
                child.send_signal(number)
                started.unlink()
                out, _ = child.communicate(timeout=60)
                self.assertEqual((child.returncode, out), (-number, b""))
                self.assertEqual(list(self.temporary.iterdir()), [])
                self.assert_unchanged()


if __name__ == "__main__":
    cli.main()
