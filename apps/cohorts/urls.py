from django.urls import path

from apps.cohorts import views

app_name = "cohorts"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:pk>/invite/", views.invite, name="invite"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/organisers/new/", views.organiser_new, name="organiser_new"),
    path("<int:pk>/invitations/", views.invitations, name="invitations"),
    path("invitations/<int:pk>/renew/", views.invitation_renew, name="invitation_renew"),
    path("invitations/<int:pk>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"),
    path("memberships/<int:pk>/end/", views.membership_end, name="membership_end"),
]
