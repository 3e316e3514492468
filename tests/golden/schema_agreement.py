#!/usr/bin/env python3
"""The generated JSON Schema and the reader refuse the same files.

Usage: schema_agreement.py BULKHEAD_TREE FOLDER...

Takes every spec and inventory (*.yaml) below the folders, and of each that is accepted all the variants that differ in
one place: a key left out, a key too many, a value of another type. The reader judges them (bulkhead-tree), and so does
jsonschema; files that are not even YAML that we take are left out. Exit 77 without python3-jsonschema.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

OTHER_VALUES = [None, True, 7, -1, 10**25, "", "x", "X y", "a\nb", "0x10-0x1f", "512 MiB", [], ["a", "a"], {}, {"x": 1}]


def run_tree(tree, paths):
    lines = []
    for start in range(0, len(paths), 500):
        result = subprocess.run([tree, *paths[start:start + 500]], check=True, capture_output=True, text=True)
        lines += [json.loads(line) for line in result.stdout.splitlines()]
    return lines


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, path + (index,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def variants(value):
    """Every text that differs from `value` in one place."""
    for path in places(value):
        if isinstance(at(value, path), dict):
            more = copy.deepcopy(value)
            at(more, path)["surprise"] = 1
            yield more
        if not path:
            continue
        less = copy.deepcopy(value)
        del at(less, path[:-1])[path[-1]]
        yield less
        for other in OTHER_VALUES:
            changed = copy.deepcopy(value)
            at(changed, path[:-1])[path[-1]] = other
            yield changed


def main():
    tree, *folders = sys.argv[1:]
    listed = subprocess.run([tree, "--schemas"], check=True, capture_output=True, text=True)
    schemas = json.loads(listed.stdout)
    for schema in schemas.values():
        jsonschema.Draft7Validator.check_schema(schema)
    validators = {kind: jsonschema.Draft7Validator(schema) for kind, schema in schemas.items()}

    paths = sorted(str(path) for folder in folders for path in pathlib.Path(folder).rglob("*.yaml"))
    disagreements = 0
    counts = {"accepted": 0, "refused": 0}

    def compare(lines):
        nonlocal disagreements
        for line in lines:
            if "yaml" in line["groups"]:
                continue
            refused = "shape" in line["groups"]
            errors = list(validators[line["kind"]].iter_errors(line["json"]))
            counts["refused" if refused else "accepted"] += 1
            if refused != bool(errors):
                disagreements += 1
                if disagreements <= 20:
                    said = errors[0].message if errors else "nothing"
                    verdict = "refuses" if refused else "accepts"
                    print(f"{line['file']}: the reader {verdict} it, the schema says: {said}")
                    print("    " + json.dumps(line["json"])[:2000])

    lines = run_tree(tree, paths)
    compare(lines)
    with tempfile.TemporaryDirectory() as folder:
        written = []
        for line in lines:
            if line["groups"] or not isinstance(line["json"], dict):
                continue
            # JSON is YAML, and quotes keep the texts texts.
            for number, variant in enumerate(variants(line["json"])):
                if number % STRIDES.get(pathlib.Path(line["file"]).name, 7) == 0:
                    path = pathlib.Path(folder) / f"{len(written)}.yaml"
                    path.write_text(json.dumps(variant))
                    written.append(str(path))
        compare(run_tree(tree, written))
    print(f"{counts['accepted']} accepted and {counts['refused']} refused by both, {disagreements} disagreements")
    if counts["accepted"] == 0 or counts["refused"] == 0:
        print("nothing was compared")
        return 1
    return 1 if disagreements else 0


# Of these files every variant, of the others each seventh: the test stays short.
STRIDES = {"pass_everything.yaml": 1, "pass_inventory.yaml": 1}

if __name__ == "__main__":
    sys.exit(main())
