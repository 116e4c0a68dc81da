import pytest

pytest_plugins = ["tests.cast"]

HOSTILE_REQUESTS = 500


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requests", type=int, default=HOSTILE_REQUESTS, help="how many hostile requests tests/fuzz sends"
    )
