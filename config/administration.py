"""Django's admin, with a site of our own in the place of its default one."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default = False
    default_site = "apps.web.administration.Site"
