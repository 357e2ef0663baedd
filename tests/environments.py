"""Throw-away environments: foreign packages, installed by name as a stranger would.

Each is made once per list of requirements and kept in the user's cache folder.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path


CACHE_FOLDER = "mockwx-tests"
INSTALL_TIMEOUT = 600

MAVEN_COPIES = (
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
)

OF_THE_TEST_RUN = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"})
PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})


class InstallError(Exception):
    """Say that a package could not be installed, and why."""


def python_environment(*requirements: str, unresolved: Sequence[str] = ()) -> Path:
    """Install the requirements into a venv; return its interpreter.

    The `unresolved` ones come without what they ask for themselves: some old packages
    demand a distribution that no longer builds, while a newer one serves them as well.
    """
    name = named_after("python", sys.version, requirements, unresolved)

    def build(folder: Path) -> None:
        install([sys.executable, "-m", "venv", str(folder)], requirements)
        pip = [str(_interpreter(folder)), "-m", "pip", "install"]
        pip += ["--quiet", "--disable-pip-version-check"]
        if unresolved:
            install([*pip, "--no-deps", *unresolved], unresolved)
        install([*pip, *requirements], requirements)

    return _interpreter(built_once(name, build))


def node_environment(*packages: str) -> Path:
    """Install npm packages; return the folder that holds their node_modules."""
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError("npm is not on the PATH: install Node.js with npm.")
    name = named_after("node", npm, packages)

    def build(folder: Path) -> None:
        folder.mkdir()
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        flags = ["--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(folder)]
        install([npm, "install", *flags, *packages], packages)

    return built_once(name, build)


def java_classes(folder: Path) -> str:
    """Compile a folder with what its pom.xml wants; return the class path."""
    mvn, javac = tool("mvn", "Maven"), tool("javac", "a JDK")
    sources = sorted(folder.glob("*.java"))
    wanted = [each.read_text("utf-8") for each in (folder / "pom.xml", *sources)]

    def build(built: Path) -> None:
        quiet = [mvn, "--batch-mode", "--quiet", "--file", str(folder / "pom.xml")]
        jars = f"-DoutputDirectory={built / 'jars'}"
        install([*quiet, MAVEN_COPIES, jars, "-DincludeScope=runtime"], ["pom.xml"])
        compiling = [javac, "-cp", f"{built}/jars/*", "-d", str(built / "classes")]
        install([*compiling, *map(str, sources)], [each.name for each in sources])

    ready = built_once(named_after("java", runtime_version(javac), wanted), build)
    return os.pathsep.join([str(ready / "classes"), f"{ready}/jars/*"])


def go_programs(module: Path) -> Path:
    """Build every program of a Go module; return the folder they are in."""
    go = tool("go", "Go")
    sources = sorted(each for each in module.rglob("*") if each.is_file())
    wanted = [each.read_text("utf-8") for each in sources]

    def build(built: Path) -> None:
        built.mkdir()
        building = [go, "build", "-buildvcs=false", "-o", f"{built}{os.sep}", "./..."]
        install(building, [module.name], module)

    return built_once(named_after("go", runtime_version(go, "version"), wanted), build)


def tool(name: str, package: str) -> str:
    """Return where a program is, or say what brings it."""
    found = shutil.which(name)
    if found is None:
        raise InstallError(f"{name} is not on the PATH: install {package}.")
    return found


def runtime_version(program: str, option: str = "--version") -> str:
    """Return what a program says of its version."""
    asked = subprocess.run(
        [program, option], capture_output=True, text=True, check=True
    )
    return asked.stdout


def built_once(name: str, build: Callable[[Path], None]) -> Path:
    """Return the named folder; build it aside and move it in if it is not there yet.

    Two test runs may build the same one at once: the first to move its folder in wins,
    and nobody ever sees a half-made environment.
    """
    cache = cache_folder()
    ready = cache / name
    if ready.is_dir():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=f".{name}-") as workshop:
        built = Path(workshop) / name
        build(built)
        try:
            built.rename(ready)
        except OSError:
            if not ready.is_dir():
                raise
    return ready


def named_after(kind: str, runtime: str, *wanted: Sequence[str]) -> str:
    """Name an environment after everything that decides what is in it."""
    ingredients = [sys.base_prefix, platform.machine(), runtime, *map(list, wanted)]
    digest = hashlib.sha256(json.dumps(ingredients).encode()).hexdigest()
    return f"{kind}-{digest[:16]}"


def cache_folder() -> Path:
    """Return where environments are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / CACHE_FOLDER


def install(
    command: Sequence[str], wanted: Sequence[str], folder: Path | None = None
) -> None:
    """Run an installer's command; say what was wanted if it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=INSTALL_TIMEOUT,
            env=_without(OF_THE_TEST_RUN),
            cwd=folder,
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(
            f"Installing {', '.join(wanted)} took more than {INSTALL_TIMEOUT} seconds: "
            "check the connection to the package index."
        ) from error
    if done.returncode:
        last_words = "\n".join((done.stderr or done.stdout).splitlines()[-8:])
        raise InstallError(
            f"{', '.join(wanted)} could not be installed: check that the package index "
            f"can be reached, then run the tests again.\n{last_words}"
        )


def child_environment(**settings: str) -> dict[str, str]:
    """Return the environment of foreign code: UTF-8, no proxy before the mock."""
    utf8 = {"PYTHONIOENCODING": "utf-8"}
    return _without(OF_THE_TEST_RUN | PROXIES) | utf8 | settings


def _interpreter(venv: Path) -> Path:
    if os.name == "nt":
        return venv / "Scripts" / "python.exe"
    return venv / "bin" / "python"


def _without(names: frozenset[str]) -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name.upper() not in names
    }
