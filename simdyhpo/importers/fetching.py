"""Published files, downloaded or copied, each checked against its SHA-256; what is there stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from simdyhpo.errors import OutputError, SimdyhpoError, TableError, cant_write, one_line
from simdyhpo.files.bounded import file_checksum
from simdyhpo.files.limits import DOWNLOAD_MEGABYTES
from simdyhpo.files.whole import written_whole
from simdyhpo.importers.published import PUBLISHED
from simdyhpo.importers.raw import RAW_VARIABLE, raw_folder
from simdyhpo.importers.suites import find_suite
from simdyhpo.importers.unpacking import unpacked_file

_MEGABYTE = 1_000_000
_SECONDS = 30
"""How long a server may say nothing."""


def fetch_suite(
    name: str, source: str | None = None, megabytes: int = DOWNLOAD_MEGABYTES
) -> Iterator[tuple[Path, bool]]:
    """Get the published files that a suite is made from; yields each, and whether it is new.

    Args:
        name: the suite.
        source: a folder or URL with the same files; those in a folder may be compressed with gzip. By default
            where they were published.
        megabytes: a file that is larger is given up.

    Raises:
        UnknownNameError: there is no such suite.
        SimdyhpoError: the server can't be reached, pooch is not installed, or nothing need be fetched.
        TableError: a file is not the published one, not there, or too large.
        OutputError: the cache can't be written.
    """
    suite = find_suite(name)
    if not suite.published:
        raise SimdyhpoError(f"nothing to fetch: the tables behind {name} come with simdyhpo")
    published = PUBLISHED[suite.raw]
    folder = raw_folder(suite.raw)
    local = None if source is None else _local(source)
    for file in suite.published:
        target, checksum = folder / file, published.files[file]
        if _checksum(target) == checksum:
            yield target, False
            continue
        if local is not None:
            _write_whole(_copied(local, file, checksum, megabytes), target)
        else:
            _download(source or published.url, file, checksum, folder, published.page, megabytes)
        yield target, True


def _local(source: str) -> Path | None:
    """The folder that `source` means, if it is none on a server."""
    parts = urlsplit(source)
    if parts.scheme in ("http", "https"):
        return None
    folder = Path(unquote(parts.path)) if parts.scheme == "file" else Path(source)
    if not folder.is_dir():
        raise TableError(source, "there is no such folder", "give a folder or an http(s) URL")
    return folder


def _copied(folder: Path, file: str, checksum: str, megabytes: int) -> bytes:
    """The content of FILE or FILE.gz."""
    plain, packed = folder / file, folder / f"{file}.gz"
    path = plain if plain.is_file() else packed
    if not path.is_file():
        raise TableError(str(plain), "there is no such file", f"give the folder that holds {file}")
    with unpacked_file(path) as opened:
        content = opened.read(megabytes * _MEGABYTE + 1)
    if len(content) > megabytes * _MEGABYTE:
        raise _too_large(str(path), megabytes)
    if hashlib.sha256(content).hexdigest() != checksum:
        raise TableError(str(path), "not the published file: its SHA-256 differs", "get the file again")
    return content


def _download(  # noqa: PLR0913 - what is to be fetched, from where to where
    url: str, file: str, checksum: str, folder: Path, page: str, megabytes: int
) -> None:
    if not url:
        raise SimdyhpoError(f"{file} can't be downloaded; {page} says how it is made: give --from FOLDER")
    try:
        import pooch
        import requests
    except ImportError as error:
        raise SimdyhpoError(
            f"downloads need pooch ({error}): pip install 'simdyhpo[fetch]', or give --from FOLDER"
        ) from None
    pooch.get_logger().setLevel("ERROR")
    try:
        store = pooch.create(
            folder, f"{url.rstrip('/')}/", registry={file: f"sha256:{checksum}"}, retry_if_failed=1
        )
        store.fetch(file, downloader=_Downloader(megabytes))
    except requests.HTTPError as error:
        problem = f"the server doesn't have it ({one_line(error)})"
        raise TableError(
            f"{url}/{file}", problem, f"look for it at {page}, then give --from FOLDER"
        ) from None
    except requests.RequestException as error:
        raise SimdyhpoError(
            f"{url}: can't be reached ({type(error).__name__}); what was fetched is kept: try again online, "
            f"or get the files from {page} elsewhere and give --from FOLDER"
        ) from None
    except ValueError:
        raise TableError(
            f"{url}/{file}", "not the published file: its SHA-256 differs", "try again, or another source"
        ) from None
    except OSError as error:
        raise _not_writable(folder, error) from None


class _Downloader:
    """Gets a file, but no more of it than was allowed: a server may send without end."""

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes

    def __call__(self, url: str, output_file: str, store: object) -> None:  # noqa: ARG002 - as pooch calls it
        import requests

        size = 0
        with (
            requests.get(url, timeout=_SECONDS, stream=True) as response,
            Path(output_file).open("wb") as out,
        ):
            response.raise_for_status()
            for part in response.iter_content(1 << 16):
                size += len(part)
                if size > self._megabytes * _MEGABYTE:
                    raise _too_large(url, self._megabytes)
                out.write(part)


def _too_large(where: str, megabytes: int) -> TableError:
    return TableError(where, f"larger than {megabytes:,} MB", "give --max-megabytes if it has to be")


def _write_whole(content: bytes, path: Path) -> None:
    """Write into a folder that is made when missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_bytes(content)
    except OSError as error:
        raise _not_writable(path.parent, error) from None


def _not_writable(folder: Path, error: OSError) -> OutputError:
    return cant_write(folder, error, f"let {RAW_VARIABLE} name another folder")


def _checksum(path: Path) -> str | None:
    return file_checksum(path) if path.is_file() else None
