"""Checks that another value of a parameter that reaches a step makes another version of it. SAM publishes a version when the
template or the code changes, and looks at no parameter's value: each has to stand in the function's VersionDescription.

Run by tests/e2e/lint, with the linter's Python, which reads CloudFormation's YAML.
"""

import re
import sys
from pathlib import Path

import cfnlint.decode

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"
STEPS = ("ValidateFunction", "ProcessFunction", "ReportFunction")
# What belongs to the function and not to its versions.
UNVERSIONED = {"VersionDescription", "AutoPublishAlias", "ReservedConcurrentExecutions"}


def names(value):
    """Whatever a value names: parameters, conditions, resources."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Fn::If":
                yield inner[0]
            if key == "Ref" or (key == "Condition" and isinstance(inner, str)):
                yield inner
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)", inner if isinstance(inner, str) else inner[0])
            yield from names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names(inner)


def parameters(template, value):
    """The parameters that decide what a value is, those of its conditions included."""
    found, left = set(), list(names(value))
    while left:
        name = left.pop()
        if name in template["Parameters"]:
            found.add(name)
        elif name in template["Conditions"]:
            left.extend(names(template["Conditions"][name]))
    return found


def main():
    template, problems = cfnlint.decode.decode(str(TEMPLATE))
    if problems:
        sys.exit(f"{TEMPLATE.name}: {problems}")
    missing = []
    for step in STEPS:
        properties = template["Resources"][step]["Properties"]
        settings = template["Globals"]["Function"] | {name: value for name, value in properties.items() if name not in UNVERSIONED}
        lacks = parameters(template, settings) - parameters(template, properties["VersionDescription"])
        missing += [f"{step}: another {name} would publish no version; name it in VersionDescription" for name in sorted(lacks)]
    if missing:
        sys.exit("\n".join(missing))
    print("every setting of a step makes a version of it")


if __name__ == "__main__":
    main()
