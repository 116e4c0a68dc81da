import pytest
from django.db import DatabaseError, IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from apps.frameworks.actions import load_framework
from apps.frameworks.documents import SHIPPED, read_file
from apps.frameworks.models import FrameworkVersion, VersionIsFrozen, content_of
from apps.frameworks.schema import Framework

pytestmark = pytest.mark.django_db

# A key of its own: the tables may already hold the shipped framework.
FRAMEWORK = read_file(SHIPPED).model_copy(update={"key": "own-ladder"})


def renamed(name: str) -> Framework:
    return FRAMEWORK.model_copy(update={"name": name})


def test_the_first_load_makes_version_one() -> None:
    version, is_new = load_framework(FRAMEWORK)

    assert is_new
    assert (version.key, version.number, version.name) == ("own-ladder", 1, FRAMEWORK.name)


def test_the_same_text_makes_no_second_version() -> None:
    first, _ = load_framework(FRAMEWORK)

    again, is_new = load_framework(read_file(SHIPPED).model_copy(update={"key": "own-ladder"}))

    assert not is_new
    assert again == first


def test_another_text_becomes_the_next_version() -> None:
    load_framework(FRAMEWORK)

    second, is_new = load_framework(renamed("Changed"))

    assert is_new
    assert second.number == 2
    assert FrameworkVersion.objects.current("own-ladder") == second


def test_an_older_text_loaded_again_becomes_current_again() -> None:
    load_framework(FRAMEWORK)
    load_framework(renamed("Changed"))

    third, is_new = load_framework(FRAMEWORK)

    assert is_new
    assert third.number == 3


def test_versions_of_another_key_do_not_count() -> None:
    load_framework(FRAMEWORK)

    other, _ = load_framework(FRAMEWORK.model_copy(update={"key": "another-ladder"}))

    assert other.number == 1


def test_the_current_version_of_an_unknown_key_does_not_exist() -> None:
    with pytest.raises(FrameworkVersion.DoesNotExist):
        FrameworkVersion.objects.current("no-ladder")


def test_the_database_gives_the_framework_back_as_it_was() -> None:
    version, _ = load_framework(FRAMEWORK)
    content_of.cache_clear()

    assert version.content == FRAMEWORK


def test_the_content_costs_one_statement_the_first_time_and_none_afterwards(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    version, _ = load_framework(FRAMEWORK)
    content_of.cache_clear()

    with django_assert_num_queries(1):
        first = content_of(version.pk)
    with django_assert_num_queries(0):
        assert content_of(version.pk) is first
        assert version.content is first


def test_the_document_is_left_out_unless_asked_for() -> None:
    version, _ = load_framework(FRAMEWORK)

    listed = FrameworkVersion.objects.get(pk=version.pk)
    full = FrameworkVersion.objects.in_full().get(pk=version.pk)

    assert listed.get_deferred_fields() == {"document"}
    assert full.get_deferred_fields() == set()


def test_a_version_cannot_be_saved_again() -> None:
    version, _ = load_framework(FRAMEWORK)
    version.name = "Changed"

    with pytest.raises(VersionIsFrozen):
        version.save()


def test_the_database_refuses_to_change_a_version() -> None:
    version, _ = load_framework(FRAMEWORK)

    with pytest.raises(DatabaseError, match="a framework version never changes"), transaction.atomic():
        FrameworkVersion.objects.filter(pk=version.pk).update(name="Changed")

    assert FrameworkVersion.objects.get(pk=version.pk).name == FRAMEWORK.name


def test_a_number_is_given_once_a_key() -> None:
    version, _ = load_framework(FRAMEWORK)

    with pytest.raises(IntegrityError), transaction.atomic():
        FrameworkVersion.objects.create(
            key=version.key, number=1, name="Twin", document=version.document, checksum="0"
        )
