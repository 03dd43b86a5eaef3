# SPDX-License-Identifier: EUPL-1.2
"""Every small way to get a function wrong: another comparison, a condition turned round, a number off by one.

Gives changed syntax trees and puts the changed functions in force for a while, in this process and without importing
anything again: a function keeps its identity and gets other code. What stands outside functions (tables, defaults) is
not changed. Which tests notice: ``dossier_mutants``.
"""

from __future__ import annotations

import ast
import copy
import functools
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

Key = tuple[str, str, int]
"""File, qualified name and first line of a function."""

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the number of the node in the tree, in the order of ``ast.walk``."""

    file: str
    line: int
    node: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def mutants(files: list[Path], root: Path) -> Iterator[Mutant]:
    """Every change that can be made in the functions of these files."""
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        within = _inside_functions(tree)
        for number, node in enumerate(ast.walk(tree)):
            if id(node) in within:
                for what in _changes(node):
                    yield Mutant(str(file.relative_to(root)), node.lineno, number, what)  # type: ignore[attr-defined]


def _inside_functions(tree: ast.Module) -> set[int]:
    """The nodes of function bodies, without annotations, decorators, defaults and docstrings."""
    found: set[int] = set()
    for function in ast.walk(tree):
        body: list[ast.AST] = []
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            body = list(function.body)
        elif isinstance(function, ast.Lambda):
            body = [function.body]
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue
            found |= {id(node) for node in ast.walk(statement) if hasattr(node, "lineno")}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            found -= {id(part) for part in ast.walk(node.annotation)}
        if isinstance(node, ast.Assert | ast.Raise):
            found -= {id(part) for part in ast.walk(node)}  # says what cannot be; no test should reach it
    return found


def _changes(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in COMPARED:
            yield f"{type(op).__name__} -> {COMPARED[type(op)].__name__}"
        case ast.BoolOp(op=ast.And()):
            yield "and -> or"
        case ast.BoolOp(op=ast.Or()):
            yield "or -> and"
        case ast.UnaryOp(op=ast.Not()):
            yield "not dropped"
        case ast.BinOp(op=ast.Add()):
            yield "+ -> -"
        case ast.BinOp(op=ast.Sub()):
            yield "- -> +"
        case ast.Constant(value=bool()):
            yield "True <-> False"
        case ast.Constant(value=int()):
            yield "one more"
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield f"{name} -> {CALLED[name]}"
        case ast.IfExp() | ast.If():
            yield "condition turned round"
        case ast.Continue():
            yield "continue -> break"
        case ast.Return(value=ast.AST() as value) if not isinstance(value, ast.Constant):
            yield "returns nothing"


def _change(node: Any, what: str) -> None:
    """Makes the change in the tree."""
    match what:
        case "and -> or":
            node.op = ast.Or()
        case "or -> and":
            node.op = ast.And()
        case "+ -> -":
            node.op = ast.Sub()
        case "- -> +":
            node.op = ast.Add()
        case "True <-> False":
            node.value = not node.value
        case "one more":
            node.value += 1
        case "condition turned round":
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        case "returns nothing":
            node.value = None
        case "not dropped" | "continue -> break":
            pass  # these put another node in their own place
        case _ if isinstance(node, ast.Call):
            node.func = ast.copy_location(ast.Name(CALLED[node.func.id], ast.Load()), node.func)
        case _:
            node.ops = [COMPARED[type(node.ops[0])]()]


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, by: ast.AST) -> None:
        self.target, self.by = target, by

    def visit(self, node: ast.AST) -> Any:
        return self.by if node is self.target else self.generic_visit(node)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _codes(code: CodeType, file: str) -> Iterator[tuple[Key, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield (file, constant.co_qualname, constant.co_firstlineno), constant
            yield from _codes(constant, file)


@cache
def _plain(file: Path) -> dict[Key, CodeType]:
    return dict(_codes(compile(_tree(file), str(file), "exec"), str(file)))


def changed(mutant: Mutant, root: Path) -> dict[Key, CodeType]:
    """The functions that are otherwise in this mutant, with their code."""
    file = root / mutant.file
    tree = copy.deepcopy(_tree(file))
    node = next(node for number, node in enumerate(ast.walk(tree)) if number == mutant.node)
    if mutant.what == "not dropped":
        tree = _Replace(node, node.operand).visit(tree)  # type: ignore[attr-defined]
    elif mutant.what == "continue -> break":
        tree = _Replace(node, ast.copy_location(ast.Break(), node)).visit(tree)
    else:
        _change(node, mutant.what)
    ast.fix_missing_locations(tree)
    plain = _plain(file)
    codes = _codes(compile(tree, str(file), "exec"), str(file))
    return {key: code for key, code in codes if plain.get(key) != code}


class Functions:
    """Every live function of a room, by where it stands."""

    def __init__(self, room: Path) -> None:
        self._room = str(room)
        self._found: dict[Key, list[FunctionType]] = {}
        self._caches: list[Any] = []
        for one in gc.get_objects():
            if isinstance(one, functools._lru_cache_wrapper):
                self._caches.append(one)
            elif isinstance(one, FunctionType) and one.__code__.co_filename.startswith(self._room):
                code = one.__code__
                self._found.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)
        self._caches = [one for one in self._caches if str(getattr(one, "__module__", "")).startswith("hub.dossier")]

    @contextmanager
    def in_force(self, codes: dict[Key, CodeType]) -> Iterator[None]:
        """The functions have this code meanwhile."""
        swapped = [(one, one.__code__) for key in codes for one in self._found.get(key, ())]
        self._forget()
        try:
            for one, plain in swapped:
                one.__code__ = codes[plain.co_filename, plain.co_qualname, plain.co_firstlineno]
            yield
        finally:
            for one, plain in swapped:
                one.__code__ = plain
            self._forget()

    def _forget(self) -> None:
        for one in self._caches:
            if one.__name__ != "ingebouwd":  # read from files, by code that is not changed
                one.cache_clear()
