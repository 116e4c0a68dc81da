class BackupTrouble(Exception):
    """Why there is no backup or nothing was restored, in one line for whoever runs the command."""
