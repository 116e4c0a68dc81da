from django.urls import path

from apps.applications import performance_views, views

app_name = "applications"
urlpatterns = [
    path("", views.manager, name="manager"),
    path("support/", views.support, name="support"),
    path("conversations/new/", views.conversation_new, name="conversation_new"),
    path("conversations/<int:pk>/edit/", views.conversation_edit, name="conversation_edit"),
    path("conversations/<int:pk>/delete/", views.conversation_delete, name="conversation_delete"),
    path("conversations/<int:pk>/undo/", views.conversation_undo, name="conversation_undo"),
    path("performance/", performance_views.performance, name="performance"),
    path("performance/new/", performance_views.performance_new, name="performance_new"),
    path("performance/<int:pk>/edit/", performance_views.performance_edit, name="performance_edit"),
    path("performance/<int:pk>/delete/", performance_views.performance_delete, name="performance_delete"),
    path("performance/<int:pk>/undo/", performance_views.performance_undo, name="performance_undo"),
]
