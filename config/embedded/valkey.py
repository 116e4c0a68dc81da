"""The embedded Valkey: start it, stop it."""

import os
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

from config.embedded import places
from config.embedded.binaries import valkey_binary
from config.embedded.processes import wait_for_end
from config.embedded.trouble import Trouble

START_SECONDS = 30
STOP_SECONDS = 10

# Kept, so that the end of one that this process started is noticed; others are their parents' affair.
_children: list[subprocess.Popen[bytes]] = []


def socket_path() -> Path:
    return places.run_dir() / "valkey.sock"


def ensure_started() -> None:
    """Start the server unless it answers."""
    if _says("PING").startswith("+PONG"):
        return
    written = _log().stat().st_size if _log().exists() else 0
    child = _spawn()
    deadline = time.monotonic() + START_SECONDS
    while not _says("PING").startswith("+PONG"):
        if child.poll() is not None or time.monotonic() > deadline:
            child.kill()
            child.wait()
            raise _trouble_in(places.end_of(_log(), since=written))
        time.sleep(0.01)
    _children.append(child)


def stop() -> None:
    """Let the server write what it holds, and wait until it is gone."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_path()))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        pid = _other_end(connection)
        connection.sendall(b"SHUTDOWN\r\n")
        if not wait_for_end(pid, STOP_SECONDS):
            os.kill(pid, signal.SIGKILL)
            wait_for_end(pid, STOP_SECONDS)
    while _children:
        _children.pop().wait()


def _log() -> Path:
    return places.data_dir() / "log" / "valkey.log"


def _says(command: str) -> str:
    """Ask over a plain socket: redis-py would retry each question while the server is not there yet."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(str(socket_path()))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(1000).decode()
        except OSError:
            return ""


def _other_end(connection: socket.socket) -> int:
    """Return the process that listens on a connected socket."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    pid, _uid, _gid = struct.unpack("3i", credentials)
    return int(pid)


def _spawn() -> subprocess.Popen[bytes]:
    folder = places.data_dir() / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path()),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--save": "",
        "--maxmemory-policy": "noeviction",
    }
    log = places.open_log(_log())
    try:
        # A session of its own: Ctrl-C at the terminal is for the command, the server stops last.
        return subprocess.Popen(
            [str(valkey_binary()), *(part for option in options.items() for part in option)],
            cwd=folder,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    finally:
        os.close(log)


def _trouble_in(said: str) -> Trouble:
    if "No space left on device" in said:
        return Trouble(f"the disk is full ({places.data_dir()})")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return Trouble(f"Valkey did not start: {lines[-1] if lines else 'it printed nothing'}")
