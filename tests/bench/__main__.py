"""All benchmarks in one run, each in a process of its own, with the machine: make bench, or by name.

    python -m tests.bench [NAME]…

Those before the others are beside other programs and of growing archives, and say ratios that are to be reached; the
run ends with status 1 where one was not. An hour is to be expected on two processors that do nothing else, most of it
for archives of a million entries and for the other programs.
"""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

BENCHMARKS = {
    "importing": "tests.bench.importing",
    "polling": "tests.bench.polling",
    "saving": "tests.bench.saving",
    "killed": "tests.bench.killed_imports",
    "polling_year": "tests.bench.polling_year",
    "documents_year": "tests.bench.documents_year",
    "serving": "tests.bench.serving",
    "reading": "tests.bench.reading",
}


def machine() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    processors = f"{os.cpu_count()} processors, Python {platform.python_version()}"
    return f"{', '.join(names) or platform.machine()}, {processors}{load}"


def main(names: list[str]) -> int:
    statuses = {}
    for name in names or BENCHMARKS:
        began = time.monotonic()
        print(f"\n{name}: {machine()}", flush=True)
        statuses[name] = subprocess.run([sys.executable, "-m", BENCHMARKS[name]]).returncode
        print(f"({time.monotonic() - began:.0f} s)", flush=True)
    if failing := [name for name, status in statuses.items() if status]:
        print(f"\nNot as it should be: {', '.join(failing)}.")
    return int(bool(failing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
