"""Where GDAL and GEOS are found: inside the pyogrio and shapely wheels, unless the environment says otherwise."""

import os
from importlib.util import find_spec
from pathlib import Path


def point_at_wheels() -> dict[str, str]:
    """GeoDjango's library settings, with PROJ's and GDAL's data directories set to match.

    Debian 12's GDAL cannot block file and network access of hostile spatial references (Django's gis.W001);
    the wheel's can. Raises RuntimeError when the wheels are not installed.
    """
    if "GDAL_LIBRARY_PATH" in os.environ:
        return {name: os.environ[name] for name in ("GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH")}
    pyogrio = _package("pyogrio")
    os.environ.setdefault("PROJ_DATA", str(pyogrio / "proj_data"))
    os.environ.setdefault("PROJ_LIB", str(pyogrio / "proj_data"))
    os.environ.setdefault("GDAL_DATA", str(pyogrio / "gdal_data"))
    return {
        "GDAL_LIBRARY_PATH": _library(pyogrio, "libgdal"),
        "GEOS_LIBRARY_PATH": _library(_package("shapely"), "libgeos_c"),
    }


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed: run 'make run' or install requirements.txt.")
    return Path(spec.origin).parent


def _library(package: Path, stem: str) -> str:
    found = sorted(package.parent.glob(f"{package.name}.libs/{stem}*.so*")) + sorted(
        package.glob(f".dylibs/{stem}*.dylib")
    )
    if not found:
        raise RuntimeError(
            f"{stem} was not found beside {package}: set GDAL_LIBRARY_PATH and GEOS_LIBRARY_PATH."
        )
    return str(found[0])
