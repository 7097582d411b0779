from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from crawler.archives.warc import WarcArchive
from crawler.exceptions import ArchiveError
from tests.warcs import frame, make_record, write_warc

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://kontumtv.vn/ban-tin/"
OTHER = "http://kontumtv.vn/tin-khac/"
PAGE = "<p>Hội nghị khai mạc.</p>".encode()
RECORD = make_record(URL, PAGE)


def write_wacz(path: Path, members: dict[str, bytes], *, packed: bool = False) -> Path:
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as out:
        out.writestr("datapackage.json", b"{}")
        for name, data in members.items():
            out.writestr(name, data)
    return path


def body(archive: WarcArchive, url: str = URL) -> bytes | None:
    capture = archive.get(url)
    return capture.body if capture else None


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["a.wacz", "a.zip"])
def test_its_warc_files_are_one_archive(tmp_path: Path, packed: bool, name: str) -> None:
    other = make_record(OTHER, b"khac", gzip=False)
    members = {"archive/1.warc.gz": RECORD, "archive/2.warc": other, "pages/pages.jsonl": b"{}"}
    archive = WarcArchive([write_wacz(tmp_path / name, members, packed=packed)])
    assert (body(archive), body(archive, OTHER)) == (PAGE, b"khac")
    capture = archive.get(OTHER)
    assert capture is not None
    assert (capture.file, capture.offset) == (f"{name}/archive/2.warc", 0)
    assert archive.problems == []
    archive.close()


def test_a_revisit_in_one_file_repeats_a_capture_of_another(tmp_path: Path) -> None:
    digest = {"WARC-Payload-Digest": "sha1:AAAA"}
    fields = {
        **digest,
        "WARC-Refers-To-Target-URI": URL,
        "WARC-Refers-To-Date": "2024-03-01T01:30:00Z",
    }
    revisit = make_record(OTHER, kind="revisit", fields=fields)
    members = {"archive/1.warc.gz": revisit, "archive/2.warc.gz": RECORD}
    archive = WarcArchive([write_wacz(tmp_path / "a.wacz", members)])
    assert body(archive, OTHER) == PAGE
    archive.close()


@pytest.mark.parametrize(
    "name", ["archive/../../evil.warc.gz", "/archive/evil.warc.gz", "evil.warc.gz",
             "archive\\..\\..\\evil.warc.gz", "../archive/evil.warc.gz"]
)  # fmt: skip
@pytest.mark.parametrize("packed", [True, False])
def test_a_name_that_leads_out_is_left_alone(tmp_path: Path, name: str, packed: bool) -> None:
    members = {"archive/1.warc.gz": RECORD, name: make_record(OTHER, b"evil")}
    inside = tmp_path / "in"
    inside.mkdir()
    archive = WarcArchive([write_wacz(inside / "a.wacz", members, packed=packed)])
    assert (body(archive), body(archive, OTHER)) == (PAGE, None)
    assert [reason for _, reason in archive.problems] == ["not in the folder archive of the WACZ"]
    assert list(tmp_path.rglob("*")) == [inside, inside / "a.wacz"]
    archive.close()


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    members = {"archive/1.warc.gz": RECORD, "archive/2.warc": bytes(20_000_000)}
    archive = WarcArchive([write_wacz(tmp_path / "a.wacz", members, packed=True)])
    assert body(archive) == PAGE
    ((_, reason),) = archive.problems
    assert reason.startswith("unpacks to 20000000 bytes from ")
    archive.close()


def test_a_bomb_that_declares_less_is_stopped(tmp_path: Path) -> None:
    members = {"archive/1.warc.gz": RECORD, "archive/2.warc": bytes(20_000_000)}
    path = write_wacz(tmp_path / "a.wacz", members, packed=True)
    size = (20_000_000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    archive = WarcArchive([path])
    assert body(archive) == PAGE
    assert [reason[:21] for _, reason in archive.problems] in (
        ["cannot be unpacked: u"],
        ["cannot be unpacked: B"],
        # Some versions of zipfile stop at the length declared: what is left is no WARC.
        ["no WARC record begins"],
    )
    archive.close()


def test_an_encrypted_member_is_left_out(tmp_path: Path) -> None:
    members = {"archive/1.warc.gz": RECORD, "archive/2.warc.gz": make_record(OTHER, b"secret")}
    path = write_wacz(tmp_path / "a.wacz", members)
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo("archive/2.warc.gz")
    data = bytearray(path.read_bytes())
    # General purpose bit flag: byte 6 of the local header, byte 8 of the central one.
    data[info.header_offset + 6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    archive = WarcArchive([path])
    assert (body(archive), body(archive, OTHER)) == (PAGE, None)
    assert [reason for _, reason in archive.problems] == ["encrypted"]
    archive.close()


@pytest.mark.parametrize("packed", [True, False])
def test_a_torn_file_within_costs_what_is_torn(tmp_path: Path, packed: bool) -> None:
    members = {"archive/1.warc.gz": RECORD + make_record(OTHER, PAGE)[:-20]}
    archive = WarcArchive([write_wacz(tmp_path / "a.wacz", members, packed=packed)])
    assert (body(archive), body(archive, OTHER)) == (PAGE, None)
    assert archive.skipped == 1
    archive.close()


def test_a_directory_that_points_elsewhere_is_not_followed(tmp_path: Path) -> None:
    members = {"archive/1.warc.gz": RECORD, "archive/2.warc.gz": make_record(OTHER, PAGE)}
    path = write_wacz(tmp_path / "a.wacz", members)
    data = bytearray(path.read_bytes())
    # Central header: 42 bytes in, the offset of the local one.
    last = data.rindex(b"PK\x01\x02")
    data[last + 42 : last + 46] = (7).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    archive = WarcArchive([path])
    assert (body(archive), body(archive, OTHER)) == (PAGE, None)
    assert [reason for _, reason in archive.problems] == ["not where the zip's directory says"]
    archive.close()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 and nothing more", "is no readable WACZ"),
        (None, "holds no WARC file in its folder archive"),
    ],
)
def test_a_wacz_without_a_record_is_one_clear_error(
    tmp_path: Path, data: bytes | None, reason: str
) -> None:
    path = write_wacz(tmp_path / "a.wacz", {"pages/pages.jsonl": b"{}"})
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ArchiveError, match=reason):
        WarcArchive([path])


def test_a_wacz_and_a_warc_are_one_archive(tmp_path: Path) -> None:
    wacz = write_wacz(tmp_path / "a.wacz", {"archive/1.warc.gz": RECORD})
    head = f"WARC/1.0\nWARC-Type: response\nWARC-Target-URI: {OTHER}\n"
    head += "WARC-Date: 2024-03-01T00:00:00Z\n"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nb"
    warc = write_warc(tmp_path / "b.warc", frame(f"{head}Content-Length: {len(block)}", block))
    archive = WarcArchive([wacz, warc])
    assert (body(archive), body(archive, OTHER)) == (PAGE, b"b")
    archive.close()
