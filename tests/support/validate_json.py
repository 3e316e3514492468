#!/usr/bin/python3
"""Says of each document whether a JSON Schema accepts it: "valid", or "invalid: <path>: <why>", one line for each.

usage: validate_json.py SCHEMA DOCUMENT...
"""

import json
import sys

import jsonschema


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            document = json.load(file)
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        if error is None:
            print("valid")
        else:
            path = "/".join(str(part) for part in error.absolute_path)
            print(f"invalid: {path}: {error.message[:120]}")


if __name__ == "__main__":
    main()
