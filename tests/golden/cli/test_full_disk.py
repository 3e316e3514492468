"""A disk that is full while the result is written; needs root, because only root can make a small file system."""
import os
import shutil
import subprocess
import unittest

import cli


class FullDisk(cli.CliTest):
    def mount(self, size):
        disk = self.folder / "disk"
        disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            self.skipTest("no file system can be mounted here: " + done.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=True)
        return disk

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_the_folder_stays_as_it_was_and_the_error_says_why(self):
        small = self.compile()
        disk = self.mount(str(sum(len(content) for content in small.values()) + 32 * 4096))
        shutil.copytree(self.work / "out", disk / "out")
        before = cli.snapshot(disk / "out")
        done = self.bulkhead("compile", "host.yaml", "-o", str(disk / "out"))
        self.assert_refused(done, 3, f"write the folder `{disk}/out`: ")
        self.assertIn("No space left on device", done.stderr)
        self.assertEqual(cli.snapshot(disk / "out"), before)
        self.assertEqual([path.name for path in disk.iterdir()], ["out"])

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_a_full_temporary_folder_is_told_and_emptied(self):
        disk = self.mount("8192")
        self.temporary = disk
        done = self.bulkhead("compile", "host.yaml", "-o", "out")
        self.assert_refused(done, 3, "")
        self.assertIn("No space left on device", done.stderr)
        self.assertIsNone(cli.snapshot(self.work / "out"))


if __name__ == "__main__":
    cli.main()
