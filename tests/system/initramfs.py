"""Initramfs archives (cpio, "newc") with the same bytes for the same input, and the parts that go into them.

In: files of the build machine and of unpacked packages. Out: the bytes of an archive. Linux takes several archives one
after the other as one; what comes later replaces what came before.
"""

import os
import pathlib
import stat
import subprocess

BLOCK = 512


class Archive:
    """Entries by path, without a leading slash; the folders on the way are added by themselves."""

    def __init__(self):
        self.entries = {}  # path -> (mode, data, device)

    def folder(self, path, mode=0o755):
        path = str(path).strip("/")
        if path in ("", "."):
            return
        self.folder(os.path.dirname(path))
        self.entries.setdefault(path, (stat.S_IFDIR | mode, b"", (0, 0)))

    def _put(self, path, mode, data, device=(0, 0)):
        path = str(path).strip("/")
        self.folder(os.path.dirname(path))
        self.entries[path] = (mode, data, device)

    def file(self, path, data, mode=0o644):
        self._put(path, stat.S_IFREG | mode, data)

    def link(self, path, target):
        self._put(path, stat.S_IFLNK | 0o777, str(target).encode())

    def character_device(self, path, major, minor):
        self._put(path, stat.S_IFCHR | 0o600, b"", (major, minor))

    def copy(self, source, path):
        """One file or symbolic link, or a folder with all that is in it."""
        source = pathlib.Path(source)
        if source.is_symlink():
            self.link(path, os.readlink(source))
        elif source.is_dir():
            self.folder(path)
            for child in sorted(source.iterdir()):
                self.copy(child, os.path.join(str(path), child.name))
        else:
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
            self.file(path, source.read_bytes(), mode)

    def to_bytes(self):
        parts = []
        # Sorted by path: a folder comes before what is in it.
        for number, (path, entry) in enumerate(sorted(self.entries.items()), start=1):
            parts.append(_entry(number, path, *entry))
        parts.append(_entry(0, "TRAILER!!!", 0, b"", (0, 0)))
        data = b"".join(parts)
        return data + bytes(-len(data) % BLOCK)


def _entry(number, path, mode, data, device):
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, len(data), 0, 0, device[0], device[1], len(name), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)


def needed_libraries(program):
    """The names of the shared libraries that an ELF file asks for, and its interpreter's path."""
    run = subprocess.run(["readelf", "-W", "-l", "-d", str(program)], capture_output=True, text=True, check=False)
    names, interpreter = [], None
    for line in run.stdout.splitlines():
        if "(NEEDED)" in line:
            names.append(line.split("[", 1)[1].rstrip("]"))
        elif "program interpreter:" in line:
            interpreter = line.split("interpreter:", 1)[1].strip().rstrip("]")
    return names, interpreter


def add_program(archive, source, path, library_folders):
    """A program and the libraries that it needs, each at its usual place (/lib/x86_64-linux-gnu, /lib64)."""
    archive.file(path, pathlib.Path(source).read_bytes(), 0o755)
    todo = [pathlib.Path(source)]
    while todo:
        names, interpreter = needed_libraries(todo.pop())
        wanted = [(name, "lib/x86_64-linux-gnu/" + name) for name in names]
        if interpreter:
            wanted.append((os.path.basename(interpreter), interpreter.strip("/")))
        for name, place in wanted:
            if place in archive.entries:
                continue
            found = next((folder / name for folder in library_folders if (folder / name).exists()), None)
            if found is None:
                raise FileNotFoundError(f"{source} needs {name}, which is in none of the packages")
            archive.file(place, found.resolve().read_bytes(), 0o755)
            todo.append(found.resolve())
