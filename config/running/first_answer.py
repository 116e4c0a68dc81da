import http.client
import threading
import time

PAUSE_SECONDS = 0.05


class FirstAnswer:
    """Asks the web for /healthz, in a thread of its own, until a real request has succeeded."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._came = threading.Event()
        self._told = False
        threading.Thread(target=self._ask, daemon=True).start()

    def has_just_come(self) -> bool:
        """Tell once that the answer has come."""
        if self._told or not self._came.is_set():
            return False
        self._told = True
        return True

    def _ask(self) -> None:
        while not self._succeeds():
            time.sleep(PAUSE_SECONDS)
        self._came.set()

    def _succeeds(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            # The name that is printed, for the answer may depend on it.
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{self._port}"})
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
