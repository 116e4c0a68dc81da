from django.urls import path

from apps.scope import views

app_name = "scope"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("new/count/", views.count, name="count"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/delete/", views.delete, name="delete"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("decisions/new/", views.decision_new, name="decision_new"),
    path("decisions/<int:pk>/edit/", views.decision_edit, name="decision_edit"),
    path("decisions/<int:pk>/delete/", views.decision_delete, name="decision_delete"),
    path("decisions/<int:pk>/undo/", views.decision_undo, name="decision_undo"),
]
