"""What the logs say: functions of tidy frames."""
