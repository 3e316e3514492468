#!/usr/bin/env python3
"""console_blocks.py BIN PAGE: runs the commands of a page's fenced `console` blocks and compares what they print.

A line `$ command` starts one, `> more` continues it; what follows is its output, where a line `...` stands for any
number of lines. All run one after another in one folder with a copy of examples/ in it. A command may answer no
(exit 1); it may not be misspelt (2), fail (3) or crash. BULKHEAD_UPDATE_GOLDENS=1 writes the outputs anew, but for
those with `...`.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands_of(block):
    """Pairs of command lines and output lines."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(([line], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0].append(line)
        elif found:
            found[-1][1].append(line)
        else:
            sys.exit(f"a console block starts with `$ `, not with `{line}`")
    return found


def matches(expected, printed):
    parts = re.split(r"^\.\.\.$", "\n".join(expected), flags=re.MULTILINE)
    return re.fullmatch(r"(?:.*)".join(re.escape(part.strip("\n")).join(["\n?", "\n?"]) for part in parts),
                        "\n".join(printed), re.DOTALL) is not None


def run(lines, folder, bin_folder):
    text = "\n".join(line[2:] for line in lines)
    environment = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "LC_ALL": "C", "HOME": str(folder)}
    done = subprocess.run(["bash", "-c", text], cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.splitlines()


def main():
    bin_folder, page = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    update = bool(os.environ.get("BULKHEAD_UPDATE_GOLDENS"))
    text = page.read_text(encoding="utf-8")
    failures, count = [], 0
    with tempfile.TemporaryDirectory(prefix="bulkhead-tutorial-") as name:
        folder = pathlib.Path(name)
        shutil.copytree(ROOT / "examples", folder / "examples")
        for block in BLOCK.findall(text):
            written = []
            for lines, expected in commands_of(block):
                count += 1
                status, printed = run(lines, folder, bin_folder)
                if status > 1:
                    failures.append(f"{lines[0]}\nexit {status}\n" + "\n".join(printed))
                elif not update and not matches(expected, printed):
                    failures.append("\n".join([lines[0], "printed:", *printed, "the page has:", *expected]))
                written += lines + (expected if "..." in expected else printed)
            if update:
                text = text.replace(f"```console\n{block}```", "```console\n" + "\n".join(written) + "\n```")
    if update:
        page.write_text(text, encoding="utf-8")
    print("\n\n".join(failures))
    print(f"{count} commands, {len(failures)} failed")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
