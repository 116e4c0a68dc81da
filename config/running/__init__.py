"""What `manage.py up` runs, and how it keeps it together."""
