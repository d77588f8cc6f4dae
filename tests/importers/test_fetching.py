"""Published files from a folder and from a server: checked, once, and clear words when it can't be."""

import functools
import gzip
import hashlib
import http.server
import socket
import sys
import threading

import msgspec
import pytest

from simdyhpo.errors import OutputError, SimdyhpoError, TableError, UnknownNameError
from simdyhpo.importers import published
from simdyhpo.importers.fetching import fetch_suite
from simdyhpo.importers.making import make_tables, orders
from simdyhpo.importers.raw import raw_folder
from simdyhpo.importers.suites import SUITES
from tests.importers.test_taskset import flat, write


@pytest.fixture
def raw(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_RAW", str(tmp_path / "raw"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "raw" / "taskset"


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A folder of two small tasks that count as the published ones."""
    folder = tmp_path / "source"
    folder.mkdir()
    files = {}
    for name in ("one_bs1", "two_bs1"):
        path = write(folder, flat(40), name)
        content = gzip.decompress(path.read_bytes())
        path.unlink()
        path.with_suffix("").write_bytes(content)
        files[path.stem] = hashlib.sha256(content).hexdigest()
    known = msgspec.structs.replace(published.PUBLISHED["taskset"], files=files)
    monkeypatch.setitem(published.PUBLISHED, "taskset", known)
    return folder


@pytest.fixture
def server(source):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(source))
    ) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def fetched(where):
    return [new for _, new in fetch_suite("taskset", where)]


def test_from_a_folder_then_made_without_naming_it(raw, source, tmp_path):
    assert fetched(str(source)) == [True, True]
    assert fetched(str(source)) == [False, False]
    suite = SUITES["taskset"]
    wanted = orders("taskset", [], suite.Options(), raw_folder("taskset"), tmp_path / "out")
    assert [done.made for done in make_tables(wanted)] == [True, True]


@pytest.mark.parametrize("packed", [False, True])
def test_from_a_file_url_and_from_packed_files(raw, source, packed):
    if packed:
        for path in list(source.iterdir()):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    assert fetched(source.as_uri()) == [True, True]
    assert sorted(path.suffix for path in raw.iterdir()) == [".json", ".json"]


def test_from_a_server(raw, server):
    assert fetched(server) == [True, True]
    assert fetched(server + "/") == [False, False]
    assert len(list(raw.iterdir())) == 2


@pytest.mark.parametrize("kind", ["a server", "a folder", "a packed folder"])
def test_what_is_too_large_is_given_up(raw, source, server, kind, monkeypatch):
    monkeypatch.setattr("simdyhpo.importers.fetching._MEGABYTE", 1000)
    if kind == "a packed folder":
        for path in list(source.iterdir()):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    where = server if kind == "a server" else str(source)
    with pytest.raises(TableError, match="larger than 2 MB; give --max-megabytes"):
        list(fetch_suite("taskset", where, 2))
    assert not [path for path in raw.rglob("*") if path.is_file()]
    assert [new for _, new in fetch_suite("taskset", where, 2000)] == [True, True]


def test_an_interrupted_fetch_goes_on(raw, server):
    next(fetch_suite("taskset", server))
    assert fetched(server) == [False, True]


def test_a_damaged_file_in_the_cache_is_fetched_again(raw, source, server):
    fetched(server)
    path = min(raw.iterdir())
    good = path.read_bytes()
    path.write_bytes(good[:100])
    assert fetched(server) == [True, False]
    assert path.read_bytes() == good


def test_another_file_is_refused(raw, source, server):
    path = min(source.iterdir())
    path.write_bytes(path.read_bytes() + b" ")
    for where in (str(source), server):
        with pytest.raises(TableError, match=r"one_bs1\.json: not the published file: its SHA-256 differs"):
            fetched(where)
    assert not raw.exists() or list(raw.iterdir()) == []


def test_a_missing_file(raw, source, server):
    min(source.iterdir()).unlink()
    with pytest.raises(TableError, match="there is no such file"):
        fetched(str(source))
    with pytest.raises(TableError, match="the server doesn't have it"):
        fetched(server)


def test_offline(raw, source):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(
            SimdyhpoError, match=r"can't be reached \(ConnectionError\).*--from FOLDER"
        ) as caught:
            fetched(nobody)
    assert "\n" not in str(caught.value)


def test_without_pooch(raw, source, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(SimdyhpoError, match=r"pip install 'simdyhpo\[fetch\]'"):
        fetched(server)
    assert fetched(str(source)) == [True, True]  # copying needs nothing


def test_places_that_are_none(raw, source, tmp_path, monkeypatch):
    with pytest.raises(TableError, match="no such folder"):
        fetched(str(tmp_path / "nowhere"))
    with pytest.raises(UnknownNameError):
        list(fetch_suite("tasksets"))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SIMDYHPO_RAW", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="can't be written"):
        fetched(str(source))


@pytest.mark.shared_data
@pytest.mark.parametrize("suite", [name for name, suite in SUITES.items() if suite.published])
def test_the_checksums_are_those_of_the_published_files(shared_data, raw, suite):
    if not (shared_data / SUITES[suite].raw).is_dir():
        pytest.skip(f"no {SUITES[suite].raw} among the raw data")
    files = [new for _, new in fetch_suite(suite, str(shared_data / SUITES[suite].raw))]
    assert files == [True] * {"taskset": 12, "lcdb": 1}.get(suite, 3)


def test_files_lie_in_the_users_cache_if_no_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SIMDYHPO_RAW", str(tmp_path / "named"))
    assert raw_folder("yahpo") == tmp_path / "named" / "yahpo"
    monkeypatch.delenv("SIMDYHPO_RAW")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if sys.platform == "linux":
        assert raw_folder("yahpo") == tmp_path / "cache" / "simdyhpo" / "raw" / "yahpo"
    assert raw_folder("yahpo").parts[-2:] == ("raw", "yahpo")
