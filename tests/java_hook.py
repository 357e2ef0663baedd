"""Make the hook for Java from its changed sources: python -m tests.java_hook.

The jar lies in the package, for who runs a Java backend need not have a compiler.
Java 8 is the oldest that may load it, so javac has to know `--release 8`.
"""

import hashlib
import subprocess
import tempfile
import zipfile
from pathlib import Path

from mockwx.redirection.runtimes import HOOKS


FOLDER = HOOKS / "java"
JAR = FOLDER / "redirect.jar"

_DIGEST = "Sources-SHA-256"
# The earliest that a zip file can tell: the same classes make the same jar.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def sources() -> list[Path]:
    """Return what the jar is made from."""
    return sorted(FOLDER.glob("*.java"))


def digest() -> str:
    """Return the digest of the sources as they are."""
    texts = [each.read_text(encoding="utf-8") for each in sources()]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def digest_in_jar() -> str:
    """Return the digest of the sources that the jar was made from."""
    with zipfile.ZipFile(JAR) as jar:
        manifest = jar.read("META-INF/MANIFEST.MF").decode()
    fields = dict(line.split(": ", 1) for line in _unfolded(manifest) if line)
    return fields[_DIGEST]


def main() -> None:
    """Compile the sources and put them into the jar."""
    manifest = (
        "Manifest-Version: 1.0\r\n"
        "Premain-Class: mockwx.Agent\r\n"
        "Can-Retransform-Classes: true\r\n"
        f"{_DIGEST}: {digest()[:50]}\r\n {digest()[50:]}\r\n\r\n"
    )
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(JAR, "w") as jar:
        javac = ["javac", "--release", "8", "-Xlint:all,-options", "-Werror"]
        subprocess.run([*javac, "-d", folder, *sources()], check=True)
        _add(jar, "META-INF/MANIFEST.MF", manifest.encode())
        for file in sorted(Path(folder).rglob("*.class")):
            _add(jar, file.relative_to(folder).as_posix(), file.read_bytes())


def _add(jar: zipfile.ZipFile, name: str, content: bytes) -> None:
    jar.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)


def _unfolded(manifest: str) -> list[str]:
    """Join lines that a manifest's rule of 72 bytes has parted."""
    return manifest.replace("\r\n ", "").split("\r\n")


if __name__ == "__main__":
    main()
