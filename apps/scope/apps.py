from django.apps import AppConfig


class ScopeConfig(AppConfig):
    name = "apps.scope"
