"""The whole application as one command: it answers, it says where, and it leaves nothing behind."""

import json
import os
import signal
import socket
import stat

from config.embedded.sharing import exclusive
from tests.platform.house import House, Process, Start, wait_until


def named(house: House, word: str) -> list[int]:
    return [process.pid for process in house.processes() if word in process.command]


def is_server(process: Process) -> bool:
    return "postgres" in process.command or "valkey" in process.command


def test_up_runs_all_parts_and_ctrl_c_leaves_no_process(house: House, start: Start) -> None:
    up = start()

    assert up.get("/healthz") == 200
    assert up.get("/readyz") == 200
    up.wait_for(r"Starboard is ready")
    for part in ("gunicorn", "config worker", "config beat", "bin/postgres -D", "valkey"):
        assert named(house, part), f"{part} runs"

    assert up.interrupt() == 0
    assert house.wait_until_empty() == []
    assert up.printed.count("Starboard is ready") == 1
    assert "Traceback" not in up.printed


def test_up_avoids_a_taken_port_and_names_it(start: Start, free_port: int) -> None:
    with socket.socket() as other_program:
        other_program.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other_program.bind(("127.0.0.1", free_port))
        other_program.listen()

        up = start()

        using = up.wait_for(rf"Port {free_port} is taken; using (\d+)\.").group(1)
        assert up.url() == f"http://localhost:{using}"
        assert up.get("/healthz") == 200
        assert up.interrupt() == 0


def test_up_starts_beat_only_when_nobody_else_runs_it(house: House, start: Start) -> None:
    with exclusive(house.data_dir / "beat.lock") as is_ours:
        assert is_ours
        up = start()
        up.url()
        assert named(house, "config beat") == []

    assert wait_until(lambda: bool(named(house, "config beat")))
    assert up.interrupt() == 0


def test_up_ends_with_the_exit_code_of_a_part_that_died(house: House, start: Start) -> None:
    up = start()
    up.url()

    os.kill(min(named(house, "gunicorn")), signal.SIGKILL)

    assert up.end() == 128 + signal.SIGKILL
    assert "web ended with exit code -9; stopping the rest" in up.printed
    assert house.wait_until_empty() == []


def test_up_killed_outright_takes_its_parts_along_and_the_next_command_tidies_up(
    house: House, start: Start
) -> None:
    up = start()
    up.url()

    up.process.kill()
    up.end()
    assert wait_until(lambda: all(is_server(process) for process in house.processes()))

    assert house.shell("print('still here')") == "still here"
    assert house.wait_until_empty() == []


def test_the_demo_is_refused_with_production_settings(house: House) -> None:
    production = {
        "PRODUCTION": "1",
        "SECRET_KEY": "s" * 50,
        "DATABASE_URL": "postgresql://nobody@localhost/none",
        "REDIS_URL": "redis://localhost/0",
        "SITE_ORIGIN": "https://starboard.example",
        "MAIL_FROM": "starboard@starboard.example",
        "EMAIL_URL": "smtp://mail.starboard.example",
    }
    refused = House(house.data_dir, environment=production).manage("up", "--demo")

    assert refused.returncode == 1
    assert refused.stderr == "CommandError: the demo is never loaded with production settings\n"
    assert not house.data_dir.exists()


def test_up_with_the_demo_writes_the_sign_ins_for_its_owner_only(house: House, start: Start) -> None:
    up = start("--demo")
    url = up.url()

    written = house.data_dir / "demo.json"
    demo = json.loads(written.read_text())
    assert demo["url"] == url
    assert {account["role"] for account in demo["accounts"]} >= {"candidate", "mentor", "organiser"}
    for account in demo["accounts"]:
        assert f"{account['email']}  {account['password']}" in up.printed
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert up.interrupt() == 0
