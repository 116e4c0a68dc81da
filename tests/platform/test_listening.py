import socket
from contextlib import ExitStack

import pytest

from config.running.listening import listen


def test_the_next_free_port_is_taken_on_every_address_of_localhost(free_port: int) -> None:
    with ExitStack() as opened:
        first = [opened.enter_context(bound) for bound in listen(free_port)]
        second = [opened.enter_context(bound) for bound in listen(free_port)]

        assert {bound.getsockname()[1] for bound in first} == {free_port}
        (port,) = {bound.getsockname()[1] for bound in second}
        assert port > free_port
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_a_port_that_does_not_exist_is_an_error_of_the_system() -> None:
    with pytest.raises(OSError, match="there is no such port"):
        listen(70_000)
