from django.urls import include, path

from bench import floor

floor_patterns = [
    path("floor", floor.floor, name="floor"),
    path("hello", floor.hello, name="hello"),
]
urlpatterns = [path("bench/", include((floor_patterns, "bench"))), path("", include("config.urls"))]
