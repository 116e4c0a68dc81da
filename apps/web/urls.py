from django.urls import path

from apps.web import views

app_name = "web"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("theme", views.theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
