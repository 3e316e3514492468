"""Compiles the example policies of others from source trees that the caller has: Xen's and OpenXT's. Nothing of them
is part of this project."""

import os
import shutil
import subprocess
from pathlib import Path

from measuring import NotRun

XEN_SOURCE = "BULKHEAD_XEN_SOURCE"
OPENXT_SOURCE = "OPENXT_POLICY_SOURCE"


def call(command: list[str], **options: object) -> None:
    try:
        result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **options)
    except OSError as error:
        raise NotRun(f"{command[0]}: {error.strerror}") from error
    if result.returncode != 0:
        raise NotRun(f"{command[0]}: {result.stderr.strip()[:300]}")


def source_tree(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        raise NotRun(f"{variable} does not name a source tree")
    return Path(value)


def xen_sections(tree: Path) -> list[Path]:
    """The files that make up the policy, in the order in which Xen's build joins them."""
    hypervisor = tree / "xen" / "xsm" / "flask" / "policy"
    tools = tree / "tools" / "flask" / "policy" / "policy"
    folder = tree / "tools" / "flask" / "policy" / "modules"
    words = [line.split() for line in (folder / "modules.conf").read_text(encoding="utf-8").splitlines()]
    modules = [line[0] for line in words if len(line) == 3 and line[1:] == ["=", "on"]]

    def of_modules(ending: str) -> list[Path]:
        return [path for name in modules if (path := folder / f"{name}.{ending}").exists()]

    return [hypervisor / "security_classes", tools / "security_classes", hypervisor / "initial_sids",
            hypervisor / "access_vectors", tools / "access_vectors", *sorted((tools / "support").glob("*.spt")),
            tools / "mls", *of_modules("if"), tools / "global_tunables", *of_modules("te"), tools / "users",
            *of_modules("cons"), tools / "initial_sids", tools / "device_contexts"]


def compile_xen(folder: Path) -> Path:
    conf, binary = folder / "xen.conf", folder / "xen.xenpolicy"
    try:
        sections = xen_sections(source_tree(XEN_SOURCE))
    except OSError as error:
        raise NotRun(f"{XEN_SOURCE}: {error}") from error
    with open(conf, "w", encoding="utf-8") as file:
        call(["m4", "-D", "self_contained_policy", "-s", "-D", "mls_num_sens=16", "-D", "mls_num_cats=256",
              *map(str, sections)], stdout=file)
    call(["checkpolicy", "-t", "Xen", "-c", "30", str(conf), "-o", str(binary)], stdout=subprocess.DEVNULL)
    return binary


def compile_openxt(folder: Path) -> Path:
    """With its own makefile, on a copy, because it builds inside its tree."""
    copy, binary = folder / "openxt", folder / "openxt.xenpolicy"
    try:
        shutil.copytree(source_tree(OPENXT_SOURCE), copy, ignore=shutil.ignore_patterns(".git"))
    except (OSError, shutil.Error) as error:
        raise NotRun(f"{OPENXT_SOURCE}: {error}") from error
    call(["make", "policy.conf"], cwd=copy, stdout=subprocess.DEVNULL)
    call(["checkpolicy", "-t", "Xen", "-c", "24", str(copy / "policy.conf"), "-o", str(binary)],
         stdout=subprocess.DEVNULL)
    return binary
