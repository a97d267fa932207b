from __future__ import annotations

import subprocess
import sys

import click

from deg_animals.plugin import deg_commands, deg_video_readers


def test_it_offers_a_reader_and_a_command() -> None:
    (reader,), (command,) = deg_video_readers(), deg_commands()
    assert (reader.name, reader.suffixes) == ("one-animal", {".animal"})
    assert command.name == "animals"
    assert isinstance(command.load(), click.Command)


def test_listing_it_and_its_command_imports_nothing_heavy() -> None:
    code = (
        "import sys, deg_animals.plugin as plugin; next(iter(plugin.deg_commands())).load(); "
        "print(sorted({'cv2', 'scipy', 'torch', 'h5py', 'numpy.testing'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert answer.stdout.strip() == "[]"
