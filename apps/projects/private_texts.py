"""What an administrator with a reason may read of projects."""

from apps.accounts.private_texts import Kind
from apps.projects.models import Project

PROJECTS = Kind(
    "project",
    "Project",
    lambda person: Project.objects.filter(owner=person),
    lambda project: [("Name", project.name), ("Summary", project.summary)],
)
