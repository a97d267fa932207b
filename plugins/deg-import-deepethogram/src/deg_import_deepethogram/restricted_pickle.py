"""Reads a pickle without running anything that it names.

A pickle is a program: it can name any function and call it. Here a name is looked up in a short list and nowhere else;
nothing is imported, and whoever names something else is refused by that name. Configuration objects on the list
become `Inert`, which hold what they are given and do nothing.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from types import FunctionType
from typing import IO, Any

from deg_core.api import CheckpointError


class Inert:
    """Stands for an object of a class that is not needed: it takes what it is given, and does nothing.

    Attributes:
        state: What the pickle gave it, or None.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        self.state: Any = (given, named) if given or named else None

    def __call__(self, *given: Any, **named: Any) -> Inert:
        """Calling it is no different."""
        return Inert(*given, **named)

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def append(self, item: Any) -> None:
        """Lists of a pickle are filled so."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Dictionaries of a pickle are filled so."""


def _plain_dict(*_: Any) -> dict[Any, Any]:
    return {}  # a defaultdict, without what would make its defaults


_PLAIN: Mapping[str, Any] = {
    "collections.OrderedDict": OrderedDict,
    "collections.defaultdict": _plain_dict,
    **{f"{module}.{kind.__name__}": kind for module in ("builtins", "__builtin__") for kind in (dict, list, set, int)},
    "__builtin__.long": int,
    "__builtin__.unicode": str,
}

_INERT = frozenset(
    {
        "typing.Any",
        "omegaconf.base.ContainerMetadata",
        "omegaconf.base.Metadata",
        "omegaconf.base.SCMode",
        "omegaconf.dictconfig.DictConfig",
        "omegaconf.listconfig.ListConfig",
        *(f"omegaconf.nodes.{kind}Node" for kind in ("Any", "Boolean", "Float", "Integer", "String")),
        "pytorch_lightning.utilities.parsing.AttributeDict",
        "pathlib.PosixPath",
        "pathlib.WindowsPath",
        "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath",
        "numpy.core.multiarray.scalar",
        "numpy._core.multiarray.scalar",
        "numpy.dtype",
        "_codecs.encode",
    }
)
"""What checkpoints name beside tensors: configuration, paths, and single numbers among it."""


def _own(value: Any) -> Any:
    return partial(value) if isinstance(value, FunctionType) else value


class RestrictedUnpickler(pickle.Unpickler):
    """Unpickles plain values, and what `known` holds.

    Args:
        file: The pickle.
        where: The file it is from, for messages.
        known: Further names that may be called, and what is called in their place.
        load_storage: Answers for what the pickle keeps elsewhere.
    """

    def __init__(
        self,
        file: IO[bytes],
        where: str,
        known: Mapping[str, Any] | None = None,
        load_storage: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(file, encoding="utf-8")
        self._where = where
        # A pickle can set attributes of whatever it is given, so what it is given is its own.
        everything = {**_PLAIN, **dict.fromkeys(_INERT, type("Inert", (Inert,), {})), **(known or {})}
        self._known = {name: _own(value) for name, value in everything.items()}
        self._load_storage = load_storage

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """The stand-in for a name.

        Raises:
            CheckpointError: It is not on the list.
        """
        name = f"{module_name}.{global_name}"
        if name in self._known:
            return self._known[name]
        raise CheckpointError(
            f"the file names {name}, which no weights need, and would run it when opened; it was not opened",
            where=self._where,
            fix="do not open it with anything else either; ask whoever made it for the weights alone",
        )

    def persistent_load(self, pid: Any) -> Any:
        """What the pickle keeps elsewhere: the numbers of a tensor."""
        if self._load_storage is None:
            raise pickle.UnpicklingError("refers to something outside")
        return self._load_storage(pid)


def load_restricted(file: IO[bytes], where: str, **options: Any) -> Any:
    """Read one pickle.

    Raises:
        CheckpointError: It names something that is not on the list, or is damaged.
    """
    try:
        return RestrictedUnpickler(file, where, **options).load()
    except CheckpointError:
        raise
    except Exception as error:  # a damaged pickle can raise whatever its instructions lead to
        raise CheckpointError(
            f"damaged: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
            where=where,
            fix="copy the file again",
        ) from error
