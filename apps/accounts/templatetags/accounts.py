"""allauth's forms in the house's manner."""

from django import forms, template

register = template.Library()


@register.filter
def plainly(form: forms.BaseForm) -> forms.BaseForm:
    """Label fields in sentence case, without a placeholder that says the label again."""
    for name, field in form.fields.items():
        if field.label:
            field.label = str(field.label).capitalize().replace("Email", "E-mail")
            # A form that was validated has made its bound fields already, with the old label.
            form[name].label = field.label
        field.widget.attrs.pop("placeholder", None)
    return form


# In this order: Chrome says Safari too, and Edge says both.
_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(user_agent: str) -> str:
    """Name browser and system as a person would: "Firefox on Linux"."""
    name = next((name for mark, name in _BROWSERS if mark in user_agent), "Another browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{name} on {system}" if system else name
