"""Attachments: bounded, typed by what they are, served as downloads only."""

import pytest

from tests.gateway.office import TEACHER, Json, good, nothing_changed, refused, send

PDF = b"%PDF-1.7 ..."


def _hand_in(headers: dict[str, str] | None = None, **how: object) -> Json:
    return {"headers": TEACHER.headers | (headers or {}), **how}


PAPERS = [PDF, b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff...", b"PK\x03\x04...", "证明".encode()]


@pytest.mark.parametrize("content", PAPERS)
def test_papers_and_pictures_are_taken(content: bytes) -> None:
    file = TEACHER.hand_in("证明.bin", content)
    answer = TEACHER.get(f"/api/files/{file}")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\合同.pdf", "合同.pdf"),
        ("合\u202e同.pdf", "合同.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("...", "附件"),
    ],
)
def test_a_files_name_is_only_a_name(name: str, kept: str) -> None:
    answer = send("POST", "/api/files", **_hand_in(files={"file": (name, PDF)}))
    assert good(answer, 201)["name"] == kept


@pytest.mark.parametrize(
    ("how", "status", "word"),
    [
        ({"files": {"file": ("a.pdf", b"")}}, 422, "空的"),
        ({"files": {"file": ("a.exe", b"MZ\x90\x00\xff\xfe")}}, 422, "PDF"),
        ({"files": {"file": ("a.pdf", b"%PDF-" + b"x" * 20_000_000)}}, 413, "过大"),
        ({"files": {"file": ("a.pdf", b"%PDF-" + b"x" * 21_000_000)}}, 413, "过大"),
        ({"files": {"file": ("a.pdf", PDF)}, "headers": {"Content-Encoding": "gzip"}}, 422, "压缩"),
        ({"files": {"paper": ("a.pdf", PDF)}}, 422, "file"),
        ({"data": {"file": "a.pdf"}}, 422, "file"),
        ({"json": {"file": "a.pdf"}}, 422, "file"),
        ({"content": PDF}, 422, "file"),
        ({"headers": {"Content-Type": "multipart/form-data"}, "content": PDF}, 422, "file"),
        ({"headers": {"Content-Type": "multipart/form-data; boundary=x"}, "content": PDF}, 422, "file"),
        ({"files": [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]}, 422, "file"),
    ],
)
def test_what_is_no_paper_is_refused(how: Json, status: int, word: str) -> None:
    with nothing_changed():
        refused(send("POST", "/api/files", **_hand_in(**how)), status, word)


def test_a_stranger_hands_in_nothing() -> None:
    with nothing_changed():
        refused(send("POST", "/api/files", files={"file": ("a.pdf", PDF)}), 401, "登录")
