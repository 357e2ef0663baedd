"""The authority on disk: made once, private, whole, and renewed in time."""

import errno
import io
import os
import stat
import threading
from pathlib import Path

import pytest

from mockwx.clock import SystemClock
from mockwx.crypto.certificates import AUTHORITY_VALID_FOR
from mockwx.crypto.certificates import Authority
from mockwx.redirection import authority as module
from mockwx.redirection.authority import FORMATS
from mockwx.redirection.authority import AuthorityError
from mockwx.redirection.authority import AuthorityFolder


@pytest.fixture
def folder(tmp_path: Path) -> AuthorityFolder:
    return AuthorityFolder(tmp_path / "mockwx", {})


def test_authority_is_made_on_first_use_and_kept(folder: AuthorityFolder) -> None:
    assert folder.load() == folder.load()


def test_nothing_is_made_before_it_is_asked_for(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    assert list(tmp_path.iterdir()) == []


@pytest.mark.needs("sh")
def test_files_are_for_their_owner_alone(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    for form in FORMATS:
        folder.path(form)

    kept = tmp_path / "mockwx" / "ca"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept.iterdir()} == {0o600}
    assert {file.name for file in kept.iterdir()} == {
        "authority.pem",
        *FORMATS.values(),
    }


def test_ten_at_once_get_the_same_authority(folder: AuthorityFolder) -> None:
    loaded: list[Authority] = []
    together = threading.Barrier(10)

    def load() -> None:
        together.wait()
        loaded.append(folder.load())

    threads = [threading.Thread(target=load) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(loaded) == 10
    assert set(loaded) == {folder.load()}


def test_file_system_without_links_will_do(
    folder: AuthorityFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)

    assert folder.load() == folder.load()
    assert len(list((tmp_path / "mockwx" / "ca").iterdir())) == 1


def test_renewed_authority_is_another_one(folder: AuthorityFolder) -> None:
    before = folder.load()

    after = folder.renew()

    assert after != before
    assert folder.load() == after


def test_authority_that_ends_soon_is_renewed(
    folder: AuthorityFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = folder.load()
    late = SystemClock().now() + int(AUTHORITY_VALID_FOR.total_seconds()) - 86_400

    monkeypatch.setattr(module, "_now", lambda: late)

    assert folder.load() != before
    assert folder.load() == folder.load()


@pytest.mark.parametrize("content", ["", "nonsense", "cut"])
def test_damaged_authority_says_what_to_do(
    content: str, folder: AuthorityFolder, tmp_path: Path
) -> None:
    folder.load()
    file = tmp_path / "mockwx" / "ca" / "authority.pem"
    file.write_text(file.read_text()[:900] if content == "cut" else content)

    with pytest.raises(AuthorityError, match="'mockwx ca renew'") as told:
        folder.load()
    assert told.value.message_zh.endswith("请用 'mockwx ca renew' 重新生成。")

    assert folder.renew() == folder.load()


def test_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(AuthorityError, match="MOCKWX_DATA") as told:
        AuthorityFolder(tmp_path / "file", {}).renew()

    assert told.value.message_zh.endswith("请用 MOCKWX_DATA 指定另一个目录。")


def test_full_disk_leaves_no_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(
        "mockwx.redirection.authority.open", lambda *_: Full(), raising=False
    )
    folder = AuthorityFolder(tmp_path, {})

    with pytest.raises(AuthorityError, match="MOCKWX_DATA"):
        folder.renew()

    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_bundle_holds_what_was_trusted_and_ours(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    company = AuthorityFolder(tmp_path / "company", {}).load().root
    (tmp_path / "company.pem").write_text(f"# Ours since 1999\n{company}")
    environ = {"SSL_CERT_FILE": str(tmp_path / "company.pem")}

    bundle = AuthorityFolder(tmp_path / "mockwx", environ).content("bundle").decode()

    assert bundle.startswith(company)
    assert bundle.endswith(folder.load().root)
    assert folder.content("pem").decode() == folder.load().root


def test_bundle_never_grows_by_its_own_former_self(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    former = folder.load().root
    environ = {"SSL_CERT_FILE": str(folder.path("bundle"))}
    folder.renew()

    bundle = AuthorityFolder(tmp_path / "mockwx", environ).content("bundle").decode()

    assert former not in bundle


def test_bundle_keeps_what_was_trusted_when_it_is_asked_for_from_within(
    tmp_path: Path,
) -> None:
    company = AuthorityFolder(tmp_path / "company", {}).load().root
    (tmp_path / "company.pem").write_text(company)
    outside = {"SSL_CERT_FILE": str(tmp_path / "company.pem")}
    bundle = AuthorityFolder(tmp_path / "mockwx", outside).path("bundle")
    inside = {"SSL_CERT_FILE": str(bundle)}
    before = bundle.read_text()

    AuthorityFolder(tmp_path / "mockwx", inside).path("bundle")

    assert bundle.read_text() == before
    assert company in before


def test_runs_that_trust_different_lists_have_files_of_their_own(
    tmp_path: Path,
) -> None:
    folders = []
    for name in ("company", "bank"):
        root = AuthorityFolder(tmp_path / name, {}).load().root
        (tmp_path / f"{name}.pem").write_text(root)
        environ = {"SSL_CERT_FILE": str(tmp_path / f"{name}.pem")}
        folders.append(AuthorityFolder(tmp_path / "mockwx", environ))
    folders.append(AuthorityFolder(tmp_path / "mockwx", {}))

    bundles = [folder.path("bundle") for folder in folders]
    stores = {folder.path("p12") for folder in folders}
    settings = [folder.php_folder() / "mockwx.ini" for folder in folders]

    assert len(set(bundles)) == len(stores) == len(set(settings)) == 3
    for folder, bundle, setting in zip(folders, bundles, settings, strict=True):
        assert bundle.read_bytes() == folder.content("bundle")
        assert f'openssl.cafile="{bundle}"' in setting.read_text()


def test_runs_that_trust_the_same_share_their_files(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    company = AuthorityFolder(tmp_path / "company", {}).load().root
    environs = []
    for name in ("here.pem", "there.pem"):
        (tmp_path / name).write_text(company)
        environs.append({"SSL_CERT_FILE": str(tmp_path / name)})
    first = AuthorityFolder(tmp_path / "mockwx", environs[0]).path("bundle")
    environs.append({"SSL_CERT_FILE": str(first)})

    assert {
        AuthorityFolder(tmp_path / "mockwx", environ).path("bundle")
        for environ in environs
    } == {first}
    assert folder.path("pem") == first.parent / "ca.pem"


def test_bundle_of_the_system_alone_keeps_its_name(
    folder: AuthorityFolder, tmp_path: Path
) -> None:
    bundle = folder.path("bundle")
    within = {"SSL_CERT_FILE": str(bundle), "CURL_CA_BUNDLE": "none.pem"}

    assert AuthorityFolder(tmp_path / "mockwx", within).path("bundle") == bundle
    assert bundle.name == FORMATS["bundle"]


def test_authority_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(AuthorityError, match="MOCKWX_DATA") as told:
        AuthorityFolder(tmp_path / "file", {}).load()

    assert "Errno" not in str(told.value)
    assert told.value.message_zh.startswith("无法读取 ")


def test_system_is_asked_where_it_has_no_bundle(
    folder: AuthorityFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder.load().root
    monkeypatch.setattr(module, "_certificates", lambda files: [])
    monkeypatch.setattr(module, "_certificates_of_the_system", lambda: ["theirs\n"])

    assert folder.content("bundle").decode() == f"theirs\n{root}"


def trusting(tmp_path: Path, name: str) -> AuthorityFolder:
    """Return the folder as a run has it that trusts a list of its own."""
    root = AuthorityFolder(tmp_path / name, {}).load().root
    (tmp_path / f"{name}.pem").write_text(root)
    environ = {"SSL_CERT_FILE": str(tmp_path / f"{name}.pem")}
    return AuthorityFolder(tmp_path / "mockwx", environ)


def age(*paths: Path, read: bool = False) -> None:
    """Let it be long ago that somebody wrote or read these."""
    long_ago = SystemClock().now() - module.UNUSED_FOR - 60
    for path in paths:
        seen = SystemClock().now() if read else long_ago
        os.utime(path, (seen, long_ago))


def given(run: AuthorityFolder) -> list[Path]:
    """Ask for all that a run can be given."""
    return [run.path("bundle"), run.path("p12"), run.php_folder() / "mockwx.ini"]


def test_what_no_run_used_for_long_goes_when_something_new_comes(
    tmp_path: Path,
) -> None:
    old = given(trusting(tmp_path, "company"))
    (old[0].parent / ".new-x").touch()
    age(*old, old[2].parent, old[0].parent / ".new-x")
    everybodys = given(AuthorityFolder(tmp_path / "mockwx", {}))
    age(*everybodys)

    new = given(trusting(tmp_path, "bank"))

    assert all(each.exists() for each in (*new, *everybodys))
    assert {each.name for each in new[0].parent.iterdir()} == {
        "authority.pem",
        "php",
        *(each.name for each in (*new[:2], *everybodys[:2])),
        new[2].parent.name,
    }


def test_what_is_still_read_or_asked_for_stays(tmp_path: Path) -> None:
    company, school = trusting(tmp_path, "company"), trusting(tmp_path, "school")
    read, asked = given(company), given(school)
    age(*read, read=True)
    age(*asked, asked[2].parent, read[2].parent)
    given(school)

    given(trusting(tmp_path, "bank"))

    assert all(each.exists() for each in (*read, *asked))


def test_what_is_written_anew_while_it_is_removed_stays(tmp_path: Path) -> None:
    files = given(trusting(tmp_path, "company"))

    # It looked old a moment ago.
    for file in (*files[:2], files[2].parent):
        module._remove_unused_since(file, SystemClock().now() - 60)

    assert all(each.exists() for each in files)


def test_all_who_tidy_up_at_once_remove_the_old_and_keep_the_new(
    tmp_path: Path,
) -> None:
    for name in ("a", "b", "c"):
        age(trusting(tmp_path, name).path("bundle"))
    runs = [trusting(tmp_path, f"run {number}") for number in range(6)]
    start, kept = threading.Barrier(len(runs)), list[Path]()

    def ask(run: AuthorityFolder) -> None:
        start.wait()
        kept.append(run.path("bundle"))

    threads = [threading.Thread(target=ask, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(kept)) == len(runs)
    assert set(kept[0].parent.glob("bundle-*")) == set(kept)
    assert not any(kept[0].parent.glob(".old-*"))
