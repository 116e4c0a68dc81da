from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("apps.web.urls")),
    path("", include("apps.dashboards.urls")),
    path("cohorts/", include("apps.cohorts.urls")),
    path("", include("apps.candidates.urls")),
    path("scope/", include("apps.scope.urls")),
    path("projects/", include("apps.projects.urls")),
    path("", include("apps.stories.urls")),
    path("reviews/", include("apps.reviews.urls")),
    path("reminders/", include("apps.reminders.urls")),
    path("readiness/", include("apps.readiness.urls")),
    path("manager/", include("apps.applications.urls")),
    path("mail/", include("apps.mail.urls")),
    path("account/", include("apps.accounts.urls")),
    path("admin/", admin.site.urls),
    # allauth's routes one by one: `allauth.urls` adds old redirects without a name, which no policy row
    # could speak of.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
