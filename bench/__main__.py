"""`python -m bench` measures the pages against F; `--plans` compares what the database reads."""

import argparse
import os
import sys
from pathlib import Path

from config import embedded

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    options = argparse.ArgumentParser(prog="bench", description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--requests", type=int, default=30, help="of each page in a round")
    options.add_argument("--others", type=int, default=1_000, help="stories of other people")
    options.add_argument(
        "--plans", action="store_true", help="compare plans at 1,000 and at --others stories"
    )
    options.add_argument("--only", default="", help="pages whose name holds this, beside F")
    options.add_argument("--profile", default="", help="say where the time of one page goes instead")
    chosen = options.parse_args()

    # A cluster of its own, whatever the environment and the .env file name: it is emptied again and again.
    os.environ |= {
        "DATA_DIR": str(ROOT / ".data" / "bench"),
        "DATABASE_URL": "",
        "DATABASE_POOL": "0",
        "REDIS_URL": "memory://",
        "PRODUCTION": "0",
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    try:
        with embedded.running(durable=False):
            os.environ["DATABASE_URL"] = embedded.database_url()
            from bench import running

            running.run(chosen)
    except embedded.Trouble as trouble:
        sys.exit(f"error: {trouble}")


if __name__ == "__main__":
    main()
