"""Reads each document of standard input with PyYAML, in Python and by libyaml, and compares.

Input: one JSON object a line, {"yaml": the text, "expected": what it must be read as}. Exit 77: PyYAML is missing.
"""

import json
import sys

try:
    import yaml
except ImportError:
    sys.exit(sys.stderr.write("PyYAML is not installed\n") and 77)

loaders = [yaml.SafeLoader] + ([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])
count = 0
for line in sys.stdin:
    case = json.loads(line)
    for loader in loaders:
        try:
            read = yaml.load(case["yaml"], loader)
        except Exception as error:
            read = error
        if read != case["expected"]:
            parts = (repr(read), repr(case["expected"]), case["yaml"])
            sys.exit("{}: {}\nis not {}\nwritten as\n{}".format(loader.__name__, *(part[:2000] for part in parts)))
    count += 1
print(f"read {count} documents with {len(loaders)} loaders")
