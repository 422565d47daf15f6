"""DuckDB's extensions, loaded from their installed Python packages and never from the network."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import duckdb

from eventlogs.errors import EventLogError

# the name that an extension's file must bear for DuckDB to find its entry point, where the package differs
FILE_NAMES = {"postgres": "postgres_scanner"}
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class ExtensionMissingError(EventLogError):
    """A DuckDB extension is not installed, or for another version of DuckDB."""


def load_extensions(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Load the extensions `names`, such as `postgres` and `ducklake`, into a connection's database."""
    for setting, value in OFFLINE.items():
        connection.execute(f"SET {setting} = {value}")
    for name in names:
        if not _is_loaded(connection, FILE_NAMES.get(name, name)):
            _load(connection, name)


def extension_file(name: str) -> Path:
    """Return the file of an extension inside its package `duckdb-extension-NAME`."""
    package = f"duckdb-extension-{name}"
    try:
        installed = distribution(package)
    except PackageNotFoundError as error:
        raise ExtensionMissingError(
            "DuckDB's extension {name} is not installed: install the package {package}=={version}",
            name=name,
            package=package,
            version=duckdb.__version__,
        ) from error
    folder = f"duckdb_extension_{name}/extensions/v{duckdb.__version__}"
    file = Path(str(installed.locate_file(f"{folder}/{name}.duckdb_extension")))
    if not file.is_file():
        raise ExtensionMissingError(
            "DuckDB is {version} but the package {package} is {found}: install {package}=={version}",
            version=duckdb.__version__,
            package=package,
            found=installed.version,
        )
    return file


def _load(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    file = extension_file(name)
    with TemporaryDirectory(prefix="retrofit-") as folder:
        named = Path(folder) / f"{FILE_NAMES.get(name, name)}.duckdb_extension"
        try:
            named.symlink_to(file)
        except OSError:  # a system without links
            copyfile(file, named)
        quoted = str(named).replace("'", "''")
        connection.execute(f"LOAD '{quoted}'")


def _is_loaded(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute(
        "SELECT loaded FROM duckdb_extensions() WHERE extension_name = $name", {"name": name}
    ).fetchone()
    return found is not None and found[0]
