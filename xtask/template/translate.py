"""What CloudFormation makes of a SAM template before it makes resources of it: AWS::Include filled in, SAM translated.

    translate.py TEMPLATE VARIATIONS FOLDER

VARIATIONS is a JSON file: names, each with the parameters of one deployment. For each, FOLDER gets NAME.json, the
CloudFormation template with those parameters as defaults. FOLDER/included.json gets the part that was included, if the
template includes one.

No network and no account is needed: the template names no managed policy that SAM would have to look up.
"""

import copy
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

# The translator asks boto3 for the partition of a region. It never calls AWS.
os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
logging.disable(logging.WARNING)

from samcli.yamlhelper import yaml_parse  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402


def refuse(sentence):
    """Ends with a sentence for whoever wrote the template, and a status that no mistake of this program has."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def included(value, folder, found):
    """The value with the files in it that AWS::Include names."""
    if isinstance(value, list):
        return [included(item, folder, found) for item in value]
    if not isinstance(value, dict):
        return value
    transform = value.get("Fn::Transform")
    if not transform:
        return {key: included(item, folder, found) for key, item in value.items()}
    if transform["Name"] != "AWS::Include" or len(value) != 1:
        refuse(f"translate.py knows AWS::Include alone, not {json.dumps(value)}")
    text = (folder / transform["Parameters"]["Location"]).read_text()
    part = yaml_parse(text)
    found.append(part)
    return part


def cannot_be_built(function, common, folder):
    """Why `sam build`, which runs cargo-lambda in CodeUri, does not find the function's binary there; None if it does.

    In a workspace's folder cargo looks among the default members alone, so it has to be a package's.
    """
    metadata = function.get("Metadata", {})
    binary = metadata.get("BuildProperties", {}).get("Binary")
    if metadata.get("BuildMethod") != "rust-cargolambda" or not binary:
        return "has no BuildMethod: rust-cargolambda with a Binary"
    code = function["Properties"].get("CodeUri", common.get("CodeUri", "."))
    manifest = (folder / str(code) / "Cargo.toml").resolve()
    if not manifest.is_file():
        return f"{manifest} is missing"
    command = [os.environ.get("CARGO", "cargo"), "metadata", "--no-deps", "--format-version=1", "--manifest-path", manifest]
    known = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = [package for package in known["packages"] if package["manifest_path"] == str(manifest)]
    targets = [target for package in packages for target in package["targets"]]
    if not any(target["name"] == binary and "bin" in target["kind"] for target in targets):
        return f"no package in {code} has a binary {binary}"


def main(template, variations, target):
    path = Path(template)
    source = yaml_parse(path.read_text())
    found = []
    source = included(source, path.parent, found)
    common = source.get("Globals", {}).get("Function", {})
    for name, resource in source["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            if fault := cannot_be_built(resource, common, path.parent):
                refuse(f"{template}: {name}: {fault}")
            # As `sam deploy` has uploaded it by then.
            resource["Properties"]["CodeUri"] = "s3://bucket/code"
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    for name, parameters in json.loads(Path(variations).read_text()).items():
        unknown = parameters.keys() - source["Parameters"].keys()
        if unknown:
            refuse(f"{template} has no parameter {', '.join(sorted(unknown))}")
        deployed = copy.deepcopy(source)
        for parameter, value in parameters.items():
            deployed["Parameters"][parameter]["Default"] = value
        translator = Translator({}, Parser())
        try:
            made = translator.translate(deployed, parameters)
        except InvalidDocumentException as error:
            causes = "; ".join(cause.message for cause in error.causes)
            refuse(f"{template} ({name}): {causes}")
        (target / f"{name}.json").write_text(json.dumps(made, indent=1))
    if len(found) > 1:
        refuse(f"{template} includes {len(found)} files; at most one is expected, the API's definition")
    for part in found:
        (target / "included.json").write_text(json.dumps(part, indent=1))


main(*sys.argv[1:])
