"""A listing as botocore is given it: of each object the key alone, read here, as botocore takes ten times as long."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree


def keys_alone(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Take the objects out of a listing before botocore reads it, and give it their keys (`before-parse`).

    What is no listing that can be read, or names an object otherwise than by one key, is left to botocore as it is.
    """
    if response_dict["status_code"] != 200:
        return
    try:
        root = ElementTree.fromstring(response_dict["body"])  # noqa: S314 - as botocore reads it
    except ElementTree.ParseError:
        return
    space = root.tag[: root.tag.rfind("}") + 1]
    objects = root.findall(f"{space}Contents")
    keys = [one.findall(f"{space}Key") for one in objects]
    if objects and all(len(found) == 1 for found in keys):
        root[:] = [one for one in root if one.tag != f"{space}Contents"]
        response_dict["body"] = ElementTree.tostring(root)
        customized_response_dict["Contents"] = [{"Key": key.text or ""} for (key,) in keys]
