"""Frozen dataclasses from plain data, and YAML read strictly.

A dataclass is the whole schema of what it holds. An error names the place, the key, what was found and what was
expected; it is written for a clinician who edits a file.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

import yaml

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class ContentError(ValueError):
    """Content an author wrote cannot be used; the message says where and what to change."""


class ResponseError(ValueError):
    """A response does not fit its activity; the message is for the trainee or supervisor."""


def build(cls: type, data: Any, where: str) -> Any:
    """Fill the dataclass `cls` from a mapping; `where` is the place an error names.

    A field typed with a dataclass that has exactly one required field may be given by that field's
    value alone: `"No"` for `{text: "No"}`.
    """
    required = [f.name for f in dataclasses.fields(cls) if _required(f)]
    if isinstance(data, str) and len(required) == 1:
        data = {required[0]: data}
    if not isinstance(data, Mapping):
        raise ContentError(f"{where}: found {show(data)}, expected a mapping with {', '.join(required)}")
    known = {f.name: f for f in dataclasses.fields(cls)}
    for key in data:
        if key not in known:
            raise ContentError(f"{where}: unknown key {show(key)}; expected one of {', '.join(known)}")
    for name in required:
        if name not in data:
            raise ContentError(f"{where}: {name} is missing")
    hints = typing.get_type_hints(cls)
    values = {name: _convert(hints[name], value, f"{where}: {name}") for name, value in data.items()}
    try:
        return cls(**values)
    except ContentError as error:
        raise ContentError(f"{where}: {error}") from None


def _required(f: dataclasses.Field) -> bool:
    return f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in args:
            return None
        rest = [a for a in args if a is not type(None)]
        for option in rest[:-1]:
            try:
                return _convert(option, value, where)
            except ContentError:
                continue
        return _convert(rest[-1], value, where)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, where)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ContentError(f"{where}: found {show(value)}, expected a list")
        return tuple(_convert(args[0], v, f"{where}: entry {n}") for n, v in enumerate(value, 1))
    if origin in (dict, Mapping):
        if not isinstance(value, Mapping):
            raise ContentError(f"{where}: found {show(value)}, expected a mapping")
        for key in value:
            if not isinstance(key, str) or not ID.fullmatch(key):
                raise ContentError(f"{where}: id {show(key)} must be words in lower case joined by hyphens")
        return {key: _convert(args[1], v, f"{where}: {key}") for key, v in value.items()}
    if hint is Any:
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ContentError(f"{where}: found {show(value)}, expected {_NAMES.get(hint, hint)}")
    return value.strip() if hint is str else value


_NAMES = {str: "text in quotation marks", int: "a whole number", float: "a number", bool: "true or false"}


def show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a repeated key is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ContentError(f"line {key_node.start_mark.line + 1}: {show(key)} is given twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_yaml(path: Any) -> Any:
    """The plain data of one YAML file; a repeated key or a syntax error is a `ContentError`."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except FileNotFoundError:
        raise ContentError(f"{path}: there is no such file") from None
    except (ContentError, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ContentError(f"{path}: {error}") from None
