from django.urls import path

from apps.readiness import views

app_name = "readiness"
urlpatterns = [
    path("", views.index, name="index"),
    path("factors/", views.factors, name="factors"),
    path("over-time/", views.sustained, name="sustained"),
    path("<str:kind>/<slug:key>/", views.show, name="show"),
]
