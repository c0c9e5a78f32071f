"""Frozen dataclasses from plain data, and YAML read strictly.

A dataclass is the whole schema of what it holds. An error names the place, the key, what was found and what was
expected; it is written for a clinician who edits a file.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import types
import typing
from collections.abc import Mapping
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""The form of an id: words in lower case joined by hyphens."""

_NAMES = {str: "text in quotation marks", int: "a whole number", float: "a number", bool: "true or false"}
_Record = TypeVar("_Record")
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it is there


class ContentError(ValueError):
    """Content an author wrote cannot be used; the message says where and what to change."""


class ResponseError(ValueError):
    """A response does not fit its activity; the message is for the trainee or supervisor."""


def data_file(*parts: str) -> Traversable:
    """A file or folder of the course's data, such as `data_file("couples", "yes-both.yaml")`."""
    return files("casework.data").joinpath(*parts)


def names_in(folder: Traversable, ending: str = ".yaml") -> tuple[str, ...]:
    """The names of the files of `folder` with this ending, without it, in alphabetical order."""
    found = (file.name for file in folder.iterdir())
    return tuple(sorted(name.removesuffix(ending) for name in found if name.endswith(ending)))


def import_all(package: str) -> None:
    """Import every module of `package`, so that what stands in it registers itself."""
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")


def build(cls: type[_Record], data: Any, where: str) -> _Record:
    """Fill the dataclass `cls` from a mapping; `where` is the place an error names.

    A field typed with a dataclass that has exactly one required field may be given by that field's
    value alone: `"No"` for `{text: "No"}`.
    """
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    required = [name for name, field in fields.items() if _is_required(field)]
    if isinstance(data, str) and len(required) == 1:
        data = {required[0]: data}
    if not isinstance(data, Mapping):
        raise ContentError(f"{where}: found {show(data)}, expected a mapping with {', '.join(required)}")
    for key in data:
        if key not in fields:
            raise ContentError(f"{where}: unknown key {show(key)}; expected one of {', '.join(fields)}")
    if missing := [name for name in required if name not in data]:
        raise ContentError(f"{where}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    hints = typing.get_type_hints(cls)
    values = {name: _convert(hints[name], value, f"{where}: {name}") for name, value in data.items()}
    try:
        return cls(**values)
    except ContentError as error:
        raise ContentError(f"{where}: {error}") from None


def read_record(cls: type[_Record], path: Traversable) -> _Record:
    """The record in one YAML file; its `id` is the file's name."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise ContentError(f"{path}: found {type(data).__name__}, expected a mapping")
    return build(cls, {"id": path.name.removesuffix(".yaml"), **data}, path.name)


def with_ids(entries: Any, where: object) -> dict[str, Any]:
    """The entries of a mapping, each with its key as its `id`; what is no mapping itself stays as it is."""
    if not isinstance(entries, dict):
        raise ContentError(f"{where}: expected a mapping of ids")
    return {name: {"id": name, **fields} if isinstance(fields, dict) else fields for name, fields in entries.items()}


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _convert(hint: Any, value: Any, where: str) -> Any:
    """`value` as the type `hint` says, or a `ContentError`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _convert_union(arguments, value, where)
    if origin is tuple:
        return _convert_list(arguments[0], value, where)
    if origin in (dict, Mapping):
        return _convert_mapping(arguments[1], value, where)
    if dataclasses.is_dataclass(hint):
        return build(hint, value, where)  # type: ignore[arg-type]
    return value if hint is Any else _convert_plain(hint, value, where)


def _convert_union(options: tuple[Any, ...], value: Any, where: str) -> Any:
    """The first option that fits; the last one's error is the one that is told."""
    if value is None and type(None) in options:
        return None
    *first, last = [option for option in options if option is not type(None)]
    for option in first:
        try:
            return _convert(option, value, where)
        except ContentError:
            continue
    return _convert(last, value, where)


def _convert_list(hint: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise ContentError(f"{where}: found {show(value)}, expected a list")
    return tuple(_convert(hint, entry, f"{where}: entry {number}") for number, entry in enumerate(value, 1))


def _convert_mapping(hint: Any, value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ContentError(f"{where}: found {show(value)}, expected a mapping")
    for key in value:
        if not isinstance(key, str) or not ID.fullmatch(key):
            raise ContentError(f"{where}: id {show(key)} must be words in lower case joined by hyphens")
    return {key: _convert(hint, entry, f"{where}: {key}") for key, entry in value.items()}


def _convert_plain(hint: Any, value: Any, where: str) -> Any:
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ContentError(f"{where}: found {show(value)}, expected {_NAMES.get(hint, hint)}")
    return value.strip() if isinstance(value, str) else value


def show(value: Any) -> str:
    """`value` as an error shows it: quoted, and cut where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _StrictLoader(_Loader):  # type: ignore[valid-type, misc]
    """YAML in which a repeated key is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise ContentError(f"line {key_node.start_mark.line + 1}: {show(key)} is given twice")
            seen.add(key)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


def load_yaml(path: Traversable | Path) -> Any:
    """The plain data of one YAML file; a repeated key or a syntax error is a `ContentError`."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except FileNotFoundError:
        raise ContentError(f"{path}: there is no such file") from None
    except (ContentError, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ContentError(f"{path}: {error}") from None
