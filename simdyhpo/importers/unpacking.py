"""Packed files, read through one door: whatever is wrong with one is one error, and none fills the memory."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.limits import MAX_EXPANSION, MAX_LINE_BYTES, MAX_TEXT_BYTES, SMALL_BYTES

_CUT_OR_DAMAGED = (
    OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip
"""What the readers of the standard library and of Arrow raise on bytes that aren't what the name says."""

_MOST_FOLDERS = 1000
"""In a tar file that is read for the one file in it."""

_ONE_STREAM = (".gz", ".bz2", ".xz", ".zst")
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


@contextlib.contextmanager
def unpacked_file(path: Path) -> Iterator[io.BufferedReader]:
    """The content of a file, unpacked by its suffix: gz, bz2, xz, zst, or zip and tar with one file in it.

    Raises:
        TableError: it can't be read, is damaged or cut, no such file as its name says, or it unpacks to more
            than `simdyhpo.files.limits` allows. All of it is found out first, by unpacking it once for
            nothing.
    """
    if packing(path):
        with _stream(path) as once:  # what is damaged or bursts is found before anyone builds on it
            while once.read(MAX_LINE_BYTES):
                pass
    with _stream(path) as stream:
        yield stream


@contextlib.contextmanager
def _stream(path: Path) -> Iterator[io.BufferedReader]:
    with contextlib.ExitStack() as stack:
        try:
            stream = _Limited(_opened(path, stack), path)
        except _CUT_OR_DAMAGED as error:
            raise _not_whole(path, error) from None
        yield io.BufferedReader(stream, MAX_LINE_BYTES)


def packing(path: Path) -> str:
    """The suffix that says how a file is packed, without its dot; empty if it isn't."""
    name = path.name.lower()
    return next((one[1:] for one in reversed((*_ONE_STREAM, *_ARCHIVES)) if name.endswith(one)), "")


class _Limited(io.RawIOBase):
    """A stream that ends with an error where it grows beyond the limits."""

    def __init__(self, stream: Any, path: Path) -> None:  # noqa: ANN401 - any of six libraries' streams
        self._stream, self._path, self._count = stream, path, 0
        packed = MAX_EXPANSION * path.stat().st_size if packing(path) else MAX_TEXT_BYTES
        self._most = min(MAX_TEXT_BYTES, max(packed, SMALL_BYTES))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        try:
            read = self._stream.read(len(buffer))
        except _CUT_OR_DAMAGED as error:
            raise _not_whole(self._path, error) from None
        self._count += len(read)
        if self._count > self._most:
            problem = f"unpacks to more than {self._most:,} bytes" if packing(self._path) else "is too large"
            remedy = (
                f"at most {MAX_TEXT_BYTES:,} bytes, and {MAX_EXPANSION} times what is packed: split it up"
            )
            raise TableError(str(self._path), problem, remedy)
        buffer[: len(read)] = read
        return len(read)


def _not_whole(path: Path, error: Exception) -> TableError:
    kind = packing(path)
    what = f"not a whole {kind} file" if kind else "unreadable"
    remedy = "get it again, or unpack it yourself" if kind else "get or write it again"
    return TableError(str(path), f"{what} ({one_line(error)})", remedy)


def _opened(path: Path, stack: contextlib.ExitStack) -> Any:  # noqa: ANN401 - any of six libraries' streams
    kind = packing(path)
    if kind == "zip":
        return stack.enter_context(_only_in_zip(path, stack))
    if kind.startswith(("tar", "tgz")):
        return _only_in_tar(path, stack)
    if kind == "zst":
        import pyarrow as pa

        return stack.enter_context(pa.CompressedInputStream(stack.enter_context(path.open("rb")), "zstd"))
    opened: Any = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}.get(kind, open)
    return stack.enter_context(opened(path, "rb"))


def _only_in_zip(path: Path, stack: contextlib.ExitStack) -> IO[bytes]:
    archive = stack.enter_context(zipfile.ZipFile(path))
    members = [one for one in archive.infolist() if not one.is_dir()]
    _check_one(len(members))
    if members[0].flag_bits & 1:
        raise ValueError("it is encrypted")
    return archive.open(members[0])


def _only_in_tar(path: Path, stack: contextlib.ExitStack) -> Any:  # noqa: ANN401 - tarfile's own reader
    archive = stack.enter_context(tarfile.open(path, "r:*"))  # noqa: SIM115 - the stack closes it
    files = []
    for place, member in enumerate(archive):
        if member.isfile():
            files.append(member)
        if len(files) > 1 or place > _MOST_FOLDERS:
            break
    _check_one(len(files))
    return archive.extractfile(files[0])


def _check_one(files: int) -> None:
    if files != 1:
        raise ValueError(f"it holds {'no file' if not files else 'several files'}, and one is wanted")
