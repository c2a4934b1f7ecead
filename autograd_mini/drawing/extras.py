"""Packages that may be missing: what the extra `draw` brings.

What you can do with this file: `import_error("pygraphviz")` says why a package cannot be imported; None if it can.
"""

from __future__ import annotations

from importlib import import_module

__all__ = ["hint", "import_error"]


def import_error(package: str) -> ImportError | None:
    """Why a package cannot be imported: it is not there, or something that it needs is not. None if it can be imported.

    >>> import_error("math") is None, import_error("no_such_package")
    (True, ModuleNotFoundError("No module named 'no_such_package'"))
    """
    try:
        import_module(package)
    except ImportError as error:
        return error
    return None


def hint(package: str, error: ImportError | None) -> str:
    """What an error message says of a package that is there and cannot be imported; of one that is not there, nothing.

    >>> hint("pygraphviz", ImportError("libcgraph.so.6: cannot open shared object file"))
    ' pygraphviz is installed, but cannot be imported: libcgraph.so.6: cannot open shared object file'
    """
    absent = error is None or (isinstance(error, ModuleNotFoundError) and error.name == package)
    return "" if absent else f" {package} is installed, but cannot be imported: {error}"
