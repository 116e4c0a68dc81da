"""The archive: a tar file with `database.dump`, `media/...` and, at its end, `manifest.json`."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from apps.web.backups.census import Held
from apps.web.backups.trouble import BackupTrouble

FORMAT = 1
DATABASE = "database.dump"
MANIFEST = "manifest.json"
MEDIA = "media/"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Packed:
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`postgres` is the server's major version; `migrations` the applied ones as `app.name`."""

    made_at: str
    postgres: int
    migrations: list[str]
    tables: dict[str, Held]
    files: dict[str, Packed]
    format: int = FORMAT


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: dict[str, Packed] = {}

    def add(self, path: Path, name: str) -> None:
        """Add one file; it is digested as it is written, for it may change meanwhile."""
        with path.open("rb") as source:
            header = self._tar.gettarinfo(arcname=name, fileobj=source)
            header.uid = header.gid = 0
            header.uname = header.gname = ""
            reader = _Digesting(source)
            self._tar.addfile(header, reader)
        self.files[name] = Packed(header.size, reader.digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        text = json.dumps(asdict(manifest), indent=1).encode()
        header = tarfile.TarInfo(MANIFEST)
        header.size = len(text)
        self._tar.addfile(header, io.BytesIO(text))


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Write an archive that only its owner can read; under its name it is whole or not there at all."""
    if path.exists():
        raise BackupTrouble(f"{path} exists already: a backup is never written over another")
    half = path.with_name(f"{path.name}.part")
    try:
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupTrouble(f"cannot write {half}: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                yield Writer(tar)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    except OSError as error:
        raise BackupTrouble(f"cannot write {half}: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)


class Reader:
    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self.manifest = manifest

    def media_names(self) -> list[str]:
        return sorted(name for name in self.manifest.files if name.startswith(MEDIA))

    def unpack(self, name: str, target: Path) -> None:
        """Write one file, readable by its owner only; raises BackupTrouble when it is not what was packed."""
        expected = self.manifest.files[name]
        source = _member(self._tar, name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := source.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        if (size, digest.hexdigest()) != (expected.size, expected.sha256):
            raise BackupTrouble(f"{name} in the archive is damaged")


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """Open an archive; raises BackupTrouble for anything that is not a whole one."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield Reader(tar, _manifest(json.load(_member(tar, MANIFEST))))
    except tarfile.TarError:
        raise BackupTrouble(f"{path} is not a backup, or not a whole one") from None
    except OSError as error:
        raise BackupTrouble(f"cannot read {path}: {error.strerror}") from error


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupTrouble(f"the archive has no {name}: it is not a whole backup")
    return found


def _manifest(said: dict[str, Any]) -> Manifest:
    if said.get("format") != FORMAT:
        raise BackupTrouble(f"the archive is of format {said.get('format')}, and this reads format {FORMAT}")
    files = {name: Packed(**packed) for name, packed in said["files"].items()}
    for name in files:
        inside = name.removeprefix(MEDIA)
        if name != DATABASE and (inside == name or not _stays_inside(inside)):
            raise BackupTrouble(f"the archive names a file outside of its folder: {name}")
    tables = {name: Held(**held) for name, held in said["tables"].items()}
    return Manifest(**{**said, "files": files, "tables": tables})


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


class _Digesting(io.RawIOBase):
    """Passes on what is read and digests it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self.digest.update(chunk)
        return chunk
