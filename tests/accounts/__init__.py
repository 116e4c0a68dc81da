from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks as Committing

__all__ = ["Committing"]
