"""What a consumer sees who scans a label: an honest answer. The scan is counted, without anything about who it was."""
