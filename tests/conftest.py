import pytest

pytest_plugins = ["tests.cast"]

HOSTILE_REQUESTS = 500
QUICK_TICK = 1.0


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requests", type=int, default=HOSTILE_REQUESTS, help="how many hostile requests tests/fuzz sends"
    )
    parser.addoption(
        "--tick", type=float, default=QUICK_TICK, help="seconds between ticks in tests/campaign; 5 in life"
    )
