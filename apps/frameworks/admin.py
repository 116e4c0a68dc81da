from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from apps.frameworks.actions import load_framework
from apps.frameworks.census import missing_parts
from apps.frameworks.documents import DocumentError, read
from apps.frameworks.models import FrameworkVersion
from apps.frameworks.schema import Framework
from apps.web.administration import Readable

if TYPE_CHECKING:
    VersionForm = forms.ModelForm[FrameworkVersion]
else:
    VersionForm = forms.ModelForm

LARGEST = 2_000_000


class UploadForm(VersionForm):
    """A TOML file that passes what `manage.py framework check` asks."""

    file = forms.FileField(
        label="Framework file",
        help_text="A TOML file as `manage.py framework export` writes it. It becomes the newest version; "
        "candidacies stay on the one they began with.",
    )
    framework: Framework

    class Meta:
        model = FrameworkVersion
        fields = ()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("This file is larger than 2 MB: is it a framework?")
        name = str(file.name)
        try:
            self.framework = read(file.read().decode(), name=name)
        except UnicodeDecodeError:
            raise forms.ValidationError(f"{name}: is not UTF-8 text") from None
        except DocumentError as error:
            raise forms.ValidationError([*error.problems]) from None
        if missing := missing_parts(self.framework):
            raise forms.ValidationError([f"{name}: {key}: {reason}" for key, reason in missing])
        return file


@admin.register(FrameworkVersion)
class FrameworkVersionAdmin(Readable):
    list_display = ("name", "key", "number", "created_at")
    fields = ("name", "key", "number", "checksum", "created_at")
    ordering = ("key", "-number")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("file",) if obj is None else self.fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return UploadForm
        return super().get_form(request, obj, change, **kwargs)

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Any:
        version, _is_new = load_framework(form.framework)
        return version

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """The version was made as a whole, by the one action that makes them."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """A version has nothing beside itself."""
