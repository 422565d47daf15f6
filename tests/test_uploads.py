"""Files that people send are told by their content, named safely, and handed out as downloads only."""

from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.access.documents import attachment
from flows.papers.sent_files import (
    LARGEST,
    Upload,
    UploadRefusedError,
    checked_upload,
    kind_of,
    safe_name,
)

PDF = b"%PDF-1.7\n..."


def zipped(*names: str) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(ZipInfo(name), "x")  # of a fixed time: workers must name the tests alike
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0...", "jpg"),
        (zipped("word/document.xml"), "docx"),
        (zipped("xl/workbook.xml"), "xlsx"),
        ("会议纪要\n同意。".encode(), "txt"),
        (zipped("word/document.xml", "word/vbaProject.bin"), None),
        (zipped("payload.exe"), None),
        (b"PK\x03\x04 broken", None),
        (b"<html><script>alert(1)</script>", None),
        (b"\n <svg onload='alert(1)'>", None),
        (b"#!/bin/sh\nrm -rf /", None),
        (b"MZ\x90\x00\x03", None),
        (b"GIF89a;<script>", "txt"),
        (b"\x00\x01\x02", None),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_a_page_that_calls_itself_a_document_is_refused() -> None:
    with pytest.raises(UploadRefusedError, match="no kind that is taken"):
        checked_upload("minutes.pdf", b"<html>")


def test_a_document_that_calls_itself_a_page_gets_its_own_ending() -> None:
    assert checked_upload("minutes.html", PDF).name == "minutes.pdf"


@pytest.mark.parametrize("content", [b"", PDF + b"x" * LARGEST])
def test_nothing_and_too_much_are_refused(content: bytes) -> None:
    with pytest.raises(UploadRefusedError):
        checked_upload("minutes.pdf", content)


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("会议纪要（一）.pdf", "会议纪要(一).pdf"),
        ('a";filename="b.exe', "a__filename__b.exe"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x_1"),
        ("..", "file"),
        ("", "file"),
        ("NUL.txt", "_NUL.txt"),
    ],
)
def test_a_name_is_made_safe(sent: str, safe: str) -> None:
    assert safe_name(sent) == safe


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder_or_breaks_a_header(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 90
    assert not set(safe) & set('/\\:"\r\n\0;<>|*?')
    assert not safe.startswith(".")


def test_a_file_leaves_as_a_download_that_nothing_runs() -> None:
    headers = attachment(Upload("纪要.pdf", "pdf", PDF)).headers
    assert headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E7%BA%AA%E8%A6%81.pdf" in headers["content-disposition"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox")
